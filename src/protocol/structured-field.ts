// Structured field values for HTTP (RFC 9651, RFC 8941): dictionaries, lists and items, read and written.
// One pass, no backtracking, nothing nested deeper than the format itself. Refuses, always with the same
// null: what the grammar does not allow, base64 with a second spelling, a key given twice (the RFC lets the
// last one win, and so lets two readers see two things), dates, display strings, and overlong fields.

import { decodeBase64, encodeBase64 } from "./base64.ts";

/** A token, which unlike a string stands without quotes. */
export class Token {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A decimal, which unlike an integer is written with a fraction: at most three digits of it. */
export class Decimal {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** A number is an integer of at most 15 digits, a string is printable ASCII. */
export type BareItem = number | string | boolean | Uint8Array | Token | Decimal;
export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  readonly value: BareItem;
  readonly parameters: Parameters;
}

export interface InnerList {
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

export type Member = Item | InnerList;
export type Dictionary = ReadonlyMap<string, Member>;

export const FIELD_CHARACTERS_MAX = 16_384;
const INTEGER_MAX = 999_999_999_999_999;

const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const NUMBER = /(-?)([0-9]{1,15})(?![0-9])(?:\.([0-9]{1,3})(?![0-9]))?/y;
const STRING = /"((?:[ !#-[\]-~]|\\["\\])*)"/y;
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y;
const BYTES = /:([A-Za-z0-9+/=]*):/y;
const BOOLEAN = /\?([01])/y;
const SPACES = / */y;
const OPTIONAL_WHITE_SPACE = /[ \t]*/y;
const KEY_ALONE = new RegExp(`^${KEY.source}$`);
const TOKEN_ALONE = new RegExp(`^${TOKEN.source}$`);
const STRING_ALONE = /^[ -~]*$/;
/** Most strings: what is within the quotes is what is meant. */
const PLAIN_ALONE = /^[ !#-[\]-~]*$/;

export const isInnerList = (member: Member): member is InnerList => "items" in member;

/** Reads a dictionary, in its order, or answers null; an empty field is an empty dictionary. */
export const parseDictionary = (text: string): Dictionary | null =>
  read(text, (reader) => reader.dictionary());

/** Reads a list, or answers null; an empty field is an empty list. */
export const parseList = (text: string): readonly Member[] | null => read(text, (reader) => reader.list());

/** Reads a single item, or answers null. */
export const parseItem = (text: string): Item | null => read(text, (reader) => reader.item());

class Malformed extends Error {}

function read<Value>(text: string, take: (reader: Reader) => Value): Value | null {
  if (text.length > FIELD_CHARACTERS_MAX) return null;
  const reader = new Reader(text);
  try {
    reader.match(SPACES);
    const value = take(reader);
    reader.match(SPACES);
    return reader.ended ? value : null;
  } catch (thrown) {
    if (thrown instanceof Malformed) return null;
    throw thrown;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at === this.#text.length;
  }

  /** Takes what the sticky pattern matches here; a pattern that may match nothing always does. */
  match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw new Malformed();
    this.#at += match[0].length;
    return match;
  }

  dictionary(): Dictionary {
    const members = new Map<string, Member>();
    this.#commaSeparated(() => {
      const key = this.match(KEY)[0];
      if (members.has(key)) throw new Malformed();
      members.set(key, this.#skip("=") ? this.#member() : { value: true, parameters: this.#parameters() });
    });
    return members;
  }

  list(): Member[] {
    const members: Member[] = [];
    this.#commaSeparated(() => members.push(this.#member()));
    return members;
  }

  item(): Item {
    return { value: this.#bareItem(), parameters: this.#parameters() };
  }

  #commaSeparated(takeMember: () => void): void {
    if (this.ended) return;
    for (;;) {
      takeMember();
      const before = this.#at;
      this.match(OPTIONAL_WHITE_SPACE);
      if (!this.#skip(",")) {
        this.#at = before; // only spaces may end the field, and `read` takes those
        return;
      }
      this.match(OPTIONAL_WHITE_SPACE);
    }
  }

  #member(): Member {
    if (!this.#skip("(")) return this.item();
    const items: Item[] = [];
    for (;;) {
      const { length } = this.match(SPACES)[0];
      if (this.#skip(")")) return { items, parameters: this.#parameters() };
      if (items.length > 0 && length === 0) throw new Malformed();
      items.push(this.item());
    }
  }

  #parameters(): Parameters {
    const parameters = new Map<string, BareItem>();
    while (this.#skip(";")) {
      this.match(SPACES);
      const key = this.match(KEY)[0];
      if (parameters.has(key)) throw new Malformed();
      parameters.set(key, this.#skip("=") ? this.#bareItem() : true);
    }
    return parameters;
  }

  #bareItem(): BareItem {
    const first = this.#text[this.#at] ?? "";
    if (first === '"') return unescaped(this.match(STRING)[1]!);
    if (first === ":") {
      const bytes = decodeBase64(this.match(BYTES)[1]!);
      if (!bytes) throw new Malformed();
      return bytes;
    }
    if (first === "?") return this.match(BOOLEAN)[1] === "1";
    if (first === "-" || (first >= "0" && first <= "9")) return this.#number();
    return new Token(this.match(TOKEN)[0]);
  }

  #number(): number | Decimal {
    const [, sign = "", whole = "", fraction] = this.match(NUMBER);
    if (this.#text[this.#at] === ".") throw new Malformed();
    if (fraction === undefined) return Number(sign + whole) + 0; // `+ 0` makes an integer of minus zero
    if (whole.length > 12) throw new Malformed();
    return new Decimal(Number(`${sign}${whole}.${fraction}`));
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

const unescaped = (text: string): string => (text.includes("\\") ? text.replaceAll(/\\(.)/g, "$1") : text);

/** Writes a dictionary in its one canonical form; throws for what a structured field cannot carry. */
export function serializeDictionary(dictionary: Dictionary): string {
  return Array.from(dictionary, ([key, member]) => {
    if (!isInnerList(member) && member.value === true)
      return keyText(key) + parametersText(member.parameters);
    return `${keyText(key)}=${serializeMember(member)}`;
  }).join(", ");
}

/** Writes a list in its one canonical form; throws for what a structured field cannot carry. */
export const serializeList = (members: readonly Member[]): string => members.map(serializeMember).join(", ");

/** Writes an item or inner list in its one canonical form; throws for what a structured field cannot carry. */
export function serializeMember(member: Member): string {
  const text = isInnerList(member)
    ? `(${member.items.map(serializeMember).join(" ")})`
    : bareText(member.value);
  return text + parametersText(member.parameters);
}

function parametersText(parameters: Parameters): string {
  let text = "";
  for (const [key, value] of parameters)
    text += `;${keyText(key)}${value === true ? "" : `=${bareText(value)}`}`;
  return text;
}

function keyText(key: string): string {
  return checked(key, KEY_ALONE.test(key));
}

function bareText(value: BareItem): string {
  if (typeof value === "string") {
    if (PLAIN_ALONE.test(value)) return `"${value}"`;
    return `"${checked(value, STRING_ALONE.test(value)).replaceAll(/["\\]/g, "\\$&")}"`;
  }
  if (typeof value === "number") {
    return checked(String(value + 0), Number.isInteger(value) && Math.abs(value) <= INTEGER_MAX);
  }
  if (typeof value === "boolean") return value ? "?1" : "?0";
  if (value instanceof Token) return checked(value.text, TOKEN_ALONE.test(value.text));
  if (value instanceof Decimal) return decimalText(value.number);
  return `:${encodeBase64(value)}:`;
}

function decimalText(number: number): string {
  const rounded = number.toFixed(3);
  const text = checked(rounded, Math.abs(Number(rounded)) < 1e12).replace(/0{1,2}$/, "");
  return text === "-0.0" ? "0.0" : text;
}

function checked(text: string, carried: boolean): string {
  if (!carried) throw new RangeError("a structured field cannot carry this");
  return text;
}
