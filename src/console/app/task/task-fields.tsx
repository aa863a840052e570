// The fields of a task, the same for a new one and for one that is changed; and what they say as the API takes it.
import { PRIORITIES, type Priority, type Task } from "../../../schema/project.ts";
import { fromLocalField, toLocalField } from "../format/time.ts";
import { PRIORITY_WORDS } from "../format/words.ts";
import { Field, type readForm, Select, TextArea } from "../parts/field.tsx";

type Fields = Pick<Task, "title" | "description" | "priority" | "due_at" | "labels" | "skills" | "estimate">;

const words = (text: string): string[] =>
  text
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");

/** An estimate wants all three numbers, or none. */
export function taskFrom({ text }: Pick<ReturnType<typeof readForm>, "text">): Fields {
  const hours = [text("optimistic"), text("likely"), text("pessimistic")];
  const [optimistic, likely, pessimistic] = hours.map((each) => Number(each === "" ? text("likely") : each));
  return {
    title: text("title"),
    description: text("description"),
    priority: text("priority") as Priority,
    due_at: fromLocalField(text("due_at")),
    labels: words(text("labels")),
    skills: words(text("skills")),
    estimate:
      hours[1] === "" ? null : { optimistic: optimistic!, likely: likely!, pessimistic: pessimistic! },
  };
}

export const TaskFieldset = ({ task, brief = false }: { readonly task?: Task; readonly brief?: boolean }) => (
  <>
    <Field label="Title" name="title" required maxLength={200} value={task?.title ?? ""} autofocus />
    <TextArea
      label="Description"
      name="description"
      maxLength={10_000}
      value={task?.description ?? ""}
      rows={brief ? 3 : 6}
    />
    <div class="pair">
      <Select
        label="Priority"
        name="priority"
        value={task?.priority ?? "normal"}
        choices={PRIORITIES.map((value) => ({ value, label: PRIORITY_WORDS[value] }))}
      />
      <Field label="Due" name="due_at" type="datetime-local" value={toLocalField(task?.due_at ?? null)} />
    </div>
    <fieldset>
      <legend>Estimate in working hours</legend>
      <div class="triple">
        {(["optimistic", "likely", "pessimistic"] as const).map((name) => (
          <Field
            key={name}
            label={name[0]!.toUpperCase() + name.slice(1)}
            name={name}
            type="number"
            min={0}
            max={100_000}
            step="any"
            value={task?.estimate ? String(task.estimate[name]) : ""}
          />
        ))}
      </div>
    </fieldset>
    <div class="pair">
      <Field
        label="Labels"
        name="labels"
        value={task?.labels.join(", ") ?? ""}
        hint="With commas between them"
      />
      <Field
        label="Skills it asks for"
        name="skills"
        value={task?.skills.join(", ") ?? ""}
        hint="Such as writing, typescript"
      />
    </div>
  </>
);
