// What may stand in the texts of the strict contexts, character by character.
import { describe, expect, test } from "vitest";
import { foreignTo } from "../../../src/defence/alphabet.ts";

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const allowed = (context: "identifier" | "email" | "file_name" | "url", put: (character: string) => string) =>
  ASCII.filter((character) => foreignTo(context, put(character)) === null).join("");
const WORD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const sorted = (text: string) => [...text].sort().join("");

describe("names", () => {
  test("hold letters, digits and seven marks of ASCII", () => {
    expect(sorted(allowed("identifier", (character) => character))).toBe(sorted(`${WORD} ._-+@'`));
  });

  test.each(["Zoë", "Иван", "山田", "नमस्ते", "٣", "O’Brien", ""])("%j is one", (text) => {
    expect(foreignTo("identifier", text)).toBeNull();
  });

  test.each(["a\u200bb", "\u202eadmin", "a…b", "😀", "a\u00a0b", "a\ud800", "ﷲ\u061c"])(
    "%j is none",
    (text) => {
      expect(foreignTo("identifier", text)).toBe("character");
    },
  );

  // Unicode calls them letters and marks; people see nothing.
  test.each(["\u115f", "\u1160", "\u3164", "\uffa0", "\u034f", "\u180b"])(
    "%j is none, nor is any with it",
    (blank) => {
      expect(foreignTo("identifier", blank)).toBe("character");
      expect(foreignTo("identifier", `ad${blank}a`)).toBe("character");
    },
  );
});

describe("e-mail addresses", () => {
  test("hold the marks of RFC 5322 before the @, and dots and hyphens behind it", () => {
    expect(sorted(allowed("email", (character) => `a${character}b@example.org`))).toBe(
      sorted(`${WORD}.!#$%&'*+-/=?^_\`{|}~`),
    );
    expect(sorted(allowed("email", (character) => `ada@exa${character}mple.org`))).toBe(sorted(`${WORD}.-`));
  });

  test.each([
    ["ada", "address"],
    ["@example.org", "address"],
    ["ada@", "address"],
    ["", "address"],
    ["a@b", null],
    ["a@b@c", "character"],
    ["zoë@bücher.example", null],
  ])("%j: %s", (text, complaint) => {
    expect(foreignTo("email", text)).toBe(complaint);
  });
});

describe("file names", () => {
  test("hold no separators, wildcards, controls nor percent signs", () => {
    const foreign = ASCII.filter((character) => foreignTo("file_name", `a${character}b`) === "separator");
    const controls = ASCII.filter((_, code) => code < 0x20 || code === 0x7f);
    expect(foreign.sort()).toEqual([...controls, ...'/\\:*?"<>|%'].sort());
  });

  test.each(["a\u2044b", "a\u2215b", "a\u2216b", "a\u200bb", "a\u202eb"])(
    "%j hides a separator or more",
    (text) => {
      expect(foreignTo("file_name", text)).toBe("separator");
    },
  );

  test.each(["", ".", "..", "..a", "a.", "a "])("%j is a matter of dots or blanks", (text) => {
    expect(foreignTo("file_name", text)).toBe("dots");
  });

  test.each([".a", "a.b", "a..b", " a", "Übersicht (final).pdf", "console.txt", "com10"])(
    "%j is one",
    (text) => {
      expect(foreignTo("file_name", text)).toBeNull();
    },
  );

  const devices = ["con", "prn", "aux", "nul"];
  for (let port = 1; port <= 9; port += 1) devices.push(`com${port}`, `lpt${port}`);
  test.each(devices)("%s is a device of Windows, with or without an ending", (name) => {
    expect(foreignTo("file_name", name)).toBe("reserved");
    expect(foreignTo("file_name", `${name.toUpperCase()}.tar.gz`)).toBe("reserved");
  });
});

describe("links", () => {
  test("hold no controls, spaces, quotes, angle brackets nor backslashes", () => {
    const foreign = ASCII.filter(
      (character) => foreignTo("url", `https://a.example/x${character}y`) === "character",
    );
    const controls = ASCII.filter((_, code) => code <= 0x20 || code === 0x7f);
    expect(foreign.sort()).toEqual([...controls, ...'"<>\\'].sort());
  });

  test.each([
    ["https://a.example/", null],
    ["http://a.example/?q=1#x", null],
    ["HTTPS://a.example", null],
    ["ftp://a.example/", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["https://ada@a.example/", "credentials"],
    ["https://:secret@a.example/", "credentials"],
    ["a.example", "address"],
    ["", "address"],
  ])("%j: %s", (text, complaint) => {
    expect(foreignTo("url", text)).toBe(complaint);
  });
});

test.each(["free_text", "rich_text", "code", "search", "secret", "closed"] as const)(
  "%s holds anything",
  (context) => {
    expect(foreignTo(context, "\0<\u202e/../\"'")).toBeNull();
  },
);
