// Text as a sequence of small token numbers, for the detectors: one pass, no backtracking, no regular expression.
// A token is a punctuation mark in its role (`../`, `--`, `<a`), a kind of literal, or the group of a known word.
// Words are looked up by a hash that is made while they are read, so that no string is cut out for each.
import { codeAt } from "./character.ts";
import { mark, markLength, markToken } from "./lexer-marks.ts";
import { POWERSHELL_NOUNS, POWERSHELL_VERBS } from "./powershell.ts";
import { numberOf, TOKEN_NAMES } from "./token.ts";
import { WORD_GROUPS } from "./vocabulary.ts";
import { HASH_START, hashOn, WordTable } from "./word-table.ts";

/** Where a shell begins a command, and what it may run there, by the groups of their words. */
const SEPARATORS = new Uint8Array(TOKEN_NAMES.length);
for (const separator of "; | || & && $( nl \\n".split(" ")) SEPARATORS[numberOf(separator)] = 1;
const PROGRAMS = new Set(
  ["SHELL", "UNIX", "ID", "HEAD", "NET", "WIN", "INTERPRETER", "ECHO", "SLEEP"]
    .flatMap((group) => WORD_GROUPS[group]!.split(" "))
    .concat("set", "shutdown", "hostname"),
);

/** Known words: the number of their group, and whether they are programs. */
const PROGRAM = 1 << 15;
const WORDS = new Map<string, number>();
for (const [group, words] of Object.entries(WORD_GROUPS)) {
  for (const word of words.split(" "))
    if (!WORDS.has(word)) WORDS.set(word, numberOf(group) | (PROGRAMS.has(word) ? PROGRAM : 0));
}
const WORD_TABLE = new WordTable(WORDS);
const WORD_LENGTH_MAX = Math.max(...Array.from(WORDS.keys(), (word) => word.length));

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

/** Makes room for the tokens of a text: one for each character, and its beginning and its end. */
function reserve(length: number): void {
  const { ids } = tokens;
  if (length + 2 <= ids.length) return;
  tokens.ids = new Uint16Array(Math.max(length + 2, ids.length * 2));
  tokens.starts = new Int32Array(tokens.ids.length);
}

function push(id: number, start: number): void {
  tokens.ids[tokens.count] = id;
  tokens.starts[tokens.count] = start;
  tokens.count += 1;
}

const kindAt = (text: string, index: number): number => {
  const code = codeAt(text, index);
  return code < 128 ? KIND[code]! : isLetterBeyondAscii(code) ? LETTER : OTHER;
};

/** Punctuation blocks are told from letters well enough by their ranges. */
const isLetterBeyondAscii = (code: number): boolean =>
  code >= 0xc0 && (code < 0x2000 || code > 0x2bff) && (code < 0x3000 || code > 0x3004) && code < 0xe000;

const isWord = (code: number): boolean => (code < 128 ? KIND[code]! >= LETTER : isLetterBeyondAscii(code));
const isWordAt = (text: string, index: number): boolean => isWord(codeAt(text, index));

export function lex(text: string): Tokens {
  tokens.count = 0;
  reserve(text.length);
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
  let hash = HASH_START;
  let end = start;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (!isWord(code)) break;
    hash = hashOn(hash, code);
  }
  const after = codeAt(text, end);
  if (isQuote(after)) {
    const whole = contraction(text, end);
    if (whole > end) return unknown(text, start, whole);
  }
  if (after === 0x2d && POWERSHELL_VERBS.has(text.slice(start, end).toLowerCase())) {
    const noun = nounAfter(text, end + 1);
    if (noun > 0) {
      push(CMDLET, start);
      return noun;
    }
  }
  const known = WORD_TABLE.find(text, start, end, hash);
  if (known < 0) return unknown(text, start, end);
  if (known & PROGRAM && SEPARATORS[tokens.ids[tokens.count - 1]!]) push(RUN, start);
  push(known & ~PROGRAM, start);
  return end;
}

/** `onsomething=` is a handler of HTML. */
function unknown(text: string, start: number, end: number): number {
  const isHandler =
    (text.charCodeAt(start) | 0x20) === 0x6f &&
    end - start > 4 &&
    end - start <= WORD_LENGTH_MAX &&
    (text.charCodeAt(start + 1) | 0x20) === 0x6e &&
    beforeEquals(text, end);
  push(isHandler ? HANDLER : WORD, start);
  return end;
}

/** Where the noun of a cmdlet ends that begins at `index`; 0 if none does. */
function nounAfter(text: string, index: number): number {
  let end = index;
  while (isWordAt(text, end)) end += 1;
  return POWERSHELL_NOUNS.has(text.slice(index, end).toLowerCase()) ? end : 0;
}

const isQuote = (code: number): boolean => code === 0x27 || code === 0x2019;

/** `don't`, `users'` and `it's` are words: the apostrophe quotes nothing. */
function contraction(text: string, end: number): number {
  let index = end + 1;
  while (isWordAt(text, index)) index += 1;
  return CONTRACTIONS.has(text.slice(end + 1, index).toLowerCase()) ? index : end;
}
const CONTRACTIONS = new Set(["s", "t", "re", "ll", "ve", "d", "m"]);

function beforeEquals(text: string, index: number): boolean {
  let at = index;
  while (at < index + 8 && (kindAt(text, at) === SPACE || codeAt(text, at) === 0x2f)) at += 1;
  return codeAt(text, at) === 0x3d;
}

/** A number, `0x…`, or a word that begins with digits such as `2fetc` or `3rd`. */
function digits(text: string, start: number): number {
  if (text.charCodeAt(start) === 0x30 && (codeAt(text, start + 1) | 0x20) === 0x78) {
    let end = start + 2;
    while (isHexAt(text, end)) end += 1;
    // `0x2e0x2e0x2f`: bytes one after another
    if (codeAt(text, start + 5) === 0x78) end = Math.min(end, start + 4);
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
  const code = codeAt(text, index);
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
