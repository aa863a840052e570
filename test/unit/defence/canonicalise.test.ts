// However a text is disguised, one of its canonical forms shows what it says; and looking costs a bounded time.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalise } from "../../../src/defence/canonicalise.ts";

const last = (text: string): string => canonicalise(text).views.at(-1)!;

describe("what is disguised is shown", () => {
  test.each([
    ["%3Cscript%3E", "<script>", "percent"],
    ["%253Cscript%253E", "<script>", "multiple_encoding"],
    ["%2525252e%2525252e/", "../", "multiple_encoding"],
    ["%c0%ae%c0%ae/etc", "../etc", "overlong"],
    ["%e0%80%ae%e0%80%ae/etc", "../etc", "overlong"],
    ["%f0%80%80%ae%f0%80%80%ae/etc", "../etc", "overlong"],
    ["%f8%80%80%80%ae%f8%80%80%80%ae/etc", "../etc", "overlong"],
    ["%fc%80%80%80%80%ae%fc%80%80%80%80%ae/etc", "../etc", "overlong"],
    ["%f0%82%82%ac 5", "€ 5", "overlong"],
    ["a%c0/b", "aÀ/b", "overlong"],
    ["a%c1/b", "aÁ/b", "overlong"],
    ["%c3%a9tc", "étc", "percent"],
    ["%c3xa9tc", "Ãxa9tc", "percent"],
    ["%u003cscript%u003e", "<script>", "percent"],
    ["%%32%65%%32%65/", "../", "percent"],
    ["&lt;script&gt;", "<script>", "entity"],
    ["&#60;script&#x3E;", "<script>", "entity"],
    ["&#0000060script", "<script", "entity"],
    ["java&Tab;script:", "javascript:", "entity"],
    ["&amp;lt;script", "<script", "multiple_encoding"],
    ["\\u003cscript\\x3e", "<script>", "escape"],
    ["\\u{3c}script", "<script", "escape"],
    ["\\u{0000003c}script", "<script", "escape"],
    ["\\u{00000000000000000000000000010fff}", "\u{10fff}", "escape"],
    ["\\u{000000}script", "script", "null_byte"],
    ["0x2e0x2e0x2fetc", "../etc", "escape"],
    ["0x630x610x74 etc", "cat etc", "escape"],
    ["%26lt%3Bscript", "<script", "multiple_encoding"],
    ["UN/**/ION SELECT", "UN ION SELECT", "comment"],
    ["2/**/*3", "2 *3", "comment"],
    ["/*!50000UNION*/ SELECT", " UNION  SELECT", "comment"],
    ["w'h'oami", "whoami", "split_word"],
    ["w''get", "wget", "split_word"],
    ['who""ami', "whoami", "split_word"],
    ["c'\"'at", "cat", "split_word"],
    ['w"$@"get', "wget", "empty_expansion"],
    ["w'``'get", "wget", "empty_expansion"],
    ["who^am^i", "whoami", "split_word"],
    ["c\\at", "cat", "split_word"],
    ["ＳＥＬＥＣＴ", "SELECT", null],
    ["ſcript", "script", null],
    ["scr\u200bipt", "script", "invisible"],
    ["\u202eadmin", "admin", "bidirectional"],
    ["pаypаl", "paypal", "homoglyph"],
    ["etc/passwd\0.png", "etc/passwd.png", "null_byte"],
    ["etc/passwd%00.png", "etc/passwd.png", "null_byte"],
  ])("%j reads %j", (text, plain, disguise) => {
    expect(last(text)).toBe(plain);
    if (disguise) expect([...canonicalise(text).disguises]).toContain(disguise);
  });
});

test("a text that compatibility forms would blow up is folded a character at a time", () => {
  expect(last("ﷺ ſcript ´ ‹b›")).toBe("ﷺ script ' <b>");
});

test("a character in as many bytes as it takes is in none too many", () => {
  for (const character of ["\u007f", "\u0080", "\u07ff", "\u0800", "€", "\uffff", "\u{10000}", "\u{10ffff}"])
    expect([...canonicalise(`%41${encodeURIComponent(character)}`).disguises]).toEqual(["percent"]);
});

test("a byte in hexadecimal is read where it is a printable character of ASCII", () => {
  for (let code = 0; code < 256; code += 1) {
    const written = `0x${code.toString(16).padStart(2, "0")}`;
    const isPrintable = code >= 0x20 && code <= 0x7e;
    expect(last(`(${written})`)).toBe(isPrintable ? `(${String.fromCharCode(code)})` : `(${written})`);
  }
});

describe("honest text stays as it is", () => {
  test.each([
    "Select a venue; drop the old one",
    "don't, it's the users' choice",
    "50 % off & more",
    "R&D; AT&T",
    "a?b=1&sol=2",
    "Größe, naïve, Łódź",
    "Москва и Київ",
    "日本語",
    "0x5f3759df",
  ])("%j", (text) => {
    expect(canonicalise(text)).toEqual({ views: [text], disguises: new Set() });
  });

  test("an alphabet of its own is no look-alike", () => {
    expect(canonicalise("Привет, Ελλάδα").disguises).not.toContain("homoglyph");
  });
});

describe("looking is bounded", () => {
  const pieces = [
    "%",
    "%25",
    "&",
    "&amp;",
    "&#",
    "\\",
    "\\u",
    "0x",
    "/*",
    "*/",
    "'",
    "a",
    "3c",
    "ﷺ",
    "\0",
    ";",
    "^",
  ];
  test("no form is longer than twice the text, and the text itself comes first", () => {
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 200 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), (text) => {
        const { views } = canonicalise(text);
        expect(views[0]).toBe(text);
        expect(views.length).toBeLessThanOrEqual(3);
        for (const view of views) expect(view.length).toBeLessThanOrEqual(2 * text.length + 2);
      }),
      { numRuns: 50 },
    );
  });

  test("a text encoded more often than the rounds go is still a finding", () => {
    let text = "<script>";
    for (let round = 0; round < 12; round += 1) text = encodeURIComponent(text);
    expect(canonicalise(text).disguises).toContain("multiple_encoding");
  });
});
