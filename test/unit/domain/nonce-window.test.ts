// No nonce can be used after it was forgotten: the two ends of the window are held against each other.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forgetAt, judgeTimestamp, NONCES_MAX, SKEW_MS } from "../../../src/domain/nonce-window.ts";

const NOW_MS = 1_800_000_000_000;
const WINDOW_MS = 300_000;
const NONE_FORGOTTEN = Number.NEGATIVE_INFINITY;
/** As configuration allows them: 30 seconds to an hour. */
const windows = fc.integer({ min: 30_000, max: 3_600_000 });
/** Clients send fractional seconds, near the present or wherever they like. */
const timestamps = fc.oneof(
  fc.double({ min: -7_500_000, max: 7_500_000, noNaN: true }).map((offset) => NOW_MS + offset),
  fc.double({ min: 0, max: 1e14, noNaN: true }),
);

describe("nonce window", () => {
  test("a nonce that may be forgotten is never fresh again", () => {
    fc.assert(
      fc.property(timestamps, windows, fc.nat(1e10), (timestamp_ms, window_ms, later_ms) => {
        const forgotten_ms = forgetAt(timestamp_ms, window_ms);
        expect(judgeTimestamp(timestamp_ms, forgotten_ms + later_ms, window_ms, NONE_FORGOTTEN)).toBe(
          "too_old",
        );
        // Not by a hair: the whole skew lies between the last use and the forgetting.
        expect(judgeTimestamp(timestamp_ms, forgotten_ms - SKEW_MS + 1, window_ms, NONE_FORGOTTEN)).toBe(
          "too_old",
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("a nonce is remembered from the first to the last moment at which it is fresh", () => {
    fc.assert(
      fc.property(
        timestamps,
        fc.double({ min: -4e6, max: 4e6, noNaN: true }),
        windows,
        (timestamp_ms, age, window_ms) => {
          const now_ms = timestamp_ms + age;
          if (judgeTimestamp(timestamp_ms, now_ms, window_ms, NONE_FORGOTTEN) !== "fresh") return;
          expect(now_ms).toBeLessThan(forgetAt(timestamp_ms, window_ms));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("the window reaches back by its length and forward by the skew, both ends included", () => {
    const at = (offset_ms: number) => judgeTimestamp(NOW_MS + offset_ms, NOW_MS, WINDOW_MS, NONE_FORGOTTEN);
    expect(at(0)).toBe("fresh");
    expect(at(-WINDOW_MS)).toBe("fresh");
    expect(at(-WINDOW_MS - 1)).toBe("too_old");
    expect(at(SKEW_MS)).toBe("fresh");
    expect(at(SKEW_MS + 1)).toBe("from_the_future");
    expect(at(-WINDOW_MS - 0.001)).toBe("too_old");
  });

  test("nothing up to the latest forgotten nonce is fresh, however wide the window has become", () => {
    fc.assert(
      fc.property(timestamps, fc.nat(1e7), windows, (forgotten_ms, earlier_ms, window_ms) => {
        const timestamp_ms = forgotten_ms - earlier_ms;
        expect(judgeTimestamp(timestamp_ms, timestamp_ms, window_ms, forgotten_ms)).toBe("too_old");
        const later_ms = forgotten_ms + 1;
        expect(judgeTimestamp(later_ms, later_ms, window_ms, forgotten_ms)).toBe("fresh");
      }),
    );
  });

  test("what is no time is not fresh", () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(judgeTimestamp(odd, NOW_MS, WINDOW_MS, NONE_FORGOTTEN)).not.toBe("fresh");
      expect(judgeTimestamp(NOW_MS, odd, WINDOW_MS, NONE_FORGOTTEN)).not.toBe("fresh");
    }
  });

  test("the numbers are those of the design: 60 s of skew, 360 s remembered, 100,000 at most", () => {
    expect(SKEW_MS).toBe(60_000);
    expect(forgetAt(NOW_MS, WINDOW_MS)).toBe(NOW_MS + 360_000);
    expect(NONCES_MAX).toBe(100_000);
  });
});
