// When webhooks are tried again, what answers say of their endpoint, and when it is left alone.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  attemptAt,
  FAILING_MS_MIN,
  HEALTHY,
  type Health,
  healthAfter,
  isSuccess,
  lanesOf,
  PROBE_MS,
  RETRY_DELAYS_MS,
  readRetryAfter,
  retryAt,
} from "../../../src/domain/delivery.ts";

const NOW = Date.UTC(2026, 10, 22);
const HOUR_MS = 3_600_000;
const answered = (status: number, retry_after_ms: number | null = null): Answer => ({
  status,
  error: null,
  retry_after_ms,
});
const UNREACHABLE: Answer = { status: null, error: "unreachable", retry_after_ms: null };

describe("the schedule", () => {
  test("is the published one: ten attempts over 75 hours and 35 minutes", () => {
    const minutes = [5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440];
    expect(RETRY_DELAYS_MS).toEqual(minutes.map((each) => each * 60_000));
    const waits = RETRY_DELAYS_MS.map((_, tried) => retryAt(tried + 1, UNREACHABLE, NOW, 0)! - NOW);
    expect(waits).toEqual(RETRY_DELAYS_MS);
    expect(retryAt(10, UNREACHABLE, NOW, 0)).toBeNull();
  });

  test("is never shortened, and stretched by a tenth at most", () => {
    const tries = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(tries, fc.double({ min: 0, max: 1, noNaN: true }), (tried, random) => {
        const wait_ms = retryAt(tried, UNREACHABLE, NOW, random)! - NOW;
        const delay_ms = RETRY_DELAYS_MS[tried - 1]!;
        expect(wait_ms).toBeGreaterThanOrEqual(delay_ms);
        expect(wait_ms).toBeLessThanOrEqual(Math.ceil(delay_ms * 1.1));
      }),
    );
  });

  test("heeds Retry-After where that is later", () => {
    expect(retryAt(1, answered(503, 60_000), NOW, 0)).toBe(NOW + 60_000);
    expect(retryAt(2, answered(503, 60_000), NOW, 0)).toBe(NOW + 300_000);
  });

  test.each([
    ["120", 120_000],
    [" 3 ", 3_000],
    ["0", 0],
    ["Sun, 22 Nov 2026 00:01:00 GMT", 60_000],
    ["Sat, 21 Nov 2026 00:01:00 GMT", 0],
    ["999999999", 24 * HOUR_MS],
    ["soon", null],
    ["-5", null],
    ["", null],
    [null, null],
  ])("reads Retry-After: %s", (field, expected) => {
    expect(readRetryAfter(field, NOW)).toBe(expected);
  });
});

describe("an endpoint", () => {
  test.each([200, 201, 204, 299])("has taken it with %i", (status) => {
    expect(isSuccess(answered(status))).toBe(true);
  });

  test.each([100, 199, 300, 301, 302, 307, 400, 404, 410, 429, 500, 503])("has not with %i", (status) => {
    expect(isSuccess(answered(status))).toBe(false);
  });

  test("has not taken it where its 2xx broke off", () => {
    expect(isSuccess({ status: 200, error: "cut_off", retry_after_ms: null })).toBe(false);
  });

  const failing = (count: number, over_ms: number): Health => {
    let health = HEALTHY;
    for (let at = 0; at < count; at += 1) {
      health = healthAfter(health, UNREACHABLE, NOW + (over_ms * at) / Math.max(1, count - 1), 0);
    }
    return health;
  };

  test("is disabled once it has failed five times over a day, not sooner", () => {
    expect(failing(4, FAILING_MS_MIN).status).toBe("active");
    expect(failing(1_000, FAILING_MS_MIN - 1).status).toBe("active");
    expect(failing(5, FAILING_MS_MIN)).toMatchObject({
      status: "disabled",
      probe_at_ms: NOW + FAILING_MS_MIN + PROBE_MS,
    });
  });

  test("that answers once in between is not failing", () => {
    const recovered = healthAfter(failing(4, FAILING_MS_MIN), answered(200), NOW + FAILING_MS_MIN, 0);
    expect(recovered).toEqual(HEALTHY);
    expect(healthAfter(recovered, UNREACHABLE, NOW + FAILING_MS_MIN + 1, 0).status).toBe("active");
  });

  test("is probed once an hour while disabled, one attempt at a time, and comes back with the first success", () => {
    const disabled = failing(5, FAILING_MS_MIN);
    const probe_ms = disabled.probe_at_ms;
    expect(lanesOf(disabled, probe_ms - 1, 6)).toBe(0);
    expect(lanesOf(disabled, probe_ms, 6)).toBe(1);
    expect(attemptAt(disabled, NOW)).toBe(probe_ms);
    const again = healthAfter(disabled, answered(500), probe_ms, 1);
    expect(again).toMatchObject({ status: "disabled", probe_at_ms: probe_ms + PROBE_MS * 1.1 });
    expect(healthAfter(again, answered(204), probe_ms + 1, 0)).toEqual(HEALTHY);
  });

  test("that is gone is left alone, whatever it answers to what was under way", () => {
    const gone = healthAfter(HEALTHY, answered(410), NOW, 0);
    expect(gone.status).toBe("gone");
    expect(lanesOf(gone, NOW + 1e12, 6)).toBe(0);
    expect(attemptAt(gone, NOW)).toBeNull();
    expect(healthAfter(gone, answered(200), NOW, 0).status).toBe("gone");
  });

  test("that is paused stays paused", () => {
    const paused: Health = { ...HEALTHY, status: "paused" };
    expect(healthAfter(paused, answered(200), NOW, 0).status).toBe("paused");
    expect(healthAfter(failingPaused(), UNREACHABLE, NOW + 2 * FAILING_MS_MIN, 0).status).toBe("paused");
    expect(lanesOf(paused, NOW, 6)).toBe(0);
    expect(attemptAt(paused, NOW)).toBeNull();
  });
  const failingPaused = (): Health => ({ ...failing(4, FAILING_MS_MIN), status: "paused" });

  test("that asks for patience gets it as a whole, and a success does not take it back", () => {
    const throttled = healthAfter(HEALTHY, answered(429, 30_000), NOW, 0);
    expect(lanesOf(throttled, NOW + 29_999, 6)).toBe(0);
    expect(lanesOf(throttled, NOW + 30_000, 6)).toBe(6);
    expect(attemptAt(throttled, NOW)).toBe(NOW + 30_000);
    expect(healthAfter(throttled, answered(200), NOW + 1, 0).throttled_until_ms).toBe(NOW + 30_000);
    expect(healthAfter(HEALTHY, answered(500, 30_000), NOW, 0).throttled_until_ms).toBe(0);
  });
});
