// A worker that is silent for five minutes is stale, unless something else was decided about it.
import { expect, test } from "vitest";
import { statusOf } from "../../../src/domain/worker.ts";

test("an active worker is stale after five silent minutes, to the millisecond", () => {
  expect(statusOf("active", 1_000, 300_999)).toBe("active");
  expect(statusOf("active", 1_000, 301_000)).toBe("stale");
});

test.each(["paused", "revoked"] as const)("a worker that is %s is that, however silent", (decided) => {
  expect(statusOf(decided, 0, 1)).toBe(decided);
  expect(statusOf(decided, 0, 1e12)).toBe(decided);
});
