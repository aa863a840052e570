// The panel of one task, beside the view it was opened from: what it is, what can be done with it now, what it waits
// for, what is said of it.
import { useState } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { Assignees } from "../assignees/assignees.tsx";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { attempt, done, useRun } from "../connection/run.ts";
import { sayHours } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Panel } from "../parts/panel.tsx";
import { Await } from "../parts/state.tsx";
import { PriorityMark, StatusBadge, When } from "../parts/text.tsx";
import { etagOf, type OpenProject } from "../project/open-project.ts";
import { Activity } from "./activity.tsx";
import { Assign, mayAssign } from "./assign.tsx";
import { Comments } from "./comments.tsx";
import { EditTask } from "./edit-task.tsx";
import { Relations } from "./relations.tsx";
import { Work } from "./work.tsx";

export interface TaskProps {
  readonly open: OpenProject;
  readonly task: Task;
}

export const TaskPanel = ({
  open,
  id,
  close,
}: {
  readonly open: OpenProject;
  readonly id: string;
  readonly close: () => void;
}) => {
  const known = open.tasks.value.get(id);
  const found = useLoad(
    known
      ? null
      : async () => {
          const { task } = (await service.readTask({ params: { project_id: open.id, task_id: id } })).body;
          open.put(task);
          return task;
        },
    [id, known === undefined],
  );
  return (
    <Panel label="Task" close={close}>
      {known ? <Known open={open} task={known} close={close} /> : <Await of={found}>{() => null}</Await>}
    </Panel>
  );
};

const Known = ({ open, task, close }: TaskProps & { readonly close: () => void }) => {
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const editable = open.editable.value;
  return (
    <>
      <header class="panel-head">
        <StatusBadge status={task.status} />
        <PriorityMark priority={task.priority} />
        <span class="actions">
          {editable && !editing && (
            <Button small onClick={() => setEditing(true)}>
              Edit
            </Button>
          )}
          {editable && (
            <Button
              small
              kind="quiet"
              icon="trash"
              label="Delete the task"
              onClick={() => setDeleting(true)}
            />
          )}
          <Button small kind="quiet" icon="close" label="Close the task" onClick={close} />
        </span>
      </header>
      {editing ? (
        <EditTask open={open} task={task} close={() => setEditing(false)} />
      ) : (
        <>
          <h2 class="panel-title">{task.title}</h2>
          {task.description ? <p class="prose">{task.description}</p> : <p class="hint">No description.</p>}
          <Facts open={open} task={task} />
          {task.result !== null && (
            <section class="panel-part">
              <h3>Result</h3>
              <p class="prose">{task.result || "Done, without a word about it."}</p>
            </section>
          )}
          <Work open={open} task={task} />
          {mayAssign(open) && (task.status === "open" || task.status === "blocked") && (
            <section class="panel-part" aria-label="Who fits">
              <h3>Who fits it</h3>
              <Assignees key={task.id} open={open} task={task} />
            </section>
          )}
          <Relations open={open} task={task} />
          <Comments open={open} task={task} />
          <Activity open={open} task={task} />
        </>
      )}
      {deleting && <DeleteTask open={open} task={task} close={() => setDeleting(false)} gone={close} />}
    </>
  );
};

const Facts = ({ open, task }: TaskProps) => (
  <dl class="panel-facts">
    <dt>Assigned to</dt>
    <dd>
      <Assign open={open} task={task} />
    </dd>
    <dt>Due</dt>
    <dd>{task.due_at ? <When at={task.due_at} /> : "No date"}</dd>
    <dt>Estimate</dt>
    <dd>
      {task.estimate
        ? `${sayHours(task.estimate.likely)} likely, ${sayHours(task.estimate.optimistic)} to ${sayHours(task.estimate.pessimistic)}`
        : "None"}
    </dd>
    {task.labels.length > 0 && (
      <>
        <dt>Labels</dt>
        <dd class="badges">
          {task.labels.map((label) => (
            <span key={label} class="label">
              {label}
            </span>
          ))}
        </dd>
      </>
    )}
    {task.skills.length > 0 && (
      <>
        <dt>Skills</dt>
        <dd>{task.skills.join(", ")}</dd>
      </>
    )}
    <dt>Created</dt>
    <dd>
      <When at={task.created_at} /> by {open.nameOf(task.created_by)}
    </dd>
  </dl>
);

const DeleteTask = ({
  open,
  task,
  close,
  gone,
}: TaskProps & { readonly close: () => void; readonly gone: () => void }) => {
  const running = useRun();
  return (
    <FormDialog
      title="Delete this task?"
      action="Delete it"
      danger
      running={running}
      onClose={close}
      onSubmit={() =>
        running.run(async () => {
          const params = { project_id: open.id, task_id: task.id };
          await service.deleteTask({ params, if_match: etagOf(task) });
          gone();
          open.drop(task.id);
          // What was written stays here until the page is left: a new task like it is cheap to make.
          done(`"${task.title}" is deleted.`, () => attempt(() => again(open, task)));
        })
      }
    >
      <p>
        “{task.title}” goes with its comments. A task that others wait for, or that has sub-tasks, is not
        deleted.
      </p>
    </FormDialog>
  );
};

/** Makes a task like the deleted one; its comments and its number are gone. */
async function again(open: OpenProject, task: Task): Promise<void> {
  const { title, description, depends_on, estimate, skills, labels, parent_id, priority, due_at } = task;
  const { body } = await service.createTask({
    params: { project_id: open.id },
    body: { title, description, depends_on, estimate, skills, labels, parent_id, priority, due_at },
  });
  open.put(body.task);
}
