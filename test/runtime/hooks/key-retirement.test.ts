// Taking a key out of the ring under integrations and webhooks: secrets and what is kept move on, addresses once their
// senders do; what a sweep does not find, nobody misses.
import { beforeAll, beforeEach, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { failedDelivery, type Integration, isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { retire, ringIds, rotate } from "../identity/rings.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { register, verify } from "../webhooks/receiver.ts";
import { deliver as deliverHook, newProject } from "../webhooks/stage.ts";

let ada: Person;
let owner: Person;
let project_id: string;
let made = 0;

beforeAll(async () => {
  await hurry();
  await widenBuckets();
  ada = await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
});

beforeEach(() => owner.signIn());

/** What a sweep finds of an integration: `<key> <kind>` → count. */
async function usesOf({ id }: Integration): Promise<Record<string, number>> {
  await ada.signIn();
  const { uses } = (await ada.client.sweepKeys({ params: { principal_id: id } })).body;
  return Object.fromEntries(uses.map(({ key_id, kind, count }) => [`${key_id} ${kind}`, count]));
}

async function deliver(integration: Integration): Promise<string> {
  made += 1;
  const thing = { id: `k${made}`, state: "begun", title: `Thing ${made}`, at: isoNow() };
  const { reason, body } = await open(await sendThing(integration, thing));
  return reason ?? (body as { delivery: { status: string } }).delivery.status;
}

/** As whoever configures the sender reads it now. */
async function withPresentAddress(integration: Integration): Promise<Integration> {
  await owner.signIn();
  const params = { integration_id: integration.id };
  const { address } = (await owner.client.readIntegration({ params })).body.integration;
  return { ...integration, path: new URL(address).pathname };
}

it("secrets and kept deliveries move on by a sweep, the address by its sender; then the old key can go", async () => {
  const old = ringIds()[0]!;
  const integration = await newIntegration(owner, project_id);
  await failedDelivery(integration);
  expect(await usesOf(integration)).toEqual({
    [`${old} integration_secret`]: 1,
    [`${old} inbound_delivery`]: 1,
    [`${old} hook_address`]: 1,
  });
  await rotate("h2");
  const moved = { "h2 integration_secret": 1, "h2 inbound_delivery": 1 };
  expect(await usesOf(integration)).toEqual({ ...moved, [`${old} hook_address`]: 1 });
  expect(await deliver(integration), "by its old address, under the secret sealed anew").toBe("applied");
  const readdressed = await withPresentAddress(integration);
  expect(readdressed.path).toContain(".h2.");
  expect(await deliver(readdressed)).toBe("applied");
  const both = { ...moved, [`${old} hook_address`]: 1, "h2 hook_address": 1 };
  expect(await usesOf(integration), "the old address was used a moment ago").toEqual(both);
  for (let day = 0; day < 29; day += 7) {
    clock.advance(7 * 86_400);
    expect(await deliver(readdressed)).toBe("applied");
  }
  expect(await usesOf(integration)).not.toHaveProperty(`${old} hook_address`);
  await retire(old, ada, owner);
  expect(await deliver(readdressed)).toBe("applied");
  expect(await deliver(integration), "its address is as good as made up").toBe("not_found");
});

it("a delivery that failed under a key that is gone is replayed after it was sealed anew", async () => {
  const old = ringIds()[0]!;
  const integration = await newIntegration(owner, project_id);
  const failure_id = await failedDelivery(integration);
  await rotate("h3");
  await usesOf(integration);
  await retire(old, ada, owner);
  const params = { integration_id: integration.id };
  const [failure] = (await owner.client.listHookFailures({ params, query: {} })).body.failures;
  expect(failure!.excerpt).toContain('"again"');
  const replayed = await owner.client.replayHookFailure({ params: { ...params, failure_id } });
  expect(replayed.body.delivery.status).toBe("failed");
  const [again] = (await owner.client.listHookFailures({ params, query: {} })).body.failures;
  expect(again).toMatchObject({ reason: "unknown_task", attempts: 2 });
});

it("many kept deliveries are sealed anew, each for its own row", async () => {
  const integration = await newIntegration(owner, project_id);
  for (let n = 0; n < 20; n += 1) await failedDelivery(integration);
  await rotate("h4");
  expect(await usesOf(integration)).toMatchObject({ "h4 inbound_delivery": 20 });
  await owner.signIn();
  const params = { integration_id: integration.id };
  const { failures } = (await owner.client.listHookFailures({ params, query: { limit: "50" } })).body;
  expect(new Set(failures.map(({ excerpt }) => excerpt)).size).toBe(20);
  expect(failures.every(({ excerpt }) => excerpt.includes('"again"'))).toBe(true);
});

it("an address that nothing came by counts as of its making; a deleted integration holds nothing", async () => {
  const old = ringIds()[0]!;
  const integration = await newIntegration(owner, project_id);
  await rotate("h5");
  expect(await usesOf(integration)).toEqual({ "h5 integration_secret": 1, [`${old} hook_address`]: 1 });
  await owner.recent();
  await owner.client.deleteIntegration({ params: { integration_id: integration.id } });
  expect(await usesOf(integration)).toEqual({});
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  expect(await rowsOf(principal, "SELECT * FROM hook_address")).toEqual([]);
});

it("an address is of the key under which its integration's object came to be a moment later", async () => {
  const old = ringIds()[0]!;
  const integration = await newIntegration(owner, project_id);
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  const underWay = (ms: number) =>
    inside(principal, (_, { storage }) =>
      storage.sql.exec("UPDATE account SET created_at_ms = (SELECT min(since_ms) FROM key_era) - ?", ms),
    );
  await underWay(1);
  await rotate("h7");
  expect(await usesOf(integration)).toHaveProperty(`${old} hook_address`, 1);
  await underWay(61_000);
  expect(await usesOf(integration)).toHaveProperty("null hook_address", 1);
});

it("an integration of a deleted project is found as long as that can be restored", async () => {
  const params = {
    project_id: (await owner.client.createProject({ body: { name: "Shelf" } })).body.project.id,
  };
  const integration = await newIntegration(owner, params.project_id);
  await owner.client.deleteProject({ params, if_match: "*" });
  await ada.signIn();
  const { integrations } = (await ada.client.listIntegrations({ query: params })).body;
  expect(integrations.map(({ id }) => id)).toEqual([integration.id]);
  expect(await usesOf(integration)).toMatchObject({ [`${ringIds()[0]!} integration_secret`]: 1 });
  const stranger = await signUp();
  expect((await stranger.send(`/v1/integrations?project_id=${params.project_id}`)).status).toBe(404);
});

it("the secrets of a webhook endpoint move on by themselves, before the old key goes", async () => {
  const project = await newProject(owner);
  const hook = await register(owner, { project_id: project.id });
  const old = await rotate("h6");
  await deliverHook(hook);
  await retire(old, ada, owner);
  await project.task();
  await project.tell(hook);
  expect(verify(hook.receiver.received.at(-1)!, hook.secret)).toMatchObject({ type: "task.created" });
});
