// Merkle trees against published proofs, against a tree built straight from RFC 6962, and against tampering.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import {
  consistencyRanges,
  EMPTY_ROOT,
  type Hash,
  inclusionRanges,
  leafHash,
  nodeHash,
  type ReadSubtree,
  rangeHash,
  rootHash,
  verifyConsistency,
  verifyInclusion,
} from "../../../src/protocol/merkle-tree.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { flipBit, hex } from "./fixtures.ts";

const bytes = (text: string | null) => Uint8Array.from(Buffer.from(text ?? "", "base64"));

/** MTH as RFC 6962 section 2.1 writes it down. */
function mth(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(mth(leaves.slice(0, split)), mth(leaves.slice(split)));
}

const LEAVES = Array.from({ length: 600 }, (_, index) => leafHash(utf8(`entry ${index}`)));
const read: ReadSubtree = (level, index) => mth(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level));
const roots = Array.from({ length: LEAVES.length + 1 }, (_, size) => mth(LEAVES.slice(0, size)));
const hashesOf = (ranges: ReturnType<typeof inclusionRanges>) =>
  ranges.map((range) => rangeHash(range, read));

test("the empty tree and one leaf hash as RFC 6962 says", () => {
  expect(hex(EMPTY_ROOT)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(hex(leafHash(new Uint8Array()))).toBe(
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
  expect(rootHash(0, read)).toEqual(EMPTY_ROOT);
});

test("the root of every size is that of the definition", () => {
  for (let size = 1; size <= LEAVES.length; size += 1) expect(rootHash(size, read)).toEqual(roots[size]);
});

const place = fc
  .integer({ min: 1, max: LEAVES.length })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));

test("each leaf of each size has a proof that holds for it alone", () => {
  fc.assert(
    fc.property(place, fc.nat(), fc.nat(255), ({ size, index }, other, bit) => {
      const proof = hashesOf(inclusionRanges(index, size));
      const leaf = { index, size, hash: LEAVES[index]! };
      expect(verifyInclusion(leaf, proof, roots[size]!)).toBe(true);
      const wrong = [
        verifyInclusion({ ...leaf, hash: flipBit(leaf.hash, bit) }, proof, roots[size]!),
        verifyInclusion(leaf, proof, flipBit(roots[size]!, bit)),
        verifyInclusion(leaf, [...proof, LEAVES[0]!], roots[size]!),
        verifyInclusion(leaf, [LEAVES[0]!, ...proof], roots[size]!),
        verifyInclusion({ ...leaf, index: size }, proof, roots[size]!),
        verifyInclusion({ ...leaf, index: -1 }, proof, roots[size]!),
      ];
      if (size > 1) {
        const at = other % proof.length;
        wrong.push(verifyInclusion({ ...leaf, index: (index + 1) % size }, proof, roots[size]!));
        wrong.push(verifyInclusion(leaf, proof.toSpliced(at, 1), roots[size]!));
        wrong.push(verifyInclusion(leaf, proof.with(at, flipBit(proof[at]!, bit)), roots[size]!));
      }
      expect(wrong).not.toContain(true);
    }),
  );
});

test("each pair of sizes has a proof that holds for it alone", () => {
  fc.assert(
    fc.property(place, fc.nat(), fc.nat(255), ({ size, index }, other, bit) => {
      const old = index + 1;
      const proof = hashesOf(consistencyRanges(old, size));
      expect(verifyConsistency(old, size, proof, roots[old]!, roots[size]!)).toBe(true);
      const wrong = [
        verifyConsistency(old, size, proof, flipBit(roots[old]!, bit), roots[size]!),
        verifyConsistency(old, size, proof, roots[old]!, flipBit(roots[size]!, bit)),
        verifyConsistency(old, size, [...proof, LEAVES[0]!], roots[old]!, roots[size]!),
        verifyConsistency(0, size, proof, EMPTY_ROOT, roots[size]!),
        verifyConsistency(size + 1, size, proof, roots[old]!, roots[size]!),
        verifyConsistency(old - 0.5, size, proof, roots[old]!, roots[size]!),
        verifyConsistency(old, size + 0.5, proof, roots[old]!, roots[size]!),
      ];
      if (proof.length > 0) {
        const at = other % proof.length;
        wrong.push(
          verifyConsistency(old, size, proof.with(at, flipBit(proof[at]!, bit)), roots[old]!, roots[size]!),
        );
      }
      expect(wrong).not.toContain(true);
    }),
  );
});

