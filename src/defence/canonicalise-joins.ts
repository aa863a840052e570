// What splits a word without changing its meaning to the reader behind: comments of SQL and C (`UN/**/ION`), and
// what a shell leaves out of its words: quotes, backslashes, carets, empty substitutions and the parameters that
// nobody has set (`w'h'oami`, `c\at`, `who^ami`, `who$@ami`).
import { codeAt, isLetter } from "./character.ts";
import type { Disguise } from "./disguise.ts";

/** Comments out; but what stands in the conditional ones of MySQL, which begin with `!`, is run and stays. */
export function stripComments(text: string, disguises: Set<Disguise>): string {
  let open = text.indexOf("/*");
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
  while (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at += 1;
  return text.slice(at, end);
}

const isSplitter = (code: number): boolean =>
  code === 0x27 || code === 0x22 || code === 0x5c || code === 0x5e;

/** `$@`, `$*`, `$1` …: what stands behind a dollar sign that expands to nothing. */
const isUnset = (code: number): boolean =>
  code === 0x40 ||
  code === 0x2a ||
  code === 0x21 ||
  code === 0x3f ||
  code === 0x2d ||
  code === 0x5f ||
  (code >= 0x31 && code <= 0x39);

/** Behind the run of splitters that begins at `index`; `index` where none begins. */
function afterSplitters(text: string, index: number): number {
  let end = index;
  for (;;) {
    const code = codeAt(text, end);
    if (isSplitter(code)) end += 1;
    else if (code === 0x24 && isUnset(codeAt(text, end + 1))) end += 2;
    else if (code === 0x60 && codeAt(text, end + 1) === 0x60) end += 2;
    else return end;
  }
}

/** Whether `$@` or its like, or an empty command, stands among the splitters; `US$5m` is money. */
function expandsToNothing(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x60 || (code === 0x24 && text.charCodeAt(index + 1) > 0x39)) return true;
    if (code === 0x24 && text.charCodeAt(index + 1) < 0x30) return true;
  }
  return false;
}

/** `w'h'oami` as `whoami`. An apostrophe alone, as in `don't`, splits nothing. */
export function joinWords(text: string, disguises: Set<Disguise>): string {
  let isSplit = false;
  let out = "";
  let copied = 0;
  for (let index = 1; index < text.length; index += 1) {
    if (!isLetter(text.charCodeAt(index - 1))) continue;
    const end = afterSplitters(text, index);
    if (end === index) continue;
    if (!isLetter(codeAt(text, end))) {
      index = end;
      continue;
    }
    if (text.charCodeAt(index) !== 0x27 || end !== index + 1 || !isContraction(text, end)) isSplit = true;
    if (expandsToNothing(text, index, end)) disguises.add("empty_expansion");
    out += text.slice(copied, index);
    copied = end;
    index = end;
  }
  if (!isSplit) return text;
  disguises.add("split_word");
  return out + text.slice(copied);
}

/** `’s`, `’t`, `’re`: at most two letters, then the word ends. */
export const isContraction = (text: string, index: number): boolean =>
  !isLetter(codeAt(text, index + 1)) || !isLetter(codeAt(text, index + 2));
