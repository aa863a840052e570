// An object that never answers holds up those alone who wait for its word: whatever else the alarms of others do goes on.
import { afterEach, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { listenerOf } from "../../../durable-objects/project/listener.ts";
import { Project } from "../../../durable-objects/project/object.ts";
import { listen } from "../feed/reader.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { crash, inside, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { Receiver, register } from "../webhooks/receiver.ts";
import { newProject } from "../webhooks/stage.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const bob = await signUp();
await shipAll();

const never = () => new Promise<never>(() => {});

/** Whoever would wait so long waits no longer. */
function hurryPast(patience_ms: number): void {
  const { setTimeout } = globalThis;
  const hurried = (call: () => void, ms?: number) => setTimeout(call, ms === patience_ms ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hurried as typeof setTimeout);
}

/** From now on the audit log takes everything and says nothing. */
function silence(): void {
  vi.spyOn(AuditLog.prototype, "append").mockImplementation(never);
  hurryPast(10_000);
}

afterEach(async () => {
  vi.restoreAllMocks();
  await crash(objectOf("AUDIT_LOG", "main"));
});

it("webhooks are delivered while the audit log is silent, and it hears of them afterwards", async () => {
  const project = await newProject(bob);
  const receiver = new Receiver();
  const hook = await register(bob, { project_id: project.id }, receiver);
  silence();
  await bob.client.testWebhook({ params: hook.params });
  expect(await rowsOf(hook.stub, "SELECT destination FROM outbox")).toEqual([{ destination: "audit" }]);
  await ringAlarm(hook.stub);
  expect(receiver.types).toEqual(["webhook.test"]);
  vi.restoreAllMocks();
  await crash(objectOf("AUDIT_LOG", "main"));
  await shipAll();
  const log = objectOf("AUDIT_LOG", "main");
  const heard = await rowsOf(log, "SELECT 1 FROM event WHERE event_type = 'webhook.tested'");
  expect(heard).toHaveLength(1);
});

it("the leases of streams are renewed while the audit log is silent", async () => {
  const project = await newProject(bob);
  await shipAll();
  const reader = await listen(bob, project.id);
  vi.spyOn(AuditLog.prototype, "append").mockImplementation(never);
  await project.task("one");
  clock.advance(26);
  const ringing = ringAlarm(project.stub);
  await vi.waitFor(async () => expect(await leaseOf(project.stub)).toBe(clock.now_ms() + 30_000));
  clock.advance(5);
  await project.task("two");
  expect(await reader.until(3)).toBe(3);
  await reader.leave();
  await crash(objectOf("AUDIT_LOG", "main"));
  await ringing;
});

it("a webhook that comes in is taken while its project is silent, and does in the end what it asks for, once", async () => {
  const project = await newProject(bob);
  const things = await newIntegration(bob, project.id);
  const thing = { id: "t1", state: "begun", title: "Thing", at: isoNow() };
  vi.spyOn(Project.prototype, "applyHook").mockImplementation(never);
  hurryPast(5_000);
  const taken = await open(await sendThing(things, thing));
  expect(taken).toMatchObject({ status: 202, body: { delivery: { status: "pending" } } });
  vi.restoreAllMocks();
  clock.advance(10);
  await ringAlarm(objectOf("PRINCIPAL", `main/${things.id}`));
  const { tasks } = (await bob.client.listTasks({ params: { project_id: project.id }, query: {} })).body;
  expect(tasks.map(({ title }) => title)).toEqual(["Thing"]);
});

it("nobody is erased while their own record is silent: whether they own a project is not known", async () => {
  const dora = await signUp();
  await ada.recent();
  const erase = () => ada.send(`/v1/users/${dora.id}`, { method: "DELETE" });
  vi.spyOn(Principal.prototype, "ownedProjects").mockImplementation(never);
  hurryPast(5_000);
  expect((await erase()).status).toBe(503);
  vi.restoreAllMocks();
  expect((await dora.send("/v1/session")).status).toBe(200);
  expect((await erase()).status).toBe(204);
});

const leaseOf = (stub: DurableObjectStub): Promise<number> =>
  inside(stub, (_, state) => listenerOf(state.getWebSockets()[0]!).lease_until_ms);
