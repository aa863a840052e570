// Text as the tokens of the prompt-injection detector: words that it knows by group or by themselves, all others
// alike, and the few marks by which dialogues, quotations and templates are written. One pass.
// `1gn0re` is read as `ignore`; in scripts without spaces the known words are found within the run.
import { codeAt } from "./character.ts";
import type { Tokens } from "./lexer.ts";
import type { Weights } from "./linear-model.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

const MARKS = [
  "^",
  "word",
  "num",
  "CAPS",
  "¶",
  ":",
  "?",
  "!",
  '"',
  "[",
  "]",
  "{",
  "}",
  "<",
  ">",
  "`",
  "=",
  "(",
  "l33t",
  "#",
  ".",
];
/** Groups that say little by themselves: others are joined over them. */
const LIGHT = new Set(["I", "ALL", "FROM", "AS", "POLITE", "GUISE", "LANGUAGE"]);
const [START, WORD, NUMBER, CAPS] = [0, 1, 2, 3];
const [LEET, STOP] = [MARKS.indexOf("l33t"), MARKS.indexOf(".")];
const LOOSE: Readonly<Record<string, string>> = { "\n": "¶", "“": '"', "”": '"', "`": "`" };
/** A word is looked up by so many of its characters at most. */
const WORD_LENGTH_MAX = 32;
/** The longest known word of a script without spaces. */
const UNSPACED_MAX = 6;

/** Groups whose words are known in ROT13 and read backwards, too, if they are long enough to be no others. */
const HIDDEN = ["OVERRIDE", "PRIOR", "ORDERS"] as const;
const HIDEABLE = /^[a-z]{6,}$/u;

export class PromptLexer {
  readonly names: readonly string[];
  /** Numbers of the groups that are joined over what stands between them. */
  readonly joined: ReadonlySet<number>;
  readonly #marks: ReadonlyMap<string, number>;
  readonly #words = new Map<string, number>();
  readonly #number: ReadonlyMap<string, number>;
  readonly #firsts: ReadonlySet<number>;
  #ids = new Uint16Array(1024);
  #starts = new Int32Array(1024);
  #count = 0;

