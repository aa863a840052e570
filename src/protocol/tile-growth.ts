// How a tiled log grows (C2SP tlog-tiles): from the right edge of a tree and its next leaves, the tiles that are new,
// the next edge and the root. The edge is all that a log must remember of its hashes.

import { completeRoot, type Hash, rootHash } from "./merkle-tree.ts";
import { subtreesFromTiles, TILE_WIDTH, type Tile } from "./tile.ts";

/** The hashes of each level's last tile as far as it is not full; levels from 0. */
export type Edge = readonly (readonly Hash[])[];

export interface Growth {
  /** Every tile that has gained a hash. */
  readonly tiles: readonly { readonly tile: Tile; readonly bytes: Uint8Array<ArrayBuffer> }[];
  readonly edge: Edge;
  readonly root: Hash;
}

/** Grows a tree of `size` leaves with that edge by more leaf hashes. */
export function grow(edge: Edge, size: number, leaves: readonly Hash[]): Growth {
  const tiles: { tile: Tile; bytes: Uint8Array<ArrayBuffer> }[] = [];
  const next: Hash[][] = [];
  let [fresh, below] = [leaves, size];
  for (let level = 0; fresh.length > 0 || level < edge.length; level += 1) {
    const row = [...(edge[level] ?? []), ...fresh];
    const above: Hash[] = [];
    const first = Math.floor(below / TILE_WIDTH);
    for (let at = 0; fresh.length > 0 && at < row.length; at += TILE_WIDTH) {
      const hashes = row.slice(at, at + TILE_WIDTH);
      const tile = { level, index: first + at / TILE_WIDTH, width: hashes.length };
      tiles.push({ tile, bytes: joined(hashes) });
      if (hashes.length === TILE_WIDTH) above.push(completeRoot(hashes));
    }
    next.push(row.slice(above.length * TILE_WIDTH));
    [fresh, below] = [above, first];
  }
  return { tiles, edge: next, root: edgeRoot(next, size + leaves.length) };
}

/** The root of the tree of `size` leaves with that edge. */
export function edgeRoot(edge: Edge, size: number): Hash {
  // Complete subtrees at the right end of a tree begin in the edge's tiles, and end there.
  return rootHash(
    size,
    subtreesFromTiles(size, ({ level }) => joined(edge[level as number] ?? [])),
  );
}

/** Hashes, one behind the other. */
export function joined(hashes: readonly Hash[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hashes.reduce((sum, hash) => sum + hash.length, 0));
  let at = 0;
  for (const hash of hashes) {
    bytes.set(hash, at);
    at += hash.length;
  }
  return bytes;
}
