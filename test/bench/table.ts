// The one table that a run prints, and what its figures mean.
import type { Row, Target } from "./case.ts";

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ["case", (row) => row.case],
  ["callers", (row) => number(row.connections, 0)],
  ["requests/s", (row) => number(row.requests_per_second, (row.requests_per_second ?? 0) < 100 ? 1 : 0)],
  ["p50 ms", (row) => number(row.p50_ms, 2)],
  ["p99 ms", (row) => number(row.p99_ms, 2)],
  ["CPU µs", (row) => number(row.cpu_us, 0)],
  ["compared to", (row) => row.baseline ?? ""],
  ["ratio", (row) => number(row.ratio, 2)],
  ["quartiles", ({ quartiles }) => (quartiles ? quartiles.map((value) => value.toFixed(2)).join("–") : "")],
  ["CPU ratio", (row) => number(row.cpu_ratio, 2)],
  ["target", (row) => (row.target ? targetText(row.target, row.ratio) : "")],
  ["note", (row) => row.note ?? ""],
];

const LEGEND = `ratio: median, over short slices of time that the two take in turns, of this case's requests/s to that of
the case it is compared to (sign-in and hashes: of median times, over the rounds); then its quartiles.
CPU µs: processor time of workerd per request, with what it puts off until after the answer; the ratio of
it holds even where other programs disturb the machine. Other figures: medians.`;

/** The rows in columns, as Markdown. */
export function tableText(rows: readonly Row[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (isText(i) ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  const [head, ...body] = lines.map(format);
  return [head, rule, ...body, "", LEGEND].join("\n");
}

const isText = (column: number): boolean =>
  ["case", "compared to", "target", "note"].includes(COLUMNS[column]![0]);

const number = (value: number | null, digits: number): string =>
  value === null ? "" : value.toFixed(digits);

function targetText({ bound, ratio: wanted }: Target, ratio: number | null): string {
  const met = ratio !== null && (bound === "at least" ? ratio >= wanted : ratio <= wanted);
  return `${bound === "at least" ? "≥" : "≤"} ${wanted} ${met ? "met" : "MISSED"}`;
}
