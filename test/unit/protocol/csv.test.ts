// CSV: what is written is read back, a spreadsheet calculates nothing, and what is malformed is refused with its line.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRow, defused, parseCsv, restored } from "../../../src/protocol/csv.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const awkward = fc.string({
  unit: fc.constantFrom(
    "a",
    '"',
    "'",
    ",",
    ";",
    "\r",
    "\n",
    "\t",
    " ",
    "=",
    "+",
    "-",
    "@",
    "＝",
    "é",
    "\u{1f600}",
  ),
});
const rowsOf = (text: string) => {
  const parsed = parseCsv(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.complaint}`);
  return parsed.rows;
};

it("whatever rows are written are read back", () => {
  const rows = fc.array(fc.array(awkward, { minLength: 2, maxLength: 6 }), { maxLength: 8 });
  fc.assert(fc.property(rows, (all) => void expect(rowsOf(all.map(csvRow).join(""))).toEqual(all)));
});

it("a cell is the same after it was defused and restored, however often", () => {
  fc.assert(
    fc.property(awkward, (cell) => {
      expect(restored(defused(cell))).toBe(cell);
      expect(restored(restored(defused(defused(cell))))).toBe(cell);
    }),
  );
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1", "'=1"])(
  "%j is written as text",
  (cell) => {
    expect(csvRow([cell])).toBe(`"'${cell}"\r\n`);
  },
);

it("a line end, a semicolon or a quote stays within its cell", () => {
  expect(csvRow(['a;=1\n"b"', "c"])).toBe('"a;=1\n""b""","c"\r\n');
});

it.each([
  [
    "a,b\r\nc,d\r\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,b\nc,d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,b\rc,d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,\n,b\n",
    [
      ["a", ""],
      ["", "b"],
    ],
  ],
  ["a,", [["a", ""]]],
  ['"a\r\nb","c""d"\n', [["a\r\nb", 'c"d']]],
  ["\n\na,b\n\n", [["a", "b"]]],
  ["", []],
])("%j is read as it stands in RFC 4180", (text, rows) => {
  expect(rowsOf(text)).toEqual(rows);
});

it.each([
  ['a,"b', 1, "a quote is not closed"],
  ['a,b\nc"d,e', 2, "a quote stands within a bare cell"],
  ['"a\nb"c,d', 1, "something stands between a closing quote and the next comma"],
])("%j is refused with its line", (text, line, complaint) => {
  expect(parseCsv(text)).toEqual({ ok: false, line, complaint });
});

it("more cells than are wanted are refused with their line, empty ones among them", () => {
  expect(parseCsv("a,b\nc,\n", 4)).toMatchObject({ ok: true });
  const complaint = "there are more than 3 cells: send it in parts";
  for (const text of ["a,b\nc,d\n", "a,b\nc,\ne,f", "a\nb,c,d", "a,,\n,", "\na,b,c,"]) {
    expect(parseCsv(text, 3), text).toEqual({ ok: false, line: 2, complaint });
  }
});

it("what others wrote comes as they wrote it: formulas, and apostrophes that defuse none", () => {
  expect(rowsOf("=1+1,-2,+3,@x\n'tis,'a,'=1,''=1")).toEqual([
    ["=1+1", "-2", "+3", "@x"],
    ["'tis", "'a", "=1", "'=1"],
  ]);
});

it("any text at all is read or refused, never worse", () => {
  fc.assert(fc.property(awkward, (text) => void parseCsv(text)));
});

interface Injection {
  readonly cell: string;
  readonly verdict: "neutralise" | "plain";
  readonly note?: string;
}

describe.skipIf(!corporaRoot)(`cells of the public corpus${corporaNote}`, () => {
  const rows = readCorpusLines("csv/csv_injection.jsonl") as Injection[];

  it("each that a spreadsheet would calculate begins with an apostrophe, each other stays as it is", () => {
    for (const { cell, verdict, note } of rows) {
      if (note?.includes("fragment")) continue;
      expect([cell, defused(cell) === `'${cell}`]).toEqual([cell, verdict === "neutralise"]);
    }
    expect(rows.length).toBeGreaterThan(50);
  });
});
