// What splits a word without changing its meaning to the reader behind: comments of SQL and C (`UN/**/ION`), and
// quotes, backslashes and carets inside a shell's word (`w'h'oami`, `c\at`, `who^ami`).
import type { Disguise } from "./disguise.ts";

/** Comments out; but what stands in the conditional ones of MySQL, which begin with `!`, is run and stays. */
export function stripComments(text: string, disguises: Set<Disguise>): string {
  let open = text.indexOf("/*");
  if (open < 0) return text;
  let out = "";
  let copied = 0;
  while (open >= 0) {
    const isRun = text.charCodeAt(open + 2) === 0x21;
    const close = text.indexOf("*/", open + 2);
    if (close < 0) break;
    out += text.slice(copied, open) + (isRun ? ` ${afterVersion(text, open + 3, close)} ` : " ");
    copied = close + 2;
    open = text.indexOf("/*", copied);
  }
  if (copied === 0) return text;
  disguises.add("comment");
  return out + text.slice(copied);
}

function afterVersion(text: string, start: number, end: number): string {
  let at = start;
  while (at < end && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at += 1;
  return text.slice(at, end);
}

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
const isSplitter = (code: number): boolean =>
  code === 0x27 || code === 0x22 || code === 0x5c || code === 0x5e;

/** `w'h'oami` as `whoami`. An apostrophe alone, as in `don't`, splits nothing. */
export function joinWords(text: string, disguises: Set<Disguise>): string {
  let splits = 0;
  let out = "";
  let copied = 0;
  for (let index = 1; index < text.length; index += 1) {
    if (!isSplitter(text.charCodeAt(index)) || !isLetter(text.charCodeAt(index - 1))) continue;
    let end = index;
    while (isSplitter(text.charCodeAt(end))) end += 1;
    if (!isLetter(text.charCodeAt(end))) {
      index = end;
      continue;
    }
    splits += text.charCodeAt(index) === 0x27 && end === index + 1 && isContraction(text, end) ? 0 : 1;
    out += text.slice(copied, index);
    copied = end;
    index = end;
  }
  if (splits === 0) return text;
  disguises.add("split_word");
  return out + text.slice(copied);
}

/** `’s`, `’t`, `’re`: at most two letters, then the word ends. */
const isContraction = (text: string, index: number): boolean =>
  !isLetter(text.charCodeAt(index + 1)) || !isLetter(text.charCodeAt(index + 2));
