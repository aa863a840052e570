// What a task is a part of, what parts it has, what it waits for and what waits for it.
import { useState } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { service } from "../connection/requests.ts";
import { attempt, done } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { StatusBadge } from "../parts/text.tsx";
import { etagOf, type OpenProject } from "../project/open-project.ts";
import { taskHref } from "../project/view.ts";
import { NewTask } from "./new-task.tsx";

export const Relations = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const [adding, setAdding] = useState(false);
  const all = [...open.tasks.value.values()];
  const parent = task.parent_id ? open.tasks.value.get(task.parent_id) : undefined;
  const parts = all.filter(({ parent_id }) => parent_id === task.id);
  const waits = task.depends_on.map((id) => open.tasks.value.get(id)).filter((each) => each !== undefined);
  const waiting = all.filter(({ depends_on }) => depends_on.includes(task.id));
  const editable = open.editable.value;

  const wait = (depends_on: string[], text: string) => {
    const before = task.depends_on;
    const change = async (list: string[]) => {
      const latest = open.tasks.value.get(task.id) ?? task;
      const params = { project_id: open.id, task_id: task.id };
      open.put(
        (await service.updateTask({ params, body: { depends_on: list }, if_match: etagOf(latest) })).body
          .task,
      );
    };
    return attempt(async () => {
      await change(depends_on);
      done(text, () => change(before));
    });
  };
  const candidates = all
    .filter(({ id }) => id !== task.id && !task.depends_on.includes(id))
    .sort((a, b) => a.title.localeCompare(b.title));

  return (
    <>
      <section class="panel-part" aria-label="Sub-tasks">
        <header>
          <h3>Sub-tasks</h3>
          {editable && (
            <Button small kind="quiet" icon="plus" onClick={() => setAdding(true)}>
              Add
            </Button>
          )}
        </header>
        {parent && (
          <p class="hint">
            Part of <a href={taskHref(parent.id)}>{parent.title}</a>
          </p>
        )}
        {parts.length === 0 ? <p class="hint">None.</p> : <TaskLinks tasks={parts} />}
      </section>
      <section class="panel-part" aria-label="Dependencies">
        <h3>Waits for</h3>
        {waits.length === 0 ? (
          <p class="hint">Nothing: it can begin.</p>
        ) : (
          <TaskLinks
            tasks={waits}
            {...(editable && {
              remove: (id: string) =>
                wait(
                  task.depends_on.filter((each) => each !== id),
                  "It no longer waits for that.",
                ),
            })}
          />
        )}
        {editable && candidates.length > 0 && (
          <Select
            key={task.depends_on.join()}
            label="Add what it waits for"
            name="depends_on"
            hidden_label
            choices={[
              { value: "", label: "Add what it waits for …" },
              ...candidates.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            onChange={(id) => id && wait([...task.depends_on, id], "It waits for that now.")}
          />
        )}
        {waiting.length > 0 && (
          <>
            <h3>Waits for this</h3>
            <TaskLinks tasks={waiting} />
          </>
        )}
      </section>
      {adding && (
        <NewTask open={open} parent={task} close={() => setAdding(false)} onMade={() => setAdding(false)} />
      )}
    </>
  );
};

const TaskLinks = ({
  tasks,
  remove,
}: {
  readonly tasks: readonly Task[];
  readonly remove?: (id: string) => unknown;
}) => (
  <ul class="task-links">
    {tasks.map(({ id, title, status }) => (
      <li key={id}>
        <StatusBadge status={status} />
        <a href={taskHref(id)}>{title}</a>
        {remove && (
          <Button
            small
            kind="quiet"
            icon="close"
            label={`Do not wait for ${title}`}
            onClick={() => remove(id)}
          />
        )}
      </li>
    ))}
  </ul>
);
