// What others wrote, as a terminal may show it. Escape sequences could move the cursor, hide what follows or write what
// the reader believes to be ours.

const STEERING = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Where lines are to stay lines: their ends and tabs go through. */
const BUT_LINES = new RegExp(`(?!\\r?\\n|\\t)${STEERING.source}`, "gu");

/** One line, in which control characters and changes of direction are shown, as JSON escapes them. */
export const printable = (text: string): string => shown(text, STEERING);

/** The same of several lines, which stay lines. */
export const printableLines = (text: string): string => shown(text, BUT_LINES);

const shown = (text: string, steering: RegExp): string =>
  text.replaceAll(steering, (character) =>
    character === "\n" ? " ↵ " : `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
