// Following a feed: connections break wherever they like, and the follower hears of every change once.
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type Fetch, ProblemError } from "../../../src/api/client.ts";
import { type FeedEvent, followChanges } from "../../../src/api/follow.ts";
import { eventText, KEEP_ALIVE } from "../../../src/protocol/event-stream.ts";
import { problemResponse } from "../../../src/protocol/problem.ts";

const PROJECT = `prj_${"0".repeat(26)}`;
const origin = "https://tasks.example";

const textOf = (number: number) =>
  eventText({ id: String(number), event: "task.created", data: JSON.stringify({ number }) });

function streaming(text: string): Response {
  const bytes = new TextEncoder().encode(text);
  return new Response(bytes, { headers: { "content-type": "text/event-stream" } });
}

const afterOf = (url: string) => Number(new URL(url).searchParams.get("after"));

/** What the follower hears until it knows of the last change. */
async function follow(fetch: Fetch, last: number, after?: number): Promise<(number | string)[]> {
  const heard: (number | string)[] = [];
  const waits: number[] = [];
  const pause = async (ms: number) => void waits.push(ms);
  const options = { pause, ...(after !== undefined && { after }) };
  for await (const event of followChanges({ origin, fetch }, PROJECT, options)) {
    heard.push(event.type === "change" ? event.change.number : `reset ${event.resume_after}`);
    if (event.type === "change" && event.change.number === last) break;
  }
  return heard;
}

test("connections that break in the middle of anything lose and double nothing", async () => {
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.integer({ min: 1, max: 12 }), async (left, last) => {
      const fetch: Fetch = async (url) => {
        const after = afterOf(url);
        const all = Array.from({ length: last - after }, (_, n) => textOf(after + n + 1)).join("");
        const text = `retry: 5\n${KEEP_ALIVE}${all}`;
        const cut = left.shift();
        return streaming(cut === undefined ? text : text.slice(0, cut));
      };
      expect(await follow(fetch, last, 0)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    }),
  );
});

test("without a number it begins where the feed is, also when the first connection brings nothing", async () => {
  const asked: (number | null)[] = [];
  const fetch: Fetch = async (url, { headers }) => {
    if (!headers.get("accept")!.includes("event-stream")) {
      return Response.json({ changes: [], count: 0, next_after: 7, newest: 7 });
    }
    asked.push(afterOf(url));
    return streaming(asked.length === 1 ? "" : textOf(8));
  };
  expect(await follow(fetch, 8)).toEqual([8]);
  expect(asked).toEqual([7, 7]);
});

test("a reset is told, and the feed goes on after it", async () => {
  const reset = eventText({ id: "40", event: "reset", data: '{"resume_after":40}' });
  const fetch: Fetch = async (url) => streaming(afterOf(url) === 3 ? reset : textOf(41));
  expect(await follow(fetch, 41, 3)).toEqual(["reset 40", 41]);
});

const problem = (status: number, reason: string, headers = {}) =>
  problemResponse({ type: `/problems/${reason}`, title: reason, status }, headers);

test("what passes is waited for as long as it says, what does not ends the iteration", async () => {
  const answers = [
    () => problem(429, "too_many_streams", { "retry-after": "30" }),
    () => Promise.reject(new TypeError("connection refused")),
    () => streaming(textOf(1)),
    () => streaming(eventText({ event: "end", data: '{"reason":"session_ended"}' })),
    () => problem(401, "session_ended"),
  ];
  const waits: number[] = [];
  const heard: FeedEvent[] = [];
  const fetch: Fetch = async () => answers.shift()!();
  const options = { after: 0, pause: async (ms: number) => void waits.push(ms) };
  const following = async () => {
    for await (const event of followChanges({ origin, fetch }, PROJECT, options)) heard.push(event);
  };
  await expect(following()).rejects.toThrow(ProblemError);
  expect(heard).toEqual([{ type: "change", change: { number: 1 } }]);
  expect(waits).toEqual([30_000, 2_000, 2_000, 2_000]);
});

test("what passes is waited for also before it knows where the feed is", async () => {
  const answers = [
    () => problem(503, "unavailable", { "retry-after": "7" }),
    () => Promise.reject(new TypeError("connection refused")),
    () => Response.json({ changes: [], count: 0, next_after: 7, newest: 7 }),
    () => streaming(textOf(8)),
  ];
  const waits: number[] = [];
  const pause = async (ms: number) => void waits.push(ms);
  const fetch: Fetch = async () => answers.shift()!();
  for await (const event of followChanges({ origin, fetch }, PROJECT, { pause })) {
    expect(event).toMatchObject({ type: "change", change: { number: 8 } });
    break;
  }
  expect(waits).toEqual([7_000, 2_000]);
});

