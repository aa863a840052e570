// Keys of the log: a new master key signs at once, the old ones still verify; what is personal is sealed under its
// subject's secret, which outlives a rotation and not its destruction.
import { expect, it } from "vitest";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { formatVerifierKey, openNote } from "../../../src/protocol/signed-note.ts";
import type { AuditEntry } from "../../../src/schema/audit-event.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import { set } from "../identity/settings.ts";
import { bucket, keysOf, type NewLog, newLog, readLog, verified } from "./logs.ts";

const newKey = (key_id: string) => ({ key_id, key: encodeBase64Url(randomBytes(32)) });
const first = JSON.parse(env.KEY_RING) as { key_id: string; key: string }[];
const useRing = (keys: typeof first) => set({ key_ring: parseKeyRing(JSON.stringify(keys)) });

const note = async ({ workspace }: NewLog) =>
  new TextDecoder().decode((await readLog(workspace, "checkpoint"))!);

async function grow(log: NewLog): Promise<void> {
  await log.append(3);
  await ringAlarm(log.stub);
}

it("after a rotation old and new key sign, and after its retirement the old one still verifies what it signed", async () => {
  const log = await newLog();
  await grow(log);
  const before = await note(log);
  const [old] = await keysOf(log.workspace);
  const second = newKey("second");
  await useRing([second, ...first]);
  await evict(log.stub);
  await grow(log);
  const both = await keysOf(log.workspace);
  expect(both).toHaveLength(2);
  expect(both).toContainEqual(old);
  expect((await openNote(await note(log), both))!.signed_by).toHaveLength(2);
  expect(await openNote(await note(log), [old!])).not.toBeNull();
  await useRing([second]);
  await evict(log.stub);
  await grow(log);
  expect((await keysOf(log.workspace)).map(formatVerifierKey)).toEqual(both.map(formatVerifierKey));
  expect(await openNote(await note(log), [old!])).toBeNull();
  expect(await openNote(before, await keysOf(log.workspace))).not.toBeNull();
  expect(await verified(log.workspace)).toMatchObject({ ok: true, checkpoint: { size: 9 } });
  await useRing(first);
});

it("no two workspaces share a key", async () => {
  const logs = [await newLog(), await newLog()];
  for (const log of logs) await grow(log);
  const [one, other] = await Promise.all(logs.map(({ workspace }) => keysOf(workspace)));
  expect(one![0]!.public_key).not.toEqual(other![0]!.public_key);
});

const BOB = { user_id: "usr_bob", ip_address: "192.0.2.77" };
const eventsOf = async ({ rpc }: NewLog) => {
  const read = await rpc.events({}, 100, null);
  return read.ok ? [...read.value.items].reverse() : [];
};
const addresses = async (log: NewLog) => (await eventsOf(log)).map(({ ip_address }) => ip_address);

/** Whatever of the log lies anywhere: rows, and objects in R2. */
async function everything({ workspace, stub }: NewLog): Promise<string> {
  const rows = await rowsOf(stub, "SELECT * FROM event");
  const { objects } = await bucket.list({ prefix: `audit/${workspace}/` });
  const texts = await Promise.all(objects.map(async ({ key }) => (await bucket.get(key))!.text()));
  return JSON.stringify(rows) + texts.join("\n");
}

it("an address is nowhere in clear, and who may read the log reads it", async () => {
  const log = await newLog();
  await log.append(2, BOB);
  await log.append(1, { user_id: null, ip_address: "203.0.113.9" });
  await log.append(1, { user_id: null, ip_address: null });
  await ringAlarm(log.stub);
  expect(await addresses(log)).toEqual(["192.0.2.77", "192.0.2.77", "203.0.113.9", null]);
  const all = await everything(log);
  expect(all).not.toContain("192.0.2.77");
  expect(all).not.toContain("203.0.113.9");
});

it("one subject's events from one address share a pseudonym, and nobody else's do", async () => {
  const log = await newLog();
  await log.append(2, BOB);
  await log.append(1, { ...BOB, ip_address: "192.0.2.78" });
  await log.append(1, { ...BOB, user_id: "usr_eve" });
  const rows = await rowsOf<{ entry: string }>(log.stub, "SELECT entry FROM event ORDER BY idx");
  const [a, b, c, d] = rows.map(({ entry }) => (JSON.parse(entry) as AuditEntry).ip_address);
  expect(a).toMatch(/^psn_[0-9a-hjkmnp-tv-z]{16}$/);
  expect(b).toBe(a);
  expect(new Set([a, c, d]).size).toBe(3);
});

