// The schedule of a project's open tasks, from their estimates and dependencies.
import type { OpenTask } from "../schema/messages/project.ts";
import type { ProjectSchedule, ScheduledTask } from "../schema/schedule.ts";
import { expectedHours, varianceHours } from "./estimate.ts";
import { type Schedule, type Slot, schedule } from "./schedule.ts";

const MINUTES = 60;

/** Unsized tasks take `assumed_hours`; what is done or cancelled is not among `tasks` and takes nothing. */
export function projectSchedule(tasks: readonly OpenTask[], assumed_hours: number): ProjectSchedule {
  const hoursFor = (task: OpenTask): number =>
    task.estimate ? expectedHours(task.estimate) : isUnsized(task) ? assumed_hours : 0;
  const minutes = tasks.map((task) => Math.round(hoursFor(task) * MINUTES));
  const waits_for = waitsFor(tasks);
  const plan = schedule(
    tasks.map(({ id }, at) => ({ id, minutes: minutes[at]!, waits_for: waits_for[at]! })),
  );
  const scheduled = tasks.map((task, at) => scheduledTask(task, minutes[at]!, plan.slots[at]!));
  return {
    expected_hours: hours(plan.minutes),
    deviation_hours: round(deviationHours(tasks, plan)),
    critical_path: [...plan.critical_path],
    assumed_count: scheduled.filter(({ assumed }) => assumed).length,
    tasks: scheduled.sort((a, b) => a.earliest_start_hours - b.earliest_start_hours),
  };
}

/** Whether nothing says how large the task is: what nobody has sized is as large as its sub-tasks, where it has any. */
export const isUnsized = ({ estimate, has_parts = false }: OpenTask): boolean =>
  estimate === null && !has_parts;

/** For each task the ids that it waits for: its dependencies, and its sub-tasks, since it is done last of them. */
export function waitsFor(
  tasks: readonly Pick<OpenTask, "id" | "parent_id" | "depends_on">[],
): readonly (readonly string[])[] {
  const children = Map.groupBy(tasks, ({ parent_id }) => parent_id);
  return tasks.map(({ id, depends_on }) => [
    ...new Set([...depends_on, ...(children.get(id) ?? []).map((child) => child.id)]),
  ]);
}

/** Variances add along the path, where durations are independent. */
function deviationHours(tasks: readonly OpenTask[], { critical_path }: Schedule): number {
  const path = new Set(critical_path);
  const variances = tasks.map(({ id, estimate }) => (path.has(id) && estimate ? varianceHours(estimate) : 0));
  return Math.sqrt(variances.reduce((sum, each) => sum + each, 0));
}

const scheduledTask = (task: OpenTask, minutes: number, slot: Slot): ScheduledTask => ({
  id: task.id,
  title: task.title,
  status: task.status,
  expected_hours: hours(minutes),
  assumed: isUnsized(task),
  earliest_start_hours: hours(slot.earliest_start),
  earliest_finish_hours: hours(slot.earliest_finish),
  latest_start_hours: hours(slot.latest_start),
  latest_finish_hours: hours(slot.latest_finish),
  total_float_hours: hours(slot.total_float),
  free_float_hours: hours(slot.free_float),
  critical: slot.total_float === 0,
});

const round = (value: number): number => Math.round(value * 100) / 100;
const hours = (minutes: number): number => round(minutes / MINUTES);
