// The board's columns, which cards stand in them in which order, and where the arrows lead from a card. Pure.
import type { Priority, Task, TaskStatus } from "../../../schema/project.ts";

export const COLUMNS: readonly TaskStatus[] = ["open", "claimed", "in_progress", "blocked", "done"];

const WEIGHT: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

/** Most urgent first, then what is due first, then the oldest; what is done, the latest first. */
export function inOrder(tasks: readonly Task[]): Task[] {
  return [...tasks].sort(
    (a, b) =>
      (b.completed_at ?? "").localeCompare(a.completed_at ?? "") ||
      WEIGHT[a.priority] - WEIGHT[b.priority] ||
      (a.due_at ?? "9999").localeCompare(b.due_at ?? "9999") ||
      a.created_at.localeCompare(b.created_at) ||
      a.id.localeCompare(b.id),
  );
}

/** Cards by column; cancelled tasks have none. */
export function inColumns(tasks: Iterable<Task>): Map<TaskStatus, Task[]> {
  const all = [...tasks];
  return new Map(COLUMNS.map((status) => [status, inOrder(all.filter((task) => task.status === status))]));
}

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

/** The card that an arrow leads to: up and down in its column, left and right to the same height; null for none. */
export function neighbour(
  columns: ReadonlyMap<TaskStatus, readonly Task[]>,
  id: string,
  arrow: Arrow,
): string | null {
  const lists = [...columns.values()];
  const x = lists.findIndex((list) => list.some((task) => task.id === id));
  if (x < 0) return null;
  const y = lists[x]!.findIndex((task) => task.id === id);
  if (arrow === "ArrowUp" || arrow === "ArrowDown")
    return lists[x]![y + (arrow === "ArrowUp" ? -1 : 1)]?.id ?? null;
  const step = arrow === "ArrowLeft" ? -1 : 1;
  for (let at = x + step; at >= 0 && at < lists.length; at += step) {
    const list = lists[at]!;
    if (list.length > 0) return list[Math.min(y, list.length - 1)]!.id;
  }
  return null;
}

/** The next column in that direction to which a card may move; null for none. */
export function nextColumn(
  from: TaskStatus,
  arrow: Arrow,
  may: (from: TaskStatus, to: TaskStatus) => boolean,
): TaskStatus | null {
  const step = arrow === "ArrowLeft" ? -1 : arrow === "ArrowRight" ? 1 : 0;
  if (step === 0) return null;
  for (let at = COLUMNS.indexOf(from) + step; at >= 0 && at < COLUMNS.length; at += step)
    if (may(from, COLUMNS[at]!)) return COLUMNS[at]!;
  return null;
}
