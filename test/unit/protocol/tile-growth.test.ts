// Growth of a tiled log: however the leaves are cut into batches, the same tiles, edge and root come of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { EMPTY_ROOT, leafHash, rootHash } from "../../../src/protocol/merkle-tree.ts";
import { newTiles, subtreesFromTiles, tilePath } from "../../../src/protocol/tile.ts";
import { type Edge, edgeRoot, grow } from "../../../src/protocol/tile-growth.ts";

const LEAVES = Array.from({ length: 70_000 }, (_, index) => leafHash(utf8(`entry ${index}`)));

/** Grows an empty log batch by batch, keeping every tile as it was last written. */
function play(counts: readonly number[]) {
  const stored = new Map<string, Uint8Array>();
  let [size, edge]: [number, Edge] = [0, []];
  let root = EMPTY_ROOT;
  for (const count of counts) {
    const grown = grow(edge, size, LEAVES.slice(size, size + count));
    const expected = newTiles(size, size + count).map(tilePath);
    expect(grown.tiles.map(({ tile }) => tilePath(tile))).toEqual(expected);
    for (const { tile, bytes } of grown.tiles) stored.set(tilePath(tile), bytes);
    size += count;
    ({ edge, root } = grown);
    const read = subtreesFromTiles(size, (tile) => stored.get(tilePath(tile))!);
    expect(root).toEqual(rootHash(size, read));
    expect(root).toEqual(edgeRoot(edge, size));
  }
  return { stored, edge, root };
}

test("batches of any size give the tiles, the edge and the root of one", () => {
  const batches = fc.array(fc.oneof(fc.nat(3), fc.constantFrom(1, 255, 256, 257, 511, 512), fc.nat(800)), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(batches, (counts) => {
      const size = counts.reduce((sum, count) => sum + count, 0);
      const [many, one] = [play(counts), play([size])];
      expect(many.root).toEqual(one.root);
      expect(many.edge.map((row) => row.length)).toEqual(one.edge.map((row) => row.length));
      for (const [path, bytes] of one.stored) expect(many.stored.get(path), path).toEqual(bytes);
    }),
    { numRuns: 20 },
  );
});

test("a tree of three levels grows leaf by leaf across its borders", () => {
  play([65_534, 1, 1, 1, 1]);
  play([65_536, 1, 255, 256]);
});
