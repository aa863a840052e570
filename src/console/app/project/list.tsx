// The list: all tasks as a table, sorted by a press on a column's name.
import { useState } from "preact/hooks";
import { PRIORITIES, TASK_STATUSES, type Task } from "../../../schema/project.ts";
import { sayDate } from "../format/time.ts";
import { Empty } from "../parts/state.tsx";
import { Person, PriorityMark, StatusBadge, When } from "../parts/text.tsx";
import { holderOf, passes } from "./filter.ts";
import { FilterBar, filter, NoneFits } from "./filter-bar.tsx";
import { taskHref, type ViewProps } from "./view.ts";

type Column = "title" | "status" | "priority" | "who" | "due" | "updated";

const COLUMNS: readonly { readonly column: Column; readonly label: string; readonly minor?: boolean }[] = [
  { column: "title", label: "Task" },
  { column: "status", label: "Status" },
  { column: "priority", label: "Priority", minor: true },
  { column: "who", label: "Whose", minor: true },
  { column: "due", label: "Due", minor: true },
  { column: "updated", label: "Changed", minor: true },
];

export const TaskList = ({ open }: ViewProps) => {
  const [{ by, down }, setSort] = useState<{ by: Column; down: boolean }>({ by: "updated", down: true });
  const shown = [...open.tasks.value.values()].filter((task) => passes(task, filter.value));
  const key = (task: Task): string | number => {
    const holder = holderOf(task);
    return {
      title: task.title.toLowerCase(),
      status: TASK_STATUSES.indexOf(task.status),
      priority: PRIORITIES.indexOf(task.priority),
      who: holder ? open.nameOf(holder) : "￿",
      due: task.due_at ?? "9999",
      updated: task.updated_at,
    }[by];
  };
  const sign = down ? -1 : 1;
  const sorted = shown.sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    return one < other ? -sign : one > other ? sign : a.id < b.id ? -1 : 1;
  });
  if (open.tasks.value.size === 0)
    return (
      <Empty icon="list" title="No task yet">
        {open.editable.value
          ? "Press “New task” to add the first."
          : "Its owner or an editor adds the first."}
      </Empty>
    );
  if (shown.length === 0)
    return (
      <>
        <FilterBar open={open} shown={0} />
        <NoneFits />
      </>
    );
  return (
    <>
      <FilterBar open={open} shown={shown.length} />
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              {COLUMNS.map(({ column, label, minor }) => (
                <th
                  key={column}
                  scope="col"
                  class={minor ? "minor" : undefined}
                  aria-sort={by === column ? (down ? "descending" : "ascending") : "none"}
                >
                  <button type="button" onClick={() => setSort({ by: column, down: by === column && !down })}>
                    {label}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((task) => {
              const holder = holderOf(task);
              return (
                <tr key={task.id}>
                  <td>
                    <a href={taskHref(task.id)}>{task.title}</a>
                  </td>
                  <td>
                    <StatusBadge status={task.status} />
                  </td>
                  <td class="minor">
                    <PriorityMark priority={task.priority} />
                  </td>
                  <td class="minor">{holder && <Person name={open.nameOf(holder)} />}</td>
                  <td class="minor">{task.due_at && sayDate(task.due_at, Date.now())}</td>
                  <td class="minor">
                    <When at={task.updated_at} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
};
