// Objects that were taken back in time. The log goes on where R2 is, signs no second history, and tells of it; what others
// tell it arrives whole, whichever of both was taken back.
import { expect, it } from "vitest";
import { parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { openNote } from "../../../src/protocol/signed-note.ts";
import type { AuditEvent } from "../../../src/schema/audit-event.ts";
import type { EventBatch } from "../../../src/schema/messages/outbox.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, photograph, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { principalOf } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";
import { bucket, keysOf, type NewLog, newLog, readLog, verified } from "./logs.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");

/** What is due, and what a failure has put off. */
async function publish({ stub }: NewLog): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await ringAlarm(stub);
    clock.advance(10);
  }
}

async function shown({ workspace }: NewLog) {
  const note = new TextDecoder().decode((await readLog(workspace, "checkpoint"))!);
  return parseCheckpoint((await openNote(note, await keysOf(workspace)))!.text)!;
}

async function eventsIn({ rpc }: NewLog): Promise<AuditEvent[]> {
  const page = await rpc.events({}, 1_000, null);
  return page.ok ? [...page.value.items].reverse() : [];
}

/** A batch as its sender sends it, who starts anew where the log lacks what it had confirmed. */
async function send(log: NewLog, batch: EventBatch): Promise<void> {
  const { next_sequence } = await log.rpc.append(batch);
  if (next_sequence < batch.first_sequence) await log.rpc.append({ ...batch, incarnation: "inc_2" });
}

/** A log of so many entries that was taken back to fewer, and R2 was not. */
async function takenBack(kept: number, lost: number) {
  const log = await newLog();
  await log.append(kept);
  await publish(log);
  const takeBack = await photograph(log.stub);
  await log.append(lost);
  await publish(log);
  const [seen, before] = [await shown(log), await eventsIn(log)];
  await takeBack();
  return { log, seen, before };
}

it.each([
  [10, 5],
  [250, 300],
  [256, 256],
  [300, 3],
])("a log of %i entries that R2 has %i more of goes on from there", async (kept, lost) => {
  const { log, seen, before } = await takenBack(kept, lost);
  await send(log, log.batch(4));
  await publish(log);
  const events = await eventsIn(log);
  expect(events.slice(0, kept + lost)).toEqual(before);
  const rest = events.slice(kept + lost);
  expect(rest.map(({ index }) => index)).toEqual(rest.map((_, at) => kept + lost + at));
  const types = rest.map(({ event_type }) => event_type);
  expect(types.toSorted()).toEqual(["audit.gap", "audit.recovered", ...Array(4).fill("task.created")]);
  expect(rest.find(({ event_type }) => event_type === "audit.recovered")!.details).toEqual({
    from_index: kept,
    to_index: kept + lost,
  });
  expect(await verified(log.workspace, { seen })).toMatchObject({
    ok: true,
    checkpoint: { size: events.length },
  });
});

it("what was in the order before and after is there once", async () => {
  const log = await newLog();
  await log.append(20);
  await publish(log);
  // In the order, and not yet published, when it is kept.
  await log.append(7);
  const takeBack = await photograph(log.stub);
  await log.append(3);
  await publish(log);
  const seen = await shown(log);
  await takeBack();
  await publish(log);
  const ids = (await eventsIn(log)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(31);
  expect(await verified(log.workspace, { seen })).toMatchObject({ ok: true, checkpoint: { size: 31 } });
});

it("where R2 has entries that its checkpoint does not stand for, nothing is signed", async () => {
  const { log, seen } = await takenBack(10, 5);
  const key = `audit/${log.workspace}/log/tile/entries/000.p/15`;
  const bytes = new Uint8Array(await (await bucket.get(key))!.arrayBuffer());
  bytes[bytes.length - 20]! ^= 1;
  await bucket.put(key, bytes);
  await send(log, log.batch(4));
  await publish(log);
  expect(await shown(log)).toEqual(seen);
  expect(await rowsOf(log.stub, "SELECT size FROM tree")).toEqual([{ size: 10 }]);
});

it("where R2 shows another tree of a size that was stored, nothing is signed", async () => {
  const log = await newLog();
  await log.append(10);
  await publish(log);
  const seen = await shown(log);
  // As a tree would be that had other entries before.
  await rowsOf(log.stub, "UPDATE tree_edge SET hashes = randomblob(length(hashes))");
  await rowsOf(
    log.stub,
    "UPDATE tree SET checkpoint = replace(checkpoint, char(10) || '10' || char(10), char(10) || '9' || char(10))",
  );
  await log.append(5);
  const restart = await photograph(log.stub);
  await restart();
  await publish(log);
  expect(await shown(log)).toEqual(seen);
});

it("who was erased since stays erased", async () => {
  const log = await newLog();
  const user_id = "usr_00000000000000000000000001";
  await log.append(3, { user_id, ip_address: "198.51.100.7" });
  await publish(log);
  const takeBack = await photograph(log.stub);
  await log.append(1, { event_type: "user.erased", targets: [user_id] });
  await log.rpc.eraseSubject(user_id);
  await publish(log);
  await takeBack();
  expect((await eventsIn(log))[0]!.ip_address, "it was taken back").toBe("198.51.100.7");
  await send(log, log.batch(1));
  await publish(log);
  expect((await eventsIn(log))[0]!.ip_address).toMatch(/^psn_/);
});

it("sinks hear again of what they may not have heard of", async () => {
  const { log } = await takenBack(10, 5);
  await send(log, log.batch(4));
  // They have heard of what is in the order here, and of nothing that R2 has in its place.
  await rowsOf(log.stub, "UPDATE sink SET next_idx = 14, chunk_end_idx = NULL");
  await ringAlarm(log.stub);
  const rows = await rowsOf<{ next_idx: number }>(log.stub, "SELECT next_idx FROM sink");
  expect(rows.length).toBeGreaterThan(0);
  for (const { next_idx } of rows) expect(next_idx).toBe(10);
});

it("a sender that was taken back loses nothing of what it tells anew", async () => {
  const bob = await signUp();
  const token = (name: string) =>
    bob.client
      .createToken({ body: { name, permissions: ["project:list"] } })
      .then(({ audit_event }) => audit_event!);
  await token("kept");
  await shipAll();
  const takeBack = await photograph(principalOf(bob));
  const lost = [await token("lost 1"), await token("lost 2"), await token("lost 3")];
  await shipAll();
  await takeBack();
  // Fewer than it had told, so that their numbers have all been taken.
  const anew = [await token("anew 1"), await token("anew 2")];
  await shipAll();
  const later = await token("later");
  await shipAll();
  const ids = (await eventsOf("main")).map(({ id }) => id);
  for (const id of [...lost, ...anew, later]) expect(ids.filter((each) => each === id)).toEqual([id]);
});

it("a receiver that was taken back hears on from those who go on", async () => {
  const { project } = (await ada.client.createProject({ body: { name: "First" } })).body;
  const params = { project_id: project.id };
  const rename = (name: string) => ada.client.updateProject({ params, body: { name }, if_match: "*" });
  const listed = async () =>
    (await ada.client.listProjects({ query: { scope: "all" } })).body.projects.find(
      ({ id }) => id === project.id,
    );
  await shipAll();
  const takeBack = await photograph(objectOf("WORKSPACE", "main"));
  await rename("Second");
  await shipAll();
  await takeBack();
  expect((await listed())!.name).toBe("First");
  await rename("Third");
  await shipAll();
  expect((await listed())!.name).toBe("Third");
});
