// The board: tasks as cards in columns by status. Cards are dragged, or moved with Shift and an arrow; arrows alone
// lead from card to card.
import { useState } from "preact/hooks";
import type { Task, TaskStatus } from "../../../schema/project.ts";
import { STATUS_WORDS, sayCount } from "../format/words.ts";
import { Empty } from "../parts/state.tsx";
import { isFiltering, passes } from "../project/filter.ts";
import { FilterBar, filter, NoneFits } from "../project/filter-bar.tsx";
import { canMove, moveTask } from "../project/moves.ts";
import type { ViewProps } from "../project/view.ts";
import { Card } from "./card.tsx";
import { type Arrow, inColumns, neighbour, nextColumn } from "./columns.ts";

const isArrow = (key: string): key is Arrow => /^Arrow(?:Up|Down|Left|Right)$/.test(key);

export const Board = ({ open }: ViewProps) => {
  const [dragged, setDragged] = useState<Task | null>(null);
  const [over, setOver] = useState<TaskStatus | null>(null);
  const all = [...open.tasks.value.values()];
  const shown = all.filter((task) => passes(task, filter.value));
  const columns = inColumns(shown);
  const cancelled = all.filter(({ status }) => status === "cancelled").length;

  if (all.length === 0)
    return (
      <Empty icon="board" title="No task yet">
        {open.editable.value
          ? "Press “New task”, give it a title, and it stands here as a card."
          : "Its owner or an editor adds the first."}
      </Empty>
    );

  if (isFiltering(filter.value) && [...columns.values()].every(({ length }) => length === 0))
    return (
      <>
        <FilterBar open={open} shown={shown.length} />
        <NoneFits />
      </>
    );

  const onKeyDown = (event: KeyboardEvent, task: Task) => {
    if (!isArrow(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.shiftKey) return focusCard(neighbour(columns, task.id, event.key));
    const to = open.editable.value ? nextColumn(task.status, event.key, canMove) : null;
    if (to) void moveTask(open, task, to).then(() => focusCard(task.id));
  };

  return (
    <>
      <FilterBar open={open} shown={shown.length} />
      <p class="hint keys">
        Arrows lead from card to card{open.editable.value && ", Shift and an arrow moves a card"}, Enter opens
        it.
        {cancelled > 0 && ` ${sayCount(cancelled, "cancelled task")} only in the list.`}
      </p>
      <div class="board">
        {[...columns].map(([status, tasks]) => {
          const welcome = dragged !== null && canMove(dragged.status, status);
          return (
            <section
              key={status}
              class={`column${welcome ? " welcome" : ""}${over === status && welcome ? " over" : ""}`}
              aria-label={`${STATUS_WORDS[status]}, ${sayCount(tasks.length, "task")}`}
              onDragOver={(event) => {
                if (!welcome) return;
                event.preventDefault();
                setOver(status);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => {
                event.preventDefault();
                setOver(null);
                if (dragged && welcome) void moveTask(open, dragged, status);
              }}
            >
              <h2>
                <span class={`status ${status}`}>{STATUS_WORDS[status]}</span>
                <span class="count">{tasks.length}</span>
              </h2>
              {tasks.length === 0 ? (
                <p class="column-empty">
                  {welcome ? "Drop it here" : isFiltering(filter.value) ? "None that fits" : "None"}
                </p>
              ) : (
                <ul>
                  {tasks.map((task) => (
                    <Card
                      key={task.id}
                      open={open}
                      task={task}
                      onKeyDown={(event) => onKeyDown(event, task)}
                      onDrag={setDragged}
                    />
                  ))}
                </ul>
              )}
            </section>
          );
        })}
      </div>
    </>
  );
};

function focusCard(id: string | null): void {
  if (id) document.getElementById(`card-${id}`)?.focus();
}
