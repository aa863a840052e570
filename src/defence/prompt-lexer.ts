// Text as the tokens of the prompt-injection detector: words that it knows by group or by themselves, all others
// alike, and the few marks by which dialogues, quotations and templates are written. One pass.
import type { Tokens } from "./lexer.ts";
import type { Weights } from "./linear-model.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

const MARKS = [
  "^",
  "$",
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
];
const LOOSE: Readonly<Record<string, string>> = { "\n": "¶", "“": '"', "”": '"', "`": "`" };

export class PromptLexer {
  readonly names: readonly string[];
  readonly #marks: ReadonlyMap<string, number>;
  readonly #words = new Map<string, number>();
  readonly #number: ReadonlyMap<string, number>;
  #ids = new Uint16Array(1024);
  #starts = new Int32Array(1024);
  #count = 0;

  /** `learned`: words without a group that the weights speak of. */
  constructor(learned: Iterable<string>) {
    const known = [...MARKS, ...Object.keys(PROMPT_WORDS)];
    this.names = [...known, ...new Set([...learned].filter((word) => !known.includes(word)))];
    this.#number = new Map(this.names.map((name, number) => [name, number]));
    for (const [group, words] of Object.entries(PROMPT_WORDS)) {
      for (const word of words.split(" "))
        if (!this.#words.has(word)) this.#words.set(word, this.numberOf(group));
    }
    for (const word of this.names.slice(known.length)) {
      if (!this.#words.has(word)) this.#words.set(word, this.numberOf(word));
    }
    const marks = MARKS.filter((mark) => mark.length === 1 && mark !== "^" && mark !== "$");
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
    this.#push(0, 0);
    let index = 0;
    while (index < text.length) {
      if (isWordCode(text.charCodeAt(index))) index = this.#word(text, index);
      else {
        const mark = this.#marks.get(text[index]!);
        if (mark !== undefined) this.#push(mark, index);
        index += 1;
      }
    }
    this.#push(1, text.length);
    return { count: this.#count, ids: this.#ids, starts: this.#starts };
  }

  #word(text: string, start: number): number {
    let end = start + 1;
    while (end < text.length && (isWordCode(text.charCodeAt(end)) || joins(text, end))) end += 1;
    const word = text.slice(start, Math.min(end, start + 32));
    const lower = word.toLowerCase().replace("’", "'");
    const isNumber = lower.charCodeAt(0) <= 0x39;
    const isCaps = word.length > 2 && word !== lower && word === word.toUpperCase();
    this.#push(this.#words.get(lower) ?? (isNumber ? 3 : isCaps ? 4 : 2), start);
    return end;
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

/** An apostrophe or hyphen between letters. */
function joins(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return (code === 0x27 || code === 0x2019 || code === 0x2d) && isWordCode(text.charCodeAt(index + 1));
}

/** The words that trained weights speak of. */
export const wordsOf = (weights: Weights): string[] =>
  Object.values(weights).flatMap(({ terms }) => Object.keys(terms).flatMap((term) => term.split(" ")));
