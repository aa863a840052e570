// An address that is refused again and again is turned away, for longer each time; honest ones never, and nobody for good.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blockedRefusal,
  countRefusals,
  isBlocked,
  pointsOf,
  type RefusalCount,
  WINDOW_MS,
} from "../../../src/domain/address-block.ts";

const LIMITS = { points_max: 10, block_ms: 60_000 };
const DAY_MS = 86_400_000;
const count = (before: RefusalCount | undefined, points: number, now_ms: number) =>
  countRefusals(before, points, LIMITS, now_ms);

describe("counting", () => {
  test("blocks at the limit, not before", () => {
    const first = count(undefined, 9, 0);
    expect(first.begins).toBe(false);
    const second = count(first.count, 1, 1_000);
    expect(second).toMatchObject({ begins: true, count: { times: 1, blocked_until_ms: 61_000 } });
    expect(isBlocked(second.count, 60_999)).toBe(true);
    expect(isBlocked(second.count, 61_000)).toBe(false);
  });

  test("starts anew after the window", () => {
    const first = count(undefined, 9, 0);
    expect(count(first.count, 9, WINDOW_MS).begins).toBe(false);
  });

  test("during a block neither counts nor lengthens it", () => {
    const blocked = count(undefined, 10, 0).count;
    expect(count(blocked, 1_000, 30_000)).toMatchObject({ begins: false, count: blocked });
  });

  test("blocks four times longer each time, a day at most, and forgets after a quiet day", () => {
    let now_ms = 0;
    let before: RefusalCount | undefined;
    const lengths: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      before = count(before, 10, now_ms).count;
      lengths.push(before.blocked_until_ms - now_ms);
      now_ms = before.blocked_until_ms;
    }
    expect(lengths.slice(0, 3)).toEqual([60_000, 240_000, 960_000]);
    expect(Math.max(...lengths)).toBe(DAY_MS);
    const quiet = count(before, 10, now_ms + DAY_MS);
    expect(quiet.count.blocked_until_ms - (now_ms + DAY_MS)).toBe(60_000);
  });

  test("with no limit blocks nobody", () => {
    expect(countRefusals(undefined, 1_000_000, { points_max: 0, block_ms: 1 }, 0).begins).toBe(false);
  });

  test("is never forgotten while it says something, and nobody is blocked for more than a day", () => {
    const steps = fc.array(fc.tuple(fc.nat(15), fc.nat(2 * DAY_MS)), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        let before: RefusalCount | undefined;
        let now_ms = 0;
        for (const [points, wait_ms] of all) {
          now_ms += wait_ms;
          const { count: after, forget_at_ms } = count(before, points, now_ms);
          expect(after.blocked_until_ms).toBeLessThanOrEqual(now_ms + DAY_MS);
          expect(forget_at_ms).toBeGreaterThan(now_ms);
          expect(forget_at_ms).toBeGreaterThanOrEqual(after.blocked_until_ms);
          before = after;
        }
      }),
    );
  });
});

test("what honest clients meet weighs nothing, and being blocked does not block further", () => {
  for (const reason of [
    "invalid_input",
    "not_found",
    "session_ended",
    "step_up_required",
    "version_conflict",
  ])
    expect(pointsOf(reason, undefined)).toBe(0);
  expect(pointsOf("authentication_required", undefined)).toBe(0);
  expect(pointsOf("rate_limited", "address_blocked")).toBe(0);
  expect(pointsOf("authentication_required", "forged_or_malformed_token")).toBe(3);
  expect(pointsOf("signature_refused", undefined)).toBe(3);
  expect(pointsOf("input_refused", "screening_sqli")).toBe(1);
});

test("whoever is turned away hears for how long, a second at least", () => {
  expect(blockedRefusal(61_001, 1_000)).toEqual({
    reason: "rate_limited",
    rule: "address_blocked",
    detail: "this address is blocked for a while, after repeated refusals",
    retry_after_seconds: 61,
  });
  expect(blockedRefusal(1_000, 1_000).retry_after_seconds).toBe(1);
});

test("each refusal weighs by how surely it is an attack", () => {
  for (const reason of ["input_refused", "rate_limited", "authentication_failed", "locked_out"])
    expect(pointsOf(reason, undefined), reason).toBe(1);
  expect(pointsOf("signature_refused", "address_blocked")).toBe(0);
});

test("a window begins with its first refusal and is forgotten with its end; a block a day after its own", () => {
  const first = count(undefined, 3, 1_000);
  expect(first).toEqual({
    count: { points: 3, since_ms: 1_000, times: 0, blocked_until_ms: 0 },
    begins: false,
    forget_at_ms: 601_000,
  });
  expect(WINDOW_MS).toBe(600_000);
  expect(count(first.count, 3, 600_999).count).toMatchObject({ points: 6, since_ms: 1_000 });
  expect(count(first.count, 3, 601_000).count).toMatchObject({ points: 3, since_ms: 601_000 });
  const block = count(first.count, 7, 2_000);
  expect(block).toEqual({
    count: { points: 0, since_ms: 2_000, times: 1, blocked_until_ms: 62_000 },
    begins: true,
    forget_at_ms: 62_000 + DAY_MS,
  });
  expect(count(block.count, 1, 70_000)).toMatchObject({
    count: { points: 1, times: 1, blocked_until_ms: 62_000 },
    forget_at_ms: 62_000 + DAY_MS,
  });
  expect(count(block.count, 1, 30_000).forget_at_ms).toBe(62_000 + DAY_MS);
  expect(count(block.count, 10, 61_999 + DAY_MS).count.times).toBe(2);
  expect(count(block.count, 10, 62_000 + DAY_MS).count.times).toBe(1);
});
