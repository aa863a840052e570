// The audit log: one order without gaps, each event once, no log for strangers; filters and pages over it.
import { expect, it } from "vitest";
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import type { EventBatch } from "../../../src/schema/messages/outbox.ts";
import { objectOf, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { admin, forged, signUp, userWithRoles } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { atOnce, tryToSignIn } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");

const eventNamed = (id: string): UnsequencedEvent => ({
  id,
  timestamp: "2026-01-01T00:00:00.000Z",
  event_type: "task.created",
  category: "data_change",
  severity: "info",
  user_id: null,
  session_id: null,
  ip_address: null,
  request_id: null,
  decision: "allow",
  rule: null,
  targets: [],
  details: {},
  metadata: { version: 1, count: 1 },
});
const batchOf = (source: string, first_sequence: number, ids: string[]): EventBatch => ({
  version: 1,
  source,
  incarnation: "inc_1",
  first_sequence,
  rows: ids.map(eventNamed),
});
const indexesOf = (workspace: string) =>
  rowsOf<{ idx: number; id: string }>(
    objectOf("AUDIT_LOG", workspace),
    "SELECT idx, id FROM event ORDER BY idx",
  );

it("a log that was never opened refuses events and comes to hold nothing", async () => {
  const receipt = await env.AUDIT_LOG.getByName("stranger").append(batchOf("principal/x", 1, ["evt_1"]));
  expect(receipt).toMatchObject({ gone: true });
  expect(await tablesOf(objectOf("AUDIT_LOG", "stranger"))).toEqual([]);
  expect(await env.AUDIT_LOG.getByName("stranger").events({}, 10, null)).toMatchObject({ ok: false });
});

it("indexes run from 0 without a gap, however many sources append at once and repeat themselves", async () => {
  const log = env.AUDIT_LOG.getByName("crowded");
  await log.open();
  await log.open();
  await atOnce(20, async (source) => {
    for (let first = 1; first <= 9; first += 4) {
      const ids = [0, 1, 2, 3].map((offset) => `evt_${source}_${first + offset}`);
      await Promise.all([
        log.append(batchOf(`project/${source}`, first, ids)),
        log.append(batchOf(`project/${source}`, first, ids)),
      ]);
    }
  });
  const rows = await indexesOf("crowded");
  expect(rows.map(({ idx }) => idx)).toEqual(Array.from({ length: 240 }, (_, index) => index));
  expect(new Set(rows.map(({ id }) => id)).size).toBe(240);
  for (let source = 0; source < 20; source += 1) {
    const own = rows
      .filter(({ id }) => id.startsWith(`evt_${source}_`))
      .map(({ id }) => Number(id.split("_")[2]));
    expect(own).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  }
});

it("an id that comes from two sources is kept once, and leaves no gap", async () => {
  const log = env.AUDIT_LOG.getByName("doubled");
  await log.open();
  await log.append(batchOf("project/a", 1, ["evt_1", "evt_2"]));
  const receipt = await log.append(batchOf("project/b", 1, ["evt_2", "evt_3", "evt_1", "evt_4"]));
  expect(receipt).toEqual({ next_sequence: 5 });
  expect(await indexesOf("doubled")).toEqual([
    { idx: 0, id: "evt_1" },
    { idx: 1, id: "evt_2" },
    { idx: 2, id: "evt_3" },
    { idx: 3, id: "evt_4" },
  ]);
});

it("a change's answer names its event, and the log holds it once with who, where and what", async () => {
  const bob = await signUp();
  const { body, audit_event } = await bob.client.createProject({ body: { name: "Audited" } });
  await shipAll();
  const events = (await eventsOf("main")).filter(({ id }) => id === audit_event);
  expect(events).toMatchObject([
    {
      event_type: "project.created",
      category: "data_change",
      user_id: bob.id,
      session_id: bob.session_id,
      ip_address: bob.address,
      decision: "allow",
      targets: [body.project.id],
    },
  ]);
  expect(events[0]!.request_id).toMatch(/^req_/u);
});

it("no entry holds what somebody wrote, nor a secret", async () => {
  const dana = await signUp({ mfa: true });
  const text = (what: string) => `Quokka ${what} 7f3b`;
  const { project } = (await dana.client.createProject({ body: { name: text("name") } })).body;
  const params = { project_id: project.id };
  const fields = { title: text("title"), description: text("description"), labels: ["quokka-7f3b"] };
  const { task } = (await dana.client.createTask({ params, body: fields })).body;
  const place = { ...params, task_id: task.id };
  await dana.client.updateTask({ params: place, body: { title: text("changed") }, if_match: "*" });
  await dana.client.createComment({ params: place, body: { text: text("comment") } });
  const { token } = (
    await dana.client.createToken({ body: { name: text("token"), permissions: ["project:read"] } })
  ).body;
  const wrong = "a wrong password that Quokka 7f3b tries";
  await tryToSignIn(dana, { password: wrong });
  await shipAll();
  // What is sealed is ciphertext, in which a word may stand by chance.
  const rows = await rowsOf<{ entry: string; clear: string }>(
    objectOf("AUDIT_LOG", "main"),
    "SELECT entry, json_remove(entry, '$.sealed') AS clear FROM event",
  );
  const own = rows.filter(({ entry }) => entry.includes(dana.id));
  expect(own.length).toBeGreaterThan(6);
  const all = rows.map(({ entry }) => entry).join("\n");
  const { password, factor, address } = dana;
  expect(rows.map(({ clear }) => clear.toLowerCase()).join("\n")).not.toContain("quokka");
  for (const secret of [password, wrong, token, dana.token, factor!.secret, ...factor!.backup_codes, address])
    expect(all).not.toContain(secret);
});

it("pages run newest first, and are not disturbed by events that come while they are read", async () => {
  await shipAll();
  const all = (await eventsOf("main")).map(({ index }) => index).reverse();
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: "3", ...(cursor !== undefined && { cursor }) };
    const { events, next_cursor } = (await ada.client.listEvents({ query: query })).body;
    seen.push(...events.map(({ index }) => index));
    await (await signUp()).client.createProject({ body: { name: "Meanwhile" } });
    await shipAll();
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined && seen.length < all.length + 50);
  expect(seen.filter((index) => index <= all[0]!)).toEqual(all);
});

