// Streams of a feed: every change once and in order, to whoever listens, wherever they begin, and whatever happens to
// the object meanwhile.
import fc from "fast-check";
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { crash, evict, inside, ringAlarm } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { type Move, newProject, newTask, projectObject, readFeed, tryMove } from "./project.ts";
import { events, listen, listenToEvents, type Reader } from "./reader.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const KINDS = [
  ["a WebSocket", listen],
  ["server-sent events", listenToEvents],
] as const;

/** Fills the feed with plans of 500 tasks. */
async function fill(project_id: string, plans: number): Promise<void> {
  const tasks = numbers(1, 500).map((ref) => ({ ref: `t${ref}`, title: "planned" }));
  for (let plan = 0; plan < plans; plan += 1)
    await bob.client.createTasks({ params: { project_id }, body: { tasks } });
}

it.each(KINDS)("over %s what was there comes first, then what comes, each once", async (_, open) => {
  const project_id = await newProject(bob);
  const { id: task_id } = await newTask(bob, project_id, "first");
  const reader = await open(bob, project_id, 0);
  const params = { project_id, task_id };
  await bob.client.updateTask({ params, body: { title: "renamed" }, if_match: "*" });
  await reader.until(3);
  await evict(projectObject(project_id));
  await newTask(bob, project_id, "after the object slept");
  await reader.until(4);
  expect(reader.changes).toEqual(await readFeed(bob, project_id));
  await reader.leave();
});

it.each(KINDS)("over %s a reader who says nothing hears of what comes from now on", async (_, open) => {
  const project_id = await newProject(bob);
  await newTask(bob, project_id);
  const reader = await open(bob, project_id);
  await newTask(bob, project_id);
  await reader.until(3);
  expect(reader.numbers).toEqual([3]);
  await reader.leave();
});

it("whoever reconnects at whatever moment, while many write and the object sleeps and dies, misses and doubles nothing", async () => {
  const kind = fc.constantFrom("create", "plan", "title", "status", "delete");
  const step = fc.record({
    moves: fc.array(fc.tuple(kind, fc.nat(20)), { minLength: 1, maxLength: 5 }),
    reconnect: fc.subarray([0, 1, 2, 3]),
    befalls: fc.constantFrom("nothing", "nothing", "evict", "crash"),
  });
  const reopen = (reader: Reader | undefined, index: number, project_id: string) =>
    KINDS[index % 2]![1](bob, project_id, reader?.numbers.at(-1) ?? 0);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const project_id = await newProject(bob);
      const ids: string[] = [];
      const heard: number[][] = [[], [], [], []];
      const readers: Reader[] = [];
      for (const index of heard.keys()) readers.push(await reopen(undefined, index, project_id));
      const begin = async (index: number) => {
        const last = heard[index]!.concat(readers[index]!.numbers).at(-1) ?? 0;
        heard[index]!.push(...readers[index]!.numbers);
        readers[index] = await KINDS[index % 2]![1](bob, project_id, last);
      };
      for (const { moves, reconnect, befalls } of steps) {
        const writing = moves.map((move) => tryMove(bob, project_id, ids, move as Move));
        for (const index of reconnect) {
          await readers[index]!.leave();
          await begin(index);
        }
        await Promise.all(writing);
        if (befalls === "evict") await evict(projectObject(project_id));
        if (befalls === "crash") {
          await crash(projectObject(project_id));
          for (const index of heard.keys()) {
            await readers[index]!.ended;
            await begin(index);
          }
        }
      }
      const { newest } = (await bob.client.listChanges({ params: { project_id } })).body;
      for (const [index, reader] of readers.entries()) {
        const last = heard[index]!.at(-1) ?? 0;
        if (last < newest) await reader.until(newest);
        expect([...heard[index]!, ...reader.numbers]).toEqual(numbers(1, newest));
        await reader.leave();
      }
    }),
    { numRuns: 10 },
  );
});

it("a long way back is sent at the reader's pace, over either kind", async () => {
  const project_id = await newProject(bob);
  await fill(project_id, 5);
  for (const reader of [
    await listen(bob, project_id, 0, { acknowledging: true }),
    await listenToEvents(bob, project_id, 0),
  ]) {
    await reader.until(2501);
    expect(reader.numbers).toEqual(numbers(1, 2501));
    await reader.leave();
  }
});

it("a reader who acknowledges nothing gets a window, is given up after 5 s, and can go on by number", async () => {
  const project_id = await newProject(bob);
  await fill(project_id, 2);
  const reader = await listen(bob, project_id, 0);
  await reader.until(1000);
  await newTask(bob, project_id);
  clock.advance(6);
  await ringAlarm(projectObject(project_id));
  expect(await reader.ended).toBe("slow_reader");
  expect(reader.numbers).toEqual(numbers(1, 1000));
  const again = await listen(bob, project_id, 1000);
  await again.until(1002);
  expect(again.numbers).toEqual([1001, 1002]);
  await again.leave();
});

