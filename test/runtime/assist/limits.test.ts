// Limits of planning in the objects that keep them: however many call at once, after a crash, and until the next day.
import { beforeAll, beforeEach, expect, it } from "vitest";
import { DAY_MS } from "../../../src/domain/ai-quota.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import type { Result } from "../../../src/schema/result.ts";
import { clock } from "../harness/clock.ts";
import { crash, objectOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { registerWorker } from "../harness/workers.ts";
import { hurry, set, settings, widenBuckets } from "../identity/settings.ts";

const LIMITS = {
  calls_per_agent_per_day: 50,
  calls_per_user_per_day: 10,
  cool_down_ms: 10_000,
  calls_per_minute: 100,
  budget_microdollars: 1_000_000,
};
const limit = async (change: Partial<typeof LIMITS> = {}) =>
  set({ ai: { ...(await settings()).ai, limits: { ...LIMITS, ...change } } });

let ada: Person;
beforeAll(async () => {
  await hurry();
  await widenBuckets();
  ada = await admin("main");
});
/** Every test has a day of its own. */
beforeEach(async () => {
  clock.advance(DAY_MS / 1000);
  await limit();
});

const workspace = env.WORKSPACE.getByName("main");
const actorOf = ({ id, username, address }: Person) =>
  ({ workspace: "main", principal_id: id, username, address, session_id: "ses", request_id: "req" }) as Actor;
const passed = <Value>(results: readonly Result<Value>[]) => results.filter(({ ok }) => ok).length;
const thousand = <Value>(call: () => Promise<Value>) => Promise.all(Array.from({ length: 1_000 }, call));

it("of a thousand calls at once a workspace lets pass a hundred", async () => {
  const actor = actorOf(ada);
  const results = await thousand(() => workspace.reserveAiCall(actor, 0));
  expect(passed(results)).toBe(100);
  const refused = results.find(({ ok }) => !ok) as { refusal: { retry_after_seconds: number } };
  expect(refused.refusal.retry_after_seconds).toBe(60);
  clock.advance(60);
  expect((await workspace.reserveAiCall(actor, 0)).ok).toBe(true);
});

it("a thousand calls at once never reserve more money than there is, and what they spare comes back", async () => {
  await limit({ calls_per_minute: 10_000 });
  const actor = actorOf(ada);
  const results = await thousand(() => workspace.reserveAiCall(actor, 70_000));
  expect(passed(results)).toBe(14);
  const calls = results.flatMap((result) => (result.ok ? [result.value.call_id] : []));
  // Each asks for more than it reserved, and twice.
  const cost = { spent_microdollars: 999_999, input_tokens: 10, output_tokens: 5 };
  await Promise.all([...calls, ...calls].map((id) => workspace.settleAiCall(id, cost)));
  const full = await workspace.aiUsage();
  expect(full).toMatchObject({
    value: { spent_microdollars: 980_000, reserved_microdollars: 0, input_tokens: 140, output_tokens: 70 },
  });
  expect(passed([await workspace.reserveAiCall(actor, 20_000)])).toBe(1);
  expect(passed([await workspace.reserveAiCall(actor, 1)])).toBe(0);
});

it("what a call did not use can be reserved again", async () => {
  await limit({ calls_per_minute: 10_000 });
  const actor = actorOf(ada);
  for (let round = 0; round < 30; round += 1) {
    const reserved = await workspace.reserveAiCall(actor, 900_000);
    if (!reserved.ok) throw new Error("refused");
    const cost = { spent_microdollars: 1_000, input_tokens: 0, output_tokens: 0 };
    await workspace.settleAiCall(reserved.value.call_id, cost);
  }
  expect(await workspace.aiUsage()).toMatchObject({ value: { spent_microdollars: 30_000 } });
});

it("a reservation that nobody settles survives a crash, counts as spent, and ends with its day", async () => {
  const actor = actorOf(ada);
  const lost = await workspace.reserveAiCall(actor, 900_000);
  await crash(objectOf("WORKSPACE", "main"));
  const after = env.WORKSPACE.getByName("main");
  expect(await after.reserveAiCall(actor, 200_000)).toMatchObject({ refusal: { rule: "workspace_budget" } });
  clock.advance(600);
  expect((await after.reserveAiCall(actor, 200_000)).ok).toBe(false);
  expect((await after.reserveAiCall(actor, 0)).ok).toBe(true);
  expect(await after.aiUsage()).toMatchObject({
    value: { spent_microdollars: 900_000, reserved_microdollars: 0 },
  });
  // Too late: it was counted whole.
  if (lost.ok) {
    const cost = { spent_microdollars: 5, input_tokens: 1, output_tokens: 1 };
    await after.settleAiCall(lost.value.call_id, cost);
  }
  expect(await after.aiUsage()).toMatchObject({ value: { spent_microdollars: 900_000, input_tokens: 0 } });
  clock.advance(DAY_MS / 1000);
  expect((await after.reserveAiCall(actor, 1_000_000)).ok).toBe(true);
});

it("of many calls at once a caller gets the day's, after a crash too, and a worker more than a person", async () => {
  await limit({ cool_down_ms: 0 });
  const bob = await signUp();
  const principal = env.PRINCIPAL.getByName(`main/${bob.id}`);
  const take = () => principal.takeAiCall(actorOf(bob), "risks");
  const results = await Promise.all(Array.from({ length: 100 }, take));
  expect(passed(results)).toBe(10);
  await crash(objectOf("PRINCIPAL", `main/${bob.id}`));
  const again = env.PRINCIPAL.getByName(`main/${bob.id}`);
  expect(passed([await again.takeAiCall(actorOf(bob), "risks")])).toBe(0);
  await ada.signIn();
  const { worker_id } = await registerWorker(ada);
  const worker = env.PRINCIPAL.getByName(`main/${worker_id}`);
  const calls = Array.from({ length: 100 }, () => worker.takeAiCall(actorOf(ada), "risks"));
  expect(passed(await Promise.all(calls))).toBe(50);
});

it("planning through the API is counted, refused with the time to return, and shown", async () => {
  const bob = await signUp();
  const { project } = (await bob.client.createProject({ body: { name: "Launch" } })).body;
  const path = `/v1/projects/${project.id}/ai/complexity`;
  const ask = () => bob.send(path, { method: "POST", json: {} });
  expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("Retry-After")).toBe("10");
  expect(await refused.json()).toMatchObject({ type: "/problems/ai_limit_reached" });
  const { usage, workspace: none } = (await bob.client.aiUsage()).body;
  expect(usage).toMatchObject({ calls_today: 1, calls_per_day: 10, cool_down_seconds: 10 });
  expect(usage.cooling_down.map(({ feature }) => feature)).toEqual(["complexity"]);
  expect(none).toBeNull();
  await ada.signIn();
  expect((await ada.client.aiUsage()).body.workspace).toMatchObject({
    calls_today: 1,
    calls_last_minute: 1,
    budget_microdollars: 1_000_000,
  });
});

