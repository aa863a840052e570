// Recomputes a whole tiled log (C2SP tlog-tiles) from its entries, and compares everything on the way: each entry with
// its leaf hash, each tile with the one below, the root with the signed checkpoint, and that with one seen before.
// Needs no more memory for a long log than for a short one. Names the first entry or object that does not fit.

import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { equalBytes } from "./constant-time.ts";
import { EMPTY_ROOT, type Hash, leafHash } from "./merkle-tree.ts";
import { openNote, type VerifierKey } from "./signed-note.ts";
import { decodeBundle, hashesOf, TILE_WIDTH, type Tile, tileIn, tilePath } from "./tile.ts";
import { type Edge, grow } from "./tile-growth.ts";

export interface LogSource {
  /** The object at that path below the log's prefix; null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Who may have signed the checkpoint, at least one. */
  readonly keys: readonly VerifierKey[];
  /** A checkpoint that was seen before: the log must have grown from it. */
  readonly seen?: Checkpoint;
  /** What is wrong with an entry beyond its hash; null for nothing. */
  check?(entry: Uint8Array, index: number): string | null;
  /** How many entries at the log's beginning were dropped, where an entry says so; null for any other entry. */
  dropped?(entry: Uint8Array): number | null;
}

export type Verdict =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      readonly note: string;
      /** Entries at the beginning that are gone, as later ones say; their hashes are there, and hold. */
      readonly dropped: number;
    }
  | { readonly ok: false; readonly fault: Fault };

export interface Fault {
  /** The first entry that does not fit; null where it is none of one entry. */
  readonly index: number | null;
  readonly path: string;
  readonly problem: string;
}

/** Reads and recomputes the whole log. Throws only what `source.read` throws. */
export async function verifyLog(source: LogSource): Promise<Verdict> {
  const head = await readHead(source);
  if ("problem" in head) return { ok: false, fault: head };
  const { checkpoint, note } = head;
  const { size } = checkpoint;
  const { seen } = source;
  if (seen && seen.size > size)
    return faulty("checkpoint", `seen before with ${seen.size} entries, now ${size}`);
  if (seen && seen.origin !== checkpoint.origin)
    return faulty("checkpoint", "of another log than seen before");
  let [edge, root]: [Edge, Hash] = [[], EMPTY_ROOT];
  let [absent, dropped] = [0, 0];
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const leaves = await readLeaves(source, size, first / TILE_WIDTH, absent === first);
    if ("problem" in leaves) return { ok: false, fault: leaves };
    if (!leaves.entries) absent = first + leaves.hashes.length;
    for (const entry of leaves.entries ?? []) dropped = Math.max(dropped, source.dropped?.(entry) ?? 0);
    if (seen && seen.size >= first && seen.size <= first + leaves.hashes.length) {
      const before = grow(edge, first, leaves.hashes.slice(0, seen.size - first));
      if (!equalBytes(before.root, seen.root))
        return faulty("checkpoint", "not grown from the one seen before");
    }
    const growth = grow(edge, first, leaves.hashes);
    for (const { tile, bytes } of growth.tiles) {
      const expected = tileIn(size, tile.level, tile.index);
      if (tile.level === 0 || tile.width !== expected?.width) continue;
      const fault = await compareTile(source, tile, bytes);
      if (fault) return { ok: false, fault };
    }
    ({ edge, root } = growth);
  }
  if (!equalBytes(root, checkpoint.root)) {
    const index = size - (size % TILE_WIDTH || TILE_WIDTH);
    return faulty("checkpoint", "its root is not that of the entries", size === 0 ? null : index);
  }
  if (absent > dropped) {
    const index = dropped - (dropped % TILE_WIDTH);
    const path = tilePath(tileIn(size, "entries", index / TILE_WIDTH)!);
    return faulty(path, "missing", index);
  }
  return { ok: true, checkpoint, note, dropped: absent };
}

const faulty = (path: string, problem: string, index: number | null = null): Verdict => ({
  ok: false,
  fault: { index, path, problem },
});

