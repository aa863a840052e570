// Ten mails an hour: the eleventh notice waits until the first of them is an hour old.
import { expect, test } from "vitest";
import { HOUR_MS, mayMailAt } from "../../../src/domain/notice.ts";

const times = (count: number) => Array.from({ length: count }, (_, at) => 1_000 + at);

test("a notice is mailed at once until ten were within the hour", () => {
  expect(mayMailAt([], 5_000)).toBe(5_000);
  expect(mayMailAt(times(9), 5_000)).toBe(5_000);
  expect(mayMailAt(times(10), 5_000)).toBe(1_000 + HOUR_MS);
  expect(mayMailAt(times(12), 5_000)).toBe(1_002 + HOUR_MS);
});

test("what was mailed an hour ago counts no more", () => {
  expect(HOUR_MS).toBe(3_600_000);
  expect(mayMailAt(times(10), 1_000 + HOUR_MS)).toBe(1_000 + HOUR_MS);
  expect(mayMailAt(times(10), 999 + HOUR_MS)).toBe(1_000 + HOUR_MS);
});
