// Destinations of audit events: each in a lane of its own, from its own cursor, with nothing lost and the others on time
// while one is dead, refuses or hangs.
import { expect, it } from "vitest";
import { Sinks, type Timer } from "../../../durable-objects/audit-log/sinks.ts";
import { AuditLogStore } from "../../../durable-objects/audit-log/store.ts";
import type { ObjectSurface } from "../../../durable-objects/object-surface.ts";
import type { Sink } from "../../../src/audit-sinks/sink.ts";
import { clock } from "../harness/clock.ts";
import { inside } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import { eventNamed, newLog } from "./logs.ts";

/** A sink that remembers what it took, after doing what a test says. */
function sink(name: string, before: () => Promise<void> = async () => undefined) {
  const taken: number[] = [];
  const made: Sink = {
    ...{ name, acknowledges: true, leaves: true, events_max: 50, wait_ms: 0 },
    async deliver({ first, entries }) {
      await before();
      const indexes = entries.map((entry) => (JSON.parse(entry) as { index: number }).index);
      expect(indexes).toEqual(entries.map((_, at) => first + at));
      taken.push(...indexes);
    },
  };
  return { made, taken };
}

/** The lanes of those sinks over a log of its own. */
async function lanes(...sinks: Sink[]) {
  const log = await newLog();
  const made = await inside(log.stub, (_, { storage }) => {
    const surface = {
      sql: storage.sql,
      env,
      now: () => Date.now(),
      transact: <Value>(work: (now_ms: number) => Value) => storage.transactionSync(() => work(Date.now())),
      wakeBy: () => undefined,
    } as unknown as ObjectSurface;
    const start = () => {
      const events = new AuditLogStore(storage.sql);
      const clear = { isWanted: () => false, open: async () => [] };
      return new Sinks(surface, { workspace: () => log.workspace, events }, sinks, clear);
    };
    return { start };
  });
  let running = made.start();
  return {
    append: log.append,
    run: () => inside(log.stub, () => running.run()),
    status: () => inside(log.stub, () => running.status()),
    nextDue: () => inside(log.stub, () => running.nextDue()),
    restart: () =>
      inside(log.stub, () => {
        running = made.start();
      }),
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

it("a sink that refuses for an hour loses nothing, and the others are on time", async () => {
  let is_dead = true;
  let tries = 0;
  const good = sink("good");
  const bad = sink("bad", async () => {
    tries += 1;
    if (is_dead) throw new Error("refused");
  });
  const all = await lanes(good.made, bad.made);
  for (let minute = 0; minute < 60; minute += 1) {
    await all.append(3);
    await all.run();
    expect(good.taken).toHaveLength((minute + 1) * 3);
    clock.advance(60);
  }
  expect(bad.taken).toEqual([]);
  expect(tries, "later and later").toBeLessThan(20);
  expect((await all.status()).find(({ name }) => name === "bad")).toMatchObject({
    status: "failing",
    waiting_events: 180,
    next_index: 0,
    last_error: "refused",
  });
  is_dead = false;
  await all.restart();
  clock.advance(300);
  await all.run();
  expect(bad.taken).toEqual(upTo(180));
  expect(good.taken).toEqual(upTo(180));
  expect(
    (await all.status()).every(({ status, waiting_events }) => status === "healthy" && waiting_events === 0),
  ).toBe(true);
  expect(await all.nextDue()).toBeNull();
});

it("a sink that hangs holds up neither the alarm for long nor the others at all", async () => {
  const good = sink("good");
  const hanging = sink("hanging", () => new Promise<void>(() => undefined));
  const all = await lanes(hanging.made, good.made);
  await all.append(5);
  await all.run();
  expect(good.taken).toEqual(upTo(5));
  expect(hanging.taken).toEqual([]);
  expect(await all.nextDue()).not.toBeNull();
});

it("what failed is delivered again as it was, whatever has come meanwhile, also after a restart", async () => {
  const seen: string[] = [];
  let fails = true;
  const made: Sink = {
    ...{ name: "again", acknowledges: true, leaves: true, events_max: 50, wait_ms: 0 },
    async deliver({ first, entries }) {
      seen.push(`${first}+${entries.length}`);
      if (fails) throw new Error("refused");
    },
  };
  const all = await lanes(made);
  await all.append(4);
  await all.run();
  await all.append(4);
  await all.restart();
  clock.advance(10);
  await all.run();
  fails = false;
  clock.advance(20);
  await all.run();
  expect(seen).toEqual(["0+4", "0+4", "0+4", "4+4"]);
});

it("events wait for company as long as their sink says, and no longer than until they are many", async () => {
  const patient = sink("patient");
  const all = await lanes({ ...patient.made, wait_ms: 60_000, events_max: 10 });
  await all.append(3);
  await all.run(); // what a log finds when it wakes is due at once
  expect(patient.taken).toHaveLength(3);
  await all.append(25);
  await all.run();
  expect(patient.taken.length).toBeGreaterThanOrEqual(23);
});

/** Timers that ring as the tests' clock moves. */
function timers() {
  const set = new Set<{ at_ms: number; ring: () => void }>();
  const timer: Timer = (ring, after_ms) => {
    const each = { at_ms: clock.now_ms() + after_ms, ring };
    set.add(each);
    return () => void set.delete(each);
  };
  const ring = () => {
    for (const each of [...set].filter(({ at_ms }) => at_ms <= clock.now_ms())) {
      set.delete(each);
      each.ring();
    }
  };
  return { timer, ring };
}

/** What is ready to go on has gone on. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

it("for an hour one sink is dead, one refuses and one is slow: the others are on time, and nobody loses or swaps an event", async () => {
  const STEP_SECONDS = 5;
  const STEPS = 3_600 / STEP_SECONDS;
  const EVENTS = 10;
  const { timer, ring } = timers();
  const answers_after = (ms: number) => new Promise<void>((resolve) => void timer(resolve, ms));
  let is_over = false;
  const all = {
    good: sink("good"),
    dead: sink("dead", async () => (is_over ? undefined : new Promise<void>(() => undefined))),
    refusing: sink("refusing", async () => {
      if (!is_over) throw new Error("refused");
    }),
    slow: sink("slow", () => answers_after(10_000)),
    patient: sink("patient"),
  };
  const made = Object.values(all).map(({ made }) => made);
  const sinks = made.map((each) => (each.name === "patient" ? { ...each, wait_ms: 3_000 } : each));
  const log = await newLog();
  await inside(log.stub, async (_, { storage }) => {
    const surface = {
      sql: storage.sql,
      env,
      now: clock.now_ms,
      transact: <Value>(work: (now_ms: number) => Value) =>
        storage.transactionSync(() => work(clock.now_ms())),
      wakeBy: () => undefined,
    } as unknown as ObjectSurface;
    const events = new AuditLogStore(storage.sql);
    const clear = { isWanted: () => false, open: async () => [] };
    const lanes = new Sinks(surface, { workspace: () => log.workspace, events }, sinks, clear, timer);
    let is_ringing = false;
    const alarm = async () => {
      if (is_ringing) return;
      is_ringing = true;
      await lanes.run();
      is_ringing = false;
    };
    let made = 0;
    const tick = async () => {
      clock.advance(STEP_SECONDS);
      ring();
      await turn();
      void alarm();
      await turn();
    };
    for (let step = 0; step < STEPS; step += 1) {
      const more = Array.from({ length: EVENTS }, (_, at) => eventNamed(`evt_${made + at}`));
      events.add(more.map((event) => ({ ...event, sealed: null })));
      made += EVENTS;
      lanes.noticed(clock.now_ms());
      await tick();
      expect(all.good.taken.length).toBeGreaterThanOrEqual(made - EVENTS);
      expect(all.patient.taken.length).toBeGreaterThanOrEqual(made - 2 * EVENTS);
    }
    expect([all.dead.taken, all.refusing.taken]).toEqual([[], []]);
    const state = new Map(lanes.status().map((each) => [each.name, each]));
    expect(state.get("dead")).toMatchObject({
      status: "failing",
      next_index: 0,
      last_error: "no answer in time",
    });
    expect(state.get("refusing")).toMatchObject({ status: "failing", next_index: 0, last_error: "refused" });
    expect(state.get("slow")).toMatchObject({ status: "healthy" });
    expect(state.get("slow")!.next_index).toBeGreaterThan(0);
    is_over = true;
    const isWhole = () => lanes.status().every(({ waiting_events }) => waiting_events === 0);
    for (let step = 0; step < STEPS && !isWhole(); step += 1) await tick();
  });
  for (const [name, { taken }] of Object.entries(all)) expect(taken, name).toEqual(upTo(EVENTS * STEPS));
});
