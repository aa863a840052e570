// What a reader wants to know of a project's tasks at a glance: what can start, and which chain is longest.
// Hours are expected ones, (optimistic + 4 likely + pessimistic) / 6, the mean of PERT.
import type { Answer } from "../api/client.ts";

const CHAIN_SHOWN = 4;

export type ListedTask = Answer<"listTasks">["body"]["tasks"][number];

export interface PlanFacts {
  readonly dependencies: number;
  /** Tasks that wait for no other. */
  readonly ready: readonly ListedTask[];
  readonly hours: number;
  /** The chain of dependencies with the most hours, first task first. */
  readonly longest_chain: readonly ListedTask[];
  readonly longest_chain_hours: number;
}

/** Expected working hours of a task; 0 where it has no estimate. */
export function expectedHours({ estimate }: Pick<ListedTask, "estimate">): number {
  return estimate ? (estimate.optimistic + 4 * estimate.likely + estimate.pessimistic) / 6 : 0;
}

/** The facts of tasks whose dependencies form no cycle; throws RangeError if they do. */
export function planFacts(tasks: readonly ListedTask[]): PlanFacts {
  const until = new Map<string, { hours: number; task: ListedTask; before: string | null }>();
  for (const task of dependenciesFirst(tasks)) {
    const before = task.depends_on.reduce<string | null>(
      (longest, id) => (longest === null || until.get(id)!.hours > until.get(longest)!.hours ? id : longest),
      null,
    );
    const hours = expectedHours(task) + (before === null ? 0 : until.get(before)!.hours);
    until.set(task.id, { hours, task, before });
  }
  const ends = [...until.values()];
  const last = ends.reduce((longest, end) => (end.hours > longest.hours ? end : longest), ends[0]!);
  const longest_chain: ListedTask[] = [];
  for (
    let end = ends.length > 0 ? last : undefined;
    end;
    end = end.before === null ? undefined : until.get(end.before)
  )
    longest_chain.unshift(end.task);
  return {
    dependencies: tasks.reduce((sum, { depends_on }) => sum + depends_on.length, 0),
    ready: tasks.filter(({ depends_on }) => depends_on.length === 0),
    hours: tasks.reduce((sum, task) => sum + expectedHours(task), 0),
    longest_chain,
    longest_chain_hours: last?.hours ?? 0,
  };
}

/** The facts in words; of a long chain only its first tasks and the last. */
export function describePlan(facts: PlanFacts): string[] {
  const { dependencies, ready, hours, longest_chain, longest_chain_hours } = facts;
  const titles = longest_chain.map(({ title }) => title);
  const hidden = titles.length - CHAIN_SHOWN - 1;
  if (hidden > 1) titles.splice(CHAIN_SHOWN, hidden, `… ${hidden} more …`);
  return [
    `${counted(dependencies, "dependency", "dependencies")}; ${counted(ready.length, "task")} can start now; ${counted(Math.round(hours), "hour")} of work in all.`,
    ...(titles.length < 2
      ? []
      : [
          `The longest chain has ${counted(longest_chain.length, "task")} and ${counted(Math.round(longest_chain_hours), "hour")}:`,
          ...titles.map((title, depth) => (depth === 0 ? title : `${"   ".repeat(depth - 1)}└─ ${title}`)),
        ]),
  ];
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** The tasks in an order in which each comes after those that it waits for (Kahn's algorithm). */
function dependenciesFirst(tasks: readonly ListedTask[]): ListedTask[] {
  const waiting = new Map(tasks.map(({ id, depends_on }) => [id, depends_on.length]));
  const followers = new Map<string, ListedTask[]>();
  for (const task of tasks)
    for (const id of task.depends_on) followers.set(id, [...(followers.get(id) ?? []), task]);
  const order = tasks.filter(({ depends_on }) => depends_on.length === 0);
  for (const task of order)
    for (const follower of followers.get(task.id) ?? []) {
      const left = waiting.get(follower.id)! - 1;
      waiting.set(follower.id, left);
      if (left === 0) order.push(follower);
    }
  if (order.length < tasks.length) throw new RangeError("these dependencies form a cycle");
  return order;
}
