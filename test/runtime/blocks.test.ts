// Blocks of addresses: whoever is refused too often is turned away at once, everywhere the shard is asked; operators see
// it and lift it; forged headers, neighbours and other workspaces change nothing.
import { beforeAll, expect, it } from "vitest";
import { configure } from "../../src/config.ts";
import { contextOf } from "../../src/edge/context.ts";
import { strangersFor } from "../../src/edge/strangers.ts";
import { open } from "./harness/envelope.ts";
import { inside, ringAlarm, rowsOf, tablesOf } from "./harness/objects.ts";
import { admin, type Person } from "./harness/people.ts";
import { env, newAddress, requestTo, send } from "./harness/worker.ts";
import { audited } from "./identity/trail.ts";

const POINTS_MAX = 100_000;

let ada: Person;
beforeAll(async () => {
  ada = await admin("main");
});

const shardOf = (address: string) => strangersFor(address, configure(env), env);

async function refuse(address: string, points = POINTS_MAX): Promise<number> {
  return (await shardOf(address)).noteRefusals(points, contextOf(requestTo("/", { address })));
}

/** An address whose shard keeps none of those that were refused before: which one an address falls to is chance. */
async function addressOfEmptyShard() {
  for (;;) {
    const address = newAddress();
    const stub = (await shardOf(address)) as unknown as DurableObjectStub;
    if ((await tablesOf(stub)).length === 0) return { address, stub };
  }
}

/** Asks for a nonce, as anybody may. */
const ask = async (address: string, headers: Record<string, string> = {}) =>
  open(await send("/v1/auth/nonce", { method: "POST", address, headers }));

async function listed(address: string): Promise<string> {
  await ringAlarm((await shardOf(address)) as unknown as DurableObjectStub);
  const { blocks } = (await ada.client.listBlocks({ query: { limit: "100" } })).body;
  return blocks.find((one) => one.address === address)!.id;
}

it("too many refusals block the address, and no other", async () => {
  const [attacker, neighbour] = [newAddress(), newAddress()];
  expect(await refuse(attacker, POINTS_MAX - 1)).toBe(0);
  expect((await ask(attacker)).status).toBe(200);
  expect(await refuse(attacker, 1)).toBeGreaterThan(Date.now());
  const answer = await ask(attacker);
  expect(answer).toMatchObject({ status: 429, reason: "rate_limited" });
  expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(200);
  expect((await ask(neighbour)).status).toBe(200);
});

it("an IPv6 block holds for its /64", async () => {
  await refuse("2001:db8:77:1::5");
  expect((await ask("2001:db8:77:1:aaaa::9")).status).toBe(429);
  expect((await ask("2001:db8:77:2::5")).status).toBe(200);
});

it("forged headers block nobody else, and save nobody", async () => {
  const [attacker, victim] = [newAddress(), newAddress()];
  const forged = { "X-Forwarded-For": victim, "X-Real-IP": victim, Forwarded: `for=${victim}` };
  for (let time = 0; time < 3; time += 1)
    await send("/v1/session", { address: attacker, token: "tws_forged", headers: forged });
  await refuse(attacker);
  expect((await ask(victim)).status).toBe(200);
  expect((await ask(attacker, forged)).status).toBe(429);
});

it("once known to an isolate it stops whoever comes with a session, too", async () => {
  const address = newAddress();
  await refuse(address);
  await ask(address);
  expect((await open(await send("/v1/session", { address, token: ada.token }))).status).toBe(429);
});

it("operators see it and lift it at once; the audit has both", async () => {
  const address = newAddress();
  await refuse(address);
  expect((await ask(address)).status).toBe(429);
  const block_id = await listed(address);
  const recent = await ada.recent();
  const lifted = await recent.client.liftBlock({ params: { block_id } });
  expect(lifted.status).toBe(204);
  expect((await ask(address)).status).toBe(200);
  await expect(recent.client.liftBlock({ params: { block_id } })).rejects.toMatchObject({ status: 404 });
  const [blocked] = await audited("main", { type: "address.blocked", user_id: null });
  expect(blocked).toMatchObject({ decision: "deny", rule: "address_blocked", severity: "error" });
  const events = await audited("main", { type: "block.lifted", user_id: ada.id });
  expect(events.map(({ targets }) => targets)).toContainEqual([block_id]);
});

it("a shard keeps so many addresses at most, and forgets those first that say least", async () => {
  const { address, stub } = await addressOfEmptyShard();
  await refuse(address);
  const in_an_hour_ms = Date.now() + 3_600_000;
  await inside(stub, (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)
       INSERT INTO refusal (address_key, points, since_ms, times, blocked_until_ms, forget_at_ms)
       SELECT 'made up ' || i, 1, 0, 0, 0, ? + i FROM n`,
      in_an_hour_ms,
    );
  });
  await ringAlarm(stub);
  const [kept] = await rowsOf<{ count: number; first_ms: number }>(
    stub,
    "SELECT count(*) AS count, min(forget_at_ms) AS first_ms FROM refusal",
  );
  expect(kept).toEqual({ count: 20_000, first_ms: in_an_hour_ms + 502 });
  expect((await ask(address)).status).toBe(429);
});

it("no other workspace sees or lifts any", async () => {
  const address = newAddress();
  await refuse(address);
  const block_id = await listed(address);
  const eve = await (await admin("elsewhere")).recent();
  await expect(eve.client.listBlocks({ query: {} })).rejects.toMatchObject({ status: 403 });
  await expect(eve.client.liftBlock({ params: { block_id } })).rejects.toMatchObject({ status: 403 });
  expect((await ask(address)).status).toBe(429);
});
