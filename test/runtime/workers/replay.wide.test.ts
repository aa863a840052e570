// A signed request takes effect once: of a thousand at once, after eviction and crash, and wherever else it is sent.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { crash, evict, inside, objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person } from "../harness/people.ts";
import { send } from "../harness/worker.ts";
import { type Agent, newAgent } from "../harness/workers.ts";
import { atOnce, principalOf, tally } from "../identity/attempts.ts";
import { liftCoarseLimit } from "../identity/settings.ts";

let ada: Person;
let agent: Agent;
beforeAll(async () => {
  liftCoarseLimit();
  ada = await admin("main");
  agent = await newAgent(ada);
});

const heartbeat = () => `/v1/workers/${agent.id}/heartbeat`;
const nonces = async () => (await rowsOf(principalOf(agent), "SELECT nonce FROM nonce")).length;

it("of 1,000 at once one succeeds", async () => {
  const before = await nonces();
  const sent = await agent.signed(heartbeat(), { method: "POST" });
  const answers = await atOnce(1_000, () => send(heartbeat(), sent));
  expect(tally(answers)).toEqual({ 200: 1, 401: 999 });
  expect(await nonces()).toBe(before + 1);
});

it("100 different ones at once all succeed, in one object", async () => {
  const answers = await atOnce(100, async () => agent.send(heartbeat(), { method: "POST" }));
  expect(tally(answers)).toEqual({ 200: 100 });
});

it.each([
  ["an eviction", () => evict(principalOf(agent))],
  ["a crash", () => crash(principalOf(agent))],
  ["a crash of the workspace", () => crash(objectOf("WORKSPACE", "main"))],
])("after %s it is refused", async (_, befall) => {
  const sent = await agent.signed("/v1/whoami");
  expect((await send("/v1/whoami", sent)).status).toBe(200);
  await befall();
  expect((await send("/v1/whoami", sent)).status).toBe(401);
});

it("is refused until its time has passed, and from then on for that", async () => {
  const sent = await agent.signed("/v1/whoami");
  expect((await send("/v1/whoami", sent)).status).toBe(200);
  for (let seconds = 0; seconds < 480; seconds += 40) {
    clock.advance(40);
    expect((await send("/v1/whoami", sent)).status, `${seconds} s later`).toBe(401);
  }
});

it("a clock that steps back opens nothing again", async () => {
  const sent = await agent.signed("/v1/whoami");
  expect((await send("/v1/whoami", sent)).status).toBe(200);
  clock.advance(400);
  await agent.client.whoAmI();
  clock.stepBack(400);
  expect((await send("/v1/whoami", sent)).status).toBe(401);
  clock.advance(400);
});

it("stays refused while more nonces are live than memory keeps", async () => {
  clock.advance(120);
  const sent = await agent.signed("/v1/whoami", { method: "GET" });
  const fill = (from: number, to: number) =>
    inside(principalOf(agent), (_, { storage: { sql } }) => {
      sql.exec(
        `WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO nonce (nonce, forget_at_ms) SELECT 'more' || i, ? FROM n`,
        from,
        to,
        clock.now_ms() + 300_000,
      );
    });
  await fill(1, 4_990);
  await crash(principalOf(agent));
  expect((await send("/v1/whoami", sent)).status).toBe(200);
  for (let count = 0; count < 20; count += 1) {
    expect((await agent.send("/v1/whoami")).status).toBe(200);
    expect((await send("/v1/whoami", sent)).status).toBe(401);
  }
  await crash(principalOf(agent));
  expect((await send("/v1/whoami", sent)).status, "and when memory begins with too many").toBe(401);
  expect((await agent.send("/v1/whoami")).status).toBe(200);
});

it("when no more nonces can be remembered it refuses, rather than to forget a live one", async () => {
  await inside(principalOf(agent), (_, { storage: { sql } }) => {
    sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
       INSERT INTO nonce (nonce, forget_at_ms) SELECT 'filler' || i, ? FROM n`,
      clock.now_ms() + 300_000,
    );
  });
  await crash(principalOf(agent));
  expect((await agent.send("/v1/whoami")).status).toBe(401);
  clock.advance(301);
  await ringAlarm(principalOf(agent));
  expect((await agent.send("/v1/whoami")).status).toBe(200);
});
