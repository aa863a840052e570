// Refusals and reads on their way to the audit: the first of a kind at once, the rest of its minute as one event
// with a count. Nothing that was noted and flushed is lost, and kinds are bounded.
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { takeOnce } from "../../../durable-objects/inbox.ts";
import { Observations } from "../../../durable-objects/observations.ts";
import { Outbox } from "../../../durable-objects/outbox.ts";
import type { Happening } from "../../../src/audit/event.ts";
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import type { Batch } from "../../../src/schema/messages/outbox.ts";
import { clock } from "../harness/clock.ts";
import { inside, objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";
import { audited } from "../identity/trail.ts";
import { inCommonLab } from "./lab.ts";
import { newLog } from "./logs.ts";

await hurry();
await admin("main");

const MINUTE_MS = 60_000;

const refusal = (change: Partial<Happening> = {}): Happening => ({
  type: "access.refused",
  at_ms: 1_000,
  by: null,
  decision: "deny",
  rule: "role_lacks",
  ...change,
});

type Answer = "taken" | "lost on the way there" | "lost on the way back";

/** Observations of an object, and the log that they reach. */
function stage(sql: SqlStorage) {
  const outbox = new Outbox(sql, () => ({ source: "project/prj_1", incarnation: "inc_1" }));
  const observations = new Observations(sql, outbox, () => {});
  const told: UnsequencedEvent[] = [];
  const deliver = async (now_ms: number, answer: Answer = "taken"): Promise<void> => {
    const send = async (_: string, batch: Batch<UnsequencedEvent>) => {
      if (answer !== "lost on the way there") told.push(...batch.rows);
      if (answer !== "taken") throw new Error(answer);
      return { next_sequence: batch.first_sequence + batch.rows.length };
    };
    if (await observations.send(send as never, now_ms)) observations.flush(now_ms);
  };
  /** What the log has, or will have: each event once by its id. */
  const events = (): UnsequencedEvent[] => [
    ...new Map([...told, ...stored(sql)].map((event) => [event.id, event])).values(),
  ];
  const counts = () => events().map(({ rule, metadata }) => [rule, metadata.count]);
  return { observations, outbox, told, deliver, events, counts };
}

/** What waits to be shipped, in order. */
const stored = (sql: SqlStorage): UnsequencedEvent[] =>
  sql
    .exec<{ row: string }>("SELECT row FROM outbox ORDER BY destination, sequence")
    .toArray()
    .map(({ row }) => JSON.parse(row));

const count = (sql: SqlStorage, table: string) =>
  sql.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).one().count;
const sum = (events: readonly UnsequencedEvent[]) =>
  events.reduce((total, { metadata }) => total + metadata.count, 0);

it("a commit takes along what was noted just before it, at most twice a second", async () => {
  const ripe = await inCommonLab(async (sql) => {
    const { observations, deliver } = stage(sql);
    observations.note(refusal({ at_ms: 0 }), "audit");
    await deliver(0);
    const ripe = [observations.areRipe];
    for (const wait_seconds of [0, 0.499, 0.001]) {
      clock.advance(wait_seconds);
      observations.note(refusal({ at_ms: 1_000 }), "audit");
      ripe.push(observations.areRipe);
      if (wait_seconds === 0) observations.flush(1_000);
    }
    return ripe;
  });
  expect(ripe).toEqual([false, true, false, true]);
});

it("of equal refusals the first is sent at once, and the rest of its minute as one event with their count", async () => {
  const [first, within, after] = await inCommonLab(async (sql) => {
    const { observations, deliver, counts } = stage(sql);
    observations.note(refusal({ at_ms: 0 }), "audit");
    await deliver(0);
    const first = counts();
    for (let second = 1; second < 60; second += 1) {
      observations.note(refusal({ at_ms: second * 1_000 }), "audit");
      observations.note(refusal({ at_ms: second * 1_000 }), "audit");
      await deliver(second * 1_000);
    }
    observations.settle(MINUTE_MS - 1);
    const within = counts();
    observations.settle(MINUTE_MS);
    return [first, within, counts()];
  });
  expect(first).toEqual([["role_lacks", 1]]);
  expect(within).toEqual(first);
  expect(after).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 118],
  ]);
});

