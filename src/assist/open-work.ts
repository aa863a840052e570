// The open work of a project as rules look at it: tasks, what they wait for, and how long they take.
import { expectedHours } from "../domain/estimate.ts";
import { isUnsized, waitsFor } from "../domain/project-schedule.ts";
import { type Schedule, schedule } from "../domain/schedule.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import type { Estimate } from "../schema/project.ts";

const MINUTES = 60;
const NONE: Estimate = { optimistic: 0, likely: 0, pessimistic: 0 };

export interface Work {
  readonly tasks: readonly OpenTask[];
  /** Of each task, its own or the assumed one; none for what is as large as its sub-tasks. */
  readonly estimates: readonly Estimate[];
  /** For each task the places of those that it waits for and that are open. */
  readonly waits_for: readonly (readonly number[])[];
  /** By the expectation of each estimate. */
  readonly plan: Schedule;
}

/** What has no estimate takes half of `assumed_hours` to double. */
export function workOf(tasks: readonly OpenTask[], assumed_hours: number): Work {
  const assumed = { optimistic: assumed_hours / 2, likely: assumed_hours, pessimistic: assumed_hours * 2 };
  const estimates = tasks.map((task) => task.estimate ?? (isUnsized(task) ? assumed : NONE));
  const place = new Map(tasks.map(({ id }, at) => [id, at]));
  const waits_for = waitsFor(tasks).map((ids) =>
    ids.map((id) => place.get(id)).filter((at) => at !== undefined),
  );
  return { tasks, estimates, waits_for, plan: planWith(tasks, estimates.map(expectedHours)) };
}

/** The schedule with these hours for the tasks. */
export function planWith(tasks: readonly OpenTask[], hours: readonly number[]): Schedule {
  const waits_for = waitsFor(tasks);
  return schedule(
    tasks.map(({ id }, at) => ({
      id,
      minutes: Math.round(hours[at]! * MINUTES),
      waits_for: waits_for[at]!,
    })),
  );
}

export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits;
export const hoursOf = (minutes: number): number => round(minutes / MINUTES);
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
