// Changing a task, in its panel. Where somebody else changed it meanwhile, the newest shows and what was typed stays.

import type { Task } from "../../../schema/project.ts";
import { isRefused, service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { readForm } from "../parts/field.tsx";
import { Problem } from "../parts/state.tsx";
import type { OpenProject } from "../project/open-project.ts";
import { etagOf } from "../project/open-project.ts";
import { TaskFieldset, taskFrom } from "./task-fields.tsx";

export const EditTask = ({
  open,
  task,
  close,
}: {
  readonly open: OpenProject;
  readonly task: Task;
  readonly close: () => void;
}) => {
  const running = useRun();
  const params = { project_id: open.id, task_id: task.id };
  const submit = (event: SubmitEvent) => {
    const body = taskFrom(readForm(event));
    void running.run(async () => {
      try {
        open.put((await service.updateTask({ params, body, if_match: etagOf(task) })).body.task);
        done("Saved.");
        close();
      } catch (error) {
        if (isRefused(error, "stale_version")) open.put((await service.readTask({ params })).body.task);
        throw error;
      }
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <TaskFieldset task={task} />
      {running.problem && <Problem explanation={running.problem} />}
      <footer class="actions">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" kind="primary" busy={running.busy}>
          Save
        </Button>
      </footer>
    </form>
  );
};
