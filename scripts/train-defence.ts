// Trains the linear models of src/defence from the public corpora and our own grammar, and writes their weights.
//   npm run train:defence                 trains on everything, writes src/defence/*weights.json and how texts were read
//   npm run train:defence -- --readings   writes that alone, after a change that the weights bear, such as new words
//   npm run train:defence -- --held-out   leaves each upstream repository out in turn and prints what is then found
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { canonicalise } from "../src/defence/canonicalise.ts";
import { promptViews } from "../src/defence/detect.ts";
import { lex } from "../src/defence/lexer.ts";
import type { Weights } from "../src/defence/linear-model.ts";
import { PromptLexer } from "../src/defence/prompt-lexer.ts";
import { TOKEN_NAMES } from "../src/defence/token.ts";
import { type FitOptions, fitClass } from "./training/fit.ts";
import { heldOut } from "./training/held-out.ts";
import { readingDigests } from "./training/reading.ts";
import {
  ownTexts,
  type Reading,
  readInjections,
  readPrompts,
  samplesOf,
  type Text,
} from "./training/samples.ts";
import { frequentWords } from "./training/words.ts";

const CLASSES = ["sqli", "xss", "path", "cmd", "ldap"];
const OPTIONS: FitOptions = { rounds: 4, epochs: 8, l1: 1, l2: 4, texts_min: 4, terms_max: 250, lengths: 3 };

const repository = resolve(import.meta.dirname, "..");
const corpora = process.env.TASKWARD_CORPORA ?? resolve(repository, "../shared/corpora");
const own = ownTexts();
const injections = readInjections(corpora);
const prompts = readPrompts(corpora);

const injectionReading: Reading = { formsOf: (text) => canonicalise(text).views, lex };

export function trainInjections(texts: readonly Text[]): Weights {
  const all = [...texts, ...own.injections];
  return Object.fromEntries(
    CLASSES.map((name) => [
      name,
      table(fitClass(samplesOf(all, name, injectionReading), OPTIONS), TOKEN_NAMES),
    ]),
  );
}

export function trainPrompts(texts: readonly Text[]): Weights {
  const all = [...texts, ...own.prompts];
  const lexer = new PromptLexer(frequentWords(all));
  const reading: Reading = { formsOf: promptViews, lex: (text) => lexer.lex(text) };
  const fitted = fitClass(samplesOf(all, "injection", reading), { ...OPTIONS, terms_max: 450 });
  return { prompt: table(fitted, lexer.names) };
}

function table({ bias, weights }: ReturnType<typeof fitClass>, names: readonly string[]): Weights[string] {
  const named = [...weights].map(([term, weight]) => {
    const name = term
      .split(" ")
      .map((number) => names[Number(number)])
      .join(" ");
    return [name, Number(weight.toFixed(2))] as const;
  });
  named.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { bias: Number(bias.toFixed(2)), terms: Object.fromEntries(named) };
}

if (process.argv.includes("--held-out")) heldOut({ injections, prompts, trainInjections, trainPrompts });
else if (process.argv.includes("--readings")) writeReadings();
else {
  for (const [file, weights] of [
    ["weights.json", trainInjections(injections)],
    ["prompt-weights.json", trainPrompts(prompts)],
  ] as const) {
    writeFileSync(join(repository, "src/defence", file), `${JSON.stringify(weights, null, 2)}\n`);
    for (const [name, { terms }] of Object.entries(weights))
      console.log(`${name}: ${Object.keys(terms).length} terms`);
  }
  writeReadings();
}

function writeReadings(): void {
  const text = JSON.stringify(readingDigests(), null, 2);
  writeFileSync(join(repository, "scripts/training/readings.json"), `${text}\n`);
}
