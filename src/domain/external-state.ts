// What an event from elsewhere may do to a task: never backward. What is older than the task's present state does not
// move it; of two that happened in the same instant, the one that settles it counts.
import type { TaskStatus } from "../schema/project.ts";
import { isSettled } from "./task.ts";

/**
 * Whether an event that happened at that time moves the task. `open` opens what is done, cancelled or blocked, and
 * leaves alone what somebody works on.
 */
export function movesTask(from: TaskStatus, to: TaskStatus, at_ms: number, state_at_ms: number): boolean {
  if (from === to || at_ms < state_at_ms) return false;
  if (at_ms === state_at_ms && !isSettled(to)) return false;
  return to !== "open" || isSettled(from) || from === "blocked";
}
