// Comma-separated values (RFC 4180), strictly read, and written so that a spreadsheet takes no cell for a formula
// (OWASP, CSV injection). Every cell is quoted: a spreadsheet that splits at semicolons finds nothing to split.

export type CsvRows =
  | { readonly ok: true; readonly rows: string[][] }
  | { readonly ok: false; readonly line: number; readonly complaint: string };

/** What spreadsheets take for a formula, also behind blanks, in full width, or behind apostrophes of ours. */
const FORMULA = /^'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/u;

/** Puts an apostrophe before what a spreadsheet would calculate. `restored` takes it away again. */
export const defused = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** The cell as it was before `defused`. */
export const restored = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;

/** One row with its line end. Cells are defused. */
export const csvRow = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${defused(cell).replaceAll('"', '""')}"`).join(",")}\r\n`;

/**
 * The rows of a text, their cells restored; empty lines are left out. Refuses, with the line, a quote within a bare
 * cell, anything behind a closing quote, a quote that nothing closes, and more cells than `cells_max`: each weighs more
 * in memory than the comma that makes it. Time is linear.
 */
export function parseCsv(text: string, cells_max = Number.POSITIVE_INFINITY): CsvRows {
  const rows: string[][] = [];
  let row: string[] = [];
  let cells = 0;
  let line = 1;
  let at = 0;
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end === -1) return { ok: false, line, complaint: "a quote is not closed" };
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      if (at < text.length && !",\r\n".includes(text[at]!)) {
        return { ok: false, line, complaint: "something stands between a closing quote and the next comma" };
      }
      line += cell.split("\n").length - 1;
    } else {
      const end = bareEnd(text, at);
      cell = text.slice(at, end);
      if (cell.includes('"')) return { ok: false, line, complaint: "a quote stands within a bare cell" };
      at = end;
    }
    row.push(restored(cell));
    cells += 1;
    const goes_on = text[at] === ",";
    if (goes_on) at += 1;
    const ends = !goes_on || at === text.length || "\r\n".includes(text[at]!);
    if (goes_on && ends) {
      row.push("");
      cells += 1;
    }
    if (cells > cells_max)
      return { ok: false, line, complaint: `there are more than ${cells_max} cells: send it in parts` };
    if (!ends) continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
  }
  return { ok: true, rows };
}

function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

function bareEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && !",\r\n".includes(text[end]!)) end += 1;
  return end;
}