it("filters combine, and a cursor belongs to its filters, its caller and its list", async () => {
  await ada.recent();
  const [bob, carl] = [await signUp(), await userWithRoles(ada, ["AUDITOR"])];
  for (const name of ["one", "two", "three"]) await bob.client.createProject({ body: { name } });
  await shipAll();
  const path = `/v1/audit/events?limit=2&user_id=${bob.id}&event_type=project.created`;
  const page = await (await carl.send(path)).json<{ events: { details: object }[]; next_cursor: string }>();
  expect(page.events).toHaveLength(2);
  const next = `&cursor=${page.next_cursor}`;
  expect(await (await carl.send(path + next)).json()).toMatchObject({ count: 1, next_cursor: null });
  expect((await carl.send(`/v1/audit/events?limit=2${next}`)).status).toBe(422);
  expect((await ada.send(path + next)).status).toBe(422);
  expect((await carl.send(`/v1/projects?limit=2${next}`)).status).not.toBe(200);
  expect((await carl.send(`${path}&cursor=${forged(page.next_cursor)}`)).status).toBe(422);
  for (const filter of ["category=data_change", "severity=info", "decision=allow"]) {
    const { events } = await (await carl.send(`${path}&${filter}`)).json<{ events: unknown[] }>();
    expect(events, filter).toHaveLength(2);
  }
  const none = await (await carl.send(`${path}&decision=deny`)).json();
  expect(none).toMatchObject({ events: [], count: 0, next_cursor: null });
});

it("one tenant's log shows nothing of another's", async () => {
  const bea = await admin("globex");
  await shipAll();
  const { events } = (await bea.client.listEvents({ query: {} })).body;
  const theirs = new Set((await eventsOf("main")).map(({ id }) => id));
  expect(events.length).toBeGreaterThan(0);
  expect(events.filter(({ id }) => theirs.has(id))).toEqual([]);
  expect(events.every(({ user_id }) => user_id === null || user_id === bea.id)).toBe(true);
});

it("nobody but ADMIN and AUDITOR reads the log", async () => {
  await ada.recent();
  for (const role of ["USER", "COORDINATOR", "OBSERVER", "WORKER"] as const) {
    const person = await userWithRoles(ada, [role]);
    expect((await person.send("/v1/audit/events")).status, role).toBe(403);
  }
});
