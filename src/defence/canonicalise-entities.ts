// Character references (WHATWG HTML, 13.2.5.72), with and without semicolon; of the names, those that hide syntax.

import { hexDigit } from "./canonicalise-percent.ts";
import type { Disguise } from "./disguise.ts";

const NAMES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  Tab: "\t",
  NewLine: "\n",
  colon: ":",
  semi: ";",
  comma: ",",
  period: ".",
  lpar: "(",
  rpar: ")",
  lbrack: "[",
  lsqb: "[",
  rsqb: "]",
  lcub: "{",
  lbrace: "{",
  rcub: "}",
  rbrace: "}",
  sol: "/",
  bsol: "\\",
  equals: "=",
  excl: "!",
  num: "#",
  dollar: "$",
  percnt: "%",
  ast: "*",
  plus: "+",
  grave: "`",
  verbar: "|",
  vert: "|",
  commat: "@",
  quest: "?",
  lowbar: "_",
  hat: "^",
  zwnj: "",
  shy: "",
};
const NAME_LENGTH_MAX = 7;
/** Zeros may lead, `&#x0000000000003c`. */
const DIGITS_MAX = 32;

export function decodeEntities(text: string, disguises: Set<Disguise>): string {
  let index = text.indexOf("&");
  let out = "";
  let copied = 0;
  while (index >= 0) {
    const decoded = text.charCodeAt(index + 1) === 0x23 ? numeric(text, index) : named(text, index);
    if (decoded) {
      const [character, length] = decoded;
      out += text.slice(copied, index);
      copied = index + length;
      // A break inside a word (`java&Tab;script`) is there to hide the word: browsers drop it.
      const hides =
        (character === "\t" || character === "\n" || character === "\r") && isLetterAt(out, out.length - 1);
      if (!hides) out += character;
      if (character === "\0") disguises.add("null_byte");
    }
    index = text.indexOf("&", decoded ? copied : index + 1);
  }
  if (copied === 0) return text;
  disguises.add("entity");
  return out + text.slice(copied);
}

type Reference = readonly [character: string, length: number];

function numeric(text: string, index: number): Reference | null {
  const isHex = (text.charCodeAt(index + 2) | 0x20) === 0x78;
  const base = isHex ? 16 : 10;
  const start = index + (isHex ? 3 : 2);
  let at = start;
  let code = 0;
  while (at < start + DIGITS_MAX && at < text.length) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0 || digit >= base) break;
    code = Math.min(code * base + digit, 0x110000);
    at += 1;
  }
  if (at === start) return null;
  const character = code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  return [character, at - index + (text.charCodeAt(at) === 0x3b ? 1 : 0)];
}

function named(text: string, index: number): Reference | null {
  let at = index + 1;
  while (at <= index + NAME_LENGTH_MAX && isLetterAt(text, at)) at += 1;
  const ends = text.charCodeAt(at) === 0x3b;
  const name = text.slice(index + 1, at);
  const character = NAMES[name] ?? NAMES[name.toLowerCase()];
  // Without the semicolon only the oldest names count, else `?a=1&sol=2` would lose its parameter.
  if (character === undefined || !(ends || OLDEST.has(name))) return null;
  return [character, at - index + (ends ? 1 : 0)];
}

const OLDEST = new Set(["lt", "gt", "quot", "LT", "GT", "QUOT"]);

function isLetterAt(text: string, index: number): boolean {
  const lower = text.charCodeAt(index) | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
