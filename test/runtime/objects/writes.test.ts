// What a request stores by one statement, its nonce or its debit, is there whole or not at all, without a savepoint.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { crash, inside, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { send } from "../harness/worker.ts";
import { newAgent } from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";

let ada: Person;
beforeAll(async () => {
  ada = await admin("main");
});

/** Savepoints of a person's object while that goes on. */
async function savepointsOf(person: Person, work: () => Promise<unknown>): Promise<number> {
  return inside(principalOf(person), async (_, { storage }) => {
    const shared = Object.getPrototypeOf(storage) as DurableObjectStorage;
    const { transactionSync } = shared;
    let count = 0;
    shared.transactionSync = function (this: DurableObjectStorage, closure) {
      if (this === storage) count += 1;
      return transactionSync.call(this, closure) as ReturnType<typeof closure>;
    };
    try {
      await work();
    } finally {
      shared.transactionSync = transactionSync;
    }
    return count;
  });
}

async function times(count: number, request: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await request();
}

const refuse = (person: Person, table: "nonce" | "bucket") =>
  inside(principalOf(person), (_, { storage: { sql } }) => {
    sql.exec(`CREATE TRIGGER full BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END`);
  });
const allow = (person: Person) =>
  inside(principalOf(person), (_, { storage: { sql } }) => void sql.exec("DROP TRIGGER full"));
const stored = (person: Person, table: "nonce" | "bucket") =>
  rowsOf(principalOf(person), `SELECT * FROM ${table}`);

it("signed requests and debits take no savepoint", async () => {
  const agent = await newAgent(ada);
  const eve = await signUp();
  const signed = () => agent.client.whoAmI();
  const read = () => eve.client.currentSession();
  await signed();
  await times(2, read);
  const [nonces, [before]] = [await stored(agent, "nonce"), await stored(eve, "bucket")];
  expect(await savepointsOf(agent, () => times(5, signed))).toBe(0);
  expect(await stored(agent, "nonce")).toHaveLength(nonces.length + 5);
  expect(await savepointsOf(eve, () => times(20, read))).toBe(0);
  expect(await stored(eve, "bucket")).not.toContainEqual(before);
});

it("the time of such a request is stored within a second of it, so that it never runs backward", async () => {
  const agent = await newAgent(ada);
  await agent.client.whoAmI();
  clock.advance(1);
  await agent.client.whoAmI();
  expect(await rowsOf(principalOf(agent), "SELECT clock_ms FROM object")).toEqual([
    { clock_ms: clock.now_ms() },
  ]);
});

it("a nonce that could not be stored is not spent, and its request not allowed", async () => {
  const agent = await newAgent(ada);
  await agent.client.whoAmI();
  const before = await stored(agent, "nonce");
  const request = await agent.signed("/v1/whoami");
  await refuse(agent, "nonce");
  expect((await send("/v1/whoami", request)).status).toBeGreaterThanOrEqual(500);
  expect(await stored(agent, "nonce")).toEqual(before);
  await allow(agent);
  expect((await send("/v1/whoami", request)).status).toBe(200);
  expect((await send("/v1/whoami", request)).status).toBe(401);
});

it("a debit that could not be stored lets nobody pass, and is stored before the next does", async () => {
  const eve = await signUp();
  const read = () => eve.send("/v1/session");
  await refuse(eve, "bucket");
  expect((await read()).status).toBeGreaterThanOrEqual(500);
  await allow(eve);
  const told = Number(/r=(\d+)/u.exec((await read()).headers.get("RateLimit")!)![1]);
  await crash(principalOf(eve));
  const after = Number(/r=(\d+)/u.exec((await read()).headers.get("RateLimit")!)![1]);
  expect(after).toBeLessThan(told);
});
