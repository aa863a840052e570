// Attacks made from their grammar, of our own and independent of any collection: a way out of the value, the attack,
// and what silences the rest; in the spellings that get past filters. The same seed gives the same texts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random.ts";

export interface Made {
  readonly text: string;
  readonly label: string;
  /** Which part of the grammar it is of. */
  readonly kind: string;
}

type Parts = Readonly<Record<string, readonly string[]>>;

/** Honest words around an attack: where a value stands says nothing about what it holds. */
const BEFORE = [
  "Please have a look at ",
  "As discussed: ",
  "Fix the title ",
  "It fails with ",
  "Input was ",
  "hello ",
];
const AFTER = [
  " and tell me what you think",
  " in the last release",
  " (see above)",
  ", thanks",
  " again later",
];

export function attacksOf(count: number, random: Random): Made[] {
  const made: Made[] = [];
  for (const label of ["sqli", "xss", "path", "cmd", "ldap"]) {
    const parts = readParts(label);
    for (let number = 0; number < count; number += 1) {
      made.push({ text: attackOf(label, parts, random), label, kind: label });
    }
  }
  return made;
}

/** Now and then one that is an attack only where nothing else stands: nothing is put around it. */
function attackOf(label: string, parts: Parts, random: Random): string {
  if (parts.ALONE && random() < 0.2) return expand("ALONE", parts, random, 0);
  let text = spell(expand("ATTACK", parts, random, 0), label, random);
  if (random() < 0.35) text = pick(BEFORE, random) + text;
  if (random() < 0.35) text += pick(AFTER, random);
  return text;
}

/** `[name]` begins a list of parts, one a line; control characters and outer spaces stand as their pictures. */
function readParts(label: string): Parts {
  const parts: Record<string, string[]> = {};
  let list: string[] = [];
  const text = readFileSync(join(import.meta.dirname, "grammar", `${label}.txt`), "utf8");
  for (const line of text.split("\n")) {
    const name = /^\[(\w+)\]$/u.exec(line)?.[1];
    if (name) parts[name] = list = [];
    else if (line !== "") list.push(line.replaceAll(/[␀␉␊␍␠␢]/gu, (picture) => PICTURES[picture]!));
  }
  return parts;
}

const PICTURES: Readonly<Record<string, string>> = {
  "␀": "\0",
  "␉": "\t",
  "␊": "\n",
  "␍": "\r",
  "␠": " ",
  "␢": "",
};

/** Prompt injections, some of them behind a line of honest text. */
export function promptAttacksOf(count: number, random: Random): Made[] {
  const parts = readParts("prompt");
  const { ATTACK: attacks = [] } = parts;
  return Array.from({ length: count }, () => {
    const kind = pick(attacks, random);
    const text = disguise(dressed(filled(kind, parts, random, 0), random), random);
    return { text, label: "injection", kind };
  });
}

/** Honest words before it, a full stop behind it: now and then, as neither says anything. */
const dressed = (text: string, random: Random): string => {
  const ended = random() < 0.4 ? (/[.?!]$/u.test(text) ? text.slice(0, -1) : `${text}.`) : text;
  return random() < 0.3 ? `${pick(BEFORE, random)}${pick(["\n\n", "\n", ""], random)}${ended}` : ended;
};

/** Digits for letters, capitals, no capitals: each now and then. */
function disguise(text: string, random: Random): string {
  const dice = random();
  if (dice < 0.06) return text.replaceAll(/[oeatsi]/giu, (letter) => LEET[letter.toLowerCase()]!);
  if (dice < 0.1) return text.toUpperCase();
  return dice < 0.25 ? text.toLowerCase() : text;
}
const LEET: Readonly<Record<string, string>> = { o: "0", e: "3", a: "4", t: "7", s: "5", i: "1" };

/** Lists of the honest grammar: what people write, of the work on a product, and short lines with marks of syntax. */
type HonestList = "LINE" | "PRODUCT" | "SYNTAX";

/** Lines that nobody means ill by, about the very things that attacks are made of; from all of the lists alike. */
export function honestOf(count: number, random: Random, ...lists: readonly HonestList[]): Made[] {
  const parts = readParts("honest");
  const kinds = lists.flatMap((list) => parts[list]!);
  return Array.from({ length: count }, () => ({
    text: dressed(filled(pick(kinds, random), parts, random, 0), random),
    label: "benign",
    kind: "honest",
  }));
}

const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random() * values.length)]!;

/** Replaces each `«name»` by one of its parts, as deep as they go. */
function expand(name: string, parts: Parts, random: Random, depth: number): string {
  return depth > 8 ? "1" : filled(pick(parts[name]!, random), parts, random, depth);
}

function filled(part: string, parts: Parts, random: Random, depth: number): string {
  return part.replaceAll(/«(\w+)»/gu, (_, inner: string) => expand(inner, parts, random, depth + 1));
}

/** `who$@ami`: what a shell leaves out, in the first word of at least three letters. */
const splitWord = (text: string, random: Random): string =>
  text.replace(
    /[a-z]{2}(?=[a-z])/u,
    (letters) => letters + pick(["''", '""', "\\", "$@", "$*", "``", "^"], random),
  );

/** Percent-encoding, comments for spaces, mixed case: each now and then. */
function spell(text: string, label: string, random: Random): string {
  const dice = random();
  if (dice < 0.06) return encodeURIComponent(text);
  if (dice < 0.1) return text.replaceAll(" ", pick(["%20", "+", "%09"], random));
  if (label === "sqli" && dice < 0.16) return text.replaceAll(" ", "/**/");
  if (label === "cmd" && dice < 0.13)
    return text.replaceAll(" ", pick(["$IFS", "$IFS$9", "%20", "\u0024{IFS}"], random));
  if (label === "cmd" && dice < 0.18) return splitWord(text, random);
  if (label !== "path" && dice < 0.3) return text.toUpperCase();
  if (label !== "path" && dice < 0.38)
    return text.replaceAll(/[a-z]/gu, (letter) => (random() < 0.4 ? letter.toUpperCase() : letter));
  return text;
}
