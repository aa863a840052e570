// Tiles: their paths, which of them a growing tree needs, proofs made from them alone, and bundles of entries.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import {
  completeRoot,
  consistencyRanges,
  inclusionRanges,
  leafHash,
  rangeHash,
  rootHash,
  verifyConsistency,
  verifyInclusion,
} from "../../../src/protocol/merkle-tree.ts";
import {
  decodeBundle,
  encodeBundle,
  hashesOf,
  newTiles,
  parseTilePath,
  subtreesFromTiles,
  type Tile,
  tileIn,
  tilePath,
  tilesFor,
} from "../../../src/protocol/tile.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";

test("paths are those of the specification", () => {
  expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
  expect(tilePath({ level: 2, index: 5, width: 17 })).toBe("tile/2/005.p/17");
  expect(tilePath({ level: "entries", index: 999, width: 256 })).toBe("tile/entries/999");
  expect(tilePath({ level: "entries", index: 1_000, width: 1 })).toBe("tile/entries/x001/000.p/1");
});

test("a path is read back to the tile that wrote it, and no other path is read at all", () => {
  const tile = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constant("entries" as const)),
    index: fc.oneof(fc.nat(2_000_000), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (each) => {
      expect(parseTilePath(tilePath(each))).toEqual(each);
    }),
  );
  const wrong = [
    ["", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000"],
    ["tile/00/000", "tile/-1/000", "tile/8/000", "tile/64/000", "tile/data/000", "tile/0/x000/001"],
    ["tile/0/001/001", "tile/0/x001/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01"],
    ["tile/0/000.p/257", "tile/0/000.p/999", "tile/entries/000.p/257"],
    ["tile/0/000.p/", "tile/0/000.p/1/2", "tile/0/../0/000", "/tile/0/000", "tile/0/000\n", "tile/0/٠٠٠"],
    [`tile/0/${"x999/".repeat(9)}999`],
  ].flat();
  for (const path of wrong) expect(parseTilePath(path), path).toBeNull();
});

test("a tree of 70,000 leaves has the tiles that the specification counts", () => {
  const tiles = newTiles(0, 70_000);
  const at = (level: number) => tiles.filter((tile) => tile.level === level).map(({ width }) => width);
  expect(at(0)).toEqual([...Array<number>(273).fill(256), 112]);
  expect(at(1)).toEqual([256, 17]);
  expect(at(2)).toEqual([1]);
  expect(at(3)).toEqual([]);
  expect(newTiles(0, 256).map(tilePath)).toEqual(["tile/0/000", "tile/1/000.p/1"]);
});

/** A log kept as a tiled log is: each growth writes just its new tiles. */
function growingLog() {
  const stored = new Map<string, Uint8Array>();
  const leaves: Uint8Array[] = [];
  const hashesAt = (level: number, first: number, end: number): Uint8Array[] =>
    level === 0
      ? leaves.slice(first, end)
      : Array.from({ length: end - first }, (_, at) =>
          completeRoot(hashesAt(level - 1, (first + at) * 256, (first + at + 1) * 256)),
        );
  return {
    stored,
    leaves,
    grow(count: number) {
      const before = leaves.length;
      for (let at = 0; at < count; at += 1) leaves.push(leafHash(utf8(`entry ${before + at}`)));
      for (const tile of newTiles(before, leaves.length)) {
        const first = tile.index * 256;
        const hashes = hashesAt(tile.level as number, first, first + tile.width);
        stored.set(tilePath(tile), Buffer.concat(hashes));
      }
    },
    read: (size: number, asked: string[] = []) =>
      subtreesFromTiles(size, (tile) => {
        asked.push(tilePath(tile));
        const bytes = stored.get(tilePath(tile));
        if (!bytes) throw new Error(`missing ${tilePath(tile)}`);
        return bytes;
      }),
  };
}

