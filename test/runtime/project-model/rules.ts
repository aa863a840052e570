// What each command does to the model's world, and what it is answered.
import type { TaskStatus } from "../../../src/schema/project.ts";
import type { Command, Off, Who } from "./commands.ts";
import {
  closesCycle,
  find,
  giveBack,
  isDone,
  ROLES,
  type Row,
  refusalOf,
  settle,
  unassign,
  unsettledOf,
  type World,
} from "./world.ts";

/** A command with the tasks, versions and tokens that it was sent with. */
export interface Sent {
  readonly command: Command;
  readonly ids: readonly string[];
  readonly version: number | null;
  /** Of each task, where many are changed together. */
  readonly versions: readonly number[];
  readonly token: number;
  /** Ids of the tasks that the product made. */
  readonly made: readonly string[];
}

const MOVES: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  open: ["in_progress", "blocked", "cancelled"],
  claimed: ["open", "in_progress", "blocked", "cancelled"],
  in_progress: ["open", "blocked", "done", "cancelled"],
  blocked: ["open", "in_progress", "cancelled"],
  done: ["open"],
  cancelled: ["open"],
};
const PRIORITIES = ["urgent", "high", "normal", "low"];

/** What the product is to answer; the world is then as it leaves it. A refusal changes nothing but what time ended. */
export function apply(world: World, sent: Sent): string {
  const { command } = sent;
  const needs = { create: "create", plan: "create", delete: "delete", assign: "assign" }[
    command.kind as string
  ];
  const refusal = refusalOf(world, command.by, needs ?? permissionOf(command));
  if (refusal) return refusal;
  settle(world);
  return act(world, command, sent);
}

function permissionOf(command: Command): string {
  if (command.kind === "join") return "manage";
  if (command.kind === "leave") return command.by === command.who ? "leave" : "manage";
  return ["move", "depend", "move_both"].includes(command.kind) ? "update" : "claim";
}

function act(world: World, command: Command, sent: Sent): string {
  const [id = "none"] = sent.ids;
  switch (command.kind) {
    case "create": {
      if (sent.ids.some((each) => !find(world, each))) return "conflict";
      world.tasks.push(newRow(madeBy(sent, 0), command.priority, [...sent.ids]));
      return "ok";
    }
    case "plan":
      for (let n = 0; n < command.chain; n += 1) {
        world.tasks.push(newRow(madeBy(sent, n), "normal", n === 0 ? [] : [madeBy(sent, n - 1)]));
      }
      return "ok";
    case "move":
      return update(world, command.by, id, sent.version, (row) => move(row, command.status));
    case "depend":
      return update(world, command.by, id, null, (row) => {
        const waits_for = sent.ids.slice(1);
        // The same as before is no change of dependencies.
        if (waits_for.join() !== row.waits_for.join()) {
          if (waits_for.some((each) => !find(world, each))) return "conflict";
          if (closesCycle(world, row.id, waits_for)) return "dependency_cycle";
        }
        row.waits_for = [...waits_for];
        return "ok";
      });
    case "move_both":
      return moveBoth(world, command.by, sent, command.status);
    case "delete":
      return remove(world, id, sent.version);
    case "assign":
      return assign(world, command.by, id, command.to);
    case "claim":
      return claim(world, command.by, id, command.seconds);
    case "claim_best":
      return claimBest(world, command.by, command.seconds);
    case "join":
      return join(world, command);
    case "leave":
      return leave(world, command.who);
    default:
      return prove(world, command, id, sent.token);
  }
}

/** In an order of which the product made nothing, a name that no task has. */
const madeBy = ({ made }: Sent, n: number): string => made[n] ?? `unmade ${n}`;

const newRow = (id: string, priority: Row["priority"], waits_for: string[]): Row => ({
  id,
  priority,
  status: "open",
  assigned_to: null,
  lease_ms: null,
  token: 0,
  version: 1,
  waits_for,
});

function update(
  world: World,
  by: Who,
  id: string,
  version: number | null,
  change: (row: Row) => string,
): string {
  const row = find(world, id);
  if (!row) return "not_found";
  if (ROLES[by] === "WORKER" && !(row.lease_ms !== null && row.assigned_to === by))
    return "permission_denied";
  if (version !== null && version !== row.version) return "stale_version";
  const was_done = isDone(row);
  const done = change(row);
  if (done !== "ok") return done;
  row.version += 1;
  // Opened anew: nobody's, if whoever did it is no member any more.
  const { assigned_to } = row;
  if (was_done && !isDone(row) && assigned_to && !world.members[assigned_to]) row.assigned_to = null;
  follow(row, by, row.lease_ms === null ? null : row.assigned_to);
  return "ok";
}

