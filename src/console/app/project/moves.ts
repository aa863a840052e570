// Moving tasks: the fewest steps that the rules allow, shown at once, taken back where the service refuses.
import { movesBetween } from "../../../api/task-moves.ts";
import type { Task, TaskStatus } from "../../../schema/project.ts";
import { isRefused, service } from "../connection/requests.ts";
import { done, failed } from "../connection/run.ts";
import { STATUS_WORDS } from "../format/words.ts";
import { etagOf, type OpenProject } from "./open-project.ts";

/** Whether a task can be brought there at all by moving it. */
export const canMove = (from: TaskStatus, to: TaskStatus): boolean =>
  from !== to && to !== "claimed" && movesBetween(from, to) !== null;

/** Moves a task; says what was done, with the way back where there is one. */
export async function moveTask(
  open: OpenProject,
  task: Task,
  to: TaskStatus,
  undoing = false,
): Promise<void> {
  const steps = movesBetween(task.status, to);
  if (!steps || steps.length === 0) return;
  const from = task.status;
  open.put({ ...task, status: to });
  let last = task;
  try {
    for (const status of steps) {
      const { body } = await service.updateTask({
        params: { project_id: open.id, task_id: task.id },
        body: { status },
        if_match: etagOf(last),
      });
      last = body.task;
    }
    open.put(last);
    if (undoing) return done(`"${task.title}" is ${STATUS_WORDS[to].toLowerCase()} again.`);
    const back = canMove(to, from) ? () => moveTask(open, last, from, true) : undefined;
    done(`"${task.title}" is ${STATUS_WORDS[to].toLowerCase()} now.`, back);
  } catch (error) {
    open.put(last);
    if (isRefused(error, "stale_version")) await open.readTasks();
    failed(error);
  }
}
