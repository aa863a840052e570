import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isLive,
  LINK_LIFETIME_MS,
  LINK_TRIES_MAX,
  type LinkKind,
  waitForLink,
} from "../../../src/domain/mailed-link.ts";

const HOUR_MS = 3_600_000;
const kinds = ["recovery", "email", "unlock"] as const;
const PER_HOUR: Record<LinkKind, number> = { recovery: 3, email: 3, unlock: 1 };

test("lifetimes are those of the design: 30 minutes, a day, an hour", () => {
  expect(LINK_LIFETIME_MS).toEqual({ recovery: 30 * 60_000, email: 24 * HOUR_MS, unlock: HOUR_MS });
});

test("a link lives until it is spent, has expired, or was tried five times", () => {
  const link = { expires_at_ms: 1_000, tries: 0, spent_at_ms: null };
  expect(isLive(link, 999)).toBe(true);
  expect(isLive(link, 1_000)).toBe(false);
  expect(isLive({ ...link, spent_at_ms: 1 }, 999)).toBe(false);
  expect(isLive({ ...link, tries: LINK_TRIES_MAX - 1 }, 999)).toBe(true);
  expect(isLive({ ...link, tries: LINK_TRIES_MAX }, 999)).toBe(false);
  expect(isLive({ ...link, tries: LINK_TRIES_MAX }, 999, true), "the fifth try itself").toBe(true);
  expect(isLive({ ...link, tries: LINK_TRIES_MAX + 1 }, 999, true)).toBe(false);
});

describe.each(kinds)("links of kind %s", (kind) => {
  test("whoever waits as told never makes more than the limit within any hour", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: HOUR_MS }), { maxLength: 40 });
    fc.assert(
      fc.property(gaps, (steps) => {
        const made: number[] = [];
        let now_ms = 1_000_000;
        for (const step of steps) {
          now_ms += step;
          const wait_ms = waitForLink(kind, made, now_ms);
          expect(wait_ms).toBeGreaterThanOrEqual(0);
          if (wait_ms > 0) {
            expect(waitForLink(kind, made, now_ms + wait_ms - 1)).toBeGreaterThan(0);
            expect(waitForLink(kind, made, now_ms + wait_ms)).toBe(0);
            continue;
          }
          made.push(now_ms);
          expect(made.filter((at_ms) => at_ms > now_ms - HOUR_MS).length).toBeLessThanOrEqual(PER_HOUR[kind]);
        }
      }),
    );
  });

  test("the limit is reached, not only kept", () => {
    const made = Array.from({ length: PER_HOUR[kind] - 1 }, () => 5);
    expect(waitForLink(kind, made, 5)).toBe(0);
    expect(waitForLink(kind, [...made, 5], 5)).toBe(HOUR_MS);
  });
});
