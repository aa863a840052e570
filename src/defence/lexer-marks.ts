// Punctuation in its role. Answers the token and its length packed in one number; looks ahead a few characters only.
import { isLetter } from "./character.ts";
import { numberOf } from "./token.ts";

const LENGTH_SHIFT = 16;
export const markToken = (packed: number): number => packed & 0xffff;
export const markLength = (packed: number): number => packed >>> LENGTH_SHIFT;
const of = (id: number, length: number): number => id | (length << LENGTH_SHIFT);

/** Marks that are what they look like; of those that begin alike, the longest. */
const LITERALS = [
  "' \" ` ( ) [ ] { {{ } , ; : :: . ? ! + - -- * ~ @ @@ # % = == <> => -> <- < <= > << >> /> | || & && $( ${",
  "/ // :// \\ \\\\ ../ ..\\ .. ... /* */",
].flatMap((row) => row.split(" "));
const BY_FIRST: (readonly (readonly [string, number])[])[] = [];
/** By the first character: the mark that it is alone, and by the second one as well: whether there is a longer one. */
const ALONE = new Int32Array(128);
const LONGER = new Uint8Array(128 * 128);
for (let code = 0; code < 128; code += 1) {
  const first = String.fromCharCode(code);
  const literals = LITERALS.filter((literal) => literal.startsWith(first));
  literals.sort((a, b) => b.length - a.length);
  BY_FIRST.push(literals.map((literal) => [literal, of(numberOf(literal), literal.length)] as const));
  ALONE[code] = of(numberOf(literals.includes(first) ? first : "sym"), 1);
  for (const literal of literals) if (literal.length > 1) LONGER[code * 128 + literal.charCodeAt(1)] = 1;
}

const CALL = of(numberOf("f("), 1);
const ELEMENT = of(numberOf("<a"), 1);
const CLOSING = of(numberOf("</"), 2);
const DECLARATION = of(numberOf("<!"), 2);
const INSTRUCTION = of(numberOf("<?"), 2);
const FLAG = numberOf("flag");
const VARIABLE = of(numberOf("var"), 1);
const ABSOLUTE = of(numberOf("/a"), 1);
const PERCENT = numberOf("%hh");
const PERCENT_U = numberOf("%u");
const OVERLONG = numberOf("%over");
const ENTITY = numberOf("&ent;");
const ESCAPE = numberOf("\\x");
const ESCAPED_BREAK = of(numberOf("\\n"), 2);
const NUL = numberOf("nul");
const BREAK = of(numberOf("nl"), 1);
const CONTROL = of(numberOf("ctl"), 1);
const SYMBOL = numberOf("sym");
const CURLY = of(numberOf("‘"), 1);
const REFERENCE = numberOf("ref");
const CARET = of(numberOf("^^"), 1);
const BRACES = of(numberOf("{,"), 1);
const DRIVE = of(numberOf("c:"), 1);

/** Beside the text is as if behind a space. */
const at = (text: string, index: number): number =>
  index >= 0 && index < text.length ? text.charCodeAt(index) : 0x20;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isWord = (code: number): boolean => isLetter(code) || isDigit(code) || code === 0x5f;
const isHex = (code: number): boolean => isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** The mark at `index`, which is neither a letter, a digit nor a space. */
export function mark(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x80) return beyondAscii(code);
  if (code < 0x20) return code === 0 ? of(NUL, 1) : code === 0x0a || code === 0x0d ? BREAK : CONTROL;
  const next = at(text, index + 1);
  switch (code) {
    case 0x26: // &
      return entity(text, index, next) || literal(text, index, code);
    case 0x25: // %
      return percent(text, index, next) || literal(text, index, code);
    case 0x5c: // \
      return escaped(text, index, next) || literal(text, index, code);
    case 0x28: // (
      return isWord(at(text, index - 1)) ? CALL : literal(text, index, code);
    case 0x3c: // <
      if (isLetter(next)) return ELEMENT;
      if (next === 0x2f) return CLOSING;
      if (next === 0x21) return DECLARATION;
      if (next === 0x3f) return INSTRUCTION;
      return literal(text, index, code);
    case 0x2f: // /
      return isWord(next) && startsPath(at(text, index - 1)) ? ABSOLUTE : literal(text, index, code);
    case 0x24: // $
      return isWord(next) ? VARIABLE : literal(text, index, code) || of(SYMBOL, 1);
    case 0x23: // #
      return isDigit(next) ? numbered(text, index) : literal(text, index, code);
    case 0x2d: // -
      return flag(text, index, next) || literal(text, index, code);
    case 0x3a: // :
      return next === 0x5c && isLetter(at(text, index - 1)) ? DRIVE : literal(text, index, code);
    case 0x7b: // {
      return expandsBraces(text, index + 1) ? BRACES : literal(text, index, code);
    case 0x5e: // ^
      return CARET;
    default:
      return literal(text, index, code);
  }
}

