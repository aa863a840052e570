// A log of a million entries without a million entries: those bundles that a test asks for are made, of every other
// there is the one hash that the tree above needs. The sequencer's rows and R2 hold what they would after such a life.

import { checkpointSigners } from "../../../durable-objects/audit-log/checkpoint-keys.ts";
import { configure } from "../../../src/config.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { formatCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { sha256 } from "../../../src/protocol/mac.ts";
import { completeRoot, type Hash, leafHash } from "../../../src/protocol/merkle-tree.ts";
import { formatVerifierKey, signNote } from "../../../src/protocol/signed-note.ts";
import { encodeBundle, TILE_WIDTH, tileIn, tilePath } from "../../../src/protocol/tile.ts";
import { type Edge, edgeRoot, joined } from "../../../src/protocol/tile-growth.ts";
import { logKey } from "../../../src/schema/log-object.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import { bucket, eventNamed } from "./logs.ts";

const entryAt = (index: number): string => {
  const { id, ...rest } = eventNamed(`evt_${String(index).padStart(26, "0")}`);
  return JSON.stringify({ id, index, ...rest, sealed: null });
};

/** Puts a log of `size` entries in the place of that workspace's; the bundles of `wanted` entries are in R2. */
export async function lengthenTo(size: number, workspace: string, wanted: readonly number[]): Promise<void> {
  const put = (path: string, value: Uint8Array | string) => bucket.put(logKey(workspace, path), value);
  const bundle_count = Math.floor(size / TILE_WIDTH);
  const made = new Set([...wanted.map((index) => Math.floor(index / TILE_WIDTH)), bundle_count]);
  const edge: Hash[][] = [[], []];
  for (let bundle = 0; bundle <= bundle_count; bundle += 1) {
    if (!made.has(bundle)) {
      edge[1]!.push(sha256(utf8(`bundle ${bundle}`)));
      continue;
    }
    const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH);
    if (width === 0) continue;
    const entries = Array.from({ length: width }, (_, at) => utf8(entryAt(bundle * TILE_WIDTH + at)));
    const hashes = entries.map(leafHash);
    await put(tilePath({ level: "entries", index: bundle, width }), encodeBundle(entries));
    await put(tilePath({ level: 0, index: bundle, width }), joined(hashes));
    if (width === TILE_WIDTH) edge[1]!.push(completeRoot(hashes));
    else edge[0] = hashes;
  }
  for (let level = 1; edge[level]!.length >= TILE_WIDTH; level += 1) {
    edge[level + 1] = [];
    for (let index = 0; edge[level]!.length >= TILE_WIDTH; index += 1) {
      const hashes = edge[level]!.splice(0, TILE_WIDTH);
      await put(tilePath({ level, index, width: TILE_WIDTH }), joined(hashes));
      edge[level + 1]!.push(completeRoot(hashes));
    }
  }
  await putHead(workspace, size, edge);
  await takePlace(workspace, size, wanted);
}

async function putHead(workspace: string, size: number, edge: Edge): Promise<void> {
  const stub = objectOf("AUDIT_LOG", workspace);
  const [{ origin }] = (await inside(stub, (_, { storage }) =>
    storage.sql.exec<{ origin: string }>("SELECT origin FROM tree").toArray(),
  )) as [{ origin: string }];
  const signers = await checkpointSigners(configure(env).key_ring, workspace, origin);
  const note = await signNote(formatCheckpoint({ origin, size, root: edgeRoot(edge, size) }), signers);
  await bucket.put(logKey(workspace, "verifier-keys"), `${formatVerifierKey(signers[0]!)}\n`);
  await bucket.put(logKey(workspace, "checkpoint"), note);
  await inside(stub, (_, { storage: { sql } }) => {
    sql.exec(
      "UPDATE tree SET size = ?, kept_from = ?, checkpoint = ?, planned_size = NULL",
      size,
      size,
      note,
    );
    sql.exec("DELETE FROM tree_edge");
    for (const [level, hashes] of edge.entries())
      sql.exec("INSERT INTO tree_edge (level, hashes) VALUES (?, ?)", level, joined(hashes).buffer);
  });
}

/** The sequencer's rows: of entries that it has left to R2, and of the partial bundle with its text. */
async function takePlace(workspace: string, size: number, wanted: readonly number[]): Promise<void> {
  const last = tileIn(size, "entries", Math.floor((size - 1) / TILE_WIDTH))!;
  const kept_from = last.width === TILE_WIDTH ? size : size - last.width;
  await inside(objectOf("AUDIT_LOG", workspace), (_, { storage: { sql } }) => {
    sql.exec("DELETE FROM event");
    for (const table of ["event_term", "event_block"]) sql.exec(`DELETE FROM ${table}`);
    sql.exec("UPDATE sink SET next_idx = ?, chunk_end_idx = NULL", size);
    sql.exec("UPDATE tree SET kept_from = ?", kept_from);
    const kept = Array.from({ length: size - kept_from }, (_, at) => kept_from + at);
    for (const index of new Set([...wanted, ...kept])) {
      const { id, event_type, category, severity, decision, timestamp } = JSON.parse(entryAt(index));
      sql.exec(
        `INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, timestamp, entry)
         VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?)`,
        ...[index, id, event_type, category, severity, decision, timestamp],
        index < kept_from ? "" : entryAt(index),
      );
    }
  });
}
