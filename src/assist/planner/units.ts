// A description as units: headings, list items and sentences in their order, each with the heading above it. Reads
// what people write (plain text, Markdown, hard-wrapped mail); code, quotes, links and tables are no units.
import { verbAt } from "./words.ts";

export interface Unit {
  readonly kind: "heading" | "item" | "sentence";
  /** One line, without marks of lists or emphasis. */
  readonly text: string;
  /** Of the nearest heading above; empty where there is none. */
  readonly under: string;
  /** Counted from 0: units between two blank lines, or of one list. */
  readonly block: number;
  /** Of a numbered list, its number; null elsewhere. */
  readonly number: number | null;
}

/** A description has 10,000 characters: more units than this are no description. */
const UNITS_MAX = 600;
const HEADING_CHARACTERS_MAX = 80;

const FENCE = /^\s*(?:```|~~~)/u;
const ITEM = /^(\s*)(?:[-*+•◦▪–—□☐✓✔]|\[[ x]?\]|(\d{1,3}|[ivx]{1,4}|[a-z])[.)])\s+(.*)$/iu;
const HEADING =
  /^\s*(?:#{1,6}\s+(.*?)\s*#*|(?:\*\*|__)([^*_]+?):?(?:\*\*|__):?|((?:[^.!?;]|\.(?=\S)){1,80}):)\s*$/u;
const SKIPPED = /^\s*(?:\||>|[-=_*~]{3,}\s*$|https?:\/\/\S+\s*$|\[[^\]]*\]:)/u;
/** Words that begin a sentence, in a line that may go on or begin one. */
const STARTER =
  /^["'“‘(]*(?:We|The|This|These|Our|It|I|In|A|An|There|They|All|Each|Every|Users?|Customers?|After|Before|Once|When|If|For|To|As|Also|Then|First|Finally|Please|No|My|Currently|Today|With|At|By|On|From|Next)\b/u;
/** Abbreviations after which no sentence ends. */
const NO_END =
  /(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|No|Mr|Mrs|Ms|Dr|St|fig|Fig|ca|cf|al)|(?<=^|\s)[A-Z])\.$/u;

export function unitsOf(text: string): Unit[] {
  const units: Unit[] = [];
  let block = 0;
  let under = "";
  let open: { kind: "item" | "sentence"; text: string; number: number | null } | null = null;
  const close = (): void => {
    if (open?.kind === "item") {
      const [first = "", ...more] = sentencesOf(open.text);
      units.push({ kind: "item", text: clean(first), under, block, number: open.number });
      for (const each of more)
        units.push({ kind: "sentence", text: clean(each), under, block, number: null });
    } else if (open) {
      for (const each of sentencesOf(open.text)) {
        units.push({ kind: "sentence", text: clean(each), under, block, number: null });
      }
    }
    open = null;
  };

  let fenced = false;
  let last = "";
  const lines = text.split(/\r?\n|\u2028|\u2029/u);
  // One that nobody closes is none.
  let fences = lines.filter((line) => FENCE.test(line)).length;
  for (const whole of lines) {
    if (units.length > UNITS_MAX) break;
    const is_fence = FENCE.test(whole) && (fenced || fences > 1);
    if (is_fence) {
      fences -= 1;
      close();
      fenced = !fenced;
      if (fenced) continue;
    }
    const line = is_fence ? whole.replace(FENCE, "") : whole;
    const is_code = fenced || (/^(?:\t| {4})/u.test(line) && open === null && !ITEM.test(line));
    if (line.trim() === "" || is_code || SKIPPED.test(line)) {
      close();
      block += 1;
      continue;
    }
    const item = ITEM.exec(line);
    // "… as project\n10) shows": a figure at the beginning of a line that goes on.
    const goes_on =
      open?.kind === "sentence" && Number(item?.[2] ?? 0) > 1 && !/[.!?:;,]$/u.test(last.trimEnd());
    if (item && !goes_on) {
      close();
      const number = item[2] === undefined ? null : Number.parseInt(item[2], 10) || null;
      open = { kind: "item", text: item[3]!, number };
      last = line;
      continue;
    }
    const heading = headingOf(line, open === null);
    if (heading !== null) {
      close();
      block += 1;
      under = clean(heading);
      units.push({ kind: "heading", text: under, under: "", block, number: null });
      continue;
    }
    // A line that goes on: lists and mails are wrapped by hand.
    if (open === null) open = { kind: "sentence", text: line, number: null };
    else if (
      (open.kind === "item" && /^\S/u.test(line) && !/^\p{Ll}/u.test(line)) ||
      endsBefore(last, line)
    ) {
      close();
      open = { kind: "sentence", text: line, number: null };
    } else open.text += ` ${line.trim()}`;
    last = line;
  }
  close();
  return units.filter(({ text: each }) => /\p{L}{2}/u.test(each)).slice(0, UNITS_MAX);
}

/** A short line by itself, marked as a heading or closed by a colon. */
function headingOf(line: string, is_first: boolean): string | null {
  const [, hashed, bold, colon] = HEADING.exec(line) ?? [];
  const text = hashed ?? bold ?? (is_first ? colon : undefined);
  if (text !== undefined && text.length <= HEADING_CHARACTERS_MAX) return text;
  const is_shouted = is_first && /^[\p{Lu}\d &/-]{4,60}$/u.test(line.trim());
  return is_shouted ? line.trim() : null;
}

/** Whether what is open ends before the next line: as a sentence does, or as lines do that nobody has wrapped. */
function endsBefore(last: string, line: string): boolean {
  if (/[.!?:;][\])"'”’]*$/u.test(last.trimEnd())) return true;
  const words = line.trimStart().split(/\s+/u, 3);
  if (!/^["'“‘([]*\p{Lu}/u.test(words[0] ?? "")) return false;
  return last.length < 50 || last.length > 100 || STARTER.test(words[0]!) || verbAt(words, 0) !== null;
}

export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let rest = "";
  for (const piece of text.split(/(?<=[.!?…]["'”’)]*)\s+/u)) {
    rest = rest === "" ? piece : `${rest} ${piece}`;
    if (NO_END.test(rest) || /^\p{Ll}/u.test(text.slice(text.indexOf(rest) + rest.length).trimStart()))
      continue;
    sentences.push(rest);
    rest = "";
  }
  return rest === "" ? sentences : [...sentences, rest];
}

/** Without marks of emphasis, links' targets, boxes and white space. */
const clean = (text: string): string =>
  text
    .replace(/^\s*\[[ x]?\]\s*/iu, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replace(/https?:\/\/[^\s"'“”<>()]+/gu, "")
    .replace(/\s?\((?:e\.g\.)?[\s"'“”,]*\)/gu, "")
    .replace(/(?<![\p{L}\p{N}])([*_`~]{1,3})(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, "$2")
    .replace(/\p{Extended_Pictographic}\uFE0F?/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
