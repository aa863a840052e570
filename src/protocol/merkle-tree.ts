// Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256: hashes, roots, proofs and their checks.
// A tree is read through its complete subtrees, so that whatever keeps them (memory, SQLite, tiles) can serve.
// Sizes and indexes are safe integers. Refuses proofs with a hash too many, too few or of another length.

import { equalBytes } from "./constant-time.ts";
import { sha256 } from "./mac.ts";

export const HASH_BYTES = 32;

export type Hash = Uint8Array;

/** The hash of the complete subtree of 2^`level` leaves whose first leaf is `index` · 2^`level`. */
export type ReadSubtree = (level: number, index: number) => Hash;

export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `first` up to, without, `end`: what one hash of a proof stands for. */
export interface LeafRange {
  readonly first: number;
  readonly end: number;
}

/** MTH({}), the root of a tree without leaves. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

/** SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Hash {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return sha256(input);
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** MTH of a power of two of hashes: the root of the complete subtree above them. */
export function completeRoot(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, at) => nodeHash(below[2 * at]!, below[2 * at + 1]!));
  }
  return row[0]!;
}

/** The exponent of the largest power of two that is no more than `count`, which is at least 1. */
function levelOf(count: number): number {
  const level = Math.floor(Math.log2(count)); // of what is just below 2^49 or a larger power, rounded up to that
  return 2 ** level > count ? level - 1 : level;
}

/** The complete subtrees that make up a range, largest and leftmost first; the range is one of a proof, or a tree. */
export function subtreesOf({ first, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = first; at < end; ) {
    const level = levelOf(end - at);
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** MTH of a range that is one of a proof, or a tree. */
export function rangeHash(range: LeafRange, read: ReadSubtree): Hash {
  const hashes = subtreesOf(range).map(({ level, index }) => read(level, index));
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The root of the tree of the first `size` leaves. */
export function rootHash(size: number, read: ReadSubtree): Hash {
  return rangeHash({ first: 0, end: size }, read);
}

/** The largest power of two below `count`, which is at least 2: where RFC 6962 splits. */
const splitOf = (count: number): number => 2 ** levelOf(count - 1);

/** What the inclusion proof of a leaf consists of, from the leaf's sibling up. Throws unless 0 <= index < size. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) throw new RangeError("no such leaf");
  const ranges: LeafRange[] = [];
  let [first, end] = [0, size];
  while (end - first > 1) {
    const middle = first + splitOf(end - first);
    if (index < middle) {
      ranges.push({ first: middle, end });
      end = middle;
    } else {
      ranges.push({ first, end: middle });
      first = middle;
    }
  }
  return ranges.reverse();
}

/** What the consistency proof between two sizes consists of. Throws unless 0 < old_size <= size. */
export function consistencyRanges(old_size: number, size: number): LeafRange[] {
  if (!(Number.isSafeInteger(old_size) && old_size > 0 && old_size <= size)) {
    throw new RangeError("no such sizes");
  }
  const ranges: LeafRange[] = [];
  let [first, end] = [0, size];
  while (old_size < end) {
    const middle = first + splitOf(end - first);
    if (old_size <= middle) {
      ranges.push({ first: middle, end });
      end = middle;
    } else {
      ranges.push({ first, end: middle });
      first = middle;
    }
  }
  // The verifier knows the old root: where that is the subtree itself, it is left out.
  if (first > 0) ranges.push({ first, end });
  return ranges.reverse();
}

/** RFC 9162 section 2.1.3.2: whether the proof leads from the leaf to the root. */
export function verifyInclusion(
  leaf: { readonly index: number; readonly size: number; readonly hash: Hash },
  proof: readonly Hash[],
  root: Hash,
): boolean {
  const { index, size, hash } = leaf;
  if (!isPlace(index) || !isPlace(size) || index >= size || !areHashes([hash, root, ...proof])) return false;
  const path = new Path(index, size - 1);
  let result = hash;
  for (const sibling of proof) {
    const side = path.step();
    if (side === null) return false;
    result = side === "left" ? nodeHash(sibling, result) : nodeHash(result, sibling);
  }
  return path.isAtRoot && equalBytes(result, root);
}

/**
 * RFC 9162 section 2.1.4.2: whether the tree of `new_size` begins with the tree of `old_size`. An empty old tree
 * is refused: every tree begins with it, so it proves nothing.
 */
export function verifyConsistency(
  old_size: number,
  new_size: number,
  proof: readonly Hash[],
  old_root: Hash,
  new_root: Hash,
): boolean {
  if (!isPlace(old_size) || !isPlace(new_size) || old_size === 0 || old_size > new_size) return false;
  if (!areHashes([old_root, new_root, ...proof])) return false;
  if (old_size === new_size) return proof.length === 0 && equalBytes(old_root, new_root);
  const isWhole = 2 ** levelOf(old_size) === old_size;
  const [first, ...rest] = isWhole ? [old_root, ...proof] : proof;
  if (!first || proof.length === 0) return false;
  const path = new Path(old_size - 1, new_size - 1);
  path.skipRights();
  let [old_result, new_result] = [first, first];
  for (const sibling of rest) {
    const side = path.step();
    if (side === null) return false;
    if (side === "left") old_result = nodeHash(sibling, old_result);
    new_result = side === "left" ? nodeHash(sibling, new_result) : nodeHash(new_result, sibling);
  }
  return path.isAtRoot && equalBytes(old_result, old_root) && equalBytes(new_result, new_root);
}

/** The way up from a node, beside the way up from the last node (`fn` and `sn` of RFC 9162). */
class Path {
  #node: number;
  #last: number;

  constructor(node: number, last: number) {
    this.#node = node;
    this.#last = last;
  }

  get isAtRoot(): boolean {
    return this.#last === 0;
  }

  /** On which side the sibling stands on the next level where there is one; null above the root. */
  step(): "left" | "right" | null {
    if (this.#last === 0) return null;
    const isLeft = this.#node % 2 === 1 || this.#node === this.#last;
    if (isLeft) while (this.#node % 2 === 0 && this.#node !== 0) this.#up();
    this.#up();
    return isLeft ? "left" : "right";
  }

  skipRights(): void {
    while (this.#node % 2 === 1) this.#up();
  }

  #up(): void {
    this.#node = Math.floor(this.#node / 2);
    this.#last = Math.floor(this.#last / 2);
  }
}

const isPlace = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);