const RUN = 4;

function literal(text: string, index: number, code: number): number {
  const next = at(text, index + 1);
  if (RULERS.has(code)) {
    const run = runOf(text, index, code);
    if (run >= RUN) return of(SYMBOL, run);
  }
  if (next >= 128 || LONGER[code * 128 + next] === 0) return ALONE[code]!;
  for (const [literal, packed] of BY_FIRST[code]!) if (text.startsWith(literal, index)) return packed;
  return of(SYMBOL, 1);
}

/** Characters that people draw lines with. */
const RULERS = new Set([..."-=*_#~+"].map((character) => character.charCodeAt(0)));

function runOf(text: string, index: number, code: number): number {
  let end = index;
  while (end < index + 0x7fff && at(text, end) === code) end += 1;
  return end - index;
}

function beyondAscii(code: number): number {
  // ‘ ’ “ ” and their like, and the acute accent that attackers type for a quote
  return (code >= 0x2018 && code <= 0x201f) || code === 0xb4 || code === 0x2032 ? CURLY : of(SYMBOL, 1);
}

/** `&lt;`, `&#60;`, `&#x3c`: at most 12 characters. */
function entity(text: string, index: number, next: number): number {
  if (next === 0x23)
    return isHex(at(text, index + 2)) || (at(text, index + 2) | 0x20) === 0x78 ? of(ENTITY, 2) : 0;
  let end = index + 1;
  while (end < index + 12 && isWord(at(text, end))) end += 1;
  return end > index + 2 && at(text, end) === 0x3b ? of(ENTITY, end + 1 - index) : 0;
}

function percent(text: string, index: number, next: number): number {
  if ((next | 0x20) === 0x75 && isHex(at(text, index + 2)) && isHex(at(text, index + 3)))
    return of(PERCENT_U, 6);
  if (!isHex(next) || !isWord(at(text, index + 2))) return 0;
  // C0 and C1 begin no UTF-8 sequence, and E0 80, F0 80, F8, FC only overlong ones
  const lead = Number.parseInt(text.slice(index + 1, index + 3), 16);
  if (lead === 0xc0 || lead === 0xc1 || lead >= 0xf5) return of(OVERLONG, 3);
  if (!isHex(at(text, index + 2))) return 0;
  if (lead === 0) return of(NUL, 3);
  if (lead === 0x0a || lead === 0x0d) return (BREAK & 0xffff) | (3 << LENGTH_SHIFT);
  return of(PERCENT, 3);
}

function escaped(text: string, index: number, next: number): number {
  const lower = next | 0x20;
  if ((lower === 0x78 || lower === 0x75) && (isHex(at(text, index + 2)) || at(text, index + 2) === 0x7b)) {
    const isNul = at(text, index + 2) === 0x30 && at(text, index + 3) === 0x30 && !isHex(at(text, index + 4));
    return of(isNul ? NUL : ESCAPE, lower === 0x78 ? 4 : 2);
  }
  if ((next === 0x6e || next === 0x72) && !isWordAfterBreak(text, index + 2)) return ESCAPED_BREAK;
  return 0;
}

/** `\network` is no line break. */
const isWordAfterBreak = (text: string, index: number): boolean =>
  isLetter(at(text, index)) && isLetter(at(text, index + 1)) && isLetter(at(text, index + 2));

/** `#123`: an issue or a pull request. */
function numbered(text: string, index: number): number {
  let end = index + 1;
  while (end < index + 12 && isDigit(at(text, end))) end += 1;
  return of(REFERENCE, end - index);
}

/** `-v`, `--verbose` behind a space or at the start. */
function flag(text: string, index: number, next: number): number {
  if (!isSpace(at(text, index - 1))) return 0;
  if (isLetter(next)) return of(FLAG, 1);
  return next === 0x2d && isLetter(at(text, index + 2)) ? of(FLAG, 2) : 0;
}

const BRACES_MAX = 32;

/** `{cat,/etc/passwd}`: a comma and no space, quote, colon or equals sign before the bracket closes. */
function expandsBraces(text: string, start: number): boolean {
  let hasComma = false;
  for (let index = start; index < Math.min(text.length, start + BRACES_MAX); index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x7d) return hasComma;
    if (code === 0x2c) hasComma = true;
    else if (isSpace(code) || code === 0x22 || code === 0x3a || code === 0x3d || code === 0x7b) return false;
  }
  return hasComma;
}

/** A slash behind a space, a quote or an opening bracket begins an absolute path. */
const startsPath = (before: number): boolean =>
  isSpace(before) || before === 0x27 || before === 0x22 || before === 0x3d || before === 0x28;
