// Characters that look like others or like nothing: compatibility forms (NFKC, UAX #15), invisible and
// bidirectional controls (UAX #9, UTS #39), and the letters of other scripts that pass for Latin ones.
import { isLetter } from "./character.ts";
import type { Disguise } from "./disguise.ts";

/** Look-alikes of UTS #39's confusables: Cyrillic, Greek, Armenian. */
const LOOK_ALIKES = new Map(
  [
    "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl кk мm тt вb нh",
    "αa εe ιi κk νv οo ρp τt υu χx γy",
    "օo սu հh",
  ]
    .join(" ")
    .split(" ")
    .map((pair) => [pair[0]!, pair[1]!]),
);
const PUNCTUATION = new Map([
  ["‹", "<"],
  ["›", ">"],
  ["⁄", "/"],
  ["∕", "/"],
  ["╱", "/"],
  ["⧸", "/"],
  ["∖", "\\"],
  ["⧵", "\\"],
  ["‐", "-"],
  ["‑", "-"],
  ["–", "--"],
  ["ʼ", "'"],
  ["′", "'"],
  ["ʹ", "'"],
  ["´", "'"],
  ["‘", "'"],
  ["’", "'"],
  ["“", '"'],
  ["”", '"'],
  ["ı", "i"],
  ["ſ", "s"],
]);
const GROWTH_MAX = 2;

export function foldCharacters(text: string, disguises: Set<Disguise>): string {
  if (!isBeyondAscii(text)) return withoutNull(text, disguises);
  const normal = text.normalize("NFKC");
  const bounded = normal.length > text.length * GROWTH_MAX ? text : normal;
  let out = "";
  let word = "";
  for (const character of bounded) {
    const code = character.codePointAt(0)!;
    const isAscii = code < 0x80;
    if (isAscii ? isLetter(code) : LOOK_ALIKES.has(character.toLowerCase())) word += character;
    else if (isBidirectional(code)) disguises.add("bidirectional");
    else if (isInvisible(code)) disguises.add("invisible");
    else {
      out += foldWord(word, disguises) + (isAscii ? character : (PUNCTUATION.get(character) ?? character));
      word = "";
    }
  }
  return withoutNull(out + foldWord(word, disguises), disguises);
}

/** Look-alikes among Latin letters are there to be mistaken; a word of one script is a word. */
function foldWord(word: string, disguises: Set<Disguise>): string {
  let latin = 0;
  for (let index = 0; index < word.length; index += 1) if (isLetter(word.charCodeAt(index))) latin += 1;
  if (latin === 0 || latin === word.length) return word;
  disguises.add("homoglyph");
  return Array.from(word, (character) => LOOK_ALIKES.get(character.toLowerCase()) ?? character).join("");
}

/** Readers in C stop at a null byte, others skip it: what is judged is the text without. */
function withoutNull(text: string, disguises: Set<Disguise>): string {
  if (!text.includes("\0")) return text;
  disguises.add("null_byte");
  return text.replaceAll("\0", "");
}

export const isBidirectional = (code: number): boolean =>
  (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x061c;

export const isInvisible = (code: number): boolean =>
  code === 0xad ||
  code === 0x034f ||
  (code >= 0x115f && code <= 0x1160) ||
  (code >= 0x180b && code <= 0x180f) ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2060 && code <= 0x2064) ||
  code === 0x3164 ||
  code === 0xfeff ||
  code === 0xffa0 ||
  (code >= 0xe0000 && code <= 0xe0fff);

function isBeyondAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= 0x80) return true;
  return false;
}
