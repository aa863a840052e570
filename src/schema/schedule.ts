// The schedule of a project on the wire: when each open task can begin and must begin. All times are working hours
// from now, rounded to hundredths.
import * as v from "valibot";
import { TaskId } from "./identifier.ts";
import { TaskStatus } from "./project.ts";

const hours = v.number();

export const ScheduledTask = v.object({
  id: TaskId,
  title: v.string(),
  status: TaskStatus,
  /** Expected by its estimate (PERT), or assumed. */
  expected_hours: hours,
  /** Whether neither an estimate nor sub-tasks say how large it is, so that `assumed_hours` was taken. */
  assumed: v.boolean(),
  earliest_start_hours: hours,
  earliest_finish_hours: hours,
  latest_start_hours: hours,
  latest_finish_hours: hours,
  /** How late it may begin without moving the end of the project. */
  total_float_hours: hours,
  /** How late it may begin without moving another task. */
  free_float_hours: hours,
  /** Whether it has no float. */
  critical: v.boolean(),
});
export type ScheduledTask = v.InferOutput<typeof ScheduledTask>;

export const ProjectSchedule = v.object({
  /** Length of what is left, with as many hands as can be busy at once. */
  expected_hours: hours,
  /** Standard deviation along the critical path. */
  deviation_hours: hours,
  /** One longest chain, first to last. */
  critical_path: v.array(TaskId),
  /** For how many tasks `assumed_hours` was taken. */
  assumed_count: v.number(),
  /** By earliest start, in the order of creation where equal. */
  tasks: v.array(ScheduledTask),
});
export type ProjectSchedule = v.InferOutput<typeof ProjectSchedule>;
