// Which tasks wait, found anew here: the feed tells of a task that was done, not of each that may begin now. Pure.
import type { Task } from "../../../schema/project.ts";

const isSettled = ({ status }: Task): boolean => status === "done" || status === "cancelled";

/** The same tasks, `blocked` as the service would say it; of those with a dependency that is not here, as it was. */
export function withWaiting(tasks: ReadonlyMap<string, Task>): Map<string, Task> {
  return new Map(
    [...tasks].map(([id, task]) => {
      const waits = task.depends_on.map((each) => tasks.get(each));
      if (waits.includes(undefined)) return [id, task];
      const blocked =
        !isSettled(task) && (task.status === "blocked" || waits.some((each) => !isSettled(each!)));
      return [id, blocked === task.blocked ? task : { ...task, blocked }];
    }),
  );
}