  /** `learned`: words without a group that the weights speak of. */
  constructor(learned: Iterable<string>) {
    const known = [...MARKS, ...Object.keys(PROMPT_WORDS)];
    this.names = [...known, ...new Set([...learned].filter((word) => !known.includes(word)))];
    this.#number = new Map(this.names.map((name, number) => [name, number]));
    const telling = Object.keys(PROMPT_WORDS).filter((group) => !LIGHT.has(group));
    this.joined = new Set(telling.map((group) => this.numberOf(group)));
    for (const [group, words] of Object.entries(PROMPT_WORDS)) {
      for (const word of words.split(" "))
        if (!this.#words.has(word)) this.#words.set(word, this.numberOf(group));
    }
    for (const word of this.names.slice(known.length)) {
      if (!this.#words.has(word)) this.#words.set(word, this.numberOf(word));
    }
    for (const group of HIDDEN) {
      for (const word of PROMPT_WORDS[group].split(" ").filter((each) => HIDEABLE.test(each)))
        for (const hidden of [rot13(word), [...word].reverse().join("")])
          if (!this.#words.has(hidden)) this.#words.set(hidden, this.numberOf(group));
    }
    this.#firsts = new Set([...this.#words.keys()].map((word) => word.charCodeAt(0)));
    const marks = MARKS.filter((mark) => mark !== "^" && mark !== ".");
    const loose = Object.entries(LOOSE).map(([character, mark]) => [character, this.numberOf(mark)] as const);
    this.#marks = new Map([...marks.map((mark) => [mark, this.numberOf(mark)] as const), ...loose]);
  }

  numberOf = (name: string): number => {
    const number = this.#number.get(name);
    if (number === undefined) throw new Error(`no token is called ${name}`);
    return number;
  };

  lex(text: string): Tokens {
    this.#count = 0;
    this.#push(START, 0);
    let index = 0;
    while (index < text.length) {
      const code = text.charCodeAt(index);
      if (isUnspaced(code)) index = this.#unspaced(text, index);
      else if (isWordCode(code)) index = this.#word(text, index);
      else {
        const mark = endsSentence(text, index) ? STOP : this.#marks.get(text[index]!);
        if (mark !== undefined) this.#push(mark, index);
        index += 1;
      }
    }
    return { count: this.#count, ids: this.#ids, starts: this.#starts };
  }

  #word(text: string, start: number): number {
    let end = start + 1;
    while (isWordCode(codeAt(text, end)) || joins(text, end)) end += 1;
    const word = text.slice(start, Math.min(end, start + WORD_LENGTH_MAX));
    const lower = word.toLowerCase().replace("’", "'");
    const known = this.#words.get(lower);
    if (known !== undefined) this.#push(known, start);
    else if (hasDigit(lower)) this.#leet(lower, start);
    else {
      const isCaps = word.length > 2 && word !== lower && word === word.toUpperCase();
      this.#push(isCaps ? CAPS : WORD, start);
    }
    return end;
  }

  /** A word with digits for letters is read as what it stands for; that somebody wrote it so is a token as well. */
  #leet(lower: string, start: number): void {
    for (const one of isLeet(lower) ? ["i", "l"] : []) {
      const known = this.#words.get(unleet(lower, one));
      if (known === undefined) continue;
      this.#push(LEET!, start);
      this.#push(known, start);
      return;
    }
    this.#push(lower.charCodeAt(0) <= 0x39 ? NUMBER : WORD, start);
  }

  #unspaced(text: string, start: number): number {
    const length = this.#knownLength(text, start);
    if (length > 0) {
      this.#push(this.#words.get(text.slice(start, start + length))!, start);
      return start + length;
    }
    let end = start + 1;
    // A run without a known word is one word, however long.
    while (isUnspaced(codeAt(text, end)) && this.#knownLength(text, end) === 0) end += 1;
    this.#push(WORD, start);
    return end;
  }

  /** Of the longest known word at `index`; 0 if there is none. */
  #knownLength(text: string, index: number): number {
    if (!this.#firsts.has(text.charCodeAt(index))) return 0;
    for (let length = UNSPACED_MAX; length > 0; length -= 1)
      if (this.#words.has(text.slice(index, index + length))) return length;
    return 0;
  }

  #push(id: number, start: number): void {
    if (this.#count === this.#ids.length) {
      const [ids, starts] = [new Uint16Array(this.#count * 2), new Int32Array(this.#count * 2)];
      ids.set(this.#ids);
      starts.set(this.#starts);
      [this.#ids, this.#starts] = [ids, starts];
    }
    this.#ids[this.#count] = id;
    this.#starts[this.#count] = start;
    this.#count += 1;
  }
}

const isWordCode = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f ||
  (code >= 0xc0 && (code < 0x2000 || code > 0x206f));

/** A full stop with a space behind it, and with something behind that. */
function endsSentence(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (index + 2 >= text.length) return false;
  return code === 0x3002 || (code === 0x2e && text.charCodeAt(index + 1) <= 0x20);
}

/** Kana, Han and Hangul. */
const isUnspaced = (code: number): boolean =>
  (code >= 0x3040 && code <= 0x30ff) ||
  (code >= 0x4e00 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7af);

/** An apostrophe or hyphen between letters; signs that stand for letters, where they do. */
function joins(text: string, index: number): boolean {
  return JOINING.has(text.charCodeAt(index)) && isWordCode(text.charCodeAt(index + 1));
}
const JOINING = new Set(Array.from("'’-@$€+|!", (character) => character.charCodeAt(0)));

/** Digits, and signs that stand for letters. */
const hasDigit = (word: string): boolean => /[0-9@$€+|!]/u.test(word);

/** `v2` and `73` stand for nothing. */
const isLeet = (word: string): boolean => word.length > 2 && /[a-z]/u.test(word);

const LEET_LETTERS: Readonly<Record<string, string>> = {
  "0": "o",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
  "6": "g",
  "€": "e",
  "+": "t",
  "|": "l",
  "!": "i",
  "@": "a",
  $: "s",
};

function rot13(word: string): string {
  return String.fromCharCode(
    ...Array.from(word, (letter) => ((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61),
  );
}

function unleet(word: string, one: string): string {
  let out = "";
  for (const character of word) out += character === "1" ? one : (LEET_LETTERS[character] ?? character);
  return out;
}

/** The words that trained weights speak of. */
export const wordsOf = (weights: Weights): string[] =>
  Object.values(weights).flatMap(({ terms }) =>
    Object.keys(terms).flatMap((term) => term.split(/ (?:… )?/u)),
  );
