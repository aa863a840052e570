// How the detectors of injections read what people type: by the part that each word and mark plays.
import { describe, expect, test } from "vitest";
import { lex } from "../../../src/defence/lexer.ts";
import { numberOf, TOKEN_NAMES } from "../../../src/defence/token.ts";
import { WORD_GROUPS } from "../../../src/defence/vocabulary.ts";

function read(text: string): string[] {
  const { ids, count } = lex(text);
  return Array.from(ids.subarray(0, count), (id) => TOKEN_NAMES[id]!);
}

describe("a program", () => {
  const groups = ["SHELL", "UNIX", "ID", "HEAD", "NET", "WIN", "INTERPRETER", "ECHO", "SLEEP"];
  const words = groups.flatMap((group) => WORD_GROUPS[group]!.split(" "));
  const programs = [...words, "set", "shutdown", "hostname"].filter((word) => /^[a-z0-9_]+$/u.test(word));

  test.each([";", "|", "||", "&", "&&", "$(", "\n", "\\n"])("is run behind %j, whichever it is", (mark) => {
    for (const program of programs) expect(read(`a ${mark} ${program}`).at(-3), program).toBe("run");
  });

  test("is a word like others where no command begins", () => {
    for (const text of ["hostname", "the cat", "cat; dog"]) expect(read(text), text).not.toContain("run");
  });
});

describe("a handler of HTML", () => {
  test.each(["onload=", "onwhatever=", "ONFOCUS =", "onbegin /=", "onfoo\t=x", `onfoo${" ".repeat(8)}=`])(
    "is in %j",
    (text) => {
      expect(read(text)).toContain("HANDLER");
    },
  );

  test.each([
    "only=",
    "onfoo",
    "unfoo=",
    "offoo=",
    "onfoo:=",
    `onfoo${" ".repeat(9)}=`,
    `on${"x".repeat(60)}=`,
  ])("is not in %j", (text) => {
    expect(read(text)).not.toContain("HANDLER");
  });
});

describe("braces that a shell expands", () => {
  test.each(["{cat,/etc/hosts}", "{a,b,c}", "{,x}", `{${"a".repeat(30)},b}`])("are %j", (text) => {
    expect(read(text)).toContain("{,");
  });

  test.each([
    "{}",
    "{a}",
    "{a, b}",
    "{a b,c}",
    '{"a",b}',
    "{a:b,c}",
    "{a=b,c}",
    "{a{b,c",
    "{{a,b}}",
    `{${"a".repeat(32)},b}`,
  ])("are not %j", (text) => {
    expect(read(text)[1]).not.toBe("{,");
  });
});

test.each(["don't", "It's", "WE’LL", "they've", "they're", "I'd", "I'm"])("%s is one word", (text) => {
  expect(read(text)).toEqual(["^", "word", "$"]);
});

test.each(["x'or", "a'select", "a'tt", "rock'n"])("in %s an apostrophe quotes", (text) => {
  expect(read(text)).toContain("'");
});

test("bytes in hexadecimal are told from numbers, alone and one after another", () => {
  expect(read("0x2e")).toEqual(["^", "0x2e", "$"]);
  expect(read("0x2e0x2e0x2f")).toEqual(["^", "0x2e", "0x2e", "0x2e", "$"]);
  for (const number of ["0x", "0x1", "0x5f3759df"]) expect(read(number), number).toEqual(["^", "hex", "$"]);
});

test("a text is read to its end, however long", () => {
  expect(read("a;".repeat(20_000)).slice(-3)).toEqual(["word", ";", "$"]);
  expect(read(`${"; ".repeat(20_000)}cat`).slice(-3)).toEqual(["run", "UNIX", "$"]);
});

test("each token has its number, and what is none has not", () => {
  expect(TOKEN_NAMES.map(numberOf)).toEqual(TOKEN_NAMES.map((_, number) => number));
  expect(() => numberOf("nothing of the kind")).toThrow();
});

test("the beginning and the end of a text are like blanks to what stands there", () => {
  for (const text of ["-v", "--verbose", "(a", "/srv", "a", "7"]) {
    const within = read(` ${text} `);
    expect(read(text), text).toEqual(within);
  }
});
