// How many notices an account keeps, and how many are mailed: beyond that they wait for one summary.

/** Rows kept; the oldest give way. */
export const NOTICES_MAX = 200;
const MAILS_PER_HOUR_MAX = 10;
export const HOUR_MS = 3_600_000;

/** When another notice may be mailed: now or later. `mailed_ms` are the times of earlier ones, rising. */
export function mayMailAt(mailed_ms: readonly number[], now_ms: number): number {
  const first = mailed_ms.filter((at_ms) => at_ms > now_ms - HOUR_MS).at(-MAILS_PER_HOUR_MAX);
  return first === undefined ? now_ms : first + HOUR_MS;
}