const destroy = (log: NewLog, subject: string) => log.rpc.eraseSubject(subject);

it("once a person is erased nobody reads their address again, and every proof still holds", async () => {
  const log = await newLog();
  await log.append(3, BOB);
  await log.append(1, { user_id: "usr_eve", ip_address: "198.51.100.4" });
  await ringAlarm(log.stub);
  const seen = await verified(log.workspace);
  const before = await everything(log);
  await destroy(log, "usr_bob");
  for (const way of ["at once", "after an eviction"]) {
    const found = await addresses(log);
    expect(found[3], way).toBe("198.51.100.4");
    expect(
      found.slice(0, 3).every((address) => address?.startsWith("psn_")),
      way,
    ).toBe(true);
    await evict(log.stub);
  }
  expect(await everything(log)).toBe(before);
  await log.append(1, BOB);
  await ringAlarm(log.stub);
  expect((await addresses(log))[4], "what comes late leaves none").toBeNull();
  expect(await rowsOf(log.stub, "SELECT box FROM subject WHERE name = 'usr_bob'")).toEqual([{ box: null }]);
  if (!seen.ok) throw new Error(seen.fault.problem);
  expect(await verified(log.workspace, { seen: seen.checkpoint })).toMatchObject({ ok: true });
});

it("a box of one event opens in no other", async () => {
  const log = await newLog();
  await log.append(1, BOB);
  await log.append(1, { ...BOB, ip_address: "192.0.2.78" });
  await inside(log.stub, (_, { storage }) => {
    storage.sql.exec(
      `UPDATE event SET entry = json_set(entry, '$.sealed',
         (SELECT json_extract(entry, '$.sealed') FROM event WHERE idx = 0))`,
    );
  });
  const [own, moved] = await addresses(log);
  expect(own).toBe(BOB.ip_address);
  expect(moved).toMatch(/^psn_/);
});

it("secrets of subjects move to a new master key by themselves, and open after the old one is gone", async () => {
  const log = await newLog();
  await log.append(2, BOB);
  await ringAlarm(log.stub);
  const third = newKey("third");
  await useRing([third, ...first]);
  await evict(log.stub);
  await grow(log);
  expect(await rowsOf(log.stub, "SELECT DISTINCT key_id FROM subject")).toEqual([{ key_id: "third" }]);
  await useRing([third]);
  await evict(log.stub);
  expect((await addresses(log)).slice(0, 2)).toEqual(["192.0.2.77", "192.0.2.77"]);
  await useRing(first);
});

it("in a log to which nothing comes any more they move within a day, however many they are", async () => {
  const log = await newLog();
  for (let at = 0; at < 450; at += 1) await log.append(1, { ...BOB, user_id: `usr_${at}` });
  for (let round = 0; round < 3; round += 1) {
    clock.advance(61);
    await ringAlarm(log.stub);
  }
  await useRing([newKey("fourth"), ...first]);
  await evict(log.stub);
  // As the platform rings: where an alarm stands, and its time has come.
  const until_ms = clock.now_ms() + 2 * 86_400_000;
  for (let round = 0; round < 10; round += 1) {
    const at_ms = await inside(log.stub, (_, { storage }) => storage.getAlarm());
    if (at_ms === null || at_ms > until_ms) break;
    clock.advance(Math.max(0, at_ms - clock.now_ms()) / 1000);
    await ringAlarm(log.stub);
  }
  expect(await rowsOf(log.stub, "SELECT DISTINCT key_id FROM subject")).toEqual([{ key_id: "fourth" }]);
  await useRing(first);
});

it("those that no key opens any more keep no others from moving", async () => {
  const log = await newLog();
  await log.append(1, BOB);
  await ringAlarm(log.stub);
  const lost = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO subject SELECT 'usr_lost' || i, '0_lost', box FROM n, subject WHERE name = 'usr_bob'`;
  await rowsOf(log.stub, lost);
  await useRing([newKey("sixth"), ...first]);
  await evict(log.stub);
  for (let round = 0; round < 3; round += 1) await grow(log);
  const moved = "SELECT key_id FROM subject WHERE name = 'usr_bob'";
  expect(await rowsOf(log.stub, moved)).toEqual([{ key_id: "sixth" }]);
  await useRing(first);
});

it("events of a subject that is new to many at once share one secret", async () => {
  const log = await newLog();
  const batches = Array.from({ length: 8 }, (_, at) => ({ ...log.batch(2, BOB), source: `project/${at}` }));
  await Promise.all(batches.map((batch) => log.rpc.append(batch)));
  expect(await addresses(log)).toEqual(Array<string>(16).fill(BOB.ip_address));
});
