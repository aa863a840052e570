// Limits of planning: never beyond the day, the cool-down, the minute or the budget, and always saying when to return.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CallerUse,
  DAY_MS,
  refusalOfCall,
  takeCall,
  type WorkspaceUse,
  withdrawCall,
} from "../../../src/domain/ai-quota.ts";
import { AI_FEATURES } from "../../../src/schema/ai-usage.ts";

const UNUSED: CallerUse = { day: 0, calls: 0, called_at_ms: {} };
const limits = { calls_per_day: 10, cool_down_ms: 10_000 };
const NOON = 20_000 * DAY_MS + DAY_MS / 2;

describe("a caller", () => {
  test("gets so many calls a day and then hears when the next day begins", () => {
    let use = UNUSED;
    for (let call = 0; call < 10; call += 1) {
      const taken = takeCall(use, limits, "risks", NOON + call * 10_000);
      if (!taken.ok) throw new Error("refused");
      use = taken.value;
    }
    const refused = takeCall(use, limits, "breakdown", NOON + 200_000);
    expect(refused).toMatchObject({
      refusal: { rule: "caller_day", retry_after_seconds: DAY_MS / 2000 - 200 },
    });
    expect(takeCall(use, limits, "breakdown", NOON + DAY_MS / 2).ok).toBe(true);
  });

  test("waits between two calls of one kind, and not between two kinds", () => {
    const first = takeCall(UNUSED, limits, "risks", NOON);
    if (!first.ok) throw new Error("refused");
    expect(takeCall(first.value, limits, "complexity", NOON).ok).toBe(true);
    expect(takeCall(first.value, limits, "risks", NOON + 9_001)).toMatchObject({
      refusal: { rule: "caller_cool_down", retry_after_seconds: 1 },
    });
    expect(takeCall(first.value, limits, "risks", NOON + 10_000).ok).toBe(true);
  });

  test("gets back a call that the workspace refused, and no more than that", () => {
    const first = takeCall(UNUSED, limits, "risks", NOON);
    if (!first.ok) throw new Error("refused");
    expect(withdrawCall(first.value, NOON).calls).toBe(0);
    expect(withdrawCall(withdrawCall(first.value, NOON), NOON).calls).toBe(0);
    expect(takeCall(withdrawCall(first.value, NOON), limits, "risks", NOON).ok).toBe(false);
  });

  test("whatever it asks for and when, never goes beyond, and is let in at the time it was told", () => {
    const step = fc.tuple(fc.constantFrom(...AI_FEATURES), fc.nat(40_000_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let use = UNUSED;
        let now_ms = NOON;
        const passed: { day: number; feature: string; at_ms: number }[] = [];
        for (const [feature, wait_ms] of steps) {
          now_ms += wait_ms;
          const taken = takeCall(use, limits, feature, now_ms);
          if (taken.ok) {
            use = taken.value;
            passed.push({ day: Math.floor(now_ms / DAY_MS), feature, at_ms: now_ms });
          } else {
            const then_ms = now_ms + taken.refusal.retry_after_seconds! * 1000;
            const later = takeCall(use, limits, feature, then_ms);
            expect(later.ok || later.refusal.rule === "caller_day").toBe(true);
          }
        }
        for (const { day, feature, at_ms } of passed) {
          expect(passed.filter((each) => each.day === day).length).toBeLessThanOrEqual(10);
          const near = passed.filter(
            (each) => each.feature === feature && Math.abs(each.at_ms - at_ms) < 10_000,
          );
          expect(near.length).toBe(1);
        }
      }),
    );
  });
});

describe("a workspace", () => {
  const workspace = { calls_per_minute: 3, budget_microdollars: 1_000 };
  const idle: WorkspaceUse = {
    minute_ms: [],
    spent_microdollars: 0,
    reserved_microdollars: 0,
    settled_by_ms: null,
  };

  test("gets so many calls within any minute, and hears when the first of them is a minute ago", () => {
    const minute_ms = [NOON, NOON + 5_000, NOON + 7_000];
    expect(refusalOfCall({ ...idle, minute_ms: minute_ms.slice(1) }, workspace, 0, NOON + 8_000)).toBeNull();
    expect(refusalOfCall({ ...idle, minute_ms }, workspace, 0, NOON + 8_000)).toMatchObject({
      reason: "ai_limit_reached",
      rule: "workspace_minute",
      retry_after_seconds: 52,
    });
  });

  test("never reserves more than is left, to the last millionth", () => {
    const use = {
      ...idle,
      spent_microdollars: 600,
      reserved_microdollars: 300,
      settled_by_ms: NOON + 30_000,
    };
    expect(refusalOfCall(use, workspace, 100, NOON)).toBeNull();
    expect(refusalOfCall(use, workspace, 101, NOON)).toMatchObject({
      rule: "workspace_budget",
      retry_after_seconds: 30,
    });
    expect(refusalOfCall(use, workspace, 401, NOON)).toMatchObject({ retry_after_seconds: DAY_MS / 2000 });
    expect(refusalOfCall({ ...idle, spent_microdollars: 1_000 }, workspace, 0, NOON)).toBeNull();
  });
});