test("what a growing log has written is enough for every proof between sizes that it published", () => {
  const log = growingLog();
  const sizes: number[] = [];
  for (const count of [1, 1, 253, 1, 1, 255, 300, 700, 2, 65_000]) {
    log.grow(count);
    sizes.push(log.leaves.length);
  }
  for (const size of sizes) {
    const root = rootHash(size, log.read(size));
    for (const index of [0, size >> 1, size - 1]) {
      const ranges = inclusionRanges(index, size);
      const asked: string[] = [];
      const proof = ranges.map((range) => rangeHash(range, log.read(size, asked)));
      expect(verifyInclusion({ index, size, hash: log.leaves[index]! }, proof, root)).toBe(true);
      expect(new Set(asked)).toEqual(new Set(tilesFor(ranges, size).map(tilePath)));
      expect(tilesFor(ranges, size).length).toBeLessThanOrEqual(5);
    }
    for (const old of sizes.filter((each) => each < size)) {
      const proof = consistencyRanges(old, size).map((range) => rangeHash(range, log.read(size)));
      expect(verifyConsistency(old, size, proof, rootHash(old, log.read(old)), root)).toBe(true);
    }
  }
});

test("a tile that a tree does not have is not named", () => {
  expect(tileIn(256, 0, 0)).toEqual({ level: 0, index: 0, width: 256 });
  expect(tileIn(256, 0, 1)).toBeNull();
  expect(tileIn(257, "entries", 1)).toEqual({ level: "entries", index: 1, width: 1 });
  expect(tileIn(255, 1, 0)).toBeNull();
  expect(() => subtreesFromTiles(255, () => new Uint8Array())(8, 0)).toThrow(RangeError);
});

test("a bundle gives back its entries, and one that is cut or padded is refused", () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  fc.assert(
    fc.property(entries, (given) => {
      const bundle = encodeBundle(given);
      expect(decodeBundle(bundle)).toEqual(given);
      const cut = decodeBundle(bundle.subarray(0, -1));
      if (given.length > 0) expect(cut).toBeNull();
      expect(decodeBundle(new Uint8Array([...bundle, 0]))).toBeNull();
    }),
  );
  expect(encodeBundle([utf8("ab"), utf8("")])).toEqual(new Uint8Array([0, 2, 97, 98, 0, 0]));
  expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]))![0]).toHaveLength(65_535);
  expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError);
});

test("a tile's bytes are its hashes, one behind the other", () => {
  const hashes = [leafHash(utf8("a")), leafHash(utf8("b"))];
  expect(hashesOf(Buffer.concat(hashes)).map((hash) => Uint8Array.from(hash))).toEqual(hashes);
});

interface TileCorpus {
  tile_paths?: { path: string; valid: boolean; H?: number; L?: number; N?: number; W?: number }[];
  new_tiles_height?: number;
  new_tiles?: { old: number; new: number; want: number }[];
}

describe.skipIf(!corporaRoot)(`published tiles${corporaNote}`, () => {
  const corpus = readCorpus("transparency/tlog_tiles.json") as TileCorpus;

  // Those paths name the height, too, and call entries data.
  it("have the same paths here, without the height", () => {
    for (const { path, valid, H, L, N, W } of corpus.tile_paths ?? []) {
      const ours = path.replace(/^tile\/[0-9]+\//, "tile/").replace("/data/", "/entries/");
      const tile: Tile | null = parseTilePath(ours);
      if (!valid) expect(tile, path).toBeNull();
      else {
        const width = W === 2 ** H! ? 256 : W;
        expect(tile, path).toEqual({ level: L === -1 ? "entries" : L, index: N, width });
      }
    }
  });

  it("are as many as published where a tree grows", () => {
    expect(corpus.new_tiles?.length).toBeGreaterThan(5);
    for (const { old, new: size, want } of corpus.new_tiles ?? [])
      expect(newTiles(old, size, 2 ** corpus.new_tiles_height!).length, `${old} to ${size}`).toBe(want);
  });
});
