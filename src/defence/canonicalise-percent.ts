// Percent-encoding (RFC 3986, 2.1) as lenient decoders take it: `%uXXXX`, overlong UTF-8 and `%%32%65` as well.
// Bytes that form no character are read as Latin-1, so that no byte hides what stands around it.
import { codeAt } from "./character.ts";
import type { Disguise } from "./disguise.ts";

export function decodePercent(text: string, disguises: Set<Disguise>): string {
  let index = text.indexOf("%");
  let out = "";
  let copied = 0;
  while (index >= 0) {
    const decoded = decodeAt(text, index, disguises);
    if (decoded) {
      out += text.slice(copied, index) + decoded.character;
      copied = index + decoded.length;
      index = text.indexOf("%", copied);
    } else index = text.indexOf("%", index + 1);
  }
  if (copied === 0) return text;
  disguises.add("percent");
  out += text.slice(copied);
  // A form field writes a space as `+`: believable where no space stands in the text.
  return out.includes("+") && !text.includes(" ") ? out.replaceAll("+", " ") : out;
}

interface Decoded {
  readonly character: string;
  /** Characters of the encoded form. */
  readonly length: number;
}

function decodeAt(text: string, index: number, disguises: Set<Disguise>): Decoded | null {
  const next = text.charCodeAt(index + 1) | 0x20;
  if (next === 0x75) return decodeWide(text, index);
  const lead = byteAt(text, index);
  if (lead < 0) return null;
  if (lead === 0) disguises.add("null_byte");
  return decodeSequence(text, index, lead, disguises);
}

/** `%u2215`, of JavaScript's escape(). */
function decodeWide(text: string, index: number): Decoded | null {
  const code = hexNumber(text, index + 2, 4);
  if (code < 0) return null;
  // Private use: what servers made of it once was a separator.
  const character = code >= 0xe000 && code < 0xf900 ? "/" : String.fromCharCode(code);
  return { character, length: 6 };
}

/** ASCII and UTF-8, overlong forms included: `%c0%ae` is a full stop. */
function decodeSequence(text: string, index: number, lead: number, disguises: Set<Disguise>): Decoded {
  const count =
    lead >= 0xfc ? 6 : lead >= 0xf8 ? 5 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  let code = count === 1 ? lead : lead & (0x7f >> count);
  let taken = 1;
  while (taken < count) {
    const byte = byteAt(text, index + 3 * taken);
    // `%c0%2e` and `%c0%6e`: old decoders kept the low bits of whatever came
    if (byte < 0) break;
    code = (code << 6) | (byte & 0x3f);
    taken += 1;
  }
  const isOverlong = taken > 1 && code < (taken === 2 ? 0x80 : taken === 3 ? 0x800 : 0x10000);
  if (isOverlong || lead === 0xc0 || lead === 0xc1) disguises.add("overlong");
  if (taken < count) return { character: lead >= 0xf5 ? "" : String.fromCharCode(lead), length: 3 };
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  return { character, length: 3 * taken };
}

/** The byte of `%XX` at `index`, or −1. */
function byteAt(text: string, index: number): number {
  return text.charCodeAt(index) === 0x25 ? hexNumber(text, index + 1, 2) : -1;
}

/** `count` hexadecimal digits as a number, or −1. */
export function hexNumber(text: string, index: number, count: number): number {
  let value = 0;
  for (let at = index; at < index + count; at += 1) {
    const digit = hexDigit(codeAt(text, at));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
