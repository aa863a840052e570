// A log of a million entries: the proof of any one of them costs at most five reads of R2, counted, and so does the
// proof that it has grown; and it grows on as a short one does.
import { expect, it } from "vitest";
import { decodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "../../../src/protocol/merkle-tree.ts";
import { openNote } from "../../../src/protocol/signed-note.ts";
import { evict, objectOf, ringAlarm, shipAll } from "../harness/objects.ts";
import { admin } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { keysOf, watchBucket } from "./logs.ts";
import { lengthenTo } from "./long-log.ts";

const SIZE = 1_000_000;
const READS_MAX = 5;
/** The first and last of bundles, of tiles above them, and of the right edge that is in none. */
const WANTED = [0, 255, 256, 65_535, 65_536, 500_000, 983_039, 983_040, 999_935, 999_936, 999_999];

await hurry();
await widenBuckets();
const ada = await admin("main");
const log = objectOf("AUDIT_LOG", "main");
await shipAll();
await ringAlarm(log);
await lengthenTo(SIZE, "main", WANTED);
await evict(log);

const hashes = (texts: readonly string[]) => texts.map((text) => decodeBase64(text)!);
const treeOf = async (note: string) => parseCheckpoint((await openNote(note, await keysOf("main")))!.text)!;

/** What the work answers, and the objects of R2 that were asked for meanwhile. */
async function counted<Value>(work: () => Promise<Value>): Promise<{ value: Value; reads: string[] }> {
  const reads: string[] = [];
  const release = await watchBucket(log, (operation, key, perform) => {
    if (operation === "get") reads.push(key);
    return perform();
  });
  const value = await work();
  release();
  return { value, reads };
}

it.each(WANTED)("entry %i is proved by five reads of R2 at most, its text among them", async (index) => {
  const { value, reads } = await counted(() => ada.client.proveEntry({ params: { entry: String(index) } }));
  const proof = value.body.proof!;
  const tree = await treeOf(proof.checkpoint);
  expect(tree.size).toBe(SIZE);
  const leaf = { index, size: SIZE, hash: leafHash(utf8(proof.entry)) };
  expect(verifyInclusion(leaf, hashes(proof.hashes), tree.root)).toBe(true);
  expect(JSON.parse(proof.entry)).toMatchObject({ index });
  expect(reads.length, reads.join(" ")).toBeLessThanOrEqual(READS_MAX);
  if (index < 999_936) expect(reads).toContainEqual(expect.stringContaining("/tile/entries/"));
});

it("it grows on: what comes next is published, proved, and proved to have only been added", async () => {
  const before = await treeOf(
    (await ada.client.proveEntry({ params: { entry: "0" } })).body.proof!.checkpoint,
  );
  const { audit_event } = await ada.client.createProject({ body: { name: "One more" } });
  await shipAll();
  await ringAlarm(log);
  const { value, reads } = await counted(() => ada.client.proveEntry({ params: { entry: audit_event! } }));
  expect(value.body.proof!.index).toBeGreaterThanOrEqual(SIZE);
  expect(reads.length).toBeLessThanOrEqual(READS_MAX);
  for (const from of [SIZE, 65_537, 1]) {
    const query = { from: String(from) };
    const grown = await counted(() => ada.client.proveConsistency({ query }));
    expect(grown.reads.length, grown.reads.join(" ")).toBeLessThanOrEqual(READS_MAX);
    if (from !== SIZE) continue;
    const { proof } = grown.value.body;
    const after = await treeOf(proof.checkpoint);
    expect(after.size).toBeGreaterThan(SIZE);
    expect(verifyConsistency(SIZE, after.size, hashes(proof.hashes), before.root, after.root)).toBe(true);
  }
});
