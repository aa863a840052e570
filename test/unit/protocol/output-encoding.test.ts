// What leaves is inert where it ends up: in a page, in a line of a log, in a shell, a header or a file system.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeForFileName,
  encodeForHtml,
  inertJson,
  logLine,
} from "../../../src/protocol/output-encoding.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });
/** As file names: of any length, and with a first part that Windows keeps for itself. */
const longOrReserved = fc
  .tuple(
    fc.constantFrom("", "con.", "LPT1.", "..nul."),
    fc.oneof(anyText, fc.stringMatching(/^[a-z.]{80,110}$/)),
  )
  .map((parts) => parts.join(""));

test("HTML: nothing of a text can begin a tag, an entity or end an attribute", () => {
  expect(encodeForHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  fc.assert(
    fc.property(anyText, (text) => {
      expect(encodeForHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

describe("a line of a log", () => {
  test.each([
    ["one\r\n2026-11-22 root signed in", '"one\\r\\n2026-11-22 root signed in"'],
    ["\u001b[31mred", '"\\u001b[31mred"'],
    ["\u009b31mred", '"\\u009b31mred"'],
    ["\u202egnp.exe", '"\\u202egnp.exe"'],
    ["two\u2028lines", '"two\\u2028lines"'],
    ["tag\u{e0041}", '"tag\\udb40\\udc41"'],
    ["C:\\temp", '"C:\\\\temp"'],
    ["Größe 日本", '"Größe 日本"'],
  ])("%j", (text, line) => {
    expect(logLine(text)).toBe(line);
  });

  test("is one line that commands nothing, whatever is in it, and says the same to who reads JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (record) => {
        const line = logLine(record);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(record)));
        expect(inertJson(line)).toBe(line);
      }),
    );
  });
});

describe("a file name", () => {
  test.each([
    ["audit-main.csv", "audit-main.csv"],
    ["../../etc/passwd", "etc_passwd"],
    ['a"; rm -rf $HOME #.txt', "a_rm_-rf_HOME_.txt"],
    ["-rf", "rf"],
    ["con.txt", "file_con.txt"],
    ["Größe.txt", "Gr_e.txt"],
    ["…", "file"],
    ["", "file"],
    ["a".repeat(300), "a".repeat(100)],
    [`con.${"a".repeat(96)}`, `file_con.${"a".repeat(91)}`],
    [`con.${"a".repeat(90)}.b`, `file_con.${"a".repeat(90)}`],
    ["con.", "file_con"],
  ])("%j", (text, name) => {
    expect(encodeForFileName(text)).toBe(name);
  });

  test("means nothing to a shell, a header or a file system, and is the same twice", () => {
    fc.assert(
      fc.property(longOrReserved, (text) => {
        const name = encodeForFileName(text);
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
        expect(name).not.toContain("..");
        expect(name.endsWith(".")).toBe(false);
        expect(encodeForFileName(name)).toBe(name);
      }),
    );
  });
});
