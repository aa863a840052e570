// A new task; with a parent, a sub-task of it.
import { useState } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { readForm } from "../parts/field.tsx";
import type { OpenProject } from "../project/open-project.ts";
import { TaskFieldset, taskFrom } from "./task-fields.tsx";

export const NewTask = ({
  open,
  parent = null,
  close,
  onMade,
}: {
  readonly open: OpenProject;
  readonly parent?: Task | null;
  readonly close: () => void;
  readonly onMade: (task: Task) => void;
}) => {
  const running = useRun();
  // A press that is repeated after a broken connection makes no second task.
  const [idempotency_key] = useState(() => crypto.randomUUID());
  return (
    <FormDialog
      title={parent ? "New sub-task" : "New task"}
      action="Add it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const fields = taskFrom(readForm(event));
        void running.run(async () => {
          const { body } = await service.createTask({
            params: { project_id: open.id },
            body: { ...fields, parent_id: parent?.id ?? null },
            idempotency_key,
          });
          open.put(body.task);
          done(`"${body.task.title}" is added.`);
          onMade(body.task);
        });
      }}
    >
      {parent && <p class="hint">A part of “{parent.title}”.</p>}
      <TaskFieldset brief />
    </FormDialog>
  );
};
