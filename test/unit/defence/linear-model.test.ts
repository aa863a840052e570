// The model against its definition: for every stretch of tokens, the sum of the weights of the runs that end in it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tokens } from "../../../src/defence/lexer.ts";
import { GAP, GAP_MAX, keyOf, LinearModel, TOKENS_MAX } from "../../../src/defence/linear-model.ts";

const NAMES = ["^", "a", "b", "c"];
const numberOf = (name: string): number => NAMES.indexOf(name);
const tokensOf = (text: string): Tokens => {
  const ids = Uint16Array.from(text, numberOf);
  return { count: ids.length, ids, starts: Int32Array.from(ids, (_, at) => at) };
};
const WEIGHTS = {
  one: { bias: -3, terms: { a: 1, "a b": 2.5, "a b c": 0.5, c: -1, "^ a": 0.25 } },
  two: { bias: -1, terms: { a: 0.25, b: 0.5, "b b": 0.5, "c a": -2 } },
};
const model = new LinearModel(WEIGHTS, NAMES);

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
    model.explain(tokensOf(text), model.read(tokensOf(text), 0)[0]!, terms_max);

  test("names the terms that weigh in, each once, the weightiest first", () => {
    expect(explain("^abcabc")).toEqual(["a b", "a", "a b c", "^ a"]);
    expect(explain("^abcabc", 2)).toEqual(["a b", "a"]);
    expect(explain("ccc")).toEqual([]);
  });

  test("names no term that ended before the stretch", () => {
    expect(explain("^accccab")).toEqual(["a b", "a"]);
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

describe("telling tokens over a gap", () => {
  // `a` and `c` are joined over whatever stands between them.
  const terms = { "a … c": 2, "c … a … c": 1.5, "a … a": -0.5, "c … c": 0.25 };
  const joining = new LinearModel({ one: { bias: -1, terms } }, NAMES, ["a", "c"].map(numberOf));

  /** The last so many telling tokens up to `at`, none further than the gap from the next; null if there are not. */
  function tellingUpTo(text: string, at: number, length: number): string | null {
    const places = [...text.slice(0, at + 1)].flatMap((token, place) =>
      "ac".includes(token) ? [place] : [],
    );
    const last = places.slice(-length);
    const isNear = last.every((place, number) => number === 0 || place - last[number - 1]! <= GAP_MAX);
    const ends = last.length === length && last.at(-1) === at;
    return ends && isNear ? last.map((place) => text[place]).join(GAP) : null;
  }

  test("count where the last of them stands, if none is further from the next than the gap", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "b", "b", "c"), maxLength: 40 });
    fc.assert(
      fc.property(texts, (text) => {
        let [sum, best] = [0, 0];
        for (let at = 0; at < text.length; at += 1) {
          for (const length of [2, 3])
            sum += terms[(tellingUpTo(text, at, length) ?? "") as keyof typeof terms] ?? 0;
          sum = Math.max(0, sum);
          best = Math.max(best, sum);
        }
        expect(joining.read(tokensOf(text), 0)[0]!.score).toBeCloseTo(logistic(best - 1), 12);
      }),
    );
  });

  test("and not where one is further", () => {
    const scoreOf = (text: string) => joining.read(tokensOf(text), 0)[0]!.score;
    const [near, far] = ["b".repeat(GAP_MAX - 1), "b".repeat(GAP_MAX)];
    expect(scoreOf(`a${near}c`)).toBeCloseTo(logistic(2 - 1), 12);
    expect(scoreOf(`a${far}c`)).toBeCloseTo(logistic(-1), 12);
    expect(scoreOf(`c${near}ac`)).toBeCloseTo(logistic(2 + 1.5 - 1), 12);
    expect(scoreOf(`c${far}ac`)).toBeCloseTo(logistic(2 - 1), 12);
  });

  test("weigh in each class by themselves", () => {
    const two = new LinearModel(
      { one: { bias: 0, terms: { "a … c": 2 } }, two: { bias: 0, terms: { "a … c": 0.5, "c … a": 3 } } },
      NAMES,
      ["a", "c"].map(numberOf),
    );
    const scores = (text: string) => two.read(tokensOf(text), 0).map(({ score }) => score);
    expect(scores("abc")).toEqual([2, 0.5].map(logistic));
    expect(scores("cba")).toEqual([0, 3].map(logistic));
    expect(scores("abcba")).toEqual([2, 3.5].map(logistic));
  });

  test("are named in the evidence", () => {
    const tokens = tokensOf(`c${"b".repeat(GAP_MAX - 1)}abc`);
    const [stretch] = joining.read(tokens, 0);
    expect(joining.explain(tokens, stretch!, 5)).toEqual(["a … c", "c … a … c"]);
    const far = tokensOf(`c${"b".repeat(GAP_MAX)}abc`);
    expect(joining.explain(far, joining.read(far, 0)[0]!, 5)).toEqual(["a … c"]);
  });
});