it("a slow reader who wakes up in time gets the rest, though the object slept meanwhile", async () => {
  const project_id = await newProject(bob);
  await fill(project_id, 3);
  const reader = await listen(bob, project_id, 0);
  await reader.until(1000);
  await evict(projectObject(project_id));
  reader.send("1000");
  await reader.until(1501);
  clock.advance(6);
  await ringAlarm(projectObject(project_id));
  await newTask(bob, project_id);
  await reader.until(1502);
  expect(reader.numbers).toEqual(numbers(1, 1502));
  await reader.leave();
});

it("a burst beyond the window of those who are up to date reaches them whole", async () => {
  const project_id = await newProject(bob);
  const readers = [
    await listen(bob, project_id, 0, { acknowledging: true }),
    await listenToEvents(bob, project_id, 0),
  ];
  await fill(project_id, 4);
  for (const reader of readers) {
    await reader.until(2001);
    expect(reader.numbers).toEqual(numbers(1, 2001));
    await reader.leave();
  }
});

it.each(KINDS)(
  "over %s a number that is no longer kept is a reset, from which the stream goes on",
  async (_, open) => {
    const project_id = await newProject(bob);
    for (let made = 0; made < 3; made += 1) await newTask(bob, project_id);
    await inside(projectObject(project_id), (__, { storage }) => {
      storage.sql.exec("DELETE FROM change WHERE number < 4");
    });
    const kept = await open(bob, project_id, 3);
    const lost = await open(bob, project_id, 2);
    const unborn = await open(bob, project_id, 5);
    await newTask(bob, project_id);
    for (const reader of [kept, lost, unborn]) await reader.until(5);
    expect([kept.resets, lost.resets, unborn.resets]).toEqual([[], [4], [4]]);
    expect([kept.numbers, lost.numbers, unborn.numbers]).toEqual([[4, 5], [5], [5]]);
    for (const reader of [kept, lost, unborn]) await reader.leave();
  },
);

it("Last-Event-ID says where to go on, whatever the address said when the page was made", async () => {
  const project_id = await newProject(bob);
  await newTask(bob, project_id);
  const resumed = await listenToEvents(bob, project_id, 0, { headers: { "Last-Event-ID": "1" } });
  await resumed.until(2);
  expect(resumed.numbers).toEqual([2]);
  await resumed.leave();
  const refused = await events(bob, project_id, 0, { headers: { "Last-Event-ID": "one" } });
  expect(refused.status).toBe(400);
});

it("events name their number and type, and tell the reader when to come back", async () => {
  const project_id = await newProject(bob);
  const answer = await events(bob, project_id, 0);
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-store" });
  expect(headers).toHaveProperty("request-id");
  const reading = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("data:")) text += (await reading.read()).value;
  expect(text).toMatch(/^retry: 2000\n: keep-alive\n\nid: 1\nevent: project\.created\ndata: \{.*\}\n\n$/u);
  await reading.cancel();
});

it("a HEAD request opens nothing", async () => {
  const project_id = await newProject(bob);
  const answer = await events(bob, project_id, 0, { method: "HEAD" });
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(await openSockets(project_id)).toBe(0);
});

it("ping is answered without waking anybody, and what is no number that was sent ends the stream", async () => {
  const project_id = await newProject(bob);
  for (const said of ["hello", "0", "2", "-1", "1e0", '{"ack":1}']) {
    const reader = await listen(bob, project_id, 0);
    await reader.until(1);
    reader.send(said);
    expect(await reader.ended, said).toBe("malformed_message");
  }
  const socket = (await bob.send(`/v1/projects/${project_id}/events`, { headers: { Upgrade: "websocket" } }))
    .webSocket!;
  const answered = new Promise((resolve) => socket.addEventListener("message", ({ data }) => resolve(data)));
  socket.accept();
  socket.send("ping");
  expect(await answered).toBe("pong");
  socket.close(1000);
});

it("what is refused or rolled back reaches nobody", async () => {
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id, 0);
  await reader.until(1);
  await refuseAll(bob, project_id);
  await newTask(bob, project_id);
  await reader.until(2);
  expect(reader.numbers).toEqual([1, 2]);
  await reader.leave();
});

it("what was numbered in a transaction that fails never was", async () => {
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id, 0);
  await newTask(bob, project_id);
  await inside(projectObject(project_id), (instance) => {
    const project = instance as unknown as {
      transact(work: () => void): void;
      audit(happening: object): string;
    };
    const fail = () => {
      project.audit({ type: "project.updated", at_ms: clock.now_ms(), by: null });
      throw new Error("a defect");
    };
    expect(() => project.transact(fail)).toThrow("a defect");
  });
  await newTask(bob, project_id);
  await reader.until(3);
  expect(reader.changes.map(({ number, type }) => [number, type])).toEqual([
    [1, "project.created"],
    [2, "task.created"],
    [3, "task.created"],
  ]);
  await reader.leave();
});

async function refuseAll(by: Person, project_id: string): Promise<void> {
  for (const kind of ["title", "status", "assign", "delete"] as const) {
    expect(await tryMove(by, project_id, [], [kind, 1])).toBeNull();
  }
}

const openSockets = (project_id: string): Promise<number> =>
  inside(projectObject(project_id), (_, state) => state.getWebSockets().length);
