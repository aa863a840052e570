// What a proof costs: of one event among a million, at most five objects of R2 are read, its entry among them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { inclusionRanges } from "../../../src/protocol/merkle-tree.ts";
import { TILE_WIDTH, tilesFor } from "../../../src/protocol/tile.ts";

const READS_MAX = 5;

/** The sequencer has the partial tiles of the right edge itself; the entry's bundle is one more. */
const readsFor = (index: number, size: number): number =>
  tilesFor(inclusionRanges(index, size), size).filter(({ width }) => width === TILE_WIDTH).length + 1;

test("the first, the last and any other event of a log of up to a million", () => {
  for (const size of [1, 255, 256, 257, 65_535, 65_536, 65_537, 999_999, 1_000_000]) {
    for (const index of [0, size - 1, Math.floor(size / 2)])
      expect(readsFor(index, size)).toBeLessThanOrEqual(READS_MAX);
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), (size, seed) => {
      expect(readsFor(seed % size, size)).toBeLessThanOrEqual(READS_MAX);
    }),
    { numRuns: 2_000 },
  );
});
