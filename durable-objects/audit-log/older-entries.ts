// Entries that only R2 still keeps: read from their bundles, and left to them once they are old enough.
import { decodeBundle, TILE_WIDTH, tilePath } from "../../src/protocol/tile.ts";
import { logKey } from "../../src/schema/log-object.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { AuditLogStore, EntryRow } from "./store.ts";
import type { TreeStore } from "./tree-store.ts";

/** Bundles that one page may cost: a page that would need more ends before. */
const BUNDLES_MAX = 20;
/** Entries that are left to R2 in one turn. */
const LEFT_MAX = 4_096;

/** The rows with their texts; fewer of them where R2 would be asked too often. */
export async function withTexts(
  bucket: R2Bucket,
  workspace: string,
  rows: readonly EntryRow[],
): Promise<EntryRow[]> {
  const indexes = new Set<number>();
  const kept: EntryRow[] = [];
  for (const row of rows) {
    if (row.entry === "") indexes.add(Math.floor(row.idx / TILE_WIDTH));
    if (indexes.size > BUNDLES_MAX) break;
    kept.push(row);
  }
  const wanted = [...indexes].slice(0, BUNDLES_MAX);
  const read = await Promise.all(wanted.map((index) => readBundle(bucket, workspace, index)));
  const bundles = new Map(wanted.map((index, at) => [index, read[at]!]));
  return kept.map(({ idx, entry }) => ({
    idx,
    entry: entry || bundles.get(Math.floor(idx / TILE_WIDTH))![idx % TILE_WIDTH]!,
  }));
}

async function readBundle(bucket: R2Bucket, workspace: string, index: number): Promise<string[]> {
  const path = tilePath({ level: "entries", index, width: TILE_WIDTH });
  const object = await bucket.get(logKey(workspace, path));
  const entries = object && decodeBundle(new Uint8Array(await object.arrayBuffer()));
  if (entries?.length !== TILE_WIDTH) throw new Error(`the log lacks ${path}`);
  const decoder = new TextDecoder();
  return entries.map((entry) => decoder.decode(entry));
}

/** Leaves to R2 what is published in full bundles and older than the newest `kept_max`, up to `before`. */
export function leaveOldEntries(
  object: ObjectSurface,
  events: AuditLogStore,
  tree: TreeStore,
  { kept_max, before }: { kept_max: number; before: number },
): void {
  const { size = 0, kept_from = 0 } = tree.tree() ?? {};
  const end = Math.min(size, before, events.size() - kept_max, kept_from + LEFT_MAX);
  const bundle_end = end - (end % TILE_WIDTH);
  if (bundle_end <= kept_from) return;
  object.transact(() => {
    events.leaveToBundles(kept_from, bundle_end);
    tree.keepFrom(bundle_end);
  });
}