it("a kind that came once writes no row, and after its minute it is new again", async () => {
  const events = await inCommonLab(async (sql) => {
    const { observations, deliver, counts } = stage(sql);
    for (const minute of [0, 1, 2]) {
      observations.note(refusal({ at_ms: minute * MINUTE_MS }), "audit");
      await deliver(minute * MINUTE_MS);
      expect([count(sql, "outbox"), count(sql, "observation")]).toEqual([0, 0]);
    }
    return counts();
  });
  expect(events).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 1],
    ["role_lacks", 1],
  ]);
});

it.each(["lost on the way there", "lost on the way back"] as const)(
  "what was %s is stored and shipped as the same event, and counts for its minute",
  async (answer) => {
    const [ids, counts] = await inCommonLab(async (sql) => {
      const { observations, told, deliver, counts } = stage(sql);
      observations.note(refusal({ at_ms: 0 }), "audit");
      await deliver(0, answer);
      const ids = [...told, ...stored(sql)].map(({ id }) => id);
      observations.note(refusal({ at_ms: 1_000 }), "audit");
      await deliver(1_000);
      observations.settle(MINUTE_MS);
      return [ids, counts()] as const;
    });
    expect(new Set(ids).size).toBe(1);
    expect(counts).toEqual([
      ["role_lacks", 1],
      ["role_lacks", 1],
    ]);
  },
);

it("a log that does not answer is not waited for longer than the second that a crash may lose", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const stored_ids = await inCommonLab(async (sql) => {
      const { observations } = stage(sql);
      observations.note(refusal(), "audit");
      const left = observations.send(() => new Promise(() => {}), 0);
      await vi.advanceTimersByTimeAsync(250);
      expect(await left).toBe(true);
      observations.flush(0);
      return stored(sql).map(({ id }) => id);
    });
    expect(stored_ids).toHaveLength(1);
  } finally {
    vi.useRealTimers();
    vi.setSystemTime(clock.now_ms());
  }
});

it("who, where, what for and by which rule tell kinds apart", async () => {
  const source = (address: string) => ({
    request_id: "req_1",
    source: { address, user_agent: "", tls_fingerprint: "", certificate: "", place: "", country: "" },
  });
  const by = (address: string, principal_id: string) =>
    ({ ...source(address), principal_id }) as unknown as NonNullable<Happening["by"]>;
  const kinds = [
    refusal(),
    refusal({ rule: "not_a_member" }),
    refusal({ type: "rate.limited" }),
    refusal({ targets: ["prj_1"] }),
    refusal({ by: by("192.0.2.1", "usr_1") }),
    refusal({ by: by("192.0.2.2", "usr_1") }),
    refusal({ by: by("192.0.2.1", "usr_2") }),
  ];
  const events = await inCommonLab(async (sql) => {
    const { observations, deliver, events } = stage(sql);
    for (const kind of [...kinds, ...kinds]) observations.note(kind, "audit");
    for (const kind of kinds) observations.note(kind, "audit:other");
    await deliver(0);
    return events();
  });
  expect(events).toHaveLength(2 * kinds.length);
});

it("a flood of different kinds is bounded, and counted to the last", async () => {
  const [at_once, all] = await inCommonLab(async (sql) => {
    const { observations, deliver, events } = stage(sql);
    for (let target = 0; target < 5_000; target += 1) {
      observations.note(refusal({ targets: [`tsk_${target}`] }), "audit");
    }
    await deliver(0);
    const at_once = events().length;
    observations.settle(MINUTE_MS);
    return [at_once, sum(events())] as const;
  });
  expect(at_once).toBeLessThanOrEqual(1_002);
  expect(all).toBe(5_000);
});

