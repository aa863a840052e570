// Calendars (iCalendar, RFC 5545): to-dos with a due date, for calendars to subscribe to or import. Written only.

export interface Todo {
  /** Globally unique, and the same on every export, so that calendars update instead of adding. */
  readonly uid: string;
  readonly summary: string;
  readonly description: string;
  readonly due_ms: number;
  readonly modified_ms: number;
  /** 0 undefined, 1 highest to 9 lowest (section 3.8.1.9). */
  readonly priority: number;
  readonly status: "NEEDS-ACTION" | "IN-PROCESS" | "COMPLETED" | "CANCELLED";
  readonly categories: readonly string[];
}

const FOLD_BYTES = 75;

export const calendarStart = (name: string): string =>
  lines([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Taskward//Taskward//EN",
    `X-WR-CALNAME:${escaped(name)}`,
  ]);

export const calendarEnd = (): string => lines(["END:VCALENDAR"]);

/** One to-do, its lines folded at 75 bytes and ended by CRLF. */
export function todoEntry(todo: Todo): string {
  const stamp = utc(todo.modified_ms);
  return lines([
    "BEGIN:VTODO",
    `UID:${escaped(todo.uid)}`,
    `DTSTAMP:${stamp}`,
    `LAST-MODIFIED:${stamp}`,
    `DUE:${utc(todo.due_ms)}`,
    `SUMMARY:${escaped(todo.summary)}`,
    ...(todo.description === "" ? [] : [`DESCRIPTION:${escaped(todo.description)}`]),
    ...(todo.categories.length === 0 ? [] : [`CATEGORIES:${todo.categories.map(escaped).join(",")}`]),
    `PRIORITY:${todo.priority}`,
    `STATUS:${todo.status}`,
    "END:VTODO",
  ]);
}

/** Form 2 of section 3.3.5: `20261122T083000Z`. */
const utc = (ms: number): string => `${new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/gu, "")}`;

/** TEXT of section 3.3.11; other control characters may not stand in a calendar and become blanks. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\\;,]/gu, (mark) => `\\${mark}`)
    .replaceAll(/\r\n|\r|\n/gu, "\\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that may not stand there
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, " ");

const lines = (all: readonly string[]): string => all.map((line) => `${folded(line)}\r\n`).join("");

/** Section 3.1: no line is longer than 75 bytes, and no character is cut. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  if (line.length * 3 <= FOLD_BYTES || encoder.encode(line).length <= FOLD_BYTES) return line;
  let out = "";
  let used = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (used + size > FOLD_BYTES) {
      out += "\r\n ";
      used = 1;
    }
    out += character;
    used += size;
  }
  return out;
}
