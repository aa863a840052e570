// A linear model over runs of one to three tokens, and over pairs and triples of telling tokens with others between
// them. A text's score is that of its most suspicious stretch: the
// contiguous run of tokens whose weights add up highest (Kadane), so that no honest text around an attack hides it.
// One pass over the tokens for all classes at once.
import type { Tokens } from "./lexer.ts";

/** As a trained table is stored: of each class a bias, and weights by the names of the tokens. */
export type Weights = Readonly<
  Record<string, { readonly bias: number; readonly terms: Readonly<Record<string, number>> }>
>;

export interface Stretch {
  /** Which class, by its place in `classes`. */
  readonly column: number;
  /** Probability by the model, 0 to 1. */
  readonly score: number;
  /** First and last token of the stretch. */
  readonly from: number;
  readonly to: number;
}

const BITS = 10;
export const TOKENS_MAX = 1 << BITS;
/** Tokens of a stretch that evidence is taken from. */
const EXPLAINED_MAX = 100;
const MULTIPLIER = 0x9e3779b1;
/** Stands between the tokens of a term that others may stand between, `GAP_MAX` tokens apart at most. */
export const GAP = " … ";
export const GAP_MAX = 6;
const OVER_A_GAP = 1 << (3 * BITS);

export class LinearModel {
  readonly classes: readonly string[];
  readonly #biases: Float64Array;
  readonly #keys: Int32Array;
  readonly #rows: Float64Array;
  readonly #shift: number;
  readonly #current: Float64Array;
  readonly #began: Int32Array;
  readonly #best: Float64Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  readonly #joined: Uint8Array;

