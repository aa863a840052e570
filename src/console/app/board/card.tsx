// A task as a card: title, and as little else as tells whether it matters now.
import type { Task } from "../../../schema/project.ts";
import { sayDate, sayHours } from "../format/time.ts";
import { Icon } from "../parts/icon.tsx";
import { Avatar, PriorityMark } from "../parts/text.tsx";
import { holderOf } from "../project/filter.ts";
import type { OpenProject } from "../project/open-project.ts";
import { taskHref } from "../project/view.ts";

export const Card = ({
  open,
  task,
  onKeyDown,
  onDrag,
}: {
  readonly open: OpenProject;
  readonly task: Task;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onDrag: (task: Task | null) => void;
}) => {
  const holder = holderOf(task);
  const now_ms = Date.now();
  const late = task.due_at !== null && task.status !== "done" && Date.parse(task.due_at) < now_ms;
  return (
    <li
      class="task-card"
      draggable={open.editable.value}
      onDragStart={(event) => {
        event.dataTransfer?.setData("text/plain", task.title);
        onDrag(task);
      }}
      onDragEnd={() => onDrag(null)}
    >
      <a
        id={`card-${task.id}`}
        class="task-title"
        href={taskHref(task.id)}
        draggable={false}
        onKeyDown={onKeyDown}
      >
        {task.title}
      </a>
      <div class="task-facts">
        <PriorityMark priority={task.priority} />
        {task.blocked && (
          <span class="fact warn" title="Waits for another task">
            <Icon name="blocked" size={14} /> Waiting
          </span>
        )}
        {task.due_at && (
          <span class={late ? "fact bad" : "fact"} title={late ? "Overdue" : "Due"}>
            <Icon name="clock" size={14} /> {sayDate(task.due_at, now_ms)}
          </span>
        )}
        {task.estimate && <span class="fact">{sayHours(task.estimate.likely)}</span>}
        {task.labels.map((label) => (
          <span key={label} class="label">
            {label}
          </span>
        ))}
        {holder && (
          <span class="holder" title={open.nameOf(holder)}>
            <Avatar name={open.nameOf(holder)} small />
            <span class="unseen">{open.nameOf(holder)}</span>
          </span>
        )}
      </div>
    </li>
  );
};
