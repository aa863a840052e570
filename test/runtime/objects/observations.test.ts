// Refusals and reads on their way to the audit: the first of a kind at once, the rest of its minute as one event
// with a count. Nothing that was noted and flushed is lost, and kinds are bounded.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Happening } from "../../../durable-objects/audit-event.ts";
import { Observations } from "../../../durable-objects/observations.ts";
import { Outbox } from "../../../durable-objects/outbox.ts";
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import { admin, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";
import { audited } from "../identity/trail.ts";
import { inCommonLab } from "./lab.ts";

const MINUTE_MS = 60_000;

const refusal = (change: Partial<Happening> = {}): Happening => ({
  type: "access.refused",
  at_ms: 1_000,
  by: null,
  decision: "deny",
  rule: "role_lacks",
  ...change,
});

const makeOf = (sql: SqlStorage): Observations =>
  new Observations(sql, new Outbox(sql, () => ({ source: "project/prj_1", incarnation: "inc_1" })), () => {});

/** What was sent on so far: rule and count of each event, in order. */
const sent = (sql: SqlStorage): [string | null, number][] =>
  sql
    .exec<{ row: string }>("SELECT row FROM outbox ORDER BY destination, sequence")
    .toArray()
    .map(({ row }) => JSON.parse(row) as UnsequencedEvent)
    .map(({ rule, metadata }) => [rule, metadata.count]);

it("of equal refusals the first is sent at once, and the rest of its minute as one event with their count", async () => {
  const [first, within, after] = await inCommonLab((sql) => {
    const observations = makeOf(sql);
    observations.note(refusal(), "audit");
    observations.flush(0);
    const first = sent(sql);
    for (let second = 1; second < 60; second += 1) {
      observations.note(refusal(), "audit");
      observations.note(refusal(), "audit");
      observations.flush(second * 1_000);
    }
    observations.settle(MINUTE_MS - 1);
    const within = sent(sql);
    observations.settle(MINUTE_MS);
    return [first, within, sent(sql)];
  });
  expect(first).toEqual([["role_lacks", 1]]);
  expect(within).toEqual(first);
  expect(after).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 118],
  ]);
});

it("after its minute a kind is new again, and a kind that came once leaves one event", async () => {
  const events = await inCommonLab((sql) => {
    const observations = makeOf(sql);
    for (const minute of [0, 1, 2]) {
      observations.note(refusal(), "audit");
      observations.flush(minute * MINUTE_MS);
      observations.settle((minute + 1) * MINUTE_MS);
    }
    return sent(sql);
  });
  expect(events).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 1],
    ["role_lacks", 1],
  ]);
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
  const events = await inCommonLab((sql) => {
    const observations = makeOf(sql);
    for (const kind of [...kinds, ...kinds]) observations.note(kind, "audit");
    for (const kind of kinds) observations.note(kind, "audit:other");
    observations.flush(0);
    return sent(sql);
  });
  expect(events).toHaveLength(2 * kinds.length);
});

it("a flood of different kinds is bounded, and counted to the last", async () => {
  const [at_once, all] = await inCommonLab((sql) => {
    const observations = makeOf(sql);
    for (let target = 0; target < 5_000; target += 1) {
      observations.note(refusal({ targets: [`tsk_${target}`] }), "audit");
    }
    observations.flush(0);
    const at_once = sent(sql).length;
    observations.settle(MINUTE_MS);
    return [at_once, sent(sql)] as const;
  });
  expect(at_once).toBeLessThanOrEqual(1_002);
  expect(all.reduce((sum, [, count]) => sum + count, 0)).toBe(5_000);
});

const named = (row: { row: string }) => {
  const { event_type, user_id, targets, rule, decision, details, metadata } = JSON.parse(
    row.row,
  ) as UnsequencedEvent;
  return { event_type, user_id, targets, rule, decision, details, count: metadata.count };
};
const rows = (sql: SqlStorage) =>
  sql.exec<{ row: string }>("SELECT row FROM outbox ORDER BY sequence").toArray().map(named);
const count = (sql: SqlStorage, table: string) =>
  sql.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).one().count;

it("whatever is beyond a thousand kinds is counted by its type, and put down to nobody", async () => {
  const events = await inCommonLab((sql) => {
    const observations = makeOf(sql);
    for (let target = 0; target < 1_500; target += 1)
      observations.note(refusal({ targets: [`tsk_${target}`] }), "audit");
    observations.flush(0);
    observations.settle(MINUTE_MS);
    return rows(sql);
  });
  const shared = events.filter(({ details }) => details.merged);
  expect(shared.map(({ count }) => count)).toEqual([1, 499]);
  const nobody = { user_id: null, targets: [], rule: null, details: { merged: true } };
  for (const event of shared)
    expect(event).toMatchObject({ ...nobody, event_type: "access.refused", decision: "deny" });
});

