// Proofs over the API: whoever caused an event, or may read the log, can check without the service that it is in it;
// the log's tiles are there for all of its workspace, its entries for ADMIN and AUDITOR alone.
import { expect, it, vi } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { verifyLog } from "../../../src/protocol/log-verification.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "../../../src/protocol/merkle-tree.ts";
import { openNote, parseVerifierKey, type VerifierKey } from "../../../src/protocol/signed-note.ts";
import { parseTilePath, tilePath } from "../../../src/protocol/tile.ts";
import type { AuditEntry } from "../../../src/schema/audit-event.ts";
import { objectOf, ringAlarm, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { watchBucket } from "./logs.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const bob = await signUp();
const carl = await userWithRoles(ada, ["AUDITOR"]);

const hash = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

async function publish(): Promise<void> {
  await shipAll();
  await ringAlarm(objectOf("AUDIT_LOG", "main"));
}

async function keys(): Promise<VerifierKey[]> {
  const { verifier_keys } = (await bob.client.listVerifierKeys()).body;
  return verifier_keys.map((text) => parseVerifierKey(text)!);
}

async function treeOf(checkpoint: string) {
  return parseCheckpoint((await openNote(checkpoint, await keys()))!.text)!;
}

/** Checks a proof as somebody would who has nothing but it and the keys. */
async function check(as: Person, entry: string): Promise<AuditEntry> {
  const { status, body } = await as.client.proveEntry({ params: { entry } });
  expect(status).toBe(200);
  const proof = body.proof!;
  const { size, root } = await treeOf(proof.checkpoint);
  const leaf = { index: proof.index, size, hash: leafHash(utf8(proof.entry)) };
  expect(hash(proof.leaf_hash)).toEqual(leaf.hash);
  expect(verifyInclusion(leaf, proof.hashes.map(hash), root)).toBe(true);
  return JSON.parse(proof.entry) as AuditEntry;
}

it("a change's event is pending until it is under a checkpoint, then proved to whoever made it", async () => {
  const { audit_event } = await bob.client.createProject({ body: { name: "Proved" } });
  const early = await bob.client.proveEntry({ params: { entry: audit_event! } });
  expect(early).toMatchObject({ status: 202, body: { proof: null } });
  expect(early.headers.get("retry-after")).toBe("1");
  await shipAll();
  expect((await bob.client.proveEntry({ params: { entry: audit_event! } })).status).toBe(202);
  await publish();
  const entry = await check(bob, audit_event!);
  expect(entry).toMatchObject({ id: audit_event, event_type: "project.created", user_id: bob.id });
  expect(entry.ip_address).toMatch(/^psn_/);
  expect(await check(carl, String(entry.index))).toEqual(entry);
  const eve = await signUp();
  for (const place of [audit_event!, String(entry.index)])
    expect((await eve.send(`/v1/audit/proof/${place}`)).status).toBe(404);
});

it("an entry that is not there has no proof, and what is no entry no answer", async () => {
  await publish();
  expect((await carl.send("/v1/audit/proof/999999999")).status).toBe(404);
  for (const wrong of ["-1", "01", "1e3", "evt_1", "0x1", "1 OR 1"])
    expect((await carl.send(`/v1/audit/proof/${encodeURIComponent(wrong)}`)).status, wrong).toBe(422);
});

/** Appends events of nobody to the log of `main`. */
let appended = 0;
async function lengthen(count: number): Promise<void> {
  const first_sequence = appended + 1;
  const rows = Array.from({ length: count }, () => ({
    ...{ id: `evt_made_${appended++}`, timestamp: "2026-01-01T00:00:00.000Z", event_type: "task.read" },
    ...{ category: "data_access" as const, severity: "debug" as const, user_id: null, session_id: null },
    ...{ ip_address: null, request_id: null, decision: "allow" as const, rule: null, targets: [] },
    ...{ details: {}, metadata: { version: 1 as const, count: 1 } },
  }));
  const batch = { version: 1 as const, source: "test", incarnation: "inc_1", first_sequence, rows };
  await env.AUDIT_LOG.getByName("main").append(batch);
  await publish();
}

it("each of many entries is proved, with no more reads of R2 than one full tile of each level", async () => {
  await lengthen(700);
  const { size } = (await env.AUDIT_LOG.getByName("main").head())!;
  for (const index of [0, 1, 255, 256, 511, 512, size - 1]) {
    const asked: string[] = [];
    const release = await watchBucket(objectOf("AUDIT_LOG", "main"), (_, key, perform) => {
      asked.push(key);
      return perform();
    });
    const entry = await check(carl, String(index));
    release();
    expect(entry.index).toBe(index);
    const reads = asked.filter((key) => key.includes("/tile/")).length;
    expect(reads).toBeLessThanOrEqual(2);
    if (index === 0) expect(reads).toBeGreaterThan(0);
  }
});

it("the log is proved to have only grown, between any two of its sizes", async () => {
  const before = await treeOf(new TextDecoder().decode((await bob.client.readCheckpoint()).body));
  await lengthen(300);
  const { proof } = (await bob.client.proveConsistency({ query: { from: String(before.size) } })).body;
  const after = await treeOf(proof.checkpoint);
  expect(after.size).toBeGreaterThan(before.size);
  const hashes = proof.hashes.map(hash);
  expect(proof).toMatchObject({ from: before.size, to: after.size });
  expect(verifyConsistency(before.size, after.size, hashes, before.root, after.root)).toBe(true);
  const older = { from: "3", to: String(before.size) };
  const whole = (await bob.client.proveConsistency({ query: older })).body.proof;
  expect(whole).toMatchObject({ from: 3, to: before.size });
  for (const query of ["from=9&to=3", `from=1&to=${after.size + 1}`, "from=99999999"])
    expect((await bob.send(`/v1/audit/consistency?${query}`)).status, query).toBe(404);
});

it("an auditor verifies the whole log over the API, and sees a checkpoint's older tiles after they are full", async () => {
  await publish();
  const read = async (path: string): Promise<Uint8Array | null> => {
    const answer = await carl.send(`/v1/audit/${path}`);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  };
  expect(await verifyLog({ read, keys: await keys() })).toMatchObject({ ok: true });
  const full = (await read("tile/0/000"))!;
  const bundle = (await read("tile/entries/000"))!;
  expect(await read("tile/0/000.p/7")).toEqual(full.slice(0, 7 * 32));
  expect(bundle.slice(0, 200)).toEqual((await read("tile/entries/000.p/200"))!.slice(0, 200));
});

it("tiles are for everybody in the workspace, entries for those who may read the log, and nothing for strangers", async () => {
  await publish();
  const paths = ["checkpoint", "keys", "tile/0/000", "consistency?from=1"];
  for (const path of paths) expect((await bob.send(`/v1/audit/${path}`)).status, path).toBe(200);
  expect((await bob.send("/v1/audit/tile/entries/000")).status).toBe(403);
  expect((await carl.send("/v1/audit/tile/entries/000")).status).toBe(200);
  for (const path of [...paths, "tile/entries/000", "proof/0"])
    expect((await bob.send(`/v1/audit/${path}`, { token: null })).status, path).toBe(401);
  const zoe = await admin("elsewhere");
  for (const path of paths) expect((await zoe.send(`/v1/audit/${path}`)).status, path).toBe(404);
});

it("a path of tiles that nobody writes is refused or not there", async () => {
  for (const path of ["0/x999/999", "1/999", "entries/999", "0/000.p/256", "entries/000.p/0"])
    expect([404, 422]).toContain((await carl.send(`/v1/audit/tile/${path}`)).status);
  for (const path of ["8/000", "a/000", "0/1", "0/..%2F..", "entries/..%2f..%2fcheckpoint", "0/x000/000"]) {
    const { status } = await carl.send(`/v1/audit/tile/${path}`);
    expect([404, 422], path).toContain(status);
  }
  expect(parseTilePath(tilePath({ level: 0, index: 0, width: 256 }))).not.toBeNull();
});

it("reading entries is audited, once for many", async () => {
  for (let round = 0; round < 3; round += 1) await carl.send("/v1/audit/tile/entries/000");
  await vi.waitFor(
    async () => {
      await shipAll();
      const read = await env.AUDIT_LOG.getByName("main").events(
        { event_type: "audit.read", user_id: carl.id },
        50,
        null,
      );
      expect(read.ok && read.value.items.length).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 300 },
  );
});
