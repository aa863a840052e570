// Tiles of a transparency log (C2SP tlog-tiles): hash tiles of height 8, entry bundles, and their paths.
// A path or bundle that this would not have written itself is refused with null.

import {
  completeRoot,
  HASH_BYTES,
  type Hash,
  type LeafRange,
  type ReadSubtree,
  subtreesOf,
} from "./merkle-tree.ts";

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;
/** What the length in front of an entry can say. */
export const ENTRY_BYTES_MAX = 0xffff;

export interface Tile {
  /** 0 to 7 of hashes (2^53 leaves need no more), or the entries themselves. */
  readonly level: number | "entries";
  readonly index: number;
  /** 256 for a full tile. */
  readonly width: number;
}

/** `tile/<level>/<index>`, with `.p/<width>` behind a partial one. */
export function tilePath({ level, index, width }: Tile): string {
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|[0-7])\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads a path, or answers null for what `tilePath` would not have written. */
export function parseTilePath(path: string): Tile | null {
  const [, level, digits, partial] = PATH.exec(path) ?? [];
  if (level === undefined || digits === undefined) return null;
  const tile: Tile = {
    level: level === "entries" ? level : Number(level),
    index: Number(digits.replaceAll(/[x/]/g, "")),
    width: partial === undefined ? TILE_WIDTH : Number(partial),
  };
  if (!Number.isSafeInteger(tile.index) || tile.width > TILE_WIDTH) return null;
  return tilePath(tile) === path ? tile : null;
}

/** How many hashes of that level a tree has: those of complete subtrees alone. */
const hashesAt = (level: number, size: number, width: number): number => Math.floor(size / width ** level);

/** The tile of a level and index in the tree of `size` leaves; null where that tree has none. */
export function tileIn(size: number, level: number | "entries", index: number): Tile | null {
  const width = hashesAt(level === "entries" ? 0 : level, size, TILE_WIDTH) - index * TILE_WIDTH;
  return width <= 0 ? null : { level, index, width: Math.min(width, TILE_WIDTH) };
}

/**
 * The hash tiles that a tree of `size` has and one of `old_size` has not, by level and index; of each level's last one
 * the width at `size`. `tile_width` is 256 but in tests.
 */
export function newTiles(old_size: number, size: number, tile_width = TILE_WIDTH): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size, tile_width) > 0; level += 1) {
    const [before, after] = [hashesAt(level, old_size, tile_width), hashesAt(level, size, tile_width)];
    if (before === after) continue;
    for (let index = Math.floor(before / tile_width); index * tile_width < after; index += 1) {
      tiles.push({ level, index, width: Math.min(tile_width, after - index * tile_width) });
    }
  }
  return tiles;
}

/** Which tile of the tree of `size` leaves holds the hashes below a complete subtree, and where in it they are. */
function locate(size: number, level: number, index: number) {
  const count = 2 ** (level % TILE_HEIGHT);
  const tile_level = Math.floor(level / TILE_HEIGHT);
  const first = index * count;
  const tile = tileIn(size, tile_level, Math.floor(first / TILE_WIDTH));
  if (!tile) throw new RangeError("no such subtree");
  return { tile, at: first % TILE_WIDTH, count };
}

/** The hash tiles of the tree of `size` leaves from which the hashes of these ranges are made, each once. */
export function tilesFor(ranges: readonly LeafRange[], size: number): Tile[] {
  const located = ranges.flatMap(subtreesOf).map(({ level, index }) => locate(size, level, index).tile);
  return [...new Map(located.map((tile) => [tilePath(tile), tile])).values()];
}

/** Reads subtrees of the tree of `size` leaves from its tiles; `bytesOf` throws where it lacks one. */
export function subtreesFromTiles(size: number, bytesOf: (tile: Tile) => Uint8Array): ReadSubtree {
  return (level, index) => {
    const { tile, at, count } = locate(size, level, index);
    return completeRoot(hashesOf(bytesOf(tile)).slice(at, at + count));
  };
}

/** The hashes of a tile. */
export function hashesOf(bytes: Uint8Array): Hash[] {
  const count = Math.floor(bytes.length / HASH_BYTES);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Entries, each behind its length in two bytes. Throws for an entry beyond 65,535 bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES_MAX) throw new RangeError("an entry is at most 65,535 bytes");
    view.setUint16(at, entry.length);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle, or null where the lengths do not come out even. */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) return null;
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
