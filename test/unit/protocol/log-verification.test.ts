// Tampering: whatever is altered, removed, added or exchanged in a published log is found, and where.
import { expect, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { verifyLeftovers } from "../../../src/protocol/log-leftovers.ts";
import { type Fault, type LogSource, verifyLog } from "../../../src/protocol/log-verification.ts";
import { openNote, signerOf, signNote } from "../../../src/protocol/signed-note.ts";
import { decodeBundle, encodeBundle } from "../../../src/protocol/tile.ts";
import { flipBit, KEY_1, KEY_2 } from "./fixtures.ts";
import { logOf, type Objects } from "./log-in-memory.ts";

const signer = await signerOf("log.example/main", KEY_1);
const entryAt = (index: number) => JSON.stringify({ index, what: `event ${index}`, who: "usr_1" });
const entries = Array.from({ length: 600 }, (_, index) => entryAt(index));
const small = await logOf(entries, [3, 7], signer);
const large = await logOf(entries, [200, 256, 600], signer);

const sourceOf = (objects: Objects): LogSource => ({
  read: async (path) => objects.get(path) ?? null,
  keys: [signer],
});

/** What is wrong with a log in R2, leftovers included; null for nothing. */
async function faultOf(objects: Objects, more: Partial<LogSource> = {}): Promise<Fault | null> {
  const source = { ...sourceOf(objects), ...more };
  const verdict = await verifyLog(source);
  if (!verdict.ok) return verdict.fault;
  return verifyLeftovers(source, [...objects.keys()], verdict.checkpoint.size);
}

const altered = (objects: Objects, path: string, bytes: Uint8Array): Objects =>
  new Map([...objects, [path, bytes]]);
const withBundle = (path: string, change: (entries: Uint8Array[]) => Uint8Array[]): Objects =>
  altered(large, path, encodeBundle(change(decodeBundle(large.get(path)!)!)));

test("logs as they were published verify", async () => {
  expect(await faultOf(small)).toBeNull();
  expect(await faultOf(large)).toBeNull();
  expect(await faultOf(await logOf([], [], signer))).toMatchObject({
    path: "checkpoint",
    problem: "missing",
  });
});

test("a flipped bit of any byte of a small log is found, in the object that it is in", async () => {
  for (const [path, bytes] of small) {
    if (path === "verifier-keys") continue;
    for (let at = 0; at < bytes.length; at += 1) {
      const fault = await faultOf(altered(small, path, flipBit(bytes, at * 8 + (at % 8))));
      expect(fault, `${path} at ${at}`).not.toBeNull();
      if (path === "tile/entries/000.p/7")
        expect(fault!.path, `${path} at ${at}`).toMatch(/^tile\/(?:0|entries)\//);
    }
  }
});

test("any byte that a small log lacks, has twice or has exchanged with the next is found, and so is any end that is cut off", async () => {
  for (const [path, bytes] of small) {
    if (path === "verifier-keys") continue;
    for (let at = 0; at < bytes.length; at += 1) {
      const [before, here, after] = [bytes.slice(0, at), bytes.slice(at, at + 1), bytes.slice(at + 1)];
      const changes = {
        removed: [...before, ...after],
        doubled: [...before, ...here, ...here, ...after],
        exchanged: [...before, ...after.slice(0, 1), ...here, ...after.slice(1)],
        "cut off": [...before],
      };
      for (const [how, changed] of Object.entries(changes)) {
        if (how === "exchanged" && (after.length === 0 || after[0] === here[0])) continue;
        const fault = await faultOf(altered(small, path, Uint8Array.from(changed)));
        expect(fault, `${path}: byte ${at} ${how}`).not.toBeNull();
      }
    }
  }
});

test("of a small log any entry that is removed, added or exchanged with any other is found at the first that differs", async () => {
  const path = "tile/entries/000.p/7";
  const bundle = decodeBundle(small.get(path)!)!;
  const faultIn = (changed: Uint8Array[]) => faultOf(altered(small, path, encodeBundle(changed)));
  for (let at = 0; at <= bundle.length; at += 1) {
    for (const added of [utf8(entryAt(99)), ...bundle.filter((_, index) => index !== at)]) {
      expect(await faultIn(bundle.toSpliced(at, 0, added)), `added at ${at}`).toMatchObject({ index: at });
    }
    if (at === bundle.length) continue;
    expect(await faultIn(bundle.toSpliced(at, 1)), `removed at ${at}`).toMatchObject({ index: at });
    for (let other = at + 1; other < bundle.length; other += 1) {
      const exchanged = bundle.with(at, bundle[other]!).with(other, bundle[at]!);
      expect(await faultIn(exchanged), `${at} and ${other} exchanged`).toMatchObject({ index: at });
    }
  }
});

test("a flipped bit of any hash and any entry of a larger log is found", async () => {
  for (const [path, bytes] of large) {
    if (path === "verifier-keys") continue;
    const step = path.startsWith("tile/entries") ? 97 : 37;
    for (let at = 0; at < bytes.length; at += step) {
      const fault = await faultOf(altered(large, path, flipBit(bytes, at * 8 + 3)));
      expect(fault, `${path} at ${at}`).not.toBeNull();
    }
  }
});

test("the first altered entry is named", async () => {
  const change = (index: number) => (bundle: Uint8Array[]) => bundle.with(index % 256, utf8(entryAt(7_777)));
  expect(await faultOf(withBundle("tile/entries/001", change(300)))).toMatchObject({
    index: 300,
    path: "tile/entries/001",
  });
  expect(await faultOf(withBundle("tile/entries/000", change(0)))).toMatchObject({ index: 0 });
});

test("a removed entry is found, in the middle and at the end", async () => {
  expect(await faultOf(withBundle("tile/entries/000", (bundle) => bundle.toSpliced(100, 1)))).toMatchObject({
    index: 100,
  });
  expect(await faultOf(withBundle("tile/entries/002.p/88", (bundle) => bundle.slice(0, -1)))).toMatchObject({
    index: 599,
  });
});

test("an added entry is found, in the middle and at the end", async () => {
  const added = utf8(entryAt(5));
  expect(
    await faultOf(withBundle("tile/entries/000", (bundle) => bundle.toSpliced(100, 0, added))),
  ).toMatchObject({ index: 100 });
  expect(await faultOf(withBundle("tile/entries/002.p/88", (bundle) => [...bundle, added]))).toMatchObject({
    index: 600,
  });
});

test("two exchanged entries are found, and so are two exchanged bundles", async () => {
  const swap = (bundle: Uint8Array[]) => bundle.with(9, bundle[10]!).with(10, bundle[9]!);
  expect(await faultOf(withBundle("tile/entries/001", swap))).toMatchObject({ index: 265 });
  const [a, b] = ["tile/entries/000", "tile/entries/001"];
  const swapped = altered(altered(large, a, large.get(b)!), b, large.get(a)!);
  expect(await faultOf(swapped)).toMatchObject({ index: 0 });
});

test("entries altered together with their hashes are found by the tiles above, or by the root", async () => {
  const forgedEntries = entries.with(300, entryAt(9_999)).with(590, entryAt(9_999));
  const forged = await logOf(forgedEntries, [200, 256, 600], signer);
  const full = ["tile/entries/001", "tile/0/001"].reduce(
    (objects, path) => altered(objects, path, forged.get(path)!),
    large,
  );
  expect(await faultOf(full)).toMatchObject({ index: 256, path: "tile/1/000.p/2" });
  const last = ["tile/entries/002.p/88", "tile/0/002.p/88"].reduce(
    (objects, path) => altered(objects, path, forged.get(path)!),
    large,
  );
  expect(await faultOf(last)).toMatchObject({ index: 512, path: "checkpoint" });
});

test("any missing object is found", async () => {
  for (const path of ["checkpoint", "tile/entries/000", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/88"]) {
    const without = new Map(large);
    without.delete(path);
    expect(await faultOf(without), path).toMatchObject({ path, problem: "missing" });
  }
});

test("a partial tile that is gone is read from the full one", async () => {
  const later = new Map(await logOf(entries, [200, 256, 600], signer));
  later.set("checkpoint", (await logOf(entries, [200], signer)).get("checkpoint")!);
  later.delete("tile/entries/000.p/200");
  later.delete("tile/0/000.p/200");
  expect(await verifyLog(sourceOf(later))).toMatchObject({ ok: true, checkpoint: { size: 200 } });
});

test("an object that is no part of the log is found, and so is an altered older one", async () => {
  expect(await faultOf(altered(large, "tile/entries/003", new Uint8Array([0, 1, 65])))).toMatchObject({
    path: "tile/entries/003",
    problem: "no part of the log",
  });
  expect(await faultOf(altered(large, "notes.txt", new Uint8Array(1)))).toMatchObject({ path: "notes.txt" });
  const old = "tile/entries/000.p/200";
  expect(await faultOf(altered(large, old, flipBit(large.get(old)!, 100)))).toMatchObject({ path: old });
});

test("a checkpoint of another key, of another log or of another history is refused", async () => {
  const other = await signerOf("log.example/main", KEY_2);
  expect(await faultOf(await logOf(entries, [600], other))).toMatchObject({ path: "checkpoint" });
  const elsewhere = await logOf(entries, [600], await signerOf("log.example/other", KEY_1));
  expect(await faultOf(elsewhere)).toMatchObject({ path: "checkpoint" });
});

test("a log that has shrunk, forked or taken another name since it was seen is found", async () => {
  const checkpointOf = async (objects: Objects) => {
    const note = new TextDecoder().decode(objects.get("checkpoint"));
    return parseCheckpoint((await openNote(note, [signer]))!.text)!;
  };
  for (const size of [1, 200, 255, 256, 257, 599, 600]) {
    const seen = await checkpointOf(await logOf(entries, [size], signer));
    expect(await faultOf(large, { seen }), `grown from ${size}`).toBeNull();
    const forked = await checkpointOf(await logOf(entries.with(0, "other"), [size], signer));
    expect(await faultOf(large, { seen: forked }), `forked at ${size}`).toMatchObject({ path: "checkpoint" });
    expect(await faultOf(large, { seen: { ...seen, origin: "another" } })).not.toBeNull();
  }
  expect(await faultOf(small, { seen: await checkpointOf(large) })).toMatchObject({ path: "checkpoint" });
});

test("an entry that hashes well and still says something wrong is named", async () => {
  const check = (_: Uint8Array, index: number) => (index === 412 ? "of another place" : null);
  expect(await faultOf(large, { check })).toMatchObject({ index: 412, problem: "of another place" });
});

test("each fault names its object, its entry and its problem", async () => {
  const without = (path: string) => new Map([...large].filter(([name]) => name !== path));
  const cut = (path: string) => altered(large, path, large.get(path)!.slice(0, -32));
  const faults = await Promise.all(
    [
      without("checkpoint"),
      without("tile/entries/001"),
      without("tile/0/001"),
      without("tile/1/000.p/2"),
      altered(large, "checkpoint", new Uint8Array([0xff])),
      altered(large, "tile/entries/001", new Uint8Array([0, 9, 1])),
      withBundle("tile/entries/000", (bundle) => bundle.toSpliced(255, 1)),
      withBundle("tile/entries/002.p/88", (bundle) => [...bundle, utf8("more")]),
      withBundle("tile/entries/001", (bundle) => bundle.with(7, utf8("other"))),
      cut("tile/0/001"),
      altered(large, "tile/0/001", new Uint8Array([...large.get("tile/0/001")!, ...new Uint8Array(32)])),
      altered(large, "tile/1/000.p/2", flipBit(large.get("tile/1/000.p/2")!, 300)),
    ].map((objects) => faultOf(objects)),
  );
  expect(faults).toEqual([
    { index: null, path: "checkpoint", problem: "missing" },
    { index: 256, path: "tile/entries/001", problem: "missing" },
    { index: 256, path: "tile/0/001", problem: "missing" },
    { index: null, path: "tile/1/000.p/2", problem: "missing" },
    { index: null, path: "checkpoint", problem: "not signed by a known key" },
    { index: 256, path: "tile/entries/001", problem: "a bundle that cannot be read" },
    { index: 255, path: "tile/entries/000", problem: "missing" },
    { index: 600, path: "tile/entries/002.p/88", problem: "one entry too many" },
    { index: 263, path: "tile/entries/001", problem: "not what its leaf hash says" },
    { index: 511, path: "tile/entries/001", problem: "not what its leaf hash says" },
    { index: null, path: "tile/0/001", problem: "of a wrong length" },
    { index: 256, path: "tile/1/000.p/2", problem: "not what the tiles below it say" },
  ]);
});

test("each fault of a checkpoint names what is wrong with it", async () => {
  const seen = { origin: "log.example/main", size: 7, root: new Uint8Array(32) };
  const problemOf = async (objects: Objects, more: Partial<LogSource> = {}) =>
    (await faultOf(objects, more))?.problem;
  const elsewhere = await logOf(entries, [7], await signerOf("log.example/other", KEY_1));
  const other = await signerOf("log.example/other", KEY_2);
  const note = async (text: string, by = signer) =>
    altered(small, "checkpoint", utf8(await signNote(text, [by])));
  const text = formatCheckpoint({ origin: "log.example/main", size: 7, root: new Uint8Array(32) });
  expect(await problemOf(elsewhere)).toBe("not signed by a known key");
  expect(await problemOf(await note("words\n"))).toBe("not a checkpoint");
  expect(await problemOf(await note(text, other), { keys: [other] })).toBe("signed for another log");
  expect(await problemOf(await note(text))).toBe("its root is not that of the entries");
  expect(await problemOf(small, { seen })).toBe("not grown from the one seen before");
  expect(await problemOf(small, { seen: { ...seen, size: 8 } })).toBe("seen before with 8 entries, now 7");
  expect(await problemOf(small, { seen: { ...seen, origin: "x" } })).toBe("of another log than seen before");
});

test("entries that a later one says were dropped may be gone, and no others", async () => {
  const dropped = (entry: Uint8Array) => (new TextDecoder().decode(entry).includes("event 590") ? 300 : null);
  const without = (...paths: string[]) => new Map([...large].filter(([path]) => !paths.includes(path)));
  const first = without("tile/entries/000");
  expect(await verifyLog({ ...sourceOf(first), dropped })).toMatchObject({ ok: true, dropped: 256 });
  expect(await verifyLog(sourceOf(first))).toMatchObject({
    fault: { index: 0, path: "tile/entries/000", problem: "missing" },
  });
  const both = without("tile/entries/000", "tile/entries/001");
  expect(await verifyLog({ ...sourceOf(both), dropped })).toMatchObject({
    fault: { index: 256, path: "tile/entries/001", problem: "missing" },
  });
  const second = without("tile/entries/001");
  expect(await verifyLog({ ...sourceOf(second), dropped })).toMatchObject({
    fault: { index: 256, path: "tile/entries/001", problem: "missing" },
  });
});
