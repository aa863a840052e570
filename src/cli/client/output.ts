// Answers for people: lists as tables, single things line by line, documents as they came. Control characters and
// changes of direction in what others wrote are shown, not sent to the terminal.
import { printable, printableLines } from "../printable.ts";
import { line, table } from "../terminal.ts";

const CELL_MAX = 48;
/** Columns that say most, first; others follow as they come. */
const FIRST = [
  "id",
  "number",
  "name",
  "title",
  "username",
  "status",
  "role",
  "priority",
  "assigned_to",
  "due_at",
];
const COLUMNS_MAX = 6;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Writes the body of an answer. */
export function show(body: unknown): void {
  if (body === undefined) console.log("Done.");
  else if (typeof body === "string" || body instanceof Uint8Array) showDocument(body);
  else if (isFields(body)) for (const [name, value] of Object.entries(body)) showNamed(name, value, body);
  else console.log(text(body));
}

/** Byte for byte into a file or a pipe; to a terminal only what it can show, and nothing that would steer it. */
export function showDocument(body: string | Uint8Array): void {
  const { stdout } = process;
  const shown = stdout.isTTY ? textOf(body) : body;
  if (shown === null)
    console.error(`${body.length} bytes that are no text: send them to a file, as in > FILE.`);
  else stdout.write(typeof shown === "string" && stdout.isTTY ? printableLines(shown) : shown);
}

function textOf(body: string | Uint8Array): string | null {
  if (typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

function showNamed(name: string, value: unknown, body: Fields): void {
  if (Array.isArray(value) && value.every(isFields)) {
    if (value.length === 0) console.log(`No ${name.replaceAll("_", " ")}.`);
    else table(value.map(rowOf(value)));
  } else if (isFields(value)) {
    for (const [field, each] of Object.entries(value)) pair(field, each);
  } else if (name === "next_cursor") {
    if (value !== null) console.log(`More: repeat with --cursor ${text(value)}`);
  } else if (name !== "count" || Object.keys(body).length === 1) pair(name, value);
}

function rowOf(rows: readonly Fields[]): (row: Fields) => Record<string, string> {
  const known = [...new Set(rows.flatMap(Object.keys))].filter((name) =>
    rows.some((row) => !isFields(row[name])),
  );
  const columns = [
    ...FIRST.filter((name) => known.includes(name)),
    ...known.filter((name) => !FIRST.includes(name)),
  ];
  const shown = columns.slice(0, COLUMNS_MAX);
  return (row) => Object.fromEntries(shown.map((name) => [name, cut(text(row[name]))]));
}

const pair = (name: string, value: unknown): void =>
  line({ text: name.replaceAll("_", " "), width: 20, style: "dim" }, { text: text(value) });

/** One line, whatever stands in it. */
function text(value: unknown): string {
  if (value === null || value === undefined) return "—";
  if (Array.isArray(value) && value.every((each) => typeof each !== "object"))
    return value.map(text).join(", ") || "—";
  return printable(typeof value === "string" ? value : JSON.stringify(value));
}

const cut = (value: string): string => (value.length > CELL_MAX ? `${value.slice(0, CELL_MAX - 1)}…` : value);
