// Known words of ASCII, found by a hash that is made while a word is read, whatever its case: nothing is cut out of
// the text, and most unknown words are told without a look at any known one.

const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const MULTIPLIER = 0x9e3779b1;

export const HASH_START = SEED;
/** FNV-1a; `_` folds to DEL, which is in no word. */
export const hashOn = (hash: number, code: number): number => Math.imul(hash ^ (code | 0x20), PRIME);

export class WordTable {
  readonly #shift: number;
  readonly #mask: number;
  /** Of each slot, the place of its word and one; 0 where it is empty. */
  readonly #slots: Uint16Array;
  readonly #hashes: Int32Array;
  readonly #words: readonly string[];
  readonly #values: Int32Array;

  /** Words in lower case, each with a number that is not below zero; those beyond ASCII are left out. */
  constructor(words: ReadonlyMap<string, number>) {
    const known = [...words].filter(([word]) => isAscii(word));
    const bits = Math.ceil(Math.log2(known.length + 1)) + 2;
    this.#shift = 32 - bits;
    this.#mask = (1 << bits) - 1;
    this.#slots = new Uint16Array(1 << bits);
    this.#words = known.map(([word]) => word);
    this.#values = Int32Array.from(known, ([, value]) => value);
    this.#hashes = Int32Array.from(known, ([word]) => hashOf(word));
    for (const [place, hash] of this.#hashes.entries()) {
      let slot = this.#slotOf(hash);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = place + 1;
    }
  }

  /** The number of the word from `start` to `end`, whose characters make `hash`; −1 if it is unknown. */
  find(text: string, start: number, end: number, hash: number): number {
    for (let slot = this.#slotOf(hash); ; slot = (slot + 1) & this.#mask) {
      const place = this.#slots[slot]! - 1;
      if (place < 0) return -1;
      if (this.#hashes[place] === hash && equals(this.#words[place]!, text, start, end))
        return this.#values[place]!;
    }
  }

  #slotOf(hash: number): number {
    return Math.imul(hash, MULTIPLIER) >>> this.#shift;
  }
}

function equals(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = 0; index < word.length; index += 1)
    if ((word.charCodeAt(index) | 0x20) !== (text.charCodeAt(start + index) | 0x20)) return false;
  return true;
}

const isAscii = (word: string): boolean => Array.from(word).every((character) => character < "\u0080");

function hashOf(word: string): number {
  let hash = HASH_START;
  for (let index = 0; index < word.length; index += 1) hash = hashOn(hash, word.charCodeAt(index));
  return hash;
}
