// What the detectors learn from: the public corpora, read as data; attacks made from our own grammar; and honest
// lines of our own. Lists of one file count less the longer they are, so that no list outvotes the rest.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tokens } from "../../src/defence/lexer.ts";
import type { Sample, View } from "./fit.ts";
import { attacksOf, honestOf, type Made, promptAttacksOf } from "./grammar.ts";
import { generator } from "./random.ts";

export interface Text {
  readonly text: string;
  /** A class of attack, or `benign`. */
  readonly label: string;
  /** The repository that it came from; `own` for ours. */
  readonly repository: string;
  readonly weight: number;
}

interface Row {
  readonly text: string;
  readonly label: string;
  readonly source: string;
}

const BENIGN_WEIGHT = 2.5;
/** Our own honest lines are few, and each stands for many. */
const HONEST_WEIGHT = 6;
const MADE_WEIGHT = 0.7;
const MADE_PROMPT_WEIGHT = 0.3;
const MADE_HONEST_WEIGHT = 1.5;
const MADE_HONEST = 5_000;
const MADE_PRODUCT = 6_000;
const MADE_SYNTAX = 1_500;
const MADE_PER_CLASS = 800;
const MADE_PROMPTS = 6_000;
/** A list of so many texts counts once for each; a longer one by the square root. */
const LIST_SIZE = 60;

export function readInjections(folder: string): Text[] {
  return weighed([...rows(folder, "injection/attacks"), ...rows(folder, "injection/benign")]);
}

export function readPrompts(folder: string): Text[] {
  const prompts = rows(folder, "prompt-injection/prompt_injection");
  return weighed([...prompts, ...rows(folder, "injection/benign")]);
}

function rows(folder: string, name: string): Row[] {
  const lines = readFileSync(join(folder, `${name}.public.jsonl`), "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
}

function weighed(all: readonly Row[]): Text[] {
  const listOf = ({ label, source }: Row) => `${label} ${source}`;
  const sizes = new Map<string, number>();
  for (const row of all) sizes.set(listOf(row), (sizes.get(listOf(row)) ?? 0) + 1);
  return all.map((row) => ({
    text: row.text,
    label: row.label,
    repository: row.source.split(/[@:]/u)[0]!,
    weight:
      row.label === "benign" ? BENIGN_WEIGHT : Math.min(1.5, Math.sqrt(LIST_SIZE / sizes.get(listOf(row))!)),
  }));
}

const asOwn =
  (weight: number) =>
  ({ text, label, kind }: Made): Text => ({ text, label, repository: `own ${kind}`, weight });

/** Our own share of the lesson. */
export function ownTexts(): { injections: Text[]; prompts: Text[] } {
  const lines = readFileSync(join(import.meta.dirname, "honest.txt"), "utf8")
    .split("\n")
    .filter(Boolean);
  const written = lines.map((text) => ({ text, label: "benign", repository: "own", weight: HONEST_WEIGHT }));
  const honest = (...drawn: Parameters<typeof honestOf>) => honestOf(...drawn).map(asOwn(MADE_HONEST_WEIGHT));
  const injections = attacksOf(MADE_PER_CLASS, generator(1)).map(asOwn(MADE_WEIGHT));
  const prompts = promptAttacksOf(MADE_PROMPTS, generator(2)).map(asOwn(MADE_PROMPT_WEIGHT));
  return {
    injections: [
      ...injections,
      ...written,
      ...honest(MADE_PRODUCT, generator(3), "LINE", "PRODUCT"),
      ...honest(MADE_SYNTAX, generator(4), "SYNTAX"),
    ],
    // With lines of the work on a product, fewer prompt injections of others were found.
    prompts: [...prompts, ...written, ...honest(MADE_HONEST, generator(3), "LINE")],
  };
}

/** How a detector reads a text: its forms, and their tokens. */
export interface Reading {
  readonly formsOf: (text: string) => readonly string[];
  readonly lex: Lex;
}
type Lex = (text: string) => Tokens;

/** The texts of one class and the honest ones, as the tokens of all their forms. */
export function samplesOf(texts: readonly Text[], label: string, reading: Reading): Sample[] {
  return texts
    .filter((text) => text.label === label || text.label === "benign")
    .map((text) => ({
      views: viewsOf(text.text, reading),
      isAttack: text.label === label,
      weight: text.weight,
      repository: text.repository,
    }));
}

const known = new WeakMap<Lex, Map<string, readonly View[]>>();

function viewsOf(text: string, { formsOf, lex }: Reading): readonly View[] {
  const cache = known.get(lex) ?? new Map<string, readonly View[]>();
  known.set(lex, cache);
  let views = cache.get(text);
  if (!views) {
    views = formsOf(text).map((view) => {
      const { ids, count } = lex(view);
      return ids.slice(0, count);
    });
    cache.set(text, views);
  }
  return views;
}
