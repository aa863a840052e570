// Whose task it is: chosen among the members where the reader may, else said.

import type { Task } from "../../../schema/project.ts";
import { service } from "../connection/requests.ts";
import { attempt, done } from "../connection/run.ts";
import { may } from "../connection/session.ts";
import { Select } from "../parts/field.tsx";
import { Person } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";

/** Whether the reader may give this project's tasks to others. */
export const mayAssign = (open: OpenProject): boolean => open.editable.value && may("task:assign");

/** Gives the task to a member, or to nobody; it can be taken back. */
export const assignTo = (open: OpenProject, task: Task, principal_id: string | null): Promise<boolean> => {
  const assign = async (user_id: string | null) => {
    const params = { project_id: open.id, task_id: task.id };
    open.put((await service.assignTask({ params, body: { user_id } })).body.task);
  };
  return attempt(async () => {
    await assign(principal_id);
    const name = principal_id ? open.nameOf(principal_id) : "nobody";
    done(`Assigned to ${name}.`, () => assign(task.assigned_to));
  });
};

export const Assign = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const assignee = task.assigned_to;
  if (!mayAssign(open)) return assignee ? <Person name={open.nameOf(assignee)} /> : <>Nobody</>;
  const choices = open.members.value.map(({ user_id, username }) => ({ value: user_id, label: username }));
  return (
    <Select
      key={assignee ?? ""}
      label="Assigned to"
      name="assignee"
      hidden_label
      value={assignee ?? ""}
      choices={[{ value: "", label: "Nobody" }, ...choices]}
      onChange={(value) => assignTo(open, task, value || null)}
    />
  );
};