  /** `joined`: the tokens that make terms over a gap. */
  constructor(weights: Weights, numberOf: (name: string) => number, joined: Iterable<number> = []) {
    this.#joined = new Uint8Array(TOKENS_MAX);
    for (const number of joined) this.#joined[number] = 1;
    this.classes = Object.keys(weights);
    const width = this.classes.length;
    this.#biases = Float64Array.from(this.classes, (name) => weights[name]!.bias);
    const terms = new Map<number, number[]>();
    for (const [column, name] of this.classes.entries()) {
      for (const [term, weight] of Object.entries(weights[name]!.terms)) {
        const key = termKey(term, numberOf);
        const row = terms.get(key) ?? new Array<number>(width).fill(0);
        row[column] = weight;
        terms.set(key, row);
      }
    }
    const bits = Math.max(4, Math.ceil(Math.log2(terms.size + 1)) + 2);
    this.#shift = 32 - bits;
    this.#keys = new Int32Array(1 << bits).fill(-1);
    this.#rows = new Float64Array(width << bits);
    for (const [key, row] of terms) {
      let slot = Math.imul(key, MULTIPLIER) >>> this.#shift;
      while (this.#keys[slot] !== -1) slot = (slot + 1) & (this.#keys.length - 1);
      this.#keys[slot] = key;
      this.#rows.set(row, slot * width);
    }
    [this.#current, this.#best] = [new Float64Array(width), new Float64Array(width)];
    [this.#began, this.#from, this.#to] = [
      new Int32Array(width),
      new Int32Array(width),
      new Int32Array(width),
    ];
  }

  /** For each class that reaches `score_min`, its most suspicious stretch. */
  read({ ids, count }: Tokens, score_min: number): Stretch[] {
    this.#current.fill(0);
    this.#best.fill(0);
    this.#from.fill(0);
    this.#to.fill(-1);
    this.#began.fill(0);
    // The last two tokens and the last two telling ones, 0 for none: no term has such a key.
    let last = 0;
    let second = 0;
    let [telling, before, at] = [0, 0, 0];
    for (let index = 0; index < count; index += 1) {
      const one = ids[index]! + 1;
      const two = (one << BITS) | last;
      this.#add(this.#find(one));
      this.#add(this.#find(two));
      this.#add(this.#find((two << BITS) | second));
      second = last;
      last = one;
      if (this.#joined[one - 1]) {
        if (index - at > GAP_MAX) [telling, before] = [0, 0];
        const pair = (one << BITS) | telling;
        this.#add(this.#find(pair | OVER_A_GAP));
        this.#add(this.#find((pair << BITS) | before | OVER_A_GAP));
        [telling, before, at] = [one, telling, index];
      }
      this.#settle(index);
    }
    const stretches: Stretch[] = [];
    for (const [column, bias] of this.#biases.entries()) {
      const score = 1 / (1 + Math.exp(-(bias + this.#best[column]!)));
      if (score >= score_min)
        stretches.push({ column, score, from: this.#from[column]!, to: this.#to[column]! });
    }
    return stretches;
  }

  /** The terms that made a stretch suspicious, at most `terms_max`, weightiest first. */
  explain(
    { ids }: Tokens,
    { column, from, to }: Stretch,
    names: readonly string[],
    terms_max: number,
  ): string[] {
    const found = new Map<number, number>();
    const note = (key: number): void => {
      const slot = this.#find(key);
      const weight = slot < 0 ? 0 : this.#rows[slot * this.classes.length + column]!;
      if (weight > 0) found.set(key, weight);
    };
    // Terms that end in the stretch may begin before it.
    const telling: number[] = [];
    const last = Math.min(to, from + EXPLAINED_MAX);
    for (let index = Math.max(0, from - 2 * GAP_MAX); index <= last; index += 1) {
      let key = 0;
      for (let length = 1; index >= from && length <= 3 && index - length + 1 >= 0; length += 1) {
        key = (key << BITS) | (ids[index - length + 1]! + 1);
        note(key);
      }
      if (!this.#joined[ids[index]!]) continue;
      if (index - (telling.at(-1) ?? index) > GAP_MAX) telling.length = 0;
      telling.push(index);
      for (const length of [2, 3].filter((each) => index >= from && each <= telling.length))
        note(keyOf(telling.slice(-length).map((at) => ids[at]!)) | OVER_A_GAP);
    }
    const heaviest = [...found].sort((a, b) => b[1] - a[1]).slice(0, terms_max);
    return heaviest.map(([key]) => nameOf(key, names));
  }

  #find(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let slot = Math.imul(key, MULTIPLIER) >>> this.#shift;
    for (;;) {
      const found = keys[slot];
      if (found === key) return slot;
      if (found === -1) return -1;
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number): void {
    if (slot < 0) return;
    const width = this.#current.length;
    for (let column = 0; column < width; column += 1)
      this.#current[column]! += this.#rows[slot * width + column]!;
  }

  #settle(index: number): void {
    const current = this.#current;
    for (let column = 0; column < current.length; column += 1) {
      if (current[column]! <= 0) {
        current[column] = 0;
        this.#began[column] = index + 1;
      } else if (current[column]! > this.#best[column]!) {
        this.#best[column] = current[column]!;
        this.#from[column] = this.#began[column]!;
        this.#to[column] = index;
      }
    }
  }
}

/** Last token lowest; each plus one, so that no run of tokens equals a shorter one. */
export function keyOf(numbers: readonly number[]): number {
  let key = 0;
  for (let index = numbers.length - 1; index >= 0; index -= 1) key = (key << BITS) | (numbers[index]! + 1);
  return key;
}

function termKey(term: string, numberOf: (name: string) => number): number {
  return term.includes(GAP)
    ? keyOf(term.split(GAP).map(numberOf)) | OVER_A_GAP
    : keyOf(term.split(" ").map(numberOf));
}

/** The first token stands in the lowest bits. */
function nameOf(key: number, names: readonly string[]): string {
  const run: string[] = [];
  for (let rest = key & (OVER_A_GAP - 1); rest > 0; rest >>>= BITS)
    run.push(names[(rest & (TOKENS_MAX - 1)) - 1]!);
  return run.join(key & OVER_A_GAP ? GAP : " ");
}
