// Text as a sequence of small token numbers, for the detectors: one pass, no backtracking, no regular expression.
// A token is a punctuation mark in its role (`../`, `--`, `<a`), a kind of literal, or the group of a known word.
import { mark, markLength, markToken } from "./lexer-marks.ts";
import { POWERSHELL_NOUNS, POWERSHELL_VERBS } from "./powershell.ts";
import { numberOf } from "./token.ts";
import { WORD_GROUPS } from "./vocabulary.ts";

const WORDS = new Map<string, number>();
let longest = 0;
for (const [group, words] of Object.entries(WORD_GROUPS)) {
  for (const word of words.split(" ")) {
    if (WORDS.has(word)) continue;
    WORDS.set(word, numberOf(group));
    longest = Math.max(longest, word.length);
  }
}
const WORD_LENGTH_MAX = longest;

/** Where a shell begins a command, and what it may run there, by the groups of their words. */
const SEPARATORS = new Set("; | || & && $( nl \\n".split(" ").map(numberOf));
const PROGRAMS = new Set(
  ["SHELL", "UNIX", "ID", "HEAD", "NET", "WIN", "INTERPRETER", "ECHO", "SLEEP"]
    .flatMap((group) => WORD_GROUPS[group]!.split(" "))
    .concat("set", "shutdown", "hostname"),
);
const RUN = numberOf("run");
const [START, END, WORD, NUMBER, HEX, HEX_BYTE, HANDLER, CMDLET] = [
  "^",
  "$",
  "word",
  "num",
  "hex",
  "0x2e",
  "HANDLER",
  "CMDLET",
].map(numberOf) as [number, number, number, number, number, number, number, number];

/** Kinds of characters below 128. */
const OTHER = 0;
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const KIND = new Uint8Array(128);
for (const space of "\t \u000b\u000c") KIND[space.charCodeAt(0)] = SPACE;
for (let code = 0x30; code <= 0x39; code += 1) KIND[code] = DIGIT;
for (let code = 0x41; code <= 0x5a; code += 1) KIND[code] = KIND[code + 32] = LETTER;
KIND[0x5f] = LETTER;

/** Tokens of one text. The arrays are reused by the next call: read them before it. */
export interface Tokens {
  count: number;
  ids: Uint16Array;
  /** Where each token begins, in UTF-16 units. */
  starts: Int32Array;
}

const tokens: Tokens = { count: 0, ids: new Uint16Array(1024), starts: new Int32Array(1024) };

function push(id: number, start: number): void {
  if (tokens.count === tokens.ids.length) {
    const ids = new Uint16Array(tokens.count * 2);
    const starts = new Int32Array(tokens.count * 2);
    ids.set(tokens.ids);
    starts.set(tokens.starts);
    tokens.ids = ids;
    tokens.starts = starts;
  }
  tokens.ids[tokens.count] = id;
  tokens.starts[tokens.count] = start;
  tokens.count += 1;
}

const kindAt = (text: string, index: number): number => {
  if (index >= text.length) return OTHER;
  const code = text.charCodeAt(index);
  return code < 128 ? KIND[code]! : isLetterBeyondAscii(code) ? LETTER : OTHER;
};

/** Punctuation blocks are told from letters well enough by their ranges. */
const isLetterBeyondAscii = (code: number): boolean =>
  code >= 0xc0 && (code < 0x2000 || code > 0x2bff) && (code < 0x3000 || code > 0x3004) && code < 0xe000;

const isWordAt = (text: string, index: number): boolean => kindAt(text, index) >= LETTER;

export function lex(text: string): Tokens {
  tokens.count = 0;
  push(START, 0);
  let index = 0;
  while (index < text.length) {
    const kind = kindAt(text, index);
    if (kind === SPACE) index += 1;
    else if (kind === LETTER) index = word(text, index);
    else if (kind === DIGIT) index = digits(text, index);
    else {
      const packed = mark(text, index);
      push(markToken(packed), index);
      index += markLength(packed);
    }
  }
  push(END, text.length);
  return tokens;
}

/** A word: letters, digits and `_`. */
function word(text: string, start: number): number {
  let end = start + 1;
  while (isWordAt(text, end)) end += 1;
  end = contraction(text, end);
  const length = end - start;
  let id = WORD;
  if (length <= WORD_LENGTH_MAX) {
    const lower = text.slice(start, end).toLowerCase();
    if (text.charCodeAt(end) === 0x2d && POWERSHELL_VERBS.has(lower)) {
      const noun = nounAfter(text, end + 1);
      if (noun > 0) {
        push(CMDLET, start);
        return noun;
      }
    }
    const known = WORDS.get(lower);
    if (known !== undefined) id = known;
    else if (length > 4 && lower.startsWith("on") && beforeEquals(text, end)) id = HANDLER;
  }
  if (id !== WORD && beginsCommand() && PROGRAMS.has(text.slice(start, end).toLowerCase())) push(RUN, start);
  push(id, start);
  return end;
}

const beginsCommand = (): boolean => SEPARATORS.has(tokens.ids[tokens.count - 1]!);

/** Where the noun of a cmdlet ends that begins at `index`; 0 if none does. */
function nounAfter(text: string, index: number): number {
  let end = index;
  while (end < index + 24 && isWordAt(text, end)) end += 1;
  return POWERSHELL_NOUNS.has(text.slice(index, end).toLowerCase()) ? end : 0;
}

const isQuote = (code: number): boolean => code === 0x27 || code === 0x2019;

/** `don't`, `users'` and `it's` are words: the apostrophe quotes nothing. */
function contraction(text: string, end: number): number {
  if (!isQuote(text.charCodeAt(end))) return end;
  let index = end + 1;
  while (index < end + 4 && isWordAt(text, index)) index += 1;
  const tail = text.slice(end + 1, index).toLowerCase();
  return CONTRACTIONS.has(tail) && !isWordAt(text, index) ? index : end;
}
const CONTRACTIONS = new Set(["s", "t", "re", "ll", "ve", "d", "m"]);

function beforeEquals(text: string, index: number): boolean {
  let at = index;
  while (at < index + 8 && (kindAt(text, at) === SPACE || text.charCodeAt(at) === 0x2f)) at += 1;
  return text.charCodeAt(at) === 0x3d;
}

/** A number, `0x…`, or a word that begins with digits such as `2fetc` or `3rd`. */
function digits(text: string, start: number): number {
  if (text.charCodeAt(start) === 0x30 && (text.charCodeAt(start + 1) | 0x20) === 0x78) {
    let end = start + 2;
    while (isHexAt(text, end)) end += 1;
    // `0x2e0x2e0x2f`: bytes one after another
    if (end >= start + 4 && text.charCodeAt(start + 5) === 0x78) {
      push(HEX_BYTE, start);
      return start + 4;
    }
    push(end - start === 4 ? HEX_BYTE : HEX, start);
    return end;
  }
  let end = start + 1;
  while (kindAt(text, end) === DIGIT) end += 1;
  const number = end;
  while (isWordAt(text, end)) end += 1;
  push(end === number ? NUMBER : WORD, start);
  return end;
}

function isHexAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
