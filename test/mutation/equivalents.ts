// Mutants that no test can kill, since the program does the same with them. Each is named by its file, a piece of the
// line that it changes, and what comes in the place of what; they are neither drawn nor counted.
import { readFileSync } from "node:fs";

interface Equivalent {
  readonly file: string;
  /** A piece of the line on which the mutant begins. */
  readonly line: string;
  /** What the mutant puts there. */
  readonly replacement: string;
  readonly why: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "src/protocol/key-ring.ts",
    line: "this.#derivedBytes.set(name, bytes);",
    replacement: ";",
    why: "a cache: the same bytes are derived again",
  },
  {
    file: "src/protocol/key-ring.ts",
    line: "this.#derivedKeys.set(name, key);",
    replacement: ";",
    why: "a cache: the same key is derived again",
  },
  {
    file: "src/protocol/merkle-tree.ts",
    line: "if (!first || proof.length === 0) return false;",
    replacement: "false",
    why: "the RFC's own step; without it an empty proof ends below the root of the larger tree, and is refused there",
  },
  {
    file: "src/defence/lexer.ts",
    line: "if (known < 0) return unknown(text, start, end);",
    replacement: "known <= 0",
    why: "no known word has the number 0: marks have the first numbers, groups of words those behind them",
  },
  {
    file: "src/defence/linear-model.ts",
    line: "let isSuspicious = false;",
    replacement: "true",
    why: "a shortcut: as long as no class has gained anything, adding what raises none leaves all at zero",
  },
  {
    file: "src/defence/linear-model.ts",
    line: "if (over_a_gap !== 0 || (isSuspicious ? row !== 0 : rises[row] === 1))",
    replacement: "true",
    why: "a shortcut: what weighs nothing, or raises no class before any has gained, leaves all sums as they are",
  },
  {
    file: "src/defence/linear-model.ts",
    line: "constructor(weights: Weights, names: readonly string[], joined: Iterable<number> = []) {",
    replacement: '["Stryker was here"]',
    why: "what is the number of no token joins nothing",
  },
  {
    file: "src/defence/linear-model.ts",
    line: "for (let column = 0; column < width; column += 1) {",
    replacement: "column <= width",
    why: "a column behind the last one is in no array, and no number is above or below what is not there",
  },
  {
    file: "src/defence/canonicalise-characters.ts",
    line: "if (text.charCodeAt(index) >= 0x80) return true;",
    replacement: "text.charCodeAt(index) > 0x80",
    why: "U+0080 is a control character that folding lets pass, so that the text comes out as it went in",
  },
  {
    file: "src/defence/linear-model.ts",
    line: "if (now <= 0) {",
    replacement: "now < 0",
    why: "a shortcut: a sum of zero begins anew with the next token all the same, and is above no other",
  },
  {
    file: "src/defence/screen.ts",
    line: "const isPlain = code >= 0x80 || code === 0x2d",
    replacement: "code > 0x80",
    why: "U+0080 belongs into no name, so that a text which holds it is no plain word either way",
  },
  {
    file: "src/defence/canonicalise-characters.ts",
    line: "if (text.charCodeAt(index) >= 0x80) return true;",
    replacement: "index <= text.length",
    why: "behind the end there is no code, and what is no number is not above another",
  },
  {
    file: "src/defence/canonicalise.ts",
    line: "for (let index = 0; index < text.length; index += 1) {",
    replacement: "index <= text.length",
    why: "behind the end there is no code, which is of no kind",
  },
  {
    file: "src/defence/validators/model-armor.ts",
    line: "const results = isObject(result.filterResults) ? Object.entries(result.filterResults) : [];",
    replacement: '["Stryker was here"]',
    why: "a text has no match state, so that no filter comes of it",
  },
  {
    file: "src/defence/prompt-lexer.ts",
    line: "for (let length = UNSPACED_MAX; length > 0; length -= 1)",
    replacement: "length >= 0",
    why: "no known word is empty",
  },
  {
    file: "src/defence/prompt-lexer.ts",
    line: "if (!this.#firsts.has(text.charCodeAt(index))) return 0;",
    replacement: "false",
    why: "a shortcut: no known word begins with that character, so none is found by its length either",
  },
];

interface Place {
  readonly fileName: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** Why that mutant changes nothing; null where it may. `location` counts lines from 0. */
export function whyEquivalent({ fileName, replacement, location }: Place): string | null {
  const known = EQUIVALENTS.filter(
    (each) => fileName.endsWith(`/${each.file}`) && each.replacement === replacement,
  );
  if (known.length === 0) return null;
  const line = readFileSync(fileName, "utf8").split("\n")[location.start.line] ?? "";
  return known.find((each) => line.includes(each.line))?.why ?? null;
}
