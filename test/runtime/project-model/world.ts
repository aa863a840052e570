// The reference model of a project: plain rows in a list and the rules in the order of the contract, without indexes,
// counters or caches. It asks the product nothing.
import type { Priority, TaskStatus } from "../../../src/schema/project.ts";
import type { ProjectRole, Role } from "../../../src/schema/role.ts";
import type { Who } from "./commands.ts";

export interface Row {
  readonly id: string;
  readonly priority: Priority;
  status: TaskStatus;
  assigned_to: Who | null;
  /** When the lease of its assignee ends; null where nobody holds it. */
  lease_ms: number | null;
  token: number;
  version: number;
  waits_for: string[];
}

export interface World {
  now_ms: number;
  members: Partial<Record<Who, ProjectRole>>;
  /** In the order in which they came. */
  tasks: Row[];
}

export const ROLES: Readonly<Record<Who, Role>> = {
  owner: "USER",
  eve: "COORDINATOR",
  carl: "USER",
  robot: "WORKER",
  drone: "WORKER",
  vera: "OBSERVER",
  ada: "ADMIN",
  stranger: "USER",
};

export const newWorld = (now_ms: number): World => ({
  now_ms,
  members: {
    owner: "owner",
    eve: "editor",
    carl: "editor",
    robot: "editor",
    drone: "editor",
    vera: "editor",
  },
  tasks: [],
});

export const copyOf = (world: World): World => structuredClone(world);

export const find = (world: World, id: string): Row | undefined => world.tasks.find((row) => row.id === id);

export const isDone = ({ status }: Row): boolean => status === "done" || status === "cancelled";

export const unsettledOf = (world: World, { waits_for }: Row): number =>
  waits_for.filter((id) => !isDone(find(world, id)!)).length;

/** Leases whose time is over give their tasks back. */
export function settle(world: World): void {
  for (const row of world.tasks) if (row.lease_ms !== null && row.lease_ms <= world.now_ms) free(row);
}

/** What somebody held who may claim no more. */
export function giveBack(world: World, who: Who): void {
  for (const row of world.tasks) if (row.lease_ms !== null && row.assigned_to === who) free(row);
}

/** What somebody was to do who is no member any more. */
export function unassign(world: World, who: Who): void {
  for (const row of world.tasks) {
    if (row.assigned_to !== who || isDone(row)) continue;
    if (row.status === "blocked") Object.assign(row, { assigned_to: null, version: row.version + 1 });
    else free(row);
  }
}

function free(row: Row): void {
  Object.assign(row, { status: "open", assigned_to: null, lease_ms: null, version: row.version + 1 });
}

const CREATORS: readonly Role[] = ["USER", "COORDINATOR", "ADMIN"];
const MAY: Readonly<Record<string, readonly Role[]>> = {
  create: CREATORS,
  update: [...CREATORS, "WORKER"],
  delete: CREATORS,
  claim: [...CREATORS, "WORKER"],
  assign: ["COORDINATOR", "ADMIN"],
  manage: CREATORS,
  leave: ["USER", "COORDINATOR", "ADMIN", "WORKER", "OBSERVER"],
};
const PLACES: Readonly<Record<string, readonly ProjectRole[]>> = {
  manage: ["owner"],
  leave: ["owner", "editor", "viewer"],
};

/** Null for whoever may; otherwise the refusal. */
export function refusalOf(world: World, who: Who, what: keyof typeof MAY): string | null {
  const place = world.members[who];
  const role = ROLES[who];
  if (place === undefined && role !== "ADMIN") return "not_found";
  if (!MAY[what]!.includes(role)) return "permission_denied";
  if (role === "ADMIN") return null;
  return (PLACES[what] ?? ["owner", "editor"]).includes(place!) ? null : "permission_denied";
}

/** Whether a task would wait for itself. */
export function closesCycle(world: World, id: string, waits_for: readonly string[]): boolean {
  const seen = new Set<string>();
  const ahead = [...waits_for];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(find(world, next)?.waits_for ?? []));
  }
  return false;
}
