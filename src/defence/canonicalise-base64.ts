// What a run of base64 says, where it says readable text: a model that is told to decode it will read that.
// RFC 4648, sections 4 and 5; padding may be missing.

const RUN_MIN = 24;
const RUN_MAX = 4_096;
const RUNS_MAX = 8;

/** The readable texts that stand in the text as base64, one a line; empty if there are none. */
export function readBase64(text: string): string {
  const found: string[] = [];
  let index = 0;
  while (index < text.length && found.length < RUNS_MAX) {
    let end = index;
    while (end < text.length && end - index < RUN_MAX && isDigit(text.charCodeAt(end))) end += 1;
    if (end - index >= RUN_MIN) {
      const said = decode(text.slice(index, end));
      if (said !== null) found.push(said);
    }
    index = end + 1;
  }
  return found.join("\n");
}

const isDigit = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2b ||
  code === 0x2f ||
  code === 0x2d ||
  code === 0x5f;

/** Null where the bytes are not printable ASCII: a hash, an id, a key. */
function decode(run: string): string | null {
  const whole = run.slice(0, run.length - (run.length % 4 === 1 ? 1 : 0));
  const bytes = atob(whole.replaceAll("-", "+").replaceAll("_", "/"));
  for (const byte of bytes) if (byte > "~" || (byte < " " && !"\t\n\r".includes(byte))) return null;
  return bytes;
}