it("whatever is beyond a thousand kinds is counted by its type, and put down to nobody", async () => {
  const events = await inCommonLab(async (sql) => {
    const { observations, deliver, events } = stage(sql);
    for (let target = 0; target < 1_500; target += 1)
      observations.note(refusal({ targets: [`tsk_${target}`] }), "audit");
    await deliver(0);
    observations.settle(MINUTE_MS);
    return events();
  });
  const shared = events.filter(({ details }) => details.merged);
  expect(shared.map(({ metadata }) => metadata.count)).toEqual([1, 499]);
  const nobody = { user_id: null, targets: [], rule: null, details: { merged: true } };
  for (const event of shared)
    expect(event).toMatchObject({ ...nobody, event_type: "access.refused", decision: "deny" });
});

it("while the audit takes nothing, what is only observed fills no object, keeps no change away and is counted all the same", async () => {
  const NOTED = 30_000;
  const [most, held, all] = await inCommonLab(async (sql) => {
    const { observations, outbox, deliver } = stage(sql);
    let most = 0;
    for (let second = 0; second < NOTED / 500; second += 1) {
      for (let target = 0; target < 500; target += 1)
        observations.note(refusal({ targets: [`tsk_${second}_${target % 490}`] }), "audit");
      await deliver(second * 2_000, "lost on the way there");
      observations.settle(second * 2_000);
      most = Math.max(most, count(sql, "outbox"));
    }
    outbox.refuseWhenFull("audit");
    observations.settle(500_000);
    const held = count(sql, "observation");
    const before = stored(sql);
    sql.exec("DELETE FROM outbox");
    stage(sql).observations.settle(600_000);
    return [most, held, [...before, ...stored(sql)]] as const;
  });
  expect(most).toBeLessThanOrEqual(5_500);
  expect(held).toBe(1);
  expect(sum(all)).toBe(NOTED);
  expect(all.at(-1)).toMatchObject({
    event_type: "access.refused",
    details: { merged: true },
    user_id: null,
  });
});