describe("a tree of any size up to the largest safe integer", () => {
  // All leaves are the same, so that a subtree's hash depends on its level alone.
  const levels = [LEAVES[0]!];
  for (let level = 1; level <= 53; level += 1) levels.push(nodeHash(levels[level - 1]!, levels[level - 1]!));
  const readLevel: ReadSubtree = (level) => levels[level]!;
  const proofOf = (ranges: ReturnType<typeof inclusionRanges>) =>
    ranges.map((range) => rangeHash(range, readLevel));
  const sizes = [48, 49, 50, 52, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]);

  it.each(sizes.filter(Number.isSafeInteger))("has proofs that hold: %i", (size) => {
    const root = rootHash(size, readLevel);
    for (const index of [0, 1, size / 2 - 1, size - 2, size - 1].map(Math.floor)) {
      const proof = proofOf(inclusionRanges(index, size));
      expect(proof.length).toBeLessThanOrEqual(53);
      expect(verifyInclusion({ index, size, hash: LEAVES[0]! }, proof, root), `leaf ${index}`).toBe(true);
    }
    for (const old of sizes.filter((each) => each <= size)) {
      const proof = proofOf(consistencyRanges(old, size));
      const old_root = rootHash(old, readLevel);
      expect(verifyConsistency(old, size, proof, old_root, root), `from ${old}`).toBe(true);
    }
  });
});

test("proofs of leaves and sizes that are not there are not made", () => {
  for (const [index, size] of [
    [0, 0],
    [5, 5],
    [-1, 5],
    [0.5, 5],
  ] as const)
    expect(() => inclusionRanges(index, size)).toThrow(RangeError);
  for (const [old, size] of [
    [0, 5],
    [6, 5],
    [1.5, 5],
  ] as const)
    expect(() => consistencyRanges(old, size)).toThrow(RangeError);
});

interface InclusionCase {
  case: string;
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}
interface ConsistencyCase {
  case: string;
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

describe.skipIf(!corporaRoot)(`published proofs${corporaNote}`, () => {
  const casesOf = <Case>(name: string) =>
    (readCorpus(`transparency/${name}.json`) as { cases?: Case[] }).cases ?? [];

  it("of inclusion are judged as published", () => {
    const cases = casesOf<InclusionCase>("merkle_inclusion");
    expect(cases.length).toBeGreaterThan(90);
    for (const each of cases) {
      const leaf = { index: each.leafIdx, size: each.treeSize, hash: bytes(each.leafHash) };
      const holds = verifyInclusion(leaf, (each.proof ?? []).map(bytes), bytes(each.root));
      expect(holds, each.case).toBe(!each.wantErr);
    }
  });

  // Some cases have words for roots, where only their equality counts.
  const rootOf = (text: string) => (bytes(text).length === 32 ? bytes(text) : leafHash(bytes(text)));

  it("of consistency are judged as published", () => {
    const cases = casesOf<ConsistencyCase>("merkle_consistency");
    expect(cases.length).toBeGreaterThan(90);
    for (const { size1, size2, root1, root2, proof, wantErr, case: name } of cases) {
      const hashes = (proof ?? []).map(bytes);
      expect(verifyConsistency(size1, size2, hashes, rootOf(root1), rootOf(root2)), name).toBe(!wantErr);
    }
  });
});
