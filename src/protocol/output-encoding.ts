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

/** For one line of a log that people read: control, bidirectional and invisible characters as escapes (CWE-117). */
export const encodeForLogLine = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu, (each) => {
    const code = each.codePointAt(0)!.toString(16);
    return each === "\\" ? "\\\\" : `\\u{${code}}`;
  });

const NAME_BYTES_MAX = 100;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/iu;

/**
 * A file name that means nothing to a shell, a header or a file system (POSIX.1 portable characters, Windows' reserved
 * names): other characters become `_`, it begins with a letter or digit, and has 1 to 100 characters.
 */
export function encodeForFileName(text: string): string {
  const portable = text.replace(/[^A-Za-z0-9._-]+/gu, "_").replace(/\.{2,}/gu, ".");
  const name = portable
    .replace(/^[._-]+/u, "")
    .slice(0, NAME_BYTES_MAX)
    .replace(/[.]+$/u, "");
  if (name === "") return "file";
  return RESERVED.test(name.split(".")[0]!) ? `_${name}`.replace(/^_/u, "file_") : name;
}
