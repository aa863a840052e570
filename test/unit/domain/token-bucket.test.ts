// What a client can get out of its bucket, whenever it asks: never more than the burst and the refill.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bucket, type BucketLimit, debit, refill } from "../../../src/domain/token-bucket.ts";

const NOW_MS = 1_800_000_000_000;
/** Tokens are fractional; what is left of rounding over a test's few hundred debits. */
const ROUNDING = 1e-6;

const limits: fc.Arbitrary<BucketLimit> = fc.record({
  per_minute: fc.oneof(fc.integer({ min: 1, max: 6_000 }), fc.double({ min: 0.01, max: 600, noNaN: true })),
  burst: fc.integer({ min: 5, max: 1_000 }),
});
const costs = fc.integer({ min: 1, max: 5 });

/** Debits at the given waits; answers each with its time. */
function run(limit: BucketLimit, steps: readonly { wait_ms: number; cost: number }[]) {
  let now_ms = NOW_MS;
  let bucket: Bucket | undefined;
  return steps.map(({ wait_ms, cost }) => {
    now_ms += wait_ms;
    const result = debit(bucket, limit, cost, now_ms);
    bucket = result.bucket;
    return { ...result, now_ms, cost };
  });
}

const stepsOf = (wait: fc.Arbitrary<number>) =>
  fc.array(fc.record({ wait_ms: wait, cost: costs }), { minLength: 1, maxLength: 60 });

describe("token bucket", () => {
  test("never gives more than the burst and the refill of any interval", () => {
    const waits = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 }));
    fc.assert(
      fc.property(limits, stepsOf(waits), (limit, steps) => {
        const debits = run(limit, steps);
        for (let first = 0; first < debits.length; first += 1) {
          let taken = 0;
          for (const { allowed, cost, now_ms } of debits.slice(first)) {
            if (allowed) taken += cost;
            const refilled = ((now_ms - debits[first]!.now_ms) * limit.per_minute) / 60_000;
            expect(taken).toBeLessThanOrEqual(limit.burst + refilled + ROUNDING);
          }
        }
      }),
    );
  });

  test("gives a patient client all that it promises", () => {
    const limit = { per_minute: 60, burst: 10 };
    const greedy = run(limit, new Array(100).fill({ wait_ms: 500, cost: 1 }));
    const allowed = greedy.filter((each) => each.allowed).length;
    // The burst, and one a second over the 49.5 seconds between the first and the last.
    expect(allowed).toBe(10 + 49);
    expect(run(limit, new Array(100).fill({ wait_ms: 1_000, cost: 1 })).every((each) => each.allowed)).toBe(
      true,
    );
  });

  test("a clock that steps back gives nothing and takes nothing away", () => {
    const waits = fc.integer({ min: -120_000, max: 60_000 });
    fc.assert(
      fc.property(limits, stepsOf(waits), (limit, steps) => {
        const debits = run(limit, steps);
        const latest_ms = Math.max(...debits.map((each) => each.now_ms));
        const taken = debits.reduce((sum, each) => sum + (each.allowed ? each.cost : 0), 0);
        const refilled = ((latest_ms - debits[0]!.now_ms) * limit.per_minute) / 60_000;
        expect(taken).toBeLessThanOrEqual(limit.burst + refilled + ROUNDING);
      }),
    );
    fc.assert(
      fc.property(
        limits,
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.nat(1e9),
        (limit, tokens, back_ms) => {
          const bucket = { tokens, updated_at_ms: NOW_MS };
          expect(refill(bucket, limit, NOW_MS - back_ms)).toEqual(bucket);
        },
      ),
    );
  });

  test("the same time asked twice refills once", () => {
    fc.assert(
      fc.property(limits, fc.nat(600_000), (limit, wait_ms) => {
        const empty = { tokens: 0, updated_at_ms: NOW_MS };
        const once = refill(empty, limit, NOW_MS + wait_ms);
        expect(refill(once, limit, NOW_MS + wait_ms)).toEqual(once);
      }),
    );
  });

  test("whoever waits for retry_after is admitted, and not a second before", () => {
    // The clock stands still or goes on between the requests: also with fractions left in the bucket.
    const waits = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7_000 }));
    fc.assert(
      fc.property(limits, stepsOf(waits), (limit, steps) => {
        for (const { allowed, bucket, cost, now_ms, retry_after_seconds } of run(limit, steps)) {
          if (allowed) {
            expect(retry_after_seconds).toBe(0);
            continue;
          }
          expect(Number.isInteger(retry_after_seconds) && retry_after_seconds >= 1).toBe(true);
          const then_ms = now_ms + retry_after_seconds * 1_000;
          expect(debit(bucket, limit, cost, then_ms).allowed).toBe(true);
          // A second before; and a millisecond, which no rounding of the tokens can reach.
          expect(debit(bucket, limit, cost, then_ms - 1_001).allowed).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("retry_after holds after the clock stepped back, too", () => {
    const limit = { per_minute: 60, burst: 5 };
    const empty = { tokens: 0, updated_at_ms: NOW_MS };
    const { allowed, bucket, retry_after_seconds } = debit(empty, limit, 1, NOW_MS - 30_000);
    expect(allowed).toBe(false);
    expect(retry_after_seconds).toBe(31);
    expect(debit(bucket, limit, 1, NOW_MS - 30_000 + retry_after_seconds * 1_000).allowed).toBe(true);
  });

  test("a refusal costs nothing", () => {
    const limit = { per_minute: 6, burst: 5 };
    const [, , refused, later] = run(limit, [
      { wait_ms: 0, cost: 4 },
      { wait_ms: 0, cost: 1 },
      { wait_ms: 0, cost: 1 },
      { wait_ms: 10_000, cost: 1 },
    ]);
    expect(refused).toMatchObject({ allowed: false, remaining: 0, retry_after_seconds: 10 });
    expect(later).toMatchObject({ allowed: true, remaining: 0 });
  });

  test("remaining and reset tell the bucket as it stands", () => {
    fc.assert(
      fc.property(limits, stepsOf(fc.integer({ min: -20_000, max: 20_000 })), (limit, steps) => {
        for (const { bucket, remaining, reset_seconds, now_ms } of run(limit, steps)) {
          expect(remaining).toBe(Math.floor(bucket.tokens));
          expect(remaining >= 0 && remaining <= limit.burst).toBe(true);
          const full = refill(bucket, limit, now_ms + reset_seconds * 1_000);
          expect(full.tokens).toBeGreaterThanOrEqual(limit.burst - ROUNDING);
        }
      }),
    );
  });

  test("an unknown client begins with the burst, and a lowered burst takes hold at once", () => {
    expect(debit(undefined, { per_minute: 1, burst: 20 }, 1, NOW_MS).remaining).toBe(19);
    const rich = { tokens: 100, updated_at_ms: NOW_MS };
    expect(debit(rich, { per_minute: 1, burst: 5 }, 1, NOW_MS).remaining).toBe(4);
  });
});
