// Which tasks are shown: by words, priority, who, label; all of it has to hold. Pure.
import type { Priority, Task } from "../../../schema/project.ts";

export interface Filter {
  readonly words: string;
  readonly priority: Priority | "";
  /** An id, `none` for nobody's, or empty. */
  readonly who: string;
  readonly label: string;
  readonly blocked: boolean;
}

export const NO_FILTER: Filter = { words: "", priority: "", who: "", label: "", blocked: false };

export const isFiltering = (filter: Filter): boolean =>
  filter.words.trim() !== "" ||
  filter.priority !== "" ||
  filter.who !== "" ||
  filter.label !== "" ||
  filter.blocked;

/** Words are found anywhere in title and description, whatever their case. */
export function passes(task: Task, filter: Filter): boolean {
  const text = `${task.title}\n${task.description}`.toLowerCase();
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  return (
    words.every((word) => text.includes(word)) &&
    (filter.priority === "" || task.priority === filter.priority) &&
    (filter.who === "" || holderOf(task) === (filter.who === "none" ? null : filter.who)) &&
    (filter.label === "" || task.labels.includes(filter.label)) &&
    (!filter.blocked || task.blocked)
  );
}

/** Whose task it is: whoever holds it, else whoever it is assigned to. */
export const holderOf = ({ lease, assigned_to }: Task): string | null => lease?.holder ?? assigned_to;

export const labelsOf = (tasks: Iterable<Task>): string[] =>
  [...new Set([...tasks].flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b));
