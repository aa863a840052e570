// What a worker says of itself: what it can do, how much at once, and when. Admission hands it on with the actor,
// so that projects can match tasks without asking anybody.
import * as v from "valibot";
import { context } from "./context.ts";
import { PrincipalId, WorkerId } from "./identifier.ts";
import { Skill } from "./project.ts";
import { line, Timestamp } from "./text.ts";

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const MINUTES_OF_DAY = 1_440;
export const SKILL_LEVEL_MAX = 5;
export const CAPACITY_MAX = 100;

const integer = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(min, `expected ${min} or more`),
    v.maxValue(max, `expected ${max} or less`),
  );

/** 1 novice … 5 expert. */
export const WorkerSkill = v.strictObject({ name: Skill, level: integer(1, SKILL_LEVEL_MAX) });
export type WorkerSkill = v.InferOutput<typeof WorkerSkill>;

/** Minutes since midnight of the zone, from `start_minute` up to but without `end_minute`. */
const Shift = v.pipe(
  v.strictObject({ start_minute: integer(0, MINUTES_OF_DAY - 1), end_minute: integer(1, MINUTES_OF_DAY) }),
  v.check((shift) => shift.start_minute < shift.end_minute, "expected start_minute before end_minute"),
);
export type Shift = v.InferOutput<typeof Shift>;

const shifts = v.optional(v.pipe(v.array(Shift), v.maxLength(4, "expected at most 4 shifts a day")), []);

const TimeZone = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(isTimeZone, "expected an IANA time zone such as Europe/Berlin"),
  context("closed"),
);

/** A weekday without shifts is free. */
export const WorkingHours = v.strictObject({
  time_zone: TimeZone,
  monday: shifts,
  tuesday: shifts,
  wednesday: shifts,
  thursday: shifts,
  friday: shifts,
  saturday: shifts,
  sunday: shifts,
});
export type WorkingHours = v.InferOutput<typeof WorkingHours>;

/** The fields that a worker, or whoever manages it, may set. */
export const WorkerFields = {
  name: line(120),
  skills: v.pipe(
    v.array(WorkerSkill),
    v.maxLength(50, "expected at most 50 skills"),
    v.check(
      (skills) => new Set(skills.map(({ name }) => name)).size === skills.length,
      "expected each skill once",
    ),
  ),
  /** Leases that it may hold at once, over all projects. */
  capacity: integer(1, CAPACITY_MAX),
  /** Null: at any time. */
  working_hours: v.nullable(WorkingHours),
};

export const WorkerProfile = v.object({ ...WorkerFields, paused: v.boolean() });
export type WorkerProfile = v.InferOutput<typeof WorkerProfile>;

/** `revoked` is for good. `stale`: nothing was heard of it for five minutes. */
export const WORKER_STATUSES = ["active", "stale", "paused", "revoked"] as const;
export const WorkerStatus = v.picklist(WORKER_STATUSES);
export type WorkerStatus = v.InferOutput<typeof WorkerStatus>;
/** What is decided about a worker; that it is silent shows by itself. */
export type DecidedStatus = Exclude<WorkerStatus, "stale">;

export const Worker = v.object({
  id: WorkerId,
  ...WorkerFields,
  status: WorkerStatus,
  registered_by: PrincipalId,
  created_at: Timestamp,
  updated_at: Timestamp,
  last_seen_at: v.nullable(Timestamp),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type Worker = v.InferOutput<typeof Worker>;

/** Leases that it holds at present, in all projects. */
export const WorkerLoad = v.object({ held: v.number() });
export type WorkerLoad = v.InferOutput<typeof WorkerLoad>;

/** Names alone: an offset such as +01:00 knows of no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/u.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
