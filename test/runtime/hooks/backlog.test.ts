// While the audit log takes nothing, what an integration is still to do waits: its alarm rings on, and nothing is decided
// that nobody could be told of. What waits while its integration is suspended goes on once it is active.
import { beforeAll, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { Project } from "../../../durable-objects/project/object.ts";
import { clock } from "../harness/clock.ts";
import { newIntegration, sendThing } from "../harness/hooks.ts";
import { evict, inside, objectOf, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";

let owner: Person;
beforeAll(async () => {
  await admin("main");
  owner = await signUp();
});

it("a delivery that is to be given up waits for the audit log, and its alarm ends well", async () => {
  const { project } = (await owner.client.createProject({ body: { name: "Inbox" } })).body;
  const integration = await newIntegration(owner, project.id);
  const stub = () => objectOf("PRINCIPAL", `main/${integration.id}`);
  const at = new Date(clock.now_ms()).toISOString();
  // Of a task that there is not: it has failed, and is kept.
  await sendThing(integration, { id: "gone", state: "again", title: "Gone", at });
  await shipAll();
  const out_of_reach = vi.spyOn(AuditLog.prototype, "append").mockRejectedValue(new Error("out of reach"));
  await rowsOf(
    stub(),
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO outbox SELECT 'audit', 1000 + i, json_object('id', 'evt_' || i) FROM n`,
  );
  await rowsOf(
    stub(),
    "UPDATE inbound_delivery SET status = 'pending', next_attempt_at_ms = 1, attempts = 10",
  );
  await evict(stub());
  const ring = () =>
    inside(stub(), (object) =>
      (object as { alarm(): Promise<void> }).alarm().then(
        () => "ended",
        (defect) => String(defect),
      ),
    );
  const statuses = () => rowsOf<{ status: string }>(stub(), "SELECT status FROM inbound_delivery");
  expect(await ring()).toBe("ended");
  expect(await statuses()).toEqual([{ status: "pending" }]);
  const next_ms = await inside(stub(), (_, { storage }) => storage.getAlarm());
  expect(next_ms, "it rings again").toBeGreaterThan(clock.now_ms());
  out_of_reach.mockRestore();
  await rowsOf(stub(), "DELETE FROM outbox WHERE sequence > 1000");
  await evict(stub());
  clock.advance(61);
  expect(await ring()).toBe("ended");
  expect(await statuses()).toEqual([{ status: "failed" }]);
});

it("what was put off while its integration was suspended goes on as soon as that is active again", async () => {
  await owner.signIn();
  const { project } = (await owner.client.createProject({ body: { name: "Put off" } })).body;
  const integration = await newIntegration(owner, project.id);
  const stub = objectOf("PRINCIPAL", `main/${integration.id}`);
  const at = new Date(clock.now_ms()).toISOString();
  const cut_off = vi.spyOn(Project.prototype, "applyHook").mockRejectedValue(new Error("cut off"));
  await sendThing(integration, { id: "late", state: "begun", title: "Late", at });
  cut_off.mockRestore();
  const params = { integration_id: integration.id };
  const set = async (status: "active" | "suspended") => {
    await owner.recent();
    await owner.client.updateIntegration({ params, body: { status }, if_match: "*" });
  };
  const ring = () => inside(stub, (object) => (object as { alarm(): Promise<void> }).alarm());
  const statuses = () => rowsOf<{ status: string }>(stub, "SELECT status FROM inbound_delivery");
  await set("suspended");
  clock.advance(61);
  await ring();
  expect(await statuses()).toEqual([{ status: "pending" }]);
  await set("active");
  await ring();
  expect(await statuses()).toEqual([{ status: "applied" }]);
});
