// A task's life: which status may follow which.
import type { TaskStatus } from "../schema/project.ts";

const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  open: ["claimed", "in_progress", "blocked", "cancelled"],
  claimed: ["open", "in_progress", "blocked", "cancelled"],
  in_progress: ["open", "blocked", "done", "cancelled"],
  blocked: ["open", "in_progress", "cancelled"],
  done: ["open"],
  cancelled: ["open"],
};

/** Whether a task may move from one status to another; staying is always allowed. */
export const mayMove = (from: TaskStatus, to: TaskStatus): boolean => from === to || NEXT[from].includes(to);

export const nextStatuses = (from: TaskStatus): readonly TaskStatus[] => NEXT[from];
