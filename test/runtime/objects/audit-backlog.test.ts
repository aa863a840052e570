// When the audit log is behind: it takes no more than it can publish, whoever has something to tell keeps it, changes
// are refused before they fill an object, and strangers are told no more than that.
import { afterEach, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { clock } from "../harness/clock.ts";
import { evict, objectOf, rowsOf, shipAll } from "../harness/objects.ts";
import { admin } from "../harness/people.ts";
import { env, newAddress, send } from "../harness/worker.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { newLog } from "./logs.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
afterEach(() => void vi.restoreAllMocks());

const fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";

it("the log takes no event while 50,000 are not published, and forgets none for that", async () => {
  const log = await newLog();
  await log.append(1);
  const columns = "id, event_type, category, severity, decision, timestamp, entry";
  await rowsOf(
    log.stub,
    `INSERT INTO event (idx, ${columns}) SELECT 49999, 'evt_filler', 'a', 'b', 'c', 'd', '2026-01-01T00:00:00.000Z', '{}'`,
  );
  const batch = log.batch(1);
  const refused = await log.rpc.append(batch).then(
    () => "taken",
    (defect) => String(defect),
  );
  expect(refused).toContain("behind");
  await rowsOf(log.stub, "DELETE FROM event WHERE idx = 49999");
  expect(await log.rpc.append(batch)).toEqual({ next_sequence: batch.first_sequence + 1 });
});

it("an object with 10,000 events on their way refuses changes until they are taken, and changes nothing", async () => {
  const { project } = (await ada.client.createProject({ body: { name: "Waiting" } })).body;
  const stub = objectOf("PROJECT", `main/${project.id}`);
  await shipAll();
  const out_of_reach = vi.spyOn(AuditLog.prototype, "append").mockRejectedValue(new Error("out of reach"));
  await rowsOf(
    stub,
    `${fill} INSERT INTO outbox SELECT 'audit', 1000 + i, json_object('id', 'evt_' || i) FROM n`,
  );
  await evict(stub);
  const path = `/v1/projects/${project.id}`;
  const rename = () =>
    ada.send(path, { method: "PATCH", json: { name: "Renamed" }, headers: { "If-Match": "*" } });
  const refused = await rename();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ type: "/problems/unavailable" });
  expect(refused.headers.get("retry-after")).toBe("1");
  const read = await ada.client.readProject({ params: { project_id: project.id } });
  expect(read.body.project.name, "reading goes on").toBe("Waiting");
  out_of_reach.mockRestore();
  await rowsOf(stub, "DELETE FROM outbox WHERE sequence > 1000");
  await evict(stub);
  expect((await rename()).status).toBe(200);
});

it("strangers see that it is behind, and no figure; ADMIN sees how far", async () => {
  const health = async () => (await send("/healthz", { address: newAddress() })).json();
  clock.advance(6);
  expect(await health()).toEqual({ status: "ok", version: expect.any(String), bootstrapped: true });
  const lag = { size: 10, published_size: 3, waiting_events: 7, waiting_seconds: 31 };
  const asked = vi.spyOn(AuditLog.prototype, "lag").mockResolvedValue(lag);
  expect(await health(), "asked a moment ago").toMatchObject({ status: "ok" });
  clock.advance(6);
  expect(await health()).toEqual({ status: "behind", version: expect.any(String), bootstrapped: true });
  for (let again = 0; again < 5; again += 1) await health();
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRejectedValue(new Error("out of reach"));
  clock.advance(6);
  expect(await health()).toMatchObject({ status: "behind" });
  asked.mockResolvedValue({ ...lag, waiting_seconds: 30 });
  clock.advance(6);
  expect(await health()).toMatchObject({ status: "ok" });
  asked.mockRestore();
  const { log } = (await (await ada.awake()).client.listSinks()).body;
  expect(log.waiting_events).toBe(log.size - log.published_size);
});

it("the lag is that of the oldest event that is not published", async () => {
  const log = await newLog();
  await log.append(3, { timestamp: new Date(clock.now_ms() - 90_000).toISOString() });
  expect(await env.AUDIT_LOG.getByName(log.workspace).lag()).toMatchObject({
    ...{ size: 3, published_size: 0, waiting_events: 3 },
    waiting_seconds: expect.closeTo(90, -1),
  });
});
