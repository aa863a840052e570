// The ranking of workers for a task that is chosen here, for a look at the whole project: what is nobody's comes first.
import { useState } from "preact/hooks";
import { Select } from "../parts/field.tsx";
import type { ViewProps } from "../project/view.ts";
import { mayAssign } from "../task/assign.tsx";
import { Assignees } from "./assignees.tsx";

export const ChooseTask = ({ open }: ViewProps) => {
  const [chosen, setChosen] = useState("");
  if (!mayAssign(open)) return null;
  const tasks = [...open.tasks.value.values()]
    .filter(({ status }) => status === "open" || status === "blocked")
    .sort((a, b) => Number(a.assigned_to !== null) - Number(b.assigned_to !== null));
  const task = open.tasks.value.get(chosen) ?? tasks[0];
  if (!task) return null;
  return (
    <section class="section" aria-labelledby="assignees">
      <header>
        <h2 id="assignees">Whom to give a task</h2>
        <p>By skill, load and working hours of the project's workers. Nothing is assigned before you do.</p>
      </header>
      <div class="panel-card form">
        <Select
          label="Task"
          name="task"
          value={task.id}
          choices={tasks.map(({ id, title, assigned_to }) => ({
            value: id,
            label: assigned_to ? `${title} (${open.nameOf(assigned_to)})` : title,
          }))}
          onChange={setChosen}
        />
        <Assignees key={task.id} open={open} task={task} />
      </div>
    </section>
  );
};
