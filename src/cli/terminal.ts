// What the demo writes: plain lines for people, aligned in columns. Colours come from util.styleText,
// which leaves them out where the output is no terminal or NO_COLOR is set. Whoever wrote a text, it steers no terminal.
import { styleText } from "node:util";
import widthOf from "fast-string-width";
import { printable, printableLines } from "./printable.ts";

type Style = Parameters<typeof styleText>[0];

/** One cell of a line; padding is counted without its colour. */
export interface Cell {
  readonly text: string;
  readonly width?: number;
  readonly style?: Style;
}

/** Writes one line of cells, each padded to its width. */
export function line(...cells: readonly Cell[]): void {
  const text = cells.map(({ text, width, style }, index) => {
    const shown = printableLines(text);
    const padded = index === cells.length - 1 ? shown : filled(shown, width ?? 0);
    return style ? styled(style, padded) : padded;
  });
  console.log(text.join(" "));
}

/** Starts a part of the story. */
export function heading(text: string): void {
  console.log(`\n${styled("bold", printable(text))}`);
}

/** Writes an aside, indented below the line that it explains; line breaks are kept. */
export function note(text: string): void {
  for (const row of text.split("\n")) console.log(row === "" ? "" : `    ${styled("dim", printable(row))}`);
}

/** Writes text that must keep its shape and its contrast, such as a QR code. */
export function picture(text: string): void {
  console.log(text.replaceAll(/^/gm, "    "));
}

/** Writes rows below their titles, each column as wide as its widest cell; `style` colours whole rows. */
export function table<Row extends Readonly<Record<string, string>>>(
  rows: readonly Row[],
  style: (row: Row) => Style | undefined = () => undefined,
): void {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(...[column, ...rows.map((row) => row[column]!)].map((text) => widthOf(printable(text)))),
  );
  const cells = (texts: readonly string[]) =>
    texts
      .map(printable)
      .map((text, index) => filled(text, widths[index]!))
      .join("  ")
      .trimEnd();
  console.log(`    ${styled("underline", cells(columns))}`);
  for (const row of rows) {
    const text = cells(columns.map((column) => row[column]!));
    const rowStyle = style(row);
    console.log(`    ${rowStyle ? styled(rowStyle, text) : text}`);
  }
}

/** Says why the program ends before its time. */
export function failure(text: string): void {
  console.error(`\n${styleText("red", "✗", { stream: process.stderr })} ${printableLines(text)}`);
}

/** Columns of a terminal are counted, not characters: Chinese, Japanese and Korean ones take two. */
const filled = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

const styled = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });
