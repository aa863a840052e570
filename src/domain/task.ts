// A task's life. Which status may follow which is the table below; who may move it is decided elsewhere: editors and
// owners by any of these moves, workers only what they hold (domain/claim), and into `claimed` a claim alone leads.
// Settled means done or cancelled. A settled task has only settled sub-tasks: a parent is not settled while a sub-task
// is unsettled, and under a settled parent nothing begins anew.
import type { Task, TaskStatus } from "../schema/project.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  open: ["claimed", "in_progress", "blocked", "cancelled"],
  claimed: ["open", "in_progress", "blocked", "cancelled"],
  in_progress: ["open", "blocked", "done", "cancelled"],
  blocked: ["open", "in_progress", "cancelled"],
  done: ["open"],
  cancelled: ["open"],
};

/** Levels of sub-tasks: a task, its sub-tasks, and theirs. */
export const LEVELS_MAX = 3;

/** Whether those that depend on the task may go on: once it is done or cancelled. */
export const isSettled = (status: TaskStatus): boolean => status === "done" || status === "cancelled";

/** Whether a task may move from one status to another; staying is always allowed. */
export const mayMove = (from: TaskStatus, to: TaskStatus): boolean => from === to || NEXT[from].includes(to);

export const nextStatuses = (from: TaskStatus): readonly TaskStatus[] => NEXT[from];

/** The task above and, of those below, one that is not settled; null where there is none. */
export interface Family {
  readonly parent: Pick<Task, "id" | "status"> | null;
  readonly unsettled_child: string | null;
}

/** A move that somebody asks for by name. */
export function checkMove(from: TaskStatus, to: TaskStatus, family: Family): Result<null> {
  if (from === to) return ok(null);
  if (!mayMove(from, to)) {
    return refuse("conflict", {
      detail: `a task that is ${from} may become ${nextStatuses(from).join(", ")}`,
    });
  }
  if (to === "claimed") return refuse("conflict", { detail: "a task becomes claimed by a claim" });
  return checkFamily(to, family);
}

/** Whether a task of that status may stand there in its family. */
export function checkFamily(status: TaskStatus, { parent, unsettled_child }: Family): Result<null> {
  if (isSettled(status)) {
    if (unsettled_child === null) return ok(null);
    return refuse("conflict", { detail: `its sub-task ${unsettled_child} is neither done nor cancelled` });
  }
  if (!parent || !isSettled(parent.status)) return ok(null);
  return refuse("conflict", { detail: `its parent ${parent.id} is ${parent.status}` });
}