async function readHead({
  read,
  keys,
}: LogSource): Promise<Fault | { checkpoint: Checkpoint; note: string }> {
  const path = "checkpoint";
  const bytes = await read(path);
  if (!bytes) return { index: null, path, problem: "missing" };
  const note = textOf(bytes);
  const opened = note === null ? null : await openNote(note, keys);
  if (!opened) return { index: null, path, problem: "not signed by a known key" };
  const checkpoint = parseCheckpoint(opened.text);
  if (!checkpoint) return { index: null, path, problem: "not a checkpoint" };
  if (opened.signed_by.every(({ name }) => name !== checkpoint.origin))
    return { index: null, path, problem: "signed for another log" };
  return { checkpoint, note: note! };
}

/**
 * The leaf hashes of one bundle's entries, which must be those of its tile; of a full bundle that may be absent and
 * is, those of its tile alone.
 */
async function readLeaves(
  source: LogSource,
  size: number,
  index: number,
  may_be_absent: boolean,
): Promise<Fault | { hashes: Hash[]; entries: Uint8Array[] | null }> {
  const bundle = tileIn(size, "entries", index)!;
  const path = tilePath(bundle);
  const first = index * TILE_WIDTH;
  const [bytes, tile_bytes] = await Promise.all([
    readTile(source, bundle),
    readTile(source, { ...bundle, level: 0 }),
  ]);
  const tile_path = tilePath({ ...bundle, level: 0 });
  const full = bundle.width === TILE_WIDTH && tile_bytes?.length === TILE_WIDTH * EMPTY_ROOT.length;
  if (!bytes && full && may_be_absent) return { hashes: hashesOf(tile_bytes), entries: null };
  if (!bytes) return { index: first, path, problem: "missing" };
  if (!tile_bytes) return { index: first, path: tile_path, problem: "missing" };
  const entries = decodeBundle(bytes);
  const known = hashesOf(tile_bytes);
  const hashes = entries?.map(leafHash) ?? [];
  for (let at = 0; at < bundle.width; at += 1) {
    const [entry, hash, expected] = [entries?.[at], hashes[at], known[at]];
    const place = { index: first + at, path };
    if (!entry || !hash) return { ...place, problem: entries ? "missing" : "a bundle that cannot be read" };
    if (!expected || !equalBytes(hash, expected)) return { ...place, problem: "not what its leaf hash says" };
    const problem = source.check?.(entry, first + at);
    if (problem) return { ...place, problem };
  }
  if (hashes.length > bundle.width)
    return { index: first + bundle.width, path, problem: "one entry too many" };
  if (tile_bytes.length !== bundle.width * known[0]!.length)
    return { index: null, path: tile_path, problem: "of a wrong length" };
  return { hashes, entries };
}

async function compareTile(source: LogSource, tile: Tile, bytes: Uint8Array): Promise<Fault | null> {
  const path = tilePath(tile);
  const stored = await readTile(source, tile);
  if (!stored) return { index: null, path, problem: "missing" };
  if (equalBytes(stored, bytes)) return null;
  const hashes = hashesOf(stored);
  const at = hashesOf(bytes).findIndex((hash, place) => !hashes[place] || !equalBytes(hash, hashes[place]));
  const leaves = TILE_WIDTH ** (tile.level as number);
  const index = at < 0 ? null : (tile.index * TILE_WIDTH + at) * leaves;
  return { index, path, problem: "not what the tiles below it say" };
}

/** A tile or bundle; a full one stands for a partial one that is gone. */
async function readTile({ read }: LogSource, tile: Tile): Promise<Uint8Array | null> {
  const bytes = await read(tilePath(tile));
  if (bytes || tile.width === TILE_WIDTH) return bytes;
  const full = await read(tilePath({ ...tile, width: TILE_WIDTH }));
  return full && cutTile(tile, full);
}

/** What a partial tile or bundle is of a fuller one; null where that cannot be read. */
export function cutTile({ level, width }: Tile, full: Uint8Array): Uint8Array | null {
  if (level !== "entries") return full.slice(0, width * EMPTY_ROOT.length);
  const entries = decodeBundle(full);
  return (
    entries &&
    full.slice(
      0,
      entries.slice(0, width).reduce((end, { length }) => end + 2 + length, 0),
    )
  );
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
