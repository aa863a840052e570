// Finding events: by type, category, severity, actor, target and time, newest first, recent ones from the sequencer and
// older ones from R2 alike; and all of them as a document that is streamed.
import { expect, it, vi } from "vitest";
import { parseCsv } from "../../../src/protocol/csv.ts";
import type { AuditEvent } from "../../../src/schema/audit-event.ts";
import type { EventFilter } from "../../../src/schema/messages/audit-log.ts";
import { clock } from "../harness/clock.ts";
import { ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp, userWithRoles } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { hurry, set, settings, widenBuckets } from "../identity/settings.ts";
import { type NewLog, newLog, verified } from "./logs.ts";

await hurry();
await widenBuckets();
await set({ audit: { ...(await settings()).audit, recent_events_max: 300 } });

/** Page by page, as a reader would. */
async function read({ rpc }: NewLog, filter: EventFilter, limit: number): Promise<AuditEvent[]> {
  const found: AuditEvent[] = [];
  let before: number | string | null = null;
  do {
    const page: Awaited<ReturnType<typeof rpc.events>> = await rpc.events(filter, limit, before);
    if (!page.ok) throw new Error(page.refusal.reason);
    found.push(...page.value.items);
    before = page.value.next;
  } while (before !== null);
  return found;
}

const log = await newLog();
const KINDS = [
  { event_type: "task.created", targets: ["tsk_a"], timestamp: "2026-01-01T00:00:00.000Z" },
  { event_type: "auth.signed_in", category: "authentication", user_id: "usr_bob", ip_address: "192.0.2.1" },
  { severity: "critical", decision: "deny", targets: ["tsk_a", "tsk_b", "tsk_a"] },
  { timestamp: "2026-02-01T12:00:00.000Z" },
] as const;
for (let round = 0; round < 5; round += 1) {
  for (const kind of KINDS)
    await log.append(60, { ...kind, targets: [...("targets" in kind ? kind.targets : [])] });
  await ringAlarm(log.stub);
}
// Entries stay until every sink has them, and sinks wait for company.
clock.advance(3_600);
await ringAlarm(log.stub);
await ringAlarm(log.stub);

it("old entries are left to R2 in whole bundles once they are published, and the log still verifies", async () => {
  const rows = await rowsOf<{ idx: number }>(log.stub, "SELECT idx FROM event WHERE entry = '' ORDER BY idx");
  expect(rows.map(({ idx }) => idx)).toEqual(Array.from({ length: 768 }, (_, index) => index));
  expect(await verified(log.workspace)).toMatchObject({ ok: true, checkpoint: { size: 1_200 } });
});

it("all events are read, newest first, wherever they are kept, with what is personal in them", async () => {
  const all = await read(log, {}, 200);
  expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 1_200 }, (_, at) => 1_199 - at));
  const bob = all.filter(({ user_id }) => user_id === "usr_bob");
  expect(bob).toHaveLength(300);
  expect(bob.every(({ ip_address }) => ip_address === "192.0.2.1")).toBe(true);
});

it.each<[EventFilter, number]>([
  [{ event_type: "auth.signed_in" }, 300],
  [{ category: "authentication" }, 300],
  [{ severity: "critical" }, 300],
  [{ decision: "deny" }, 300],
  [{ user_id: "usr_bob" }, 300],
  [{ target: "tsk_a" }, 600],
  [{ target: "tsk_b" }, 300],
  [{ target: "tsk_c" }, 0],
  [{ since: "2026-01-15T00:00:00.000Z" }, 300],
  [{ until: "2026-01-15T00:00:00.000Z" }, 900],
  [{ since: "2026-02-01T12:00:00.000Z", until: "2026-02-01T12:00:00.001Z" }, 300],
  [{ target: "tsk_a", severity: "critical", until: "2026-01-15T00:00:00.000Z" }, 300],
  [{ target: "tsk_b", event_type: "auth.signed_in" }, 0],
])("%j finds %i, each once", async (filter, count) => {
  for (const limit of [7, 200]) {
    const found = await read(log, filter, limit);
    expect(found).toHaveLength(count);
    const indexes = found.map(({ index }) => index);
    expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => b - a));
  }
});

