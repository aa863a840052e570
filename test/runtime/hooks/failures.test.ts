// Failures beyond what is kept: the oldest give way, and are known for as long as any delivery is.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { failedDelivery, isoNow, newIntegration, signed } from "../harness/hooks.ts";
import { inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";

let owner: Person;
let project_id: string;
beforeAll(async () => {
  await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
});

it("a failure that has given way to 200 others comes no more: not listed, not replayed, and refused when sent again", async () => {
  const integration = await newIntegration(owner, project_id);
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  const payload = JSON.stringify({ id: "gone", state: "again", at: isoNow() });
  const headers = signed(integration.secret, payload);
  const deliver = async () =>
    open(await send(integration.path, { method: "POST", address: newAddress(), body: payload, headers }));
  const first = (await deliver()).body as { delivery: { id: string; status: string } };
  expect(first.delivery.status).toBe("failed");
  const others = `
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
    INSERT INTO inbound_delivery (id, body_hash, status, attempts, received_at_ms, event_id, reason, box)
    SELECT 'ind_' || i, 'other-' || i, 'failed', 1, ?, 'evt_0', 'mapping_failed', x'00' FROM n`;
  await rowsOf(principal, others, clock.now_ms());
  await failedDelivery(integration);
  const query = { limit: "200" };
  const params = { integration_id: integration.id };
  const { failures } = (await owner.client.listHookFailures({ params, query })).body;
  expect(failures).toHaveLength(200);
  expect(failures.map(({ id }) => id)).not.toContain(first.delivery.id);
  const path = `/v1/integrations/${integration.id}/failures/${first.delivery.id}/replay`;
  expect((await owner.send(path, { method: "POST" })).status).toBe(404);
  expect(await deliver()).toMatchObject({ status: 409, reason: "delivery_replayed" });
  // Nothing of it is kept but that it came, and that no longer than a day.
  const kept = () => rowsOf(principal, "SELECT box FROM inbound_delivery WHERE id = ?", first.delivery.id);
  expect(await kept()).toEqual([{ box: null }]);
  clock.advance(86_400);
  await inside(principal, (object) => (object as { alarm(): Promise<void> }).alarm());
  expect(await kept()).toEqual([]);
  expect(await rowsOf(principal, "SELECT 1 FROM inbound_delivery")).toHaveLength(200);
});