it("figures alone are nobody's call, however often they are looked at", async () => {
  const bob = await signUp();
  const { project } = (await bob.client.createProject({ body: { name: "Launch" } })).body;
  const request = { params: { project_id: project.id }, body: { judgement: false } };
  for (let look = 0; look < 2; look += 1) {
    expect((await bob.client.assessComplexity(request)).body).toMatchObject({ provider: "rules", notes: [] });
    expect((await bob.client.assessRisks(request)).body).toMatchObject({ provider: "rules", notes: [] });
  }
  expect((await bob.client.aiUsage()).body.usage.calls_today).toBe(0);
});

it("who may not see a project uses up nothing, and what the workspace refuses does not count for its caller", async () => {
  await limit({ cool_down_ms: 0, calls_per_minute: 0 });
  const bob = await signUp();
  const { project } = (await bob.client.createProject({ body: { name: "Launch" } })).body;
  const json = {};
  const eve = await signUp();
  const path = `/v1/projects/${project.id}/ai/risks`;
  expect((await eve.send(path, { method: "POST", json })).status).toBe(404);
  expect((await bob.send(path, { method: "POST", json })).status).toBe(429);
  for (const { client } of [eve, bob]) expect((await client.aiUsage()).body.usage.calls_today).toBe(0);
});