function move(row: Row, status: TaskStatus): string {
  if (status !== row.status && !MOVES[row.status].includes(status)) return "conflict";
  row.status = status;
  return "ok";
}

/** Ends the lease of the one who held it, unless the task goes on in their hands. */
function follow(row: Row, by: Who, holder: Who | null): void {
  if (holder === null) return;
  if (row.assigned_to !== holder) {
    row.lease_ms = null;
    if (!isDone(row)) row.status = "open";
  } else if (row.status === "open") Object.assign(row, { assigned_to: null, lease_ms: null });
  else if (isDone(row) || (row.status === "blocked" && by !== holder)) row.lease_ms = null;
}

function moveBoth(world: World, by: Who, { ids, versions }: Sent, status: TaskStatus): string {
  const before = structuredClone(world.tasks);
  for (const [index, id] of ids.entries()) {
    const moved = update(world, by, id, versions[index]!, (row) => move(row, status));
    if (moved === "ok") continue;
    world.tasks = before;
    return moved;
  }
  return "ok";
}

function remove(world: World, id: string, version: number | null): string {
  const row = find(world, id);
  if (!row) return "not_found";
  if (version !== null && version !== row.version) return "stale_version";
  if (world.tasks.some(({ waits_for }) => waits_for.includes(id))) return "conflict";
  world.tasks = world.tasks.filter((each) => each !== row);
  return "ok";
}

function assign(world: World, by: Who, id: string, to: Who | null): string {
  if (to !== null && world.members[to] === undefined) return "conflict";
  const row = find(world, id);
  if (!row) return "not_found";
  if (isDone(row)) return "conflict";
  const holder = row.lease_ms === null ? null : row.assigned_to;
  row.assigned_to = to;
  row.version += 1;
  follow(row, by, holder);
  return "ok";
}

function claim(world: World, by: Who, id: string, seconds: number): string {
  const row = find(world, id);
  if (!row) return "not_found";
  if (row.lease_ms !== null) return "task_held";
  if (row.status !== "open" || unsettledOf(world, row) > 0) return "task_not_claimable";
  if (row.assigned_to !== null && row.assigned_to !== by) return "task_not_claimable";
  return hold(world, row, by, seconds);
}

function hold(world: World, row: Row, by: Who, seconds: number): string {
  row.token += 1;
  row.version += 1;
  Object.assign(row, { status: "claimed", assigned_to: by, lease_ms: world.now_ms + seconds * 1_000 });
  return `ok ${row.id} ${row.token}`;
}

/** Own before anybody's, then by priority, then the oldest. */
function claimBest(world: World, by: Who, seconds: number): string {
  const offered = world.tasks.filter((row) => row.status === "open" && unsettledOf(world, row) === 0);
  for (const assignee of [by, null]) {
    for (const priority of PRIORITIES) {
      const best = offered.find((row) => row.assigned_to === assignee && row.priority === priority);
      if (best) return hold(world, best, by, seconds);
    }
  }
  return "nothing";
}

function prove(world: World, command: Extract<Command, { token: Off }>, id: string, token: number): string {
  const row = find(world, id);
  if (!row) return "not_found";
  if (row.lease_ms === null || row.assigned_to !== command.by || row.token !== token)
    return "stale_fencing_token";
  if (command.kind === "renew") {
    row.lease_ms = world.now_ms + command.seconds * 1_000;
    row.version += 1;
    return `ok ${row.id} ${row.token}`;
  }
  if (command.kind === "complete" && row.status === "blocked") return "conflict";
  row.version += 1;
  if (command.kind === "complete") Object.assign(row, { status: "done", lease_ms: null });
  else Object.assign(row, { status: "open", assigned_to: null, lease_ms: null });
  return "ok";
}

function join(world: World, { who, role }: Extract<Command, { kind: "join" }>): string {
  if (who === "owner" || role === "owner") return "conflict";
  world.members[who] = role;
  if (role === "viewer") giveBack(world, who);
  return "ok";
}

function leave(world: World, who: Who): string {
  if (world.members[who] === undefined) return "not_found";
  if (who === "owner") return "conflict";
  delete world.members[who];
  giveBack(world, who);
  unassign(world, who);
  return "ok";
}
