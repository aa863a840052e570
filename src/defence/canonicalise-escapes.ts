// Escapes of JavaScript and C strings (ECMA-262, 12.9.4): `\x3c`, `\u003c`, `\u{3c}`, and of CSS (`\3c `);
// and bytes written one after another as in SQL and old traversal lists: `0x2e0x2e0x2f`.

import { hexDigit, hexNumber } from "./canonicalise-percent.ts";
import type { Disguise } from "./disguise.ts";

/** Zeros may lead, `\u{0000000000003c}`. */
const DIGITS_MAX = 32;

export function decodeEscapes(text: string, disguises: Set<Disguise>): string {
  const unescaped = replaceAt(text, "\\", backslashed, disguises);
  return replaceAt(unescaped, "0x", hexBytes, disguises);
}

type Escape = readonly [character: string, length: number];

function replaceAt(
  text: string,
  mark: string,
  read: (text: string, index: number) => Escape | null,
  disguises: Set<Disguise>,
): string {
  let out = "";
  let copied = 0;
  let index = text.indexOf(mark);
  while (index >= 0) {
    const found = read(text, index);
    if (found) {
      out += text.slice(copied, index) + found[0];
      copied = index + found[1];
      if (found[0] === "\0") disguises.add("null_byte");
    }
    index = text.indexOf(mark, found ? copied : index + mark.length);
  }
  if (copied === 0) return text;
  disguises.add("escape");
  return out + text.slice(copied);
}

function backslashed(text: string, index: number): Escape | null {
  const kind = text.charCodeAt(index + 1);
  if (kind === 0x78) return fixed(text, index, 2);
  if (kind === 0x75) return text.charCodeAt(index + 2) === 0x7b ? braced(text, index) : fixed(text, index, 4);
  if (kind === 0x30 && hexDigit(text.charCodeAt(index + 2)) < 0) return ["\0", 2];
  return null;
}

function fixed(text: string, index: number, digits: number): Escape | null {
  const code = hexNumber(text, index + 2, digits);
  return code < 0 ? null : [String.fromCharCode(code), 2 + digits];
}

function braced(text: string, index: number): Escape | null {
  let at = index + 3;
  while (at < index + 3 + DIGITS_MAX && hexDigit(text.charCodeAt(at)) >= 0) at += 1;
  const code = hexNumber(text, index + 3, at - index - 3);
  if (at === index + 3 || text.charCodeAt(at) !== 0x7d || code > 0x10ffff) return null;
  return [String.fromCodePoint(code), at + 1 - index];
}

/** `0x2f` beside another such byte or where a word ends; `0x5f3759df` is a number. */
function hexBytes(text: string, index: number): Escape | null {
  const code = hexNumber(text, index + 2, 2);
  if (code < 0x20 || code > 0x7e) return null;
  const after = text.charCodeAt(index + 4);
  const isAlone = hexDigit(after) < 0 || (after === 0x30 && text.charCodeAt(index + 5) === 0x78);
  return isAlone || isPunctuation(code) ? [String.fromCharCode(code), 4] : null;
}

const isPunctuation = (code: number): boolean => code === 0x2e || code === 0x2f || code === 0x5c;
