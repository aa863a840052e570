// The timeline: when each open task can begin and must end, in working hours from now, with the critical path.
import type { ScheduledTask } from "../../../schema/schedule.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayHours } from "../format/time.ts";
import { sayCount } from "../format/words.ts";
import { Figure } from "../parts/figure.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { taskHref, type ViewProps } from "../project/view.ts";
import { ticksUpTo } from "./ticks.ts";

export const Timeline = ({ open }: ViewProps) => {
  const schedule = useLoad(
    async () => (await service.readSchedule({ params: { project_id: open.id } })).body.schedule,
    [open.id],
  );
  return (
    <Await of={schedule} rows={6}>
      {({ tasks, critical_path, expected_hours, deviation_hours, assumed_count }) =>
        tasks.length === 0 ? (
          <Empty icon="timeline" title="Nothing is left to do">
            Open tasks show here, each from when it can begin to when it must be done.
          </Empty>
        ) : (
          <>
            <dl class="figures">
              <Figure name="What is left takes" value={sayHours(expected_hours)} />
              <Figure name="Give or take" value={sayHours(deviation_hours)} />
              <Figure name="On the critical path" value={sayCount(critical_path.length, "task")} />
              {assumed_count > 0 && (
                <Figure name="Without an estimate" value={sayCount(assumed_count, "task")} />
              )}
            </dl>
            <p class="legend">
              <span class="key-critical" /> Critical: any delay moves the end
              <span class="key-task" /> Task
              <span class="key-float" /> How late it may end
            </p>
            <Chart
              tasks={tasks}
              end={Math.max(...tasks.map(({ latest_finish_hours }) => latest_finish_hours), 1)}
            />
          </>
        )
      }
    </Await>
  );
};

const Chart = ({ tasks, end }: { readonly tasks: readonly ScheduledTask[]; readonly end: number }) => {
  const percent = (hours: number): string => `${(100 * hours) / end}%`;
  const ticks = ticksUpTo(end);
  return (
    <section class="canvas" aria-label="Timeline in working hours from now">
      <div class="gantt">
        <div class="gantt-row gantt-head" aria-hidden="true">
          <span />
          <span class="gantt-track">
            {ticks.map((hours) => (
              <span key={hours} class="tick" style={{ left: percent(hours) }}>
                {sayHours(hours)}
              </span>
            ))}
          </span>
        </div>
        <ul>
          {tasks.map((task) => (
            <li key={task.id} class="gantt-row">
              <a href={taskHref(task.id)} title={task.title}>
                {task.title}
              </a>
              <span class="gantt-track">
                {ticks.map((hours) => (
                  <span key={hours} class="grid-line" style={{ left: percent(hours) }} />
                ))}
                <span
                  class="float"
                  style={{
                    left: percent(task.earliest_finish_hours),
                    width: percent(task.total_float_hours),
                  }}
                />
                <span
                  class={task.critical ? "span critical" : "span"}
                  title={`${sayHours(task.earliest_start_hours)} to ${sayHours(task.earliest_finish_hours)}`}
                  style={{ left: percent(task.earliest_start_hours), width: percent(task.expected_hours) }}
                />
                <span class="unseen">
                  begins after {sayHours(task.earliest_start_hours)}, takes {sayHours(task.expected_hours)}
                  {task.critical ? ", critical" : `, may end ${sayHours(task.total_float_hours)} later`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
};
