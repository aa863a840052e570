// Who the ids of events are, for readers who may know: people and workers of the workspace.
import { allPages } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { may, signed_in } from "../connection/session.ts";

export async function readNames(): Promise<ReadonlyMap<string, string>> {
  const { user } = signed_in.value!;
  const people = may("system:user_manage") ? await allPages((query) => service.listUsers({ query })) : [];
  const workers = may("worker:manage") ? await allPages((query) => service.listWorkers({ query })) : [];
  return new Map([
    [user.id, user.username] as const,
    ...people.flatMap((page) => page.users).map(({ id, username }) => [id, username] as const),
    ...workers.flatMap((page) => page.workers).map(({ id, name }) => [id, name] as const),
  ]);
}