it("while the audit takes nothing, what is only observed fills no object, keeps no change away and is counted all the same", async () => {
  const NOTED = 30_000;
  const [most, held, all] = await inCommonLab((sql) => {
    const outbox = new Outbox(sql, () => ({ source: "project/prj_1", incarnation: "inc_1" }));
    const observations = new Observations(sql, outbox, () => undefined);
    let most = 0;
    for (let second = 0; second < NOTED / 500; second += 1) {
      for (let target = 0; target < 500; target += 1)
        observations.note(refusal({ targets: [`tsk_${second}_${target % 490}`] }), "audit");
      observations.flush(second * 2_000);
      observations.settle(second * 2_000);
      most = Math.max(most, count(sql, "outbox"));
    }
    outbox.refuseWhenFull("audit");
    observations.settle(500_000);
    const held = count(sql, "observation");
    const before = rows(sql);
    sql.exec("DELETE FROM outbox");
    const later = new Outbox(sql, () => ({ source: "project/prj_1", incarnation: "inc_1" }));
    new Observations(sql, later, () => undefined).settle(600_000);
    return [most, held, [...before, ...rows(sql)]] as const;
  });
  expect(most).toBeLessThanOrEqual(5_500);
  expect(held).toBe(1);
  expect(all.reduce((sum, each) => sum + each.count, 0)).toBe(NOTED);
  expect(all.at(-1)).toMatchObject({
    event_type: "access.refused",
    details: { merged: true },
    user_id: null,
  });
});

it("a flush that fails loses nothing and sends nothing twice", async () => {
  const events = await inCommonLab((sql, storage) => {
    const outbox = new Outbox(sql, () => ({ source: "project/prj_1", incarnation: "inc_1" }));
    const observations = new Observations(sql, outbox, () => {});
    for (const rule of ["a", "b", "b"]) observations.note(refusal({ rule }), "audit");
    sql.exec(`CREATE TRIGGER full BEFORE INSERT ON outbox WHEN new.sequence > 1
      BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
    expect(() => storage.transactionSync(() => observations.flush(0))).toThrow("disk is full");
    outbox.forget();
    expect(sent(sql)).toEqual([]);
    sql.exec("DROP TRIGGER full");
    storage.transactionSync(() => observations.flush(0));
    observations.settle(MINUTE_MS);
    return sent(sql);
  });
  expect(events).toEqual([
    ["a", 1],
    ["b", 1],
    ["b", 1],
  ]);
});

it("counts survive the memory that noted them", async () => {
  const events = await inCommonLab((sql) => {
    const noted = makeOf(sql);
    for (let count = 0; count < 4; count += 1) noted.note(refusal(), "audit");
    noted.flush(0);
    makeOf(sql).settle(MINUTE_MS);
    return sent(sql);
  });
  expect(events).toEqual([
    ["role_lacks", 1],
    ["role_lacks", 3],
  ]);
});

it("however notes, flushes and minutes interleave, the counts add up", async () => {
  const step = fc.record({
    rule: fc.constantFrom("a", "b", "c"),
    times: fc.integer({ min: 0, max: 5 }),
    flush: fc.boolean(),
    seconds: fc.integer({ min: 0, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const counted = await inCommonLab((sql) => {
        const observations = makeOf(sql);
        let now_ms = 0;
        for (const { rule, times, flush, seconds } of steps) {
          for (let count = 0; count < times; count += 1) observations.note(refusal({ rule }), "audit");
          now_ms += seconds * 1_000;
          if (flush) observations.flush(now_ms);
          observations.settle(now_ms);
        }
        observations.flush(now_ms);
        observations.settle(now_ms + MINUTE_MS);
        return sent(sql);
      });
      const noted = steps.reduce((sum, { times }) => sum + times, 0);
      expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(noted);
    }),
    { numRuns: 60 },
  );
});

it("ten refused sign-ins of one source are two events for each of their two rules", async () => {
  await hurry();
  await admin("main");
  const bob = await signUp();
  const eve = { ...bob, user_agent: bob.user_agent, address: newAddress() };
  for (let guess = 0; guess < 10; guess += 1) await tryToSignIn(eve, { password: "wrong" });
  const locked = await audited("main", { type: "auth.attempts_exceeded", user_id: bob.id, count: 5 });
  expect(locked.map(({ metadata }) => metadata.count)).toEqual([1, 4]);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id, count: 5 });
  expect(failed.map(({ metadata }) => metadata.count)).toEqual([1, 4]);
});