it("a page that would ask R2 too often is shorter, and goes on where it ends", async () => {
  const sparse = await newLog();
  for (let bundle = 0; bundle < 24; bundle += 1) {
    await sparse.append(255);
    await sparse.append(1, { event_type: "auth.signed_in" });
    if (bundle % 8 === 7) await ringAlarm(sparse.stub);
  }
  await ringAlarm(sparse.stub);
  await ringAlarm(sparse.stub);
  const page = await sparse.rpc.events({ event_type: "auth.signed_in" }, 100, null);
  if (!page.ok) throw new Error(page.refusal.reason);
  expect(page.value.items.length).toBeLessThan(24);
  expect(page.value.next).not.toBeNull();
  expect(await read(sparse, { event_type: "auth.signed_in" }, 100)).toHaveLength(24);
});

const ada = await admin("main");
const carl = await userWithRoles(ada, ["AUDITOR"]);

it("an export holds every event of its filter once, in each format", async () => {
  const bob = await signUp();
  for (const name of ["=1+1", "two"]) await bob.client.createProject({ body: { name } });
  await shipAll();
  const of = `event_type=project.created&user_id=${bob.id}`;
  const lines = async (format: string) =>
    (await (await carl.send(`/v1/audit/export?format=${format}&${of}`)).text()).trimEnd().split("\n");
  const events = (await lines("jsonl")).map((line) => JSON.parse(line) as AuditEvent);
  const listed = await (await carl.send(`/v1/audit/events?${of}`)).json<{ events: AuditEvent[] }>();
  expect(events).toEqual(listed.events);
  expect(events).toHaveLength(2);
  const ocsf = (await lines("ocsf")).map((line) => JSON.parse(line));
  expect(ocsf).toMatchObject(
    events.map(({ id, timestamp, ip_address }) => ({
      class_uid: 6003,
      activity_id: 1,
      type_uid: 600_301,
      status_id: 1,
      time: Date.parse(timestamp),
      metadata: { uid: id },
      actor: { user: { uid: bob.id } },
      src_endpoint: { ip: ip_address },
    })),
  );
  const answer = await carl.send(`/v1/audit/export?format=csv&${of}`);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="audit-main.csv"');
  const csv = parseCsv(await answer.text());
  if (!csv.ok) throw new Error(csv.complaint);
  const [head, ...rows] = csv.rows;
  expect(rows.map((row) => row[head!.indexOf("id")])).toEqual(events.map(({ id }) => id));
});

it("an export of many pages is complete, and reading it is audited", async () => {
  const many = Array.from({ length: 4_300 }, (_, at) => ({
    ...{ id: `evt_many_${at}`, timestamp: "2026-01-01T00:00:00.000Z", event_type: "task.imported" },
    ...{ category: "data_change" as const, severity: "info" as const, user_id: null, session_id: null },
    ...{ ip_address: null, request_id: null, decision: "allow" as const, rule: null, targets: [] },
    ...{ details: { cell: "=HYPERLINK(1)" }, metadata: { version: 1 as const, count: 1 } },
  }));
  const batch = { version: 1 as const, source: "test", incarnation: "inc_1", first_sequence: 1, rows: many };
  await env.AUDIT_LOG.getByName("main").append(batch);
  const answer = await carl.send("/v1/audit/export?event_type=task.imported");
  const ids = (await answer.text())
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as AuditEvent).id);
  expect(ids).toEqual(many.map(({ id }) => id).reverse());
  await vi.waitFor(
    async () => {
      await shipAll();
      const query = { event_type: "audit.exported", user_id: carl.id };
      const read = await env.AUDIT_LOG.getByName("main").events(query, 10, null);
      expect(read.ok && read.value.items.length).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 300 },
  );
});

it("filters that cannot be meant are refused", async () => {
  for (const query of ["since=yesterday", "until=2026-01-01", "target=a%20b", "category=all", "user_id=bob"])
    expect((await carl.send(`/v1/audit/events?${query}`)).status, query).toBe(422);
  expect((await carl.send("/v1/audit/export?format=xml")).status).toBe(422);
});
