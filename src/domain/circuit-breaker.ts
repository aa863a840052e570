// Circuit breaker: after so many failures in a row a vendor is left alone for a while, then one call tries it out.
// Time in ms; a clock that steps back only waits longer.

export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** No call before; 0 while it is closed. */
  readonly open_until_ms: number;
}

export const CLOSED: Breaker = { failures: 0, open_until_ms: 0 };

const FAILURES_MAX = 5;
const OPEN_MS = 30_000;

/** Whether a call may be made now, and the breaker after it was let pass: whoever tries it out does so alone. */
export function beforeCall(
  breaker: Breaker,
  now_ms: number,
): { readonly pass: boolean; readonly breaker: Breaker } {
  if (breaker.failures < FAILURES_MAX) return { pass: true, breaker };
  if (now_ms < breaker.open_until_ms) return { pass: false, breaker };
  return { pass: true, breaker: { ...breaker, open_until_ms: now_ms + OPEN_MS } };
}

export function afterCall(breaker: Breaker, worked: boolean, now_ms: number): Breaker {
  if (worked) return CLOSED;
  const failures = breaker.failures + 1;
  return { failures, open_until_ms: failures < FAILURES_MAX ? 0 : now_ms + OPEN_MS };
}
