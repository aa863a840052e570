// A vendor that fails five times in a row is left alone for half a minute, then tried by one call alone.
import { expect, test } from "vitest";
import { afterCall, type Breaker, beforeCall, CLOSED } from "../../../src/domain/circuit-breaker.ts";

const failed = (times: number, now_ms: number): Breaker => {
  let breaker = CLOSED;
  for (let time = 0; time < times; time += 1) breaker = afterCall(breaker, false, now_ms);
  return breaker;
};

test("four failures in a row stop nothing, the fifth does, for 30 s", () => {
  expect(failed(4, 1_000)).toEqual({ failures: 4, open_until_ms: 0 });
  expect(beforeCall(failed(4, 1_000), 1_000)).toEqual({ pass: true, breaker: failed(4, 1_000) });
  const open = failed(5, 1_000);
  expect(open).toEqual({ failures: 5, open_until_ms: 31_000 });
  expect(beforeCall(open, 30_999)).toEqual({ pass: false, breaker: open });
  expect(beforeCall(open, 31_000).pass).toBe(true);
});

test("whoever tries it out does so alone, and a failure closes the way again", () => {
  const tried = beforeCall(failed(5, 0), 30_000).breaker;
  expect(tried).toEqual({ failures: 5, open_until_ms: 60_000 });
  expect(beforeCall(tried, 30_001).pass).toBe(false);
  expect(afterCall(tried, false, 40_000)).toEqual({ failures: 6, open_until_ms: 70_000 });
});

test("one success forgets all failures, also four earlier ones", () => {
  expect(CLOSED).toEqual({ failures: 0, open_until_ms: 0 });
  expect(afterCall(failed(9, 0), true, 50_000)).toEqual(CLOSED);
  expect(afterCall(afterCall(failed(4, 0), true, 0), false, 0)).toEqual({ failures: 1, open_until_ms: 0 });
});
