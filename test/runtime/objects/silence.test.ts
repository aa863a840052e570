// An object that never answers holds up those alone who wait for its word: whatever else the alarms of others do goes on.
import { afterEach, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { listenerOf } from "../../../durable-objects/project/listener.ts";
import { listen } from "../feed/reader.ts";
import { clock } from "../harness/clock.ts";
import { crash, inside, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { Receiver, register } from "../webhooks/receiver.ts";
import { newProject } from "../webhooks/stage.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();
await shipAll();

/** From now on the audit log takes everything and says nothing; whoever would wait ten seconds waits no longer. */
function silence(): void {
  vi.spyOn(AuditLog.prototype, "append").mockImplementation(() => new Promise(() => {}));
  const { setTimeout } = globalThis;
  const hurried = (call: () => void, ms?: number) => setTimeout(call, ms === 10_000 ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hurried as typeof setTimeout);
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
  vi.spyOn(AuditLog.prototype, "append").mockImplementation(() => new Promise(() => {}));
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

const leaseOf = (stub: DurableObjectStub): Promise<number> =>
  inside(stub, (_, state) => listenerOf(state.getWebSockets()[0]!).lease_until_ms);