it("a flush that fails loses nothing and sends nothing twice", async () => {
  const events = await inCommonLab(async (sql, storage) => {
    const { observations, outbox, deliver, counts } = stage(sql);
    for (const rule of ["a", "b", "b"]) observations.note(refusal({ rule }), "audit");
    sql.exec(`CREATE TRIGGER full BEFORE INSERT ON outbox WHEN new.sequence > 1
      BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
    await expect(deliver(0, "lost on the way back")).rejects.toThrow("disk is full");
    sql.exec("DELETE FROM outbox"); // as the transaction would have undone it
    outbox.forget();
    sql.exec("DROP TRIGGER full");
    storage.transactionSync(() => observations.flush(0));
    observations.settle(MINUTE_MS);
    return counts();
  });
  expect(events).toEqual([
    ["a", 1],
    ["b", 1],
    ["b", 1],
  ]);
});

it("counts survive the memory that noted them, and so does what the version before stored", async () => {
  const events = await inCommonLab(async (sql) => {
    const { observations, deliver, counts } = stage(sql);
    for (let noted = 0; noted < 4; noted += 1) observations.note(refusal({ at_ms: 0 }), "audit");
    await deliver(0);
    sql.exec("INSERT INTO observation VALUES ('came once', 'audit', '{}', 0, 0)");
    stage(sql).observations.settle(MINUTE_MS);
    return counts();
  });
  expect(events).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 3],
  ]);
});

it("however notes, answers, crashes of others, commits and minutes interleave, the counts add up", async () => {
  const step = fc.record({
    rule: fc.constantFrom("a", "b", "c"),
    times: fc.integer({ min: 0, max: 5 }),
    after: fc.constantFrom<Answer | "a commit" | "nothing">(
      ...(["taken", "lost on the way there", "lost on the way back", "a commit", "nothing"] as const),
    ),
    seconds: fc.integer({ min: 0, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const counted = await inCommonLab(async (sql) => {
        const { observations, deliver, events } = stage(sql);
        let now_ms = 0;
        for (const { rule, times, after, seconds } of steps) {
          for (let noted = 0; noted < times; noted += 1)
            observations.note(refusal({ rule, at_ms: now_ms }), "audit");
          now_ms += seconds * 1_000;
          if (after === "a commit") observations.flush(now_ms);
          else if (after !== "nothing") await deliver(now_ms, after);
          observations.settle(now_ms);
        }
        await deliver(now_ms);
        observations.settle(now_ms + MINUTE_MS);
        return sum(events());
      });
      expect(counted).toBe(steps.reduce((total, { times }) => total + times, 0));
    }),
    { numRuns: 60 },
  );
});

it("the log takes an event once, whether it comes loose, by the outbox, or both, and loose ones count for no sequence", async () => {
  const log = await newLog();
  const loose = { ...log.batch(2), first_sequence: 1, incarnation: "inc_loose", loose: true } as const;
  expect(await log.rpc.append(loose)).toEqual({ next_sequence: 3 });
  const again = { ...loose, incarnation: "inc_1", rows: loose.rows.slice(1) };
  const { loose: _, ...shipped } = again;
  expect(await log.rpc.append(shipped)).toEqual({ next_sequence: 2 });
  await log.rpc.append(loose);
  const read = await log.rpc.events({}, 10, null);
  expect(read.ok && read.value.items.map(({ id }) => id).reverse()).toEqual(loose.rows.map(({ id }) => id));
  expect(await rowsOf(log.stub, "SELECT incarnation FROM inbox")).toEqual([{ incarnation: "inc_1" }]);
});

it("a log of the version before takes what comes loose as from a source of its own", async () => {
  const taken = await inCommonLab(async (sql) => {
    const { observations } = stage(sql);
    const taken: UnsequencedEvent[] = [];
    const send = async (_: string, batch: Batch<UnsequencedEvent>) =>
      takeOnce(sql, batch, (row) => void taken.push(row));
    for (const rule of ["a", "b"]) {
      observations.note(refusal({ rule }), "audit");
      expect(await observations.send(send as never, 0)).toBe(false);
    }
    return taken.map(({ rule }) => rule);
  });
  expect(taken).toEqual(["a", "b"]);
});

it("what was counted goes with the next change that stands, where one is undone after a part of it stood", async () => {
  const [bob, eve] = [await signUp(), await signUp()];
  const { project } = (await bob.client.createProject({ body: { name: "Undone" } })).body;
  const params = { project_id: project.id };
  const { task } = (await bob.client.createTask({ params, body: { title: "One" } })).body;
  const stub = objectOf("PROJECT", `main/${project.id}`);
  const counts = () => rowsOf(stub, "SELECT count FROM observation");
  const changes = [1, 2].map((version) => ({ task_id: task.id, version, change: { title: `${version}` } }));
  const change = () => bob.client.updateTasks({ params, body: { changes } });
  const refused = () => expect(eve.client.readProject({ params })).rejects.toThrow();
  await refused();
  await ringAlarm(stub);
  await refused();
  clock.advance(1);
  await inside(stub, (_, { storage: { sql } }) => {
    sql.exec("CREATE TRIGGER broken BEFORE INSERT ON change BEGIN SELECT RAISE(ABORT, 'broken'); END");
  });
  await expect(change()).rejects.toThrow();
  expect(await counts()).toEqual([]);
  await inside(stub, (_, { storage: { sql } }) => void sql.exec("DROP TRIGGER broken"));
  await change();
  expect(await counts()).toEqual([{ count: 1 }]);
});

it("ten refused sign-ins of one source are two events for each of their two rules", async () => {
  const bob = await signUp();
  const eve = { ...bob, user_agent: bob.user_agent, address: newAddress() };
  for (let guess = 0; guess < 10; guess += 1) await tryToSignIn(eve, { password: "wrong" });
  const locked = await audited("main", { type: "auth.attempts_exceeded", user_id: bob.id, count: 5 });
  expect(locked.map(({ metadata }) => metadata.count)).toEqual([1, 4]);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id, count: 5 });
  expect(failed.map(({ metadata }) => metadata.count)).toEqual([1, 4]);
});
