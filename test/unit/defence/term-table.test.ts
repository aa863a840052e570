// The automaton of terms: what ends at a token is found in one step, in no more room than that takes.
import { expect, test } from "vitest";
import { NOTHING_READ, rowOf, stateOf, TermTable } from "../../../src/defence/term-table.ts";

const TOKENS = 5;
const CLASSES = 2;
const table = new TermTable(
  [
    [[1], [3, 4]],
    [
      [1, 2],
      [5, -4],
    ],
    [
      [1, 2, 3],
      [0, -1],
    ],
    [
      [4, 1],
      [-9, -9],
    ],
  ],
  TOKENS,
  CLASSES,
);

/** At each token: the sums by class, and whether one of them is a gain. */
function read(tokens: readonly number[]) {
  let state = NOTHING_READ;
  return tokens.map((token) => {
    const step = table.steps[state * TOKENS + token]!;
    state = stateOf(step);
    const row = rowOf(step);
    const sums = [...table.rows.subarray(row * CLASSES, (row + 1) * CLASSES)];
    return [...sums, table.rises[row] === 1];
  });
}

test("of all terms that end at a token the weights are added, and it rises where any class gains", () => {
  expect(read([1, 2, 3])).toEqual([
    [3, 4, true],
    [5, -4, true],
    [0, -1, false],
  ]);
  expect(read([4, 1, 2, 0, 1])).toEqual([
    [0, 0, false],
    [-6, -5, false],
    [5, -4, true],
    [0, 0, false],
    [3, 4, true],
  ]);
});

test("there is a state for each beginning of a term, and none for whole ones that nothing goes on from", () => {
  // Nothing, 1, 1 2 and 4.
  expect(table.steps).toHaveLength(4 * TOKENS);
});
