// Bodies are bounded in structure before they are parsed, by a reader that strings cannot fool.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEPTH_MAX,
  KEYS_MAX,
  STRING_MAX,
  structureComplaint,
  TOKENS_MAX,
} from "../../../src/defence/json-limits.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const DEPTH = /levels deep/;
const MEMBERS = /members/;

const OPEN = { array: "[", object: '{"k":' } as const;
const CLOSE = { array: "]", object: "}" } as const;
type Kind = keyof typeof OPEN;

/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
const nested = (kinds: readonly Kind[], inner = "1") =>
  kinds.map((kind) => OPEN[kind]).join("") +
  inner +
  [...kinds]
    .reverse()
    .map((kind) => CLOSE[kind])
    .join("");

/** Containers along the deepest branch, and members besides the first of each container. */
function measure(value: unknown): { depth: number; tokens: number } {
  if (typeof value !== "object" || value === null) return { depth: 0, tokens: 0 };
  const children = Object.values(value).map(measure);
  const commas = Math.max(0, children.length - 1);
  const colons = Array.isArray(value) ? 0 : children.length;
  return {
    depth: 1 + Math.max(0, ...children.map((each) => each.depth)),
    tokens: commas + colons + children.reduce((sum, each) => sum + each.tokens, 0),
  };
}

test("a string is bounded before it is parsed, escapes and missing ends included", () => {
  expect(structureComplaint(`["${"x".repeat(STRING_MAX)}"]`)).toBeNull();
  expect(structureComplaint(`["${"x".repeat(STRING_MAX + 1)}"]`)).toMatch(/string/);
  expect(structureComplaint(`"${'\\"'.repeat(STRING_MAX)}`)).toMatch(/string/);
  expect(
    structureComplaint(
      `[${Array(10)
        .fill(`"${"x".repeat(STRING_MAX / 2)}"`)
        .join()}]`,
    ),
  ).toBeNull();
});

test("members are bounded for each object alone, repeated names included", () => {
  const members = (count: number, name = (index: number) => `k${index}`) =>
    `{${Array.from({ length: count }, (_, index) => `"${name(index)}":1`).join()}}`;
  expect(structureComplaint(members(KEYS_MAX))).toBeNull();
  expect(structureComplaint(members(KEYS_MAX + 1))).toMatch(/an object of more than/);
  expect(structureComplaint(members(KEYS_MAX + 1, () => "same"))).toMatch(/an object of more than/);
  expect(
    structureComplaint(`{"a":${members(KEYS_MAX)},"b":[${members(KEYS_MAX)},${members(KEYS_MAX)}]}`),
  ).toBeNull();
  expect(structureComplaint(`[{"a":${members(KEYS_MAX)}},${members(KEYS_MAX + 1)}]`)).toMatch(/an object of/);
  // What an inner object has is not counted again where it ends.
  expect(structureComplaint(members(KEYS_MAX).replace(":1", `:${members(KEYS_MAX)}`))).toBeNull();
  // Colons within texts, and stray ends, are none.
  expect(structureComplaint(`{"${":".repeat(KEYS_MAX + 1)}":1}`)).toBeNull();
  expect(() => structureComplaint(`}}}${":".repeat(5)}`)).not.toThrow();
});

describe("depth", () => {
  test("is bounded alike for arrays, objects and any mixture of both", () => {
    const kinds = fc.constantFrom<Kind>("array", "object");
    const levels = (length: number) => fc.array(kinds, { minLength: length, maxLength: length });
    fc.assert(
      fc.property(levels(DEPTH_MAX), kinds, (at_bound, one_more) => {
        expect(structureComplaint(nested(at_bound))).toBeNull();
        expect(structureComplaint(nested([...at_bound, one_more]))).toMatch(DEPTH);
        expect(structureComplaint(nested([one_more, ...at_bound], ""))).toMatch(DEPTH);
      }),
    );
    for (const kind of ["array", "object"] as const) {
      expect(structureComplaint(nested(new Array<Kind>(DEPTH_MAX).fill(kind)))).toBeNull();
      expect(structureComplaint(nested(new Array<Kind>(DEPTH_MAX + 1).fill(kind)))).toMatch(DEPTH);
    }
    expect(DEPTH_MAX).toBe(32);
  });

  test("is of the branch, not of the sum: wide is not deep", () => {
    const branch = nested(new Array<Kind>(DEPTH_MAX - 1).fill("array"));
    expect(structureComplaint(`[${new Array(1_000).fill(branch).join(",")}]`)).toBeNull();
  });

  test("is refused whether or not the text is closed, or is JSON at all", () => {
    expect(structureComplaint("[".repeat(100_000))).toMatch(DEPTH);
    expect(structureComplaint('{"a":'.repeat(100_000))).toMatch(DEPTH);
    expect(structureComplaint("[{".repeat(17))).toMatch(DEPTH);
  });
});

