// Guessing is bounded twice: per source and name, and per account from anywhere.
// Attempts are counted before the hash runs, so parallel guesses gain nothing; a success takes its count back.

export interface SourceLimits {
  readonly failures_max: number;
  readonly lockout_ms: number;
}

/** Failures of one source on one name. */
export interface SourceAttempts {
  readonly failures: number;
  /** Of the first failure counted; older than the lockout, the count starts anew. */
  readonly since_ms: number;
  readonly locked_until_ms: number;
}

export interface AttemptDecision {
  readonly allowed: boolean;
  readonly attempts: SourceAttempts;
  readonly retry_after_seconds: number;
}

/** Counts one attempt. The one after `failures_max` failures within the lockout time is refused. */
export function countAttempt(
  before: SourceAttempts | undefined,
  limits: SourceLimits,
  now_ms: number,
): AttemptDecision {
  const stale =
    !before || (now_ms >= before.locked_until_ms && now_ms >= before.since_ms + limits.lockout_ms);
  const present = stale ? { failures: 0, since_ms: now_ms, locked_until_ms: 0 } : before;
  const failures = present.failures + 1;
  const locked = present.failures >= limits.failures_max;
  const locked_until_ms =
    failures === limits.failures_max ? now_ms + limits.lockout_ms : present.locked_until_ms;
  return {
    allowed: !locked,
    attempts: { failures, since_ms: present.since_ms, locked_until_ms },
    retry_after_seconds: locked ? Math.max(1, Math.ceil((locked_until_ms - now_ms) / 1000)) : 0,
  };
}

/** Takes one attempt back in which nothing was guessed, with the lockout if that began with it; null for none left. */
export function withdrawAttempt(before: SourceAttempts, limits: SourceLimits): SourceAttempts | null {
  const failures = before.failures - 1;
  if (failures <= 0) return null;
  const locked_until_ms = failures < limits.failures_max ? 0 : before.locked_until_ms;
  return { ...before, failures, locked_until_ms };
}

export const HOUR_MS = 3_600_000;

/**
 * The account-wide ceiling: with `ceiling` failures in the last hour, only networks with an earlier
 * success are admitted. `failures_ms` are the times of the failures that are still counted.
 */
export function accountAdmits(
  failures_ms: readonly number[],
  ceiling: number,
  isNetworkKnown: () => boolean,
  now_ms: number,
): boolean {
  return failuresWithin(failures_ms, now_ms) < ceiling || isNetworkKnown();
}

/** How many of the failures are of the last hour. */
export const failuresWithin = (failures_ms: readonly number[], now_ms: number): number =>
  failures_ms.filter((at_ms) => at_ms > now_ms - HOUR_MS).length;
