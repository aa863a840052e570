// What the log says happened, against itself and against the rows: pure functions, so that broken histories can be tried
// on them. Each answers what is wrong, in words.
import type { Event } from "../../e2e/audit-trail.ts";
import type { Task } from "../ledger.ts";

export type HistoryEvent = Pick<Event, "id" | "event_type" | "user_id" | "targets" | "details">;

interface Claim {
  readonly holder: string | null;
  readonly token: number;
}

/** What a lease's holder alone does, who shows the token; integrations complete what their mapping says. */
const BY_HOLDER = new Set(["task.completed", "task.released", "task.lease_renewed"]);
const ENDS = new Set(["task.completed", "task.released", "task.lease_expired", "task.lease_ended"]);

/** One holder of a task at a time; each claim has the next token; only the holder goes on with it. */
export function wrongClaims(events: readonly HistoryEvent[]): string[] {
  const last = new Map<string, number>();
  const held = new Map<string, Claim>();
  const wrong: string[] = [];
  for (const { id, event_type, user_id, targets, details } of events) {
    const task = targets[1];
    if (task === undefined) continue;
    const claim = held.get(task);
    if (event_type === "task.claimed") {
      const token = Number(details.fencing_token);
      if (claim) wrong.push(`${task} was claimed by ${user_id} while ${claim.holder} held it (${id})`);
      const before = last.get(task) ?? 0;
      if (token !== before + 1) wrong.push(`${task}: token ${token} came after ${before} (${id})`);
      last.set(task, token);
      held.set(task, { holder: user_id, token });
    } else if (BY_HOLDER.has(event_type) && !user_id?.startsWith("int_") && claim?.holder !== user_id) {
      wrong.push(
        `${event_type} of ${task} by ${user_id}, where ${claim?.holder ?? "nobody"} held it (${id})`,
      );
    }
    if (ENDS.has(event_type)) held.delete(task);
  }
  return wrong;
}

const RAISES_VERSION = new Set([
  "task.updated",
  "task.claimed",
  "task.completed",
  "task.released",
  "task.lease_renewed",
  "task.lease_expired",
  "task.lease_ended",
]);

/** Every row has its creation in the log, and as many changes as its version says; no event is without its row. */
export function wrongTasks(events: readonly HistoryEvent[], tasks: readonly Task[]): string[] {
  const wrong: string[] = [];
  const made = events.reduce((sum, { event_type, details }) => {
    if (event_type === "task.imported") return sum + Number(details.tasks);
    return event_type === "task.created" ? sum + 1 : sum;
  }, 0);
  if (made !== tasks.length) wrong.push(`${tasks.length} tasks, where events tell of ${made}`);
  const raised = new Map<string, number>();
  for (const { event_type, targets } of events) {
    if (RAISES_VERSION.has(event_type)) raised.set(targets[1]!, (raised.get(targets[1]!) ?? 0) + 1);
  }
  for (const { id, version } of tasks) {
    const changes = raised.get(id) ?? 0;
    if (changes !== version - 1)
      wrong.push(`${id} is at version ${version}, and has ${changes} changes in the log`);
  }
  return wrong;
}

/** Rows that are older than what somebody was answered, or other. */
export function lostTasks(acknowledged: readonly Task[], tasks: readonly Task[]): string[] {
  const rows = new Map(tasks.map((task) => [task.id, task]));
  return acknowledged.flatMap((task) => {
    const row = rows.get(task.id);
    if (!row) return [`${task.id} is gone`];
    if (row.version < task.version)
      return [`${task.id} is at version ${row.version}, and ${task.version} was answered`];
    const isSame = row.version > task.version || (row.title === task.title && row.status === task.status);
    return isSame ? [] : [`${task.id} differs from what was answered at version ${task.version}`];
  });
}

/** What is counted beside the rows agrees with them. */
export function wrongCounts(counts: Readonly<Record<string, number>>, tasks: readonly Task[]): string[] {
  const found: Record<string, number> = {};
  for (const { status } of tasks) found[status] = (found[status] ?? 0) + 1;
  return [...new Set([...Object.keys(counts), ...Object.keys(found)])].flatMap((status) => {
    const [said, are] = [counts[status] ?? 0, found[status] ?? 0];
    return said === are ? [] : [`${said} tasks are counted as ${status}, and ${are} are`];
  });
}

/** Whatever can be heard of arrived, under one id each, and nothing else did. */
export function wrongArrivals(
  events: readonly HistoryEvent[],
  effects: ReadonlyMap<
    string,
    { readonly data: { readonly event_id: string; readonly task_id: string | null } }
  >,
): string[] {
  const wrong: string[] = [];
  const told = new Map<string, string>();
  for (const [id, { data }] of effects) {
    const key = `${data.event_id} ${data.task_id}`;
    if (told.has(key)) wrong.push(`event ${data.event_id} took effect twice: ${told.get(key)} and ${id}`);
    told.set(key, id);
  }
  const heard = new Set([...effects.values()].map(({ data }) => data.event_id));
  const wanted = new Set(events.map(({ id }) => id));
  for (const { id, event_type } of events)
    if (!heard.has(id)) wrong.push(`nobody was told of ${event_type} ${id}`);
  for (const id of heard) if (!wanted.has(id)) wrong.push(`${id} was told of, and is not in the log`);
  return wrong;
}
