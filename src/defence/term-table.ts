// Terms, which are short runs of tokens, as an automaton (Aho and Corasick, 1975): at each token one look into a table
// tells what all the terms that end there weigh together.

/** Terms by their tokens, each with its weight for every class. */
export type Terms = Iterable<readonly [tokens: readonly number[], weights: readonly number[]]>;

/** A step leads to a state, in its upper bits, and to the row of what ends there, in its lower ones. */
const ROW_BITS = 16;
const ROWS_MAX = 1 << ROW_BITS;
export const stateOf = (step: number): number => step >>> ROW_BITS;
export const rowOf = (step: number): number => step & (ROWS_MAX - 1);

/** The state in which nothing has been read of any term. */
export const NOTHING_READ = 0;

interface Node {
  /** By the token that comes next. */
  readonly next: Map<number, Node>;
  weights: readonly number[] | null;
}

export class TermTable {
  /** By state and token. */
  readonly steps: Int32Array;
  /** Sums of weights by row and class; row 0 is that of no term. */
  readonly rows: Int32Array;
  /** By row, whether a class gains by it. */
  readonly rises: Uint8Array;

  /** `tokens`: how many there are; `classes` as well. */
  constructor(terms: Terms, tokens: number, classes: number) {
    const { root, inner, count } = treeOf(terms);
    if (count >= ROWS_MAX) throw new Error("too many terms for one table");
    this.steps = new Int32Array(inner * tokens);
    this.rows = new Int32Array((count + 1) * classes);
    this.rises = new Uint8Array(count + 1);
    let row = 0;
    // Breadth first, so that of whatever was read its shorter endings have their steps already.
    const reached = [{ node: root, shorter: NOTHING_READ }];
    for (const [state, { node, shorter }] of reached.entries()) {
      this.steps.copyWithin(state * tokens, shorter * tokens, (shorter + 1) * tokens);
      for (const [token, { next, weights }] of node.next) {
        const step = this.steps[state * tokens + token]!;
        let [to, ends] = [stateOf(step), rowOf(step)];
        if (next.size > 0) to = reached.push({ node: { next, weights }, shorter: to }) - 1;
        if (weights) {
          row += 1;
          for (let column = 0; column < classes; column += 1) {
            const sum = this.rows[ends * classes + column]! + weights[column]!;
            this.rows[row * classes + column] = sum;
            if (sum > 0) this.rises[row] = 1;
          }
          ends = row;
        }
        this.steps[state * tokens + token] = (to << ROW_BITS) | ends;
      }
    }
  }
}

/** The terms as a tree; how many of its nodes have others behind them, and how many terms there are. */
function treeOf(terms: Terms): { root: Node; inner: number; count: number } {
  const root: Node = { next: new Map(), weights: null };
  let [inner, count] = [1, 0];
  for (const [tokens, weights] of terms) {
    let node = root;
    for (const token of tokens) {
      if (node.next.size === 0 && node !== root) inner += 1;
      const next = node.next.get(token) ?? { next: new Map(), weights: null };
      node.next.set(token, next);
      node = next;
    }
    node.weights = weights;
    count += 1;
  }
  return { root, inner, count };
}
