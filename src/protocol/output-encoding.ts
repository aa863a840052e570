// Encoders by the place where a text ends up (OWASP Output Encoding): what is a character there stays one. Whatever
// leaves goes through one of these, or through JSON, CSV (protocol/csv) or the URL parser of the runtime.

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text between tags and within quoted attributes. */
export const encodeForHtml = (text: string): string => text.replace(/[&<>"']/gu, (each) => ENTITIES[each]!);

/**
 * One line of a log (CWE-117): a record as JSON, in which whatever ends a line, commands a terminal, turns the direction
 * of text or is invisible stands as an escape of JSON.
 */
export const logLine = (record: unknown): string => inertJson(JSON.stringify(record));

/** The same value in JSON without such characters. In a JSON text they stand within strings alone, but for line breaks. */
export const inertJson = (json: string): string =>
  json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) =>
    Array.from({ length: each.length }, (_, unit) => escapeOf(each.charCodeAt(unit))).join(""),
  );

const escapeOf = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

const NAME_BYTES_MAX = 100;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/iu;

/**
 * A file name that means nothing to a shell, a header or a file system (POSIX.1 portable characters, Windows' reserved
 * names): other characters become `_`, it begins with a letter or digit, and has 1 to 100 characters.
 */
export function encodeForFileName(text: string): string {
  const portable = text.replace(/[^A-Za-z0-9._-]+/gu, "_").replace(/\.{2,}/gu, ".");
  const begun = portable.replace(/^[._-]+/u, "");
  const own = RESERVED.test(begun.split(".")[0]!) ? `file_${begun}` : begun;
  return own.slice(0, NAME_BYTES_MAX).replace(/[.]+$/u, "") || "file";
}
