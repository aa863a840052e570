// What the console asks again by itself, and what it never does: a write whose fate is unknown is its reader's to repeat.
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";

vi.stubGlobal("location", { origin: "https://tasks.example" });
const { service } = await import("../../../src/console/app/connection/requests.ts");
const { codeFields } = await import("../../../src/console/app/connection/session.ts");

const refusal =
  (status: number, reason: string, retry_after = "1") =>
  () =>
    new Response(JSON.stringify({ type: `/problems/${reason}`, title: "Refused", status }), {
      status,
      headers: { "content-type": "application/problem+json", "retry-after": retry_after },
    });
const UNAVAILABLE = refusal(503, "unavailable");

const answers = vi.fn<() => Response>();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async () => answers());
});
afterEach(() => {
  vi.useRealTimers();
  answers.mockReset();
});
afterAll(() => void vi.unstubAllGlobals());

/** How often it was asked for in a minute, and over how many seconds. */
async function asked(call: () => Promise<unknown>, answer: () => Response) {
  const began_ms = Date.now();
  let last_ms = began_ms;
  answers.mockImplementation(() => {
    last_ms = Date.now();
    return answer();
  });
  const refused = expect(call()).rejects.toThrow("Refused");
  await vi.advanceTimersByTimeAsync(60_000);
  await refused;
  return { times: answers.mock.calls.length, seconds: (last_ms - began_ms) / 1_000 };
}

const params = { project_id: `prj_${"0".repeat(26)}` };
const body = { title: "Write" };

describe("after a 503", () => {
  test("a read is asked again, after pauses that grow, for twenty seconds at most", async () => {
    expect(await asked(() => service.readProject({ params }), UNAVAILABLE)).toEqual({
      times: 6,
      seconds: 16,
    });
  });

  test("a write is asked again by the key that keeps it from taking effect twice", async () => {
    const call = () => service.createTask({ params, body, idempotency_key: "one" });
    expect((await asked(call, UNAVAILABLE)).times).toBe(6);
  });

  test("a write without such a key is never asked again", async () => {
    const call = () => service.createTask({ params, body });
    expect((await asked(call, UNAVAILABLE)).times).toBe(1);
  });

  test("a longer wait than twenty seconds is the reader's", async () => {
    const call = () => service.readProject({ params });
    expect((await asked(call, refusal(503, "unavailable", "60"))).times).toBe(1);
  });
});

test("what failed for good is not asked again", async () => {
  expect((await asked(() => service.readProject({ params }), refusal(500, "internal"))).times).toBe(1);
});

test("a write that was limited did nothing, and is asked again without a key", async () => {
  const call = () => service.createTask({ params, body });
  expect((await asked(call, refusal(429, "rate_limited", "5"))).times).toBe(4);
});

test("a code that the app shows in two halves is no backup code", () => {
  expect(codeFields(" 123 456 ")).toEqual({ mfa_code: "123456" });
  expect(codeFields("AAAA-BBBB-CCCC-DDDD")).toMatchObject({ use_backup_code: true });
  expect(codeFields(" ")).toEqual({});
});
