// Asking again, on a clock of the test's own.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AnswerError, ConnectionError, ProblemError } from "../../../src/api/client.ts";
import { retry } from "../../../src/cli/retry.ts";

const clock = vi.hoisted(() => ({ now_ms: 0 }));
vi.mock("node:timers/promises", () => ({
  async setTimeout(ms: number) {
    clock.now_ms += ms;
  },
}));

beforeEach(() => {
  clock.now_ms = 0;
  vi.spyOn(Date, "now").mockImplementation(() => clock.now_ms);
});
afterEach(() => vi.restoreAllMocks());

const lost = () => new ConnectionError("readTask: no answer");
const answered = (status: number) => new AnswerError("readTask", new Response(null, { status }), "a page");
const refused = (status: number, retry_after?: number) => {
  const headers = new Headers(retry_after === undefined ? {} : { "retry-after": String(retry_after) });
  const problem = { type: "/problems/x", title: "Refused", status };
  return new ProblemError("readTask", problem as never, headers);
};

/** Fails with each of these in turn, and then answers. */
function service(...errors: Error[]) {
  const ask = vi.fn(async () => {
    const error = errors.shift();
    if (error) throw error;
    return "answer";
  });
  return ask;
}

test.each([
  ["a lost connection", lost(), 100],
  ["a gateway that stands in for the service", answered(502), 100],
  ["a service that is busy", refused(503), 100],
  ["a service that says for how long", refused(503, 7), 7_000],
  ["a rate limit", refused(429, 2), 2_000],
])("after %s it is asked again, no sooner than asked for", async (_, error, waited_ms) => {
  const ask = service(error);
  expect(await retry(ask)).toBe("answer");
  expect([ask.mock.calls.length, clock.now_ms]).toEqual([2, waited_ms]);
});

test.each([
  ["a refusal", refused(403)],
  ["one that names a time", refused(409, 1)],
  ["an answer that is another service's", answered(200)],
  ["a defect of ours", new TypeError("defect")],
])("%s is thrown at once", async (_, error) => {
  const ask = service(error);
  await expect(retry(ask)).rejects.toBe(error);
  expect(ask).toHaveBeenCalledTimes(1);
});

test("pauses double up to five seconds, and of those alone is told", async () => {
  const waits: number[] = [];
  await retry(service(...Array.from({ length: 8 }, lost)), {
    waiting: (wait_ms) => void waits.push(wait_ms),
  });
  expect(clock.now_ms).toBe(100 + 200 + 400 + 800 + 1_600 + 3_200 + 5_000 + 5_000);
  expect(waits).toEqual([5_000, 5_000]);
});

test("patience ends: what would be waited for beyond it is thrown instead", async () => {
  const late = refused(429, 11);
  await expect(retry(service(late), { patience_ms: 10_000 })).rejects.toBe(late);
  expect(clock.now_ms).toBe(0);
  await expect(retry(async () => Promise.reject(lost()), { patience_ms: 10_000 })).rejects.toThrow(
    "no answer",
  );
  expect(clock.now_ms).toBeLessThanOrEqual(10_000);
});
