// Leases on the wire: who holds a task, until when, and the number that proves it.
import * as v from "valibot";
import { PrincipalId } from "./identifier.ts";
import { prose, Timestamp } from "./text.ts";

export const LEASE_SECONDS_DEFAULT = 900;
const LEASE_SECONDS_MIN = 60;
const LEASE_SECONDS_MAX = 86_400;
const lease_bounds = `expected ${LEASE_SECONDS_MIN} to ${LEASE_SECONDS_MAX} seconds`;

/** How long a lease lasts from now on. */
export const LeaseSeconds = v.optional(
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(LEASE_SECONDS_MIN, lease_bounds),
    v.maxValue(LEASE_SECONDS_MAX, lease_bounds),
  ),
  LEASE_SECONDS_DEFAULT,
);

/** Rises with each claim of a task, for as long as there is the task; no secret. */
export const FencingToken = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What everybody who may read a task sees of its lease. */
export const TaskLease = v.object({ holder: PrincipalId, expires_at: Timestamp });
export type TaskLease = v.InferOutput<typeof TaskLease>;

/** What its holder is told. */
export const HeldLease = v.object({ fencing_token: FencingToken, expires_at: Timestamp });
export type HeldLease = v.InferOutput<typeof HeldLease>;

/** What came of a task, in the words of whoever completed it. */
export const TaskResult = prose(10_000);