describe("strings", () => {
  const noisy = fc.string({ unit: fc.constantFrom(..."[]{}\",:\\'/un \n\u2028\ud800"), maxLength: 120 });

  test("with brackets, quotes and commas in them count for nothing", () => {
    fc.assert(
      fc.property(noisy, noisy, (key, value) => {
        const deep = new Array<Kind>(DEPTH_MAX - 1).fill("object");
        expect(structureComplaint(nested(deep, JSON.stringify({ [key]: value })))).toBeNull();
        const too_deep = nested([...deep, "array", "array"], JSON.stringify(value));
        expect(structureComplaint(too_deep)).toMatch(DEPTH);
      }),
      { numRuns: 500 },
    );
  });

  test("that end with backslashes end where JSON says", () => {
    for (let count = 0; count <= 6; count += 1) {
      const text = JSON.stringify("\\".repeat(count));
      expect(structureComplaint(`[${text},${"[".repeat(DEPTH_MAX)}`)).toMatch(DEPTH);
    }
    // An escaped quote does not end the string: the brackets are inside.
    expect(structureComplaint(`["\\"${"[".repeat(100)}"]`)).toBeNull();
    expect(structureComplaint(`["\\\\",${"[".repeat(DEPTH_MAX)}`)).toMatch(DEPTH);
  });
});

describe("valid JSON", () => {
  test("is refused exactly when it is deeper, or has more members, than allowed", () => {
    const deep = fc
      .tuple(
        fc.jsonValue({ maxDepth: 4 }),
        fc.array(fc.constantFrom<Kind>("array", "object"), { maxLength: 40 }),
      )
      .map(([value, kinds]) => nested(kinds, JSON.stringify(value)));
    fc.assert(
      fc.property(deep, fc.constantFrom<string | number>("", 2, "\t"), (text, space) => {
        const value: unknown = JSON.parse(text);
        const { depth, tokens } = measure(value);
        const complaint = structureComplaint(JSON.stringify(value, null, space));
        expect(complaint !== null).toBe(depth > DEPTH_MAX || tokens > TOKENS_MAX);
      }),
      { numRuns: 500 },
    );
  });

  test("has at most 50,000 commas and colons", () => {
    const zeros = (count: number) => JSON.stringify(new Array(count).fill(0));
    expect(structureComplaint(zeros(TOKENS_MAX + 1))).toBeNull();
    expect(structureComplaint(zeros(TOKENS_MAX + 2))).toMatch(MEMBERS);
    const objects = (count: number) => `[${new Array(count).fill('{"k":0}').join()}]`;
    expect(structureComplaint(objects(25_000))).toBeNull();
    expect(structureComplaint(objects(25_001))).toMatch(MEMBERS);
    expect(TOKENS_MAX).toBe(50_000);
  });
});

describe("any text", () => {
  test("makes it neither throw nor say what it read", () => {
    const said = [null, "nested more than 32 levels deep", "more than 50000 members"];
    const texts = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'[]{}",:\\ 0'), maxLength: 500 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(said).toContain(structureComplaint(text));
      }),
      { numRuns: 1_000 },
    );
    for (const text of ["", '"', '"\\', "\\", "]".repeat(100), ":".repeat(100)]) {
      expect(structureComplaint(text)).toBeNull();
    }
  });

  test("that closes more than it opens gains no depth that JSON would let it use", () => {
    // Below zero the text is no JSON any more: the parser stops at the first stray bracket.
    const text = "]".repeat(1_000) + "[".repeat(1_000);
    if (structureComplaint(text) === null) expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(structureComplaint(`[]${"[".repeat(33)}`)).toMatch(DEPTH);
  });

  test("is read once from beginning to end: time is linear", () => {
    // Counted, not timed: every character is looked at once at most.
    class Counted extends String {
      looks = 0;
      override charCodeAt(index: number): number {
        this.looks += 1;
        return super.charCodeAt(index);
      }
    }
    for (const unit of ["[]", '"\\"', '"a",', "[1]", '\\"', " "]) {
      const text = new Counted(unit.repeat(20_000));
      structureComplaint(text as unknown as string);
      expect(text.looks, unit).toBeLessThanOrEqual(text.length);
      expect(text.looks, unit).toBeGreaterThan(0);
    }
  });
});

interface JsonCase {
  readonly name: string;
  readonly expect: "accept" | "reject" | "either";
  readonly body_b64?: string;
  readonly repeat_b64?: string;
  readonly count?: number;
  readonly tail_b64?: string;
}

describe.skipIf(!corporaRoot)(`JSON test suite${corporaNote}`, () => {
  const cases = readCorpusLines("json/jsontestsuite.jsonl") as JsonCase[];
  const decode = (text = "") => Buffer.from(text, "base64").toString("utf8");
  const textOf = (each: JsonCase) =>
    each.body_b64 === undefined
      ? decode(each.repeat_b64).repeat(each.count ?? 1) + decode(each.tail_b64)
      : decode(each.body_b64);

  test("nothing that JSON accepts is refused for its structure", () => {
    expect(cases.length).toBeGreaterThan(300);
    const accepted = cases.filter((each) => each.expect === "accept");
    expect(accepted.filter((each) => structureComplaint(textOf(each)) !== null)).toEqual([]);
  });

  test("what would nest a parser to death is refused before it", () => {
    const deep = cases.filter((each) => (each.count ?? 0) > 1_000);
    expect(deep.length).toBeGreaterThan(0);
    for (const each of deep) expect(structureComplaint(textOf(each)), each.name).toMatch(DEPTH);
  });
});
