// The reader's own projects: whoever owns one decides about its webhooks and integrations.
import { allPages } from "../connection/load.ts";
import { service } from "../connection/requests.ts";

export async function ownedProjects() {
  const pages = await allPages((query) => service.listProjects({ query: { ...query, status: "active" } }));
  return pages.flatMap((page) => page.projects).filter(({ role }) => role === "owner");
}
