// Text that people write. It is kept byte for byte; what cannot be kept so is refused:
// null bytes, lone surrogates (no UTF-8 form), and control characters where a field is a single line.
import * as v from "valibot";
import { context } from "./context.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what these look for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, without tab, line feed and carriage return
const CONTROL_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;

const wellFormed = v.check<string, string>(
  (text) => text.isWellFormed(),
  "contains half of a surrogate pair",
);

/** One line: a name or a title. Lengths in UTF-16 units. */
export const line = (length_max: number, length_min = 1) =>
  v.pipe(
    v.string(),
    v.minLength(length_min, "expected at least one character"),
    v.maxLength(length_max, `expected at most ${length_max} characters`),
    wellFormed,
    v.check((text) => !CONTROL.test(text), "control characters and line breaks are not allowed here"),
    v.check((text) => length_min === 0 || text.trim() !== "", "expected more than white space"),
    context("free_text"),
  );

/** Several lines: a description. Lengths in UTF-16 units. */
export const prose = (length_max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(length_max, `expected at most ${length_max} characters`),
    wellFormed,
    v.check((text) => !CONTROL_BUT_BREAKS.test(text), "control characters are not allowed here"),
    context("free_text"),
  );

const LINE_SPACE = new RegExp(`(?:${CONTROL.source}|\\s)+`, "gu");
const PROSE_CONTROLS = new RegExp(CONTROL_BUT_BREAKS, "gu");

/** Text from elsewhere as one line of at most that length: controls and line breaks become spaces, the rest is cut. */
export const fitLine = (text: string, length_max: number): string =>
  cut(text.toWellFormed().replaceAll(LINE_SPACE, " ").trim(), length_max);

/** The same as several lines: line breaks and tabs stay. */
export const fitProse = (text: string, length_max: number): string =>
  cut(text.toWellFormed().replaceAll(PROSE_CONTROLS, " ").trim(), length_max);

/** No character is cut in half. */
const cut = (text: string, length_max: number): string =>
  text.length <= length_max ? text : `${text.slice(0, length_max - 1).replace(/[\ud800-\udbff]$/u, "")}…`;

const isUtc = (text: string): boolean => /^\S+Z$/u.test(text) && !Number.isNaN(Date.parse(text));

/** RFC 3339 in UTC, as in `2026-01-31T12:00:00Z`: of a day that the calendar has, for it is answered as it came. */
export const Timestamp = v.pipe(
  v.string(),
  v.isoTimestamp("expected an ISO 8601 time such as 2026-01-31T12:00:00Z"),
  v.check(isUtc, "expected a time in UTC, ending in Z"),
  v.check(
    // `Date.parse` takes the 31st of any month for a day of the next.
    (text) => !isUtc(text) || toIso(Date.parse(text)).startsWith(text.slice(0, 10)),
    "expected a day that the calendar has",
  ),
);

export const toIso = (at_ms: number): string => new Date(at_ms).toISOString();
