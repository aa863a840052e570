// When each task can begin and must begin: the critical path method (Kelley and Walker 1959) over dependencies.
// Whole minutes from the start of the work, so that sums are exact. Time linear in tasks and dependencies.
import { ordered } from "./task-graph.ts";

export interface Activity {
  readonly id: string;
  /** Whole, 0 or more. */
  readonly minutes: number;
  /** Ids; those that are not among the activities are taken as done. */
  readonly waits_for: readonly string[];
}

/** Minutes from the start of the work. */
export interface Slot {
  readonly earliest_start: number;
  readonly earliest_finish: number;
  readonly latest_start: number;
  readonly latest_finish: number;
  /** How late it may begin without moving the end of the whole. */
  readonly total_float: number;
  /** How late it may begin without moving anything else. */
  readonly free_float: number;
}

export interface Schedule {
  /** Length of the whole, with as many hands as can be busy at once. */
  readonly minutes: number;
  /** One for each activity, in the order given. */
  readonly slots: readonly Slot[];
  /** Ids of one longest chain, first to last. */
  readonly critical_path: readonly string[];
}

/** Throws RangeError where dependencies form a cycle, which a project never stores. */
export function schedule(activities: readonly Activity[]): Schedule {
  const predecessors = predecessorsOf(activities);
  const { order, successors } = ordered(predecessors);
  const size = activities.length;
  const start = new Float64Array(size);
  const finish = new Float64Array(size);
  for (const at of order) {
    for (const before of predecessors[at]!) start[at] = Math.max(start[at]!, finish[before]!);
    finish[at] = start[at]! + activities[at]!.minutes;
  }
  const minutes = finish.reduce((latest, each) => Math.max(latest, each), 0);
  const latest = new Float64Array(size).fill(minutes);
  const next = new Float64Array(size).fill(minutes);
  for (const at of order.toReversed()) {
    for (const after of successors[at]!) {
      latest[at] = Math.min(latest[at]!, latest[after]! - activities[after]!.minutes);
      next[at] = Math.min(next[at]!, start[after]!);
    }
  }
  const slots = activities.map((activity, at) => ({
    earliest_start: start[at]!,
    earliest_finish: finish[at]!,
    latest_start: latest[at]! - activity.minutes,
    latest_finish: latest[at]!,
    total_float: latest[at]! - finish[at]!,
    free_float: next[at]! - finish[at]!,
  }));
  return { minutes, slots, critical_path: longestChain(activities, predecessors, start, finish, minutes) };
}

/** For each activity the places of those that it waits for. */
function predecessorsOf(activities: readonly Activity[]): number[][] {
  const place = new Map(activities.map(({ id }, at) => [id, at]));
  return activities.map(({ waits_for }) =>
    waits_for.map((id) => place.get(id)).filter((at) => at !== undefined),
  );
}

function longestChain(
  activities: readonly Activity[],
  predecessors: readonly number[][],
  start: Float64Array,
  finish: Float64Array,
  minutes: number,
): string[] {
  const chain: string[] = [];
  let at: number | undefined = activities.length === 0 ? undefined : finish.indexOf(minutes);
  while (at !== undefined) {
    chain.push(activities[at]!.id);
    const begins: number = start[at]!;
    at = predecessors[at]!.find((before) => finish[before] === begins);
  }
  return chain.reverse();
}