test("it comes back when the service says, which it says before it has anything to tell", async () => {
  const answers = [`retry: 5\n${KEEP_ALIVE}${textOf(1)}`, textOf(2)];
  const waits: number[] = [];
  const pause = async (ms: number) => void waits.push(ms);
  const fetch: Fetch = async () => streaming(answers.shift()!);
  for await (const event of followChanges({ origin, fetch }, PROJECT, { after: 0, pause })) {
    if (event.type === "change" && event.change.number === 2) break;
  }
  expect(waits).toEqual([5]);
});

test("whoever stops listening closes the connection", async () => {
  let cancelled = false;
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(textOf(1))),
    cancel: () => {
      cancelled = true;
    },
  });
  const fetch: Fetch = async () => new Response(stream, { headers: { "content-type": "text/event-stream" } });
  expect(await follow(fetch, 1, 0)).toEqual([1]);
  expect(cancelled).toBe(true);
});

test("a signal ends it", async () => {
  const controller = new AbortController();
  const fetch: Fetch = async () => {
    controller.abort(new Error("enough"));
    return streaming("");
  };
  const settings = { origin, fetch };
  const following = followChanges(settings, PROJECT, {
    after: 0,
    signal: controller.signal,
    pause: async () => {},
  });
  await expect(following.next()).rejects.toThrow("enough");
});

test("a signal leaves no timer that keeps a process alive", async () => {
  vi.useFakeTimers();
  try {
    const controller = new AbortController();
    const fetch: Fetch = async () => problem(503, "unavailable", { "retry-after": "86400" });
    const next = followChanges({ origin, fetch }, PROJECT, { after: 0, signal: controller.signal }).next();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a signal ends it while it waits, however long it was told to", async () => {
  const controller = new AbortController();
  const fetch: Fetch = async () => problem(503, "unavailable", { "retry-after": "86400" });
  const waiting = Promise.withResolvers<void>();
  const following = followChanges({ origin, fetch }, PROJECT, {
    after: 0,
    signal: controller.signal,
    pause: () => {
      waiting.resolve();
      return new Promise(() => {});
    },
  });
  const next = following.next();
  await waiting.promise;
  controller.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
});

/** How long it waited between these answers, the last of which ends it. */
async function waitsBetween(answers: (() => Response | Promise<Response>)[]): Promise<number[]> {
  const waits: number[] = [];
  const pause = async (ms: number) => void waits.push(ms);
  const fetch: Fetch = async () => answers.shift()!();
  const following = async () => {
    for await (const _ of followChanges({ origin, fetch }, PROJECT, { after: 0, pause }));
  };
  await expect(following()).rejects.toMatchObject({ status: 401 });
  return waits;
}
const page = (status: number, headers = {}) =>
  new Response("<h1>gateway</h1>", { status, headers: { "content-type": "text/html", ...headers } });
const ended = () => problem(401, "session_ended");

test("a gateway that answers with a page of its own is waited for, longer each time, until something comes", async () => {
  const down = Array.from({ length: 7 }, () => () => page(502));
  const waits = await waitsBetween([
    ...down,
    () => page(503, { "retry-after": "9" }),
    () => page(504),
    () => problem(504, "timeout"),
    () => streaming(textOf(1)),
    () => page(502),
    ended,
  ]);
  const doubling = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
  expect(waits).toEqual([...doubling, 9_000, 2_000, 4_000, 2_000, 2_000]);
});

test("an answer that says to come back at once is given a second", async () => {
  const at_once = { "retry-after": "0" };
  expect(
    await waitsBetween([() => problem(429, "rate_limited", at_once), () => page(503, at_once), ended]),
  ).toEqual([1_000, 1_000]);
});

test("an answer that says to come back in years is not taken for one that says at once, as timers would", async () => {
  const years = { "retry-after": "999999999" };
  const waits = await waitsBetween([
    () => problem(429, "rate_limited", years),
    () => page(503, years),
    ended,
  ]);
  expect(waits).toEqual([2_147_483_000, 2_147_483_000]);
});

test("a page that is no passing trouble of a gateway ends it", async () => {
  for (const status of [200, 404, 500]) {
    const fetch: Fetch = async () => page(status);
    const following = followChanges({ origin, fetch }, PROJECT, { after: 0, pause: async () => {} });
    await expect(following.next(), String(status)).rejects.toMatchObject({ name: "AnswerError", status });
  }
});
