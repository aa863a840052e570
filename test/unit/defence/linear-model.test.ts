// The model against its definition: for every stretch of tokens, the sum of the weights of the runs that end in it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tokens } from "../../../src/defence/lexer.ts";
import { keyOf, LinearModel, TOKENS_MAX } from "../../../src/defence/linear-model.ts";

const NAMES = ["^", "a", "b", "c"];
const numberOf = (name: string): number => NAMES.indexOf(name);
const tokensOf = (text: string): Tokens => {
  const ids = Uint16Array.from(text, numberOf);
  return { count: ids.length, ids, starts: Int32Array.from(ids, (_, at) => at) };
};
const WEIGHTS = {
  one: { bias: -3, terms: { a: 1, "a b": 2.5, "a b c": 0.5, c: -1, "^ a": 0.25 } },
  two: { bias: -1, terms: { b: 0.5, "b b": 0.5, "c a": -2 } },
};
const model = new LinearModel(WEIGHTS, numberOf);

/** Weights of the runs of one to three tokens that end at each place. */
function gains(text: string, terms: Readonly<Record<string, number>>): number[] {
  return [...text].map((_, at) =>
    [1, 2, 3].reduce((sum, length) => {
      const run = [...text.slice(Math.max(0, at + 1 - length), at + 1)].join(" ");
      return sum + (at + 1 >= length ? (terms[run] ?? 0) : 0);
    }, 0),
  );
}

/** The highest sum of any stretch, 0 for none. */
function bestOf(text: string, terms: Readonly<Record<string, number>>): number {
  const all = gains(text, terms);
  let best = 0;
  for (let from = 0; from < all.length; from += 1)
    for (let to = from; to < all.length; to += 1)
      best = Math.max(
        best,
        all.slice(from, to + 1).reduce((sum, each) => sum + each, 0),
      );
  return best;
}

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

describe("a text's score", () => {
  test("is that of its most suspicious stretch, for each class", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "^"), maxLength: 24 });
    fc.assert(
      fc.property(texts, (text) => {
        const stretches = model.read(tokensOf(text), 0);
        expect(stretches.map(({ column }) => column)).toEqual([0, 1]);
        for (const { column, score, from, to } of stretches) {
          const { bias, terms } = Object.values(WEIGHTS)[column]!;
          const best = bestOf(text, terms);
          expect(score).toBeCloseTo(logistic(bias + best), 12);
          const sum = gains(text, terms)
            .slice(from, to + 1)
            .reduce((all, each) => all + each, 0);
          expect(sum).toBeCloseTo(best, 12);
        }
      }),
    );
  });

  test("is told from the least that was asked for on, and not below it", () => {
    const score = logistic(-3 + 3.5);
    expect(model.read(tokensOf("ab"), score).map(({ column }) => column)).toEqual([0]);
    expect(model.read(tokensOf("ab"), score + 1e-9)).toEqual([]);
  });

  test("of one text says nothing about the next", () => {
    const alone = model.read(tokensOf("c"), 0);
    model.read(tokensOf("abababab"), 0);
    expect(model.read(tokensOf("c"), 0)).toEqual(alone);
  });

  test("names the stretch by its first and last token", () => {
    expect(model.read(tokensOf("ccabcc"), 0)[0]).toMatchObject({ from: 2, to: 3 });
  });
});

describe("an explanation", () => {
  const explain = (text: string, terms_max = 5) =>
    model.explain(tokensOf(text), model.read(tokensOf(text), 0)[0]!, NAMES, terms_max);

  test("names the terms that weigh in, each once, the weightiest first", () => {
    expect(explain("^abcabc")).toEqual(["a b", "a", "a b c", "^ a"]);
    expect(explain("^abcabc", 2)).toEqual(["a b", "a"]);
    expect(explain("ccc")).toEqual([]);
  });

  test("looks at the first hundred tokens of a stretch", () => {
    const text = `${"a".repeat(101)}b`;
    expect(explain(text)).toEqual(["a"]);
    expect(explain(`${"a".repeat(100)}b`)).toEqual(["a b", "a"]);
  });
});

test("runs of one to three tokens have keys of their own", () => {
  const numbers = [0, 1, 2, TOKENS_MAX - 2];
  const runs = numbers.flatMap((a) => [
    [a],
    ...numbers.flatMap((b) => [[a, b], ...numbers.map((c) => [a, b, c])]),
  ]);
  expect(new Set(runs.map(keyOf)).size).toBe(runs.length);
});
