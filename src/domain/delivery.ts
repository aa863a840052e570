// How webhooks are delivered: when an attempt is made again, what an answer says of its endpoint, when an endpoint is
// given up and how it comes back. Schedule and status codes: Standard Webhooks 1.0.0, "Deliverability and reliability"
// and "Delivery success and failure".
import type { AttemptError, WebhookStatus } from "../schema/webhook.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** After the first attempt, which is made at once: ten attempts over 75 hours. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A delay is longer by up to this part of it, so that what failed together does not come back together. */
export const JITTER = 0.1;
/** An attempt that takes longer has failed. */
export const ATTEMPT_MS_MAX = 15_000;
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;
/** An endpoint is disabled when so many attempts in a row have failed, over so long a time. */
export const FAILURES_MIN = 5;
export const FAILING_MS_MIN = 24 * HOUR_MS;
/** A disabled endpoint is probed once in so long. */
export const PROBE_MS = HOUR_MS;

export interface Answer {
  /** Null where none came. */
  readonly status: number | null;
  readonly error: AttemptError | null;
  /** Not before that long; null where the endpoint did not say. */
  readonly retry_after_ms: number | null;
}

/** Only 2xx counts, and only a whole answer. */
export const isSuccess = ({ status, error }: Answer): boolean =>
  error === null && status !== null && status >= 200 && status < 300;

/**
 * When to try again after `tries` attempts; null when they are used up.
 * @param random 0 to 1.
 */
export function retryAt(tries: number, answer: Answer, now_ms: number, random: number): number | null {
  const delay_ms = RETRY_DELAYS_MS[tries - 1];
  if (delay_ms === undefined) return null;
  return now_ms + Math.max(stretched(delay_ms, random), answer.retry_after_ms ?? 0);
}

const stretched = (delay_ms: number, random: number): number => Math.round(delay_ms * (1 + JITTER * random));

/** What the attempts so far say of an endpoint. */
export interface Health {
  readonly status: WebhookStatus;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  readonly failing_since_ms: number | null;
  /** Asked for by the endpoint: nothing is sent before. */
  readonly throttled_until_ms: number;
  /** When a disabled one is tried again. */
  readonly probe_at_ms: number;
}

export const HEALTHY: Health = {
  status: "active",
  failures: 0,
  failing_since_ms: null,
  throttled_until_ms: 0,
  probe_at_ms: 0,
};

/** The endpoint after one more answer. A pause stays a pause, and `gone` stays gone until somebody says otherwise. */
export function healthAfter(health: Health, answer: Answer, now_ms: number, random: number): Health {
  if (isSuccess(answer)) {
    const status = health.status === "disabled" ? "active" : health.status;
    return { ...HEALTHY, status, throttled_until_ms: health.throttled_until_ms };
  }
  const failures = health.failures + 1;
  const failing_since_ms = health.failing_since_ms ?? now_ms;
  const failed = {
    ...health,
    failures,
    failing_since_ms,
    throttled_until_ms: throttled(health, answer, now_ms),
  };
  if (answer.status === 410) return { ...failed, status: "gone" };
  const probe_at_ms = now_ms + stretched(PROBE_MS, random);
  if (health.status === "disabled") return { ...failed, probe_at_ms };
  const is_lasting = failures >= FAILURES_MIN && now_ms - failing_since_ms >= FAILING_MS_MIN;
  return health.status === "active" && is_lasting ? { ...failed, status: "disabled", probe_at_ms } : failed;
}

/** 429 and 503 speak for the whole endpoint, and say for how long. */
function throttled({ throttled_until_ms }: Health, answer: Answer, now_ms: number): number {
  if (answer.status !== 429 && answer.status !== 503) return throttled_until_ms;
  return Math.max(throttled_until_ms, now_ms + (answer.retry_after_ms ?? 0));
}

/** How many may be under way at once, at that time; `connections_max` where all is well. */
export function lanesOf(health: Health, now_ms: number, connections_max: number): number {
  if (health.throttled_until_ms > now_ms) return 0;
  if (health.status === "active") return connections_max;
  return health.status === "disabled" && health.probe_at_ms <= now_ms ? 1 : 0;
}

/** When the next attempt may be made of one that is due at that time; null when none may, until somebody says so. */
export function attemptAt(health: Health, due_ms: number): number | null {
  if (health.status === "active") return Math.max(due_ms, health.throttled_until_ms);
  return health.status === "disabled" ? Math.max(health.probe_at_ms, health.throttled_until_ms) : null;
}

/** Retry-After (RFC 9110 section 10.2.3), seconds or a date, as ms from now, a day at most; null where it says neither. */
export function readRetryAfter(field: string | null, now_ms: number): number | null {
  if (field === null) return null;
  const text = field.trim();
  const is_date = /^[A-Z][a-z]{2,8},? .* GMT$/u.test(text);
  const at_ms = is_date ? Date.parse(text) : Number.NaN;
  const wait_ms = /^[0-9]{1,9}$/u.test(text) ? Number(text) * SECOND_MS : at_ms - now_ms;
  return Number.isNaN(wait_ms) ? null : Math.min(Math.max(wait_ms, 0), RETRY_AFTER_MS_MAX);
}
