// Which status a client may ask for: the table of the domain without `claimed`, which only a claim leads to.
import { nextStatuses } from "../domain/task.ts";
import type { TaskStatus } from "../schema/project.ts";

export const movesFrom = (status: TaskStatus): TaskStatus[] =>
  nextStatuses(status).filter((next) => next !== "claimed");

/** The fewest moves from one status to another, each a status to ask for; null where none lead there. */
export function movesBetween(from: TaskStatus, to: TaskStatus): TaskStatus[] | null {
  const ways = new Map<TaskStatus, TaskStatus[]>([[from, []]]);
  for (const [status, way] of ways) {
    if (status === to) return way;
    for (const next of movesFrom(status)) if (!ways.has(next)) ways.set(next, [...way, next]);
  }
  return null;
}
