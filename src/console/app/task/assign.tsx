// Whose task it is: chosen among the members where the reader may, else said.

import type { Task } from "../../../schema/project.ts";
import { service } from "../connection/requests.ts";
import { attempt, done } from "../connection/run.ts";
import { may } from "../connection/session.ts";
import { Select } from "../parts/field.tsx";
import { Person } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";

export const Assign = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const assignee = task.assigned_to;
  if (!open.editable.value || !may("task:assign"))
    return assignee ? <Person name={open.nameOf(assignee)} /> : <>Nobody</>;
  const assign = (user_id: string | null) =>
    service.assignTask({ params: { project_id: open.id, task_id: task.id }, body: { user_id } });
  const choose = (value: string) =>
    attempt(async () => {
      open.put((await assign(value || null)).body.task);
      const name = value ? open.nameOf(value) : "nobody";
      done(`Assigned to ${name}.`, async () => open.put((await assign(assignee)).body.task));
    });
  const choices = open.members.value.map(({ user_id, username }) => ({ value: user_id, label: username }));
  return (
    <Select
      key={assignee ?? ""}
      label="Assigned to"
      name="assignee"
      hidden_label
      value={assignee ?? ""}
      choices={[{ value: "", label: "Nobody" }, ...choices]}
      onChange={choose}
    />
  );
};
