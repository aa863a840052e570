// Where in the console the reader is, as the fragment of the address: `#/projects/prj_…/board?task=tsk_…`. Fragments
// are sent to nobody, so no log and no referrer learns what somebody looks at; one-use tokens of links travel there too.

export const PROJECT_VIEWS = [
  "board",
  "list",
  "graph",
  "timeline",
  "plan",
  "insight",
  "members",
  "settings",
] as const;
export type ProjectView = (typeof PROJECT_VIEWS)[number];

export type Route =
  | { readonly name: "projects" }
  | {
      readonly name: "project";
      readonly id: string;
      readonly view: ProjectView;
      readonly task: string | null;
    }
  | { readonly name: "work" }
  | { readonly name: "people"; readonly id: string | null }
  | { readonly name: "workers"; readonly id: string | null }
  | { readonly name: "webhooks"; readonly id: string | null }
  | { readonly name: "integrations"; readonly id: string | null }
  | { readonly name: "usage" }
  | { readonly name: "audit"; readonly id: string | null }
  | { readonly name: "trials" }
  | { readonly name: "account" }
  | { readonly name: "settings" }
  | {
      readonly name: "register";
      readonly bootstrap_token: string | null;
      readonly invitation: string | null;
      readonly workspace: string | null;
    }
  | { readonly name: "nowhere" };

const ID = /^[a-z]{3}_[0-9a-z]{26}$/;

/** The route of a fragment, with or without its `#`. Whatever is no route is `nowhere`. */
export function parseRoute(fragment: string): Route {
  const text = fragment.replace(/^#/, "");
  const link = /^(bootstrap|invitation)=([\w.-]{1,512})(?:&workspace=([a-z0-9-]{1,63}))?$/.exec(text);
  if (link) {
    const [, kind, token = null, workspace = null] = link;
    const isBootstrap = kind === "bootstrap";
    return {
      name: "register",
      bootstrap_token: isBootstrap ? token : null,
      invitation: isBootstrap ? null : token,
      workspace,
    };
  }
  const [path = "", query = ""] = text.split("?", 2);
  const [first = "", id, view, ...rest] = path.split("/").filter((step) => step !== "");
  if (rest.length > 0 || (id !== undefined && !ID.test(id))) return { name: "nowhere" };
  if (first === "projects" && id) return projectRoute(id, view, query);
  if (view !== undefined) return { name: "nowhere" };
  switch (first) {
    case "people":
    case "workers":
    case "webhooks":
    case "integrations":
    case "audit":
      return { name: first, id: id ?? null };
    case "":
      return { name: "projects" };
    case "projects":
    case "work":
    case "usage":
    case "trials":
    case "account":
    case "settings":
      return id === undefined ? { name: first } : { name: "nowhere" };
    case "register":
      return { name: "register", bootstrap_token: null, invitation: null, workspace: null };
    default:
      return { name: "nowhere" };
  }
}

function projectRoute(id: string, view = "board", query: string): Route {
  const task = new URLSearchParams(query).get("task");
  if (!PROJECT_VIEWS.includes(view as ProjectView) || (task !== null && !ID.test(task)))
    return { name: "nowhere" };
  return { name: "project", id, view: view as ProjectView, task };
}

/** The fragment of a route, with its `#`; tokens are never written back. */
export function hrefOf(route: Route): string {
  switch (route.name) {
    case "project":
      return `#/projects/${route.id}/${route.view}${route.task ? `?task=${route.task}` : ""}`;
    case "people":
    case "workers":
    case "webhooks":
    case "integrations":
    case "audit":
      return `#/${route.name}${route.id ? `/${route.id}` : ""}`;
    case "nowhere":
      return "#/";
    default:
      return `#/${route.name}`;
  }
}
