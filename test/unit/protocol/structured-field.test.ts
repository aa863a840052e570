import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../src/protocol/base64.ts";
import {
  type BareItem,
  Decimal,
  FIELD_CHARACTERS_MAX,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeList,
  serializeMember,
  Token,
} from "../../../src/protocol/structured-field.ts";

const none = new Map<string, BareItem>();
const item = (value: BareItem, parameters = none) => ({ value, parameters });

describe("base64", () => {
  test("agrees with Node's for any bytes, and comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(encodeBase64(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test.each(["QQ", "QQ=", "QR==", "Q===", "====", "=", "QQ==QQ==", "Q-==", "Q_==", "QQ==\n", " QQ=="])(
    "refuses %j",
    (text) => expect(decodeBase64(text)).toBeNull(),
  );
});

describe("structured fields", () => {
  const strings = fc.string({
    unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
  });
  const keys = fc.stringMatching(/^[a-z*][a-z0-9_\-.*]{0,8}$/);
  const bare: fc.Arbitrary<BareItem> = fc.oneof(
    fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }).map((number) => number + 0),
    fc
      .integer({ min: -999_999_999_999, max: 999_999_999_999 })
      .map((number) => new Decimal(number / 1000 + 0)),
    strings,
    fc.boolean(),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)),
    fc.stringMatching(/^[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]{0,8}$/).map((text) => new Token(text)),
  );
  const parameters = fc.array(fc.tuple(keys, bare), { maxLength: 3 }).map((entries) => new Map(entries));
  const items = fc.record({ value: bare, parameters });
  const members = fc.oneof(items, fc.record({ items: fc.array(items, { maxLength: 4 }), parameters }));

  test("whatever can be written is read back the same, and is written the same again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(keys, members), { maxLength: 4 }).map((entries) => new Map(entries)),
        (dictionary) => {
          const text = serializeDictionary(dictionary);
          expect(parseDictionary(text)).toEqual(dictionary);
          expect(serializeDictionary(parseDictionary(text)!)).toBe(text);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(members, { maxLength: 4 }), (list) => {
        expect(parseList(serializeList(list))).toEqual(list);
      }),
    );
    fc.assert(
      fc.property(items, (one) => {
        expect(parseItem(serializeMember(one))).toEqual(one);
      }),
    );
  });

  test("no text whatever makes reading throw, and what it reads is one value with one spelling", () => {
    const characters = fc.constantFrom(...'ab1-.;=,:?"\\() \t*é\n0@%');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 40 }), (text) => {
        for (const [parse, serialize] of [
          [parseDictionary, serializeDictionary],
          [parseList, serializeList],
          [parseItem, serializeMember],
        ] as const) {
          const parsed = parse(text);
          if (!parsed) continue;
          const written = (serialize as (value: unknown) => string)(parsed);
          expect(parse(written)).toEqual(parsed);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    [
      "a=1,b=2",
      [
        ["a", item(1)],
        ["b", item(2)],
      ],
    ],
    [
      "  a=1 \t,\t b;x ",
      [
        ["a", item(1)],
        ["b", item(true, new Map([["x", true]]))],
      ],
    ],
    ["", []],
    ["   ", []],
    ['a="q\\"\\\\"', [["a", item('q"\\')]]],
    ["a=-0", [["a", item(0)]]],
    ["a=007.5", [["a", item(new Decimal(7.5))]]],
    ["a=?0;b=?1", [["a", item(false, new Map([["b", true]]))]]],
    ["a=( )", [["a", { items: [], parameters: none }]]],
    ["a=(  x  1 )", [["a", { items: [item(new Token("x")), item(1)], parameters: none }]]],
  ] as const)("reads %j", (text, entries) => {
    expect([...parseDictionary(text)!]).toEqual(entries);
  });

  test.each([
    ["a key twice", "a=1, a=2"],
    ["a parameter twice", "a;b;b"],
    ["a trailing comma", "a,"],
    ["a leading comma", ",a"],
    ["a capital in a key", "A=1"],
    ["white space about =", "a= 1"],
    ["a tab at the end", "a=1\t"],
    ["a tab within an inner list", "a=(x\ty)"],
    ["items without white space", 'a=("x""y")'],
    ["an inner list within one", "a=((x))"],
    ["an open inner list", "a=(x"],
    ["an open string", 'a="x'],
    ["an escape of something else", 'a="\\n"'],
    ["a control character", 'a="\u0001"'],
    ["what is not ASCII", 'a="é"'],
    ["16 digits", "a=1000000000000000"],
    ["13 digits before a fraction", "a=1000000000000.5"],
    ["four digits of a fraction", "a=1.0001"],
    ["a fraction of none", "a=1."],
    ["two fractions", "a=1.2.3"],
    ["a plus sign", "a=+1"],
    ["a bare minus", "a=-"],
    ["base64 without padding", "a=:QQ:"],
    ["base64 with bits behind it", "a=:QR==:"],
    ["an open byte sequence", "a=:QQ=="],
    ["a boolean of neither", "a=?2"],
    ["a date", "a=@1"],
    ["a display string", 'a=%"x"'],
    ["a line break", "a\n"],
  ])("refuses %s", (_what, text) => expect(parseDictionary(text)).toBeNull());

  test("refuses to read an overlong field, and to write what none can carry", () => {
    const longest = `"${"x".repeat(FIELD_CHARACTERS_MAX - 2)}"`;
    expect(parseItem(longest)).not.toBeNull();
    expect(parseItem(`${longest} `)).toBeNull();
    for (const value of [
      "é",
      "\n",
      1.5,
      1e15,
      Number.NaN,
      new Token("a b"),
      new Token(""),
      new Decimal(1e12),
      new Decimal(999_999_999_999.9996),
    ]) {
      expect(() => serializeMember(item(value))).toThrow(RangeError);
    }
    expect(() => serializeDictionary(new Map([["A", item(1)]]))).toThrow(RangeError);
  });
});
