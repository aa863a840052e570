// A linear model over runs of one to three tokens, and over pairs and triples of telling tokens with others between
// them. A text's score is that of its most suspicious stretch: the contiguous run of tokens whose weights add up
// highest (Kadane), so that no honest text around an attack hides it.
// One pass over the tokens for all classes at once.
import type { Tokens } from "./lexer.ts";
import { NOTHING_READ, rowOf, stateOf, TermTable } from "./term-table.ts";

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
/** Stands between the tokens of a term that others may stand between, `GAP_MAX` tokens apart at most. */
export const GAP = " … ";
export const GAP_MAX = 6;
const OVER_A_GAP = 1 << (3 * BITS);
/** Tables are trained to two decimals; as whole numbers they add up exactly, in whatever order. */
const SCALE = 100;

interface Term {
  readonly tokens: readonly number[];
  readonly weights: number[];
}

export class LinearModel {
  readonly classes: readonly string[];
  readonly #names: readonly string[];
  readonly #biases: Int32Array;
  readonly #terms = new Map<number, Term>();
  /** Of tokens that follow each other, and of telling ones with others between them. */
  readonly #runs: TermTable;
  readonly #gaps: TermTable;
  /** By token, whether it makes terms over a gap. */
  readonly #joined: Uint8Array;
  readonly #current: Int32Array;
  readonly #began: Int32Array;
  readonly #best: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  /** `names`: of the tokens, by their numbers; `joined`: the tokens that make terms over a gap. */
  constructor(weights: Weights, names: readonly string[], joined: Iterable<number> = []) {
    this.classes = Object.keys(weights);
    const width = this.classes.length;
    this.#biases = Int32Array.from(this.classes, (name) => Math.round(weights[name]!.bias * SCALE));
    const numbers = new Map(names.map((name, number) => [name, number]));
    const numberOf = (name: string): number => {
      const number = numbers.get(name);
      if (number === undefined) throw new Error(`no token is called ${name}`);
      return number;
    };
    for (const [column, name] of this.classes.entries()) {
      for (const [term, weight] of Object.entries(weights[name]!.terms)) {
        const tokens = term.split(term.includes(GAP) ? GAP : " ").map(numberOf);
        const key = keyOf(tokens) | (term.includes(GAP) ? OVER_A_GAP : 0);
        const known = this.#terms.get(key) ?? { tokens, weights: new Array<number>(width).fill(0) };
        known.weights[column] = Math.round(weight * SCALE);
        this.#terms.set(key, known);
      }
    }
    this.#names = names;
    this.#joined = new Uint8Array(names.length);
    for (const number of joined) this.#joined[number] = 1;
    this.#runs = this.#tableOf(0);
    this.#gaps = this.#tableOf(OVER_A_GAP);
    [this.#current, this.#began] = [new Int32Array(width), new Int32Array(width)];
    [this.#best, this.#from, this.#to] = [
      new Int32Array(width),
      new Int32Array(width),
      new Int32Array(width),
    ];
  }

  #tableOf(kind: number): TermTable {
    const terms = [...this.#terms].filter(([key]) => (key & OVER_A_GAP) === kind);
    return new TermTable(
      terms.map(([, { tokens, weights }]) => [tokens, weights] as const),
      this.#names.length,
      this.classes.length,
    );
  }

  /** For each class that reaches `score_min`, its most suspicious stretch. */
  read({ ids, count }: Tokens, score_min: number): Stretch[] {
    this.#current.fill(0);
    this.#best.fill(0);
    this.#from.fill(0);
    this.#to.fill(-1);
    const { steps, rises } = this.#runs;
    const joints = this.#gaps.steps;
    const joined = this.#joined;
    const tokens = this.#names.length;
    let [run, gap, at] = [NOTHING_READ, NOTHING_READ, 0];
    let isSuspicious = false;
    for (let index = 0; index < count; index += 1) {
      const token = ids[index]!;
      const step = steps[run * tokens + token]!;
      run = stateOf(step);
      let over_a_gap = 0;
      if (joined[token]) {
        if (index - at > GAP_MAX) gap = NOTHING_READ;
        const joint = joints[gap * tokens + token]!;
        gap = stateOf(joint);
        over_a_gap = rowOf(joint);
        at = index;
      }
      const row = rowOf(step);
      if (over_a_gap !== 0 || (isSuspicious ? row !== 0 : rises[row] === 1))
        isSuspicious = this.#add(index, row, over_a_gap);
    }
    const stretches: Stretch[] = [];
    for (let column = 0; column < this.#biases.length; column += 1) {
      const score = 1 / (1 + Math.exp(-(this.#biases[column]! + this.#best[column]!) / SCALE));
      if (score >= score_min)
        stretches.push({ column, score, from: this.#from[column]!, to: this.#to[column]! });
    }
    return stretches;
  }

  /** The terms that made a stretch suspicious, at most `terms_max`, weightiest first. */
  explain({ ids }: Tokens, { column, from, to }: Stretch, terms_max: number): string[] {
    const found = new Map<number, number>();
    const note = (key: number): void => {
      const weight = this.#terms.get(key)?.weights[column] ?? 0;
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
      if (index < from) continue;
      for (const length of [2, 3]) note(keyOf(telling.slice(-length).map((at) => ids[at]!)) | OVER_A_GAP);
    }
    const heaviest = [...found].sort((a, b) => b[1] - a[1]).slice(0, terms_max);
    return heaviest.map(([key]) => nameOf(key, this.#names));
  }

  /** Adds to each class what ends at a token; a stretch begins anew where nothing is left of it. True if any is left. */
  #add(index: number, run: number, gap: number): boolean {
    const current = this.#current;
    const best = this.#best;
    const runs = this.#runs.rows;
    const gaps = this.#gaps.rows;
    const width = current.length;
    let isLeft = false;
    for (let column = 0; column < width; column += 1) {
      const before = current[column]!;
      const now = before + runs[run * width + column]! + gaps[gap * width + column]!;
      if (before === 0) this.#began[column] = index;
      if (now <= 0) {
        current[column] = 0;
        continue;
      }
      current[column] = now;
      isLeft = true;
      if (now > best[column]!) {
        best[column] = now;
        this.#from[column] = this.#began[column]!;
        this.#to[column] = index;
      }
    }
    return isLeft;
  }
}

/** Last token lowest; each plus one, so that no run of tokens equals a shorter one. */
export function keyOf(numbers: readonly number[]): number {
  let key = 0;
  for (let index = numbers.length - 1; index >= 0; index -= 1) key = (key << BITS) | (numbers[index]! + 1);
  return key;
}

/** The first token stands in the lowest bits. */
function nameOf(key: number, names: readonly string[]): string {
  const run: string[] = [];
  for (let rest = key & (OVER_A_GAP - 1); rest > 0; rest >>>= BITS)
    run.push(names[(rest & (TOKENS_MAX - 1)) - 1]!);
  return run.join(key & OVER_A_GAP ? GAP : " ");
}
