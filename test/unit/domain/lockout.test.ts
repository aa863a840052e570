// Guessing is bounded: by source and name, and by account; parallel guesses gain nothing.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accountAdmits,
  countAttempt,
  HOUR_MS,
  type SourceAttempts,
  type SourceLimits,
  withdrawAttempt,
} from "../../../src/domain/lockout.ts";

const NOW_MS = 1_800_000_000_000;
const LIMITS: SourceLimits = { failures_max: 5, lockout_ms: 900_000 };

/** Failing attempts at the given times; each is counted before its verdict is known. */
function guessAt(times_ms: readonly number[], limits = LIMITS) {
  let attempts: SourceAttempts | undefined;
  return times_ms.map((now_ms) => {
    const decision = countAttempt(attempts, limits, now_ms);
    attempts = decision.attempts;
    return { ...decision, now_ms };
  });
}

const anyLimits = fc.record({
  failures_max: fc.integer({ min: 1, max: 20 }),
  lockout_ms: fc.integer({ min: 1_000, max: 3_600_000 }),
});

describe("lockout of a source from a name", () => {
  test("of any number of parallel guesses, five are tried", () => {
    const decisions = guessAt(new Array(200).fill(NOW_MS));
    expect(decisions.map((each) => each.allowed)).toEqual([
      ...new Array(5).fill(true),
      ...new Array(195).fill(false),
    ]);
  });

  test("the fifth failure locks for fifteen minutes from that failure on, to the millisecond", () => {
    const five = [0, 60_000, 120_000, 180_000, 240_000].map((at) => NOW_MS + at);
    const locked_ms = five.at(-1)!;
    for (const [wait_ms, allowed] of [
      [1, false],
      [600_000, false],
      [899_999, false],
      [900_000, true],
    ] as const) {
      const decision = guessAt([...five, locked_ms + wait_ms]).at(-1)!;
      expect(decision.allowed, `after ${wait_ms} ms`).toBe(allowed);
      expect(decision.retry_after_seconds).toBe(allowed ? 0 : Math.ceil((900_000 - wait_ms) / 1_000));
    }
  });

  test("guesses while locked out do not help, and do not lengthen it", () => {
    const guesses = [0, 0, 0, 0, 0, 1_000, 300_000, 899_999, 900_000].map((at) => NOW_MS + at);
    const decisions = guessAt(guesses);
    expect(decisions.map((each) => each.allowed)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(decisions.at(-1)!.attempts).toEqual({
      failures: 1,
      since_ms: NOW_MS + 900_000,
      locked_until_ms: 0,
    });
  });

  test("four failures are forgotten once the first is fifteen minutes old", () => {
    const four = new Array(4).fill(NOW_MS);
    expect(guessAt([...four, NOW_MS + 899_999]).at(-1)!.attempts.failures).toBe(5);
    expect(guessAt([...four, NOW_MS + 900_000]).at(-1)!.attempts.failures).toBe(1);
  });

  test("no way of spacing guesses gets more than nine into any fifteen minutes", () => {
    const waits = fc.oneof(fc.constantFrom(0, 1, 899_999, 900_000), fc.nat(1_000_000));
    fc.assert(
      fc.property(fc.array(waits, { maxLength: 60 }), (steps) => {
        let now_ms = NOW_MS;
        const times = steps.map((wait_ms) => (now_ms += wait_ms));
        const tried = guessAt(times).filter((each) => each.allowed);
        for (const { now_ms: first_ms } of tried) {
          const within = tried.filter((each) => each.now_ms >= first_ms && each.now_ms < first_ms + 900_000);
          // Four at the end of one count, five at the beginning of the next, which then locks.
          expect(within.length).toBeLessThanOrEqual(9);
        }
      }),
    );
  });

  test("attempts taken back let nobody guess oftener, and leave no trace where nothing was guessed", () => {
    const steps = fc.array(fc.constantFrom("guess", "begin", "withdraw"), { maxLength: 60 });
    fc.assert(
      fc.property(steps, anyLimits, (each, limits) => {
        let attempts: SourceAttempts | undefined;
        let [guessed, begun] = [0, 0];
        const withdraw = () => {
          attempts = (attempts && withdrawAttempt(attempts, limits)) ?? undefined;
          begun -= 1;
        };
        for (const step of each) {
          if (step === "withdraw") {
            if (begun > 0) withdraw();
            continue;
          }
          const decision = countAttempt(attempts, limits, NOW_MS);
          attempts = decision.attempts;
          if (!decision.allowed) continue;
          if (step === "guess") guessed += 1;
          else begun += 1;
        }
        while (begun > 0) withdraw();
        expect(guessed).toBeLessThanOrEqual(limits.failures_max);
        expect(attempts?.failures ?? 0).toBeGreaterThanOrEqual(guessed);
        if (guessed === limits.failures_max)
          expect(countAttempt(attempts, limits, NOW_MS).allowed).toBe(false);
        if (!each.includes("guess") && (attempts?.failures ?? 0) < limits.failures_max) {
          expect(countAttempt(attempts, limits, NOW_MS).allowed).toBe(true);
        }
      }),
    );
  });

  test("retry_after is exact for any limits: admitted then, refused a second before", () => {
    fc.assert(
      fc.property(anyLimits, fc.array(fc.nat(400_000), { maxLength: 40 }), (limits, steps) => {
        let now_ms = NOW_MS;
        const times = steps.map((wait_ms) => (now_ms += wait_ms));
        for (const { allowed, attempts, retry_after_seconds, now_ms: at_ms } of guessAt(times, limits)) {
          if (allowed) continue;
          const then_ms = at_ms + retry_after_seconds * 1_000;
          expect(countAttempt(attempts, limits, then_ms).allowed).toBe(true);
          expect(countAttempt(attempts, limits, then_ms - 1_000).allowed).toBe(false);
        }
      }),
    );
  });

  test("a clock that steps back unlocks nothing", () => {
    fc.assert(
      fc.property(fc.nat(1e9), (back_ms) => {
        const decisions = guessAt([...new Array(5).fill(NOW_MS), NOW_MS - back_ms]);
        expect(decisions.at(-1)!.allowed).toBe(false);
      }),
    );
  });

  test("a lowered limit locks those who are already above it", () => {
    const { attempts } = guessAt(new Array(4).fill(NOW_MS)).at(-1)!;
    expect(countAttempt(attempts, { ...LIMITS, failures_max: 3 }, NOW_MS).allowed).toBe(false);
  });
});

describe("ceiling of an account", () => {
  const failures = new Array<number>(20).fill(NOW_MS);
  const known = () => true;
  const unknown = () => false;

  test("after twenty failures in an hour, only known networks are admitted", () => {
    expect(accountAdmits(failures.slice(1), 20, unknown, NOW_MS)).toBe(true);
    expect(accountAdmits(failures, 20, unknown, NOW_MS)).toBe(false);
    expect(accountAdmits(failures, 20, known, NOW_MS)).toBe(true);
  });

  test("a failure counts for an hour, to the millisecond", () => {
    expect(accountAdmits(failures, 20, unknown, NOW_MS + HOUR_MS - 1)).toBe(false);
    expect(accountAdmits(failures, 20, unknown, NOW_MS + HOUR_MS)).toBe(true);
    expect(HOUR_MS).toBe(60 * 60 * 1_000);
  });

  test("it counts the failures of the last hour and no others", () => {
    const ages = fc.array(fc.nat(2 * HOUR_MS), { maxLength: 60 });
    fc.assert(
      fc.property(ages, fc.integer({ min: 1, max: 30 }), (each, ceiling) => {
        const recent = each.filter((age_ms) => age_ms < HOUR_MS).length;
        const times = each.map((age_ms) => NOW_MS - age_ms);
        expect(accountAdmits(times, ceiling, unknown, NOW_MS)).toBe(recent < ceiling);
      }),
    );
  });
});
