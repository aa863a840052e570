// Server-sent events made from the feed's WebSocket: kept alive, acknowledged at the reader's pace, ended with a reason.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventsFrom, lastEventId, streamKind } from "../../../src/edge/stream.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The project's end of a WebSocket. */
class Project extends EventTarget {
  readonly acknowledged: string[] = [];
  closed_with: number | null = null;
  accept = () => {};
  send = (text: string) => this.acknowledged.push(text);
  close = (code: number) => {
    this.closed_with = code;
  };

  tell(first: number, last: number): void {
    const numbers = Array.from({ length: last - first + 1 }, (_, n) => first + n);
    const changes = numbers.map((number) => ({ number, type: "task.created" }));
    this.say({ changes });
  }

  say(message: unknown): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  end(reason: string): void {
    this.dispatchEvent(Object.assign(new Event("close"), { reason, code: 4401 }));
  }
}

function open() {
  const project = new Project();
  const reader = eventsFrom(project as unknown as Parameters<typeof eventsFrom>[0]).getReader();
  const decoder = new TextDecoder();
  const read = async () => decoder.decode((await reader.read()).value);
  return { project, reader, read };
}

test("a stream says when to come back, and every 20 s that it is there", async () => {
  const { read } = open();
  expect(await read()).toBe("retry: 2000\n: keep-alive\n\n");
  const next = read();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await next).toBe(": keep-alive\n\n");
});

test("nothing piles up for a reader that takes nothing", async () => {
  const { reader } = open();
  await vi.advanceTimersByTimeAsync(600_000);
  let chunks = 0;
  void (async () => {
    for (;;) {
      await reader.read();
      chunks += 1;
    }
  })();
  await vi.advanceTimersByTimeAsync(0);
  expect(chunks).toBeLessThanOrEqual(2);
});

test("what was taken is acknowledged, what waits is not", async () => {
  const { project, read } = open();
  await read();
  project.tell(5, 150);
  project.tell(151, 210);
  project.tell(211, 300);
  expect(project.acknowledged).toEqual([]);
  for (let chunk = 0; chunk < 3; chunk += 1) await read();
  await vi.advanceTimersByTimeAsync(0);
  expect(project.acknowledged).toEqual(["300"]);
});

test("changes become events with their number as id", async () => {
  const { project, read } = open();
  await read();
  project.tell(5, 5);
  expect(await read()).toBe('id: 5\nevent: task.created\ndata: {"number":5,"type":"task.created"}\n\n');
  project.say({ reset: { resume_after: 7 } });
  expect(await read()).toBe('id: 7\nevent: reset\ndata: {"resume_after":7}\n\n');
});

test("the last event says why it ended", async () => {
  const { project, reader, read } = open();
  await read();
  project.end("session_ended");
  expect(await read()).toBe('event: end\ndata: {"reason":"session_ended"}\n\n');
  expect((await reader.read()).done).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a reader that goes away closes the connection behind it", async () => {
  const { project, reader, read } = open();
  await read();
  await reader.cancel();
  expect(project.closed_with).toBe(1000);
  expect(vi.getTimerCount()).toBe(0);
  project.tell(1, 1);
  project.end("late");
});

describe("which stream a request asks for", () => {
  const kindOf = (headers: Record<string, string>, method = "GET") =>
    streamKind({ method, headers: new Headers(headers) } as Request);

  test.each([
    [{}, null],
    [{ Accept: "application/json" }, null],
    [{ Accept: "*/*" }, null],
    [{ Accept: "text/event-stream" }, "events"],
    [{ Accept: "Text/Event-Stream; q=0.9, */*" }, "events"],
    [{ Upgrade: "WebSocket" }, "socket"],
    [{ Upgrade: "h2c" }, null],
  ])("%j: %s", (headers, kind) => {
    expect(kindOf(headers as Record<string, string>)).toBe(kind);
    expect(kindOf(headers as Record<string, string>, "HEAD")).toBeNull();
  });

  test.each(["x", "-1", "1.0", " 1 2", "9".repeat(16)])("Last-Event-ID %j is refused", (id) => {
    const request = { headers: new Headers({ "Last-Event-ID": id }) } as Request;
    expect(lastEventId(request)).toMatchObject({ ok: false, refusal: { reason: "malformed_request" } });
  });
});
