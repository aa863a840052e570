// The detectors' tables, trained from texts and from our own grammar and honest lines.
import { canonicalise } from "../../src/defence/canonicalise.ts";
import { promptViews } from "../../src/defence/detect.ts";
import { INJECTIONS } from "../../src/defence/finding.ts";
import { lex } from "../../src/defence/lexer.ts";
import { GAP, type Weights } from "../../src/defence/linear-model.ts";
import { PromptLexer } from "../../src/defence/prompt-lexer.ts";
import { TOKEN_NAMES } from "../../src/defence/token.ts";
import { type FitOptions, fitClass } from "./fit.ts";
import { ownTexts, type Reading, samplesOf, type Text } from "./samples.ts";
import { frequentWords } from "./words.ts";

const OPTIONS: FitOptions = {
  rounds: 4,
  epochs: 8,
  l1: 1,
  l2: 4,
  texts_min: 4,
  repositories_min: 1,
  terms_max: 400,
  lengths: 3,
  joined: new Set(),
};
/** There are more ways to say something than to write syntax, and each author has favourites. */
const PROMPT_OPTIONS: FitOptions = { ...OPTIONS, l2: 8, repositories_min: 2, terms_max: 1_000 };

const own = ownTexts();
const injectionReading: Reading = { formsOf: (text) => canonicalise(text).views, lex };

export function trainInjections(texts: readonly Text[]): Weights {
  const all = [...texts, ...own.injections];
  const fitted = INJECTIONS.map(
    (name) => [name, fitClass(samplesOf(all, name, injectionReading), OPTIONS)] as const,
  );
  return Object.fromEntries(fitted.map(([name, fit]) => [name, table(fit, TOKEN_NAMES)]));
}

export function trainPrompts(texts: readonly Text[]): Weights {
  const all = [...texts, ...own.prompts];
  const lexer = new PromptLexer(frequentWords(texts));
  const reading: Reading = { formsOf: promptViews, lex: (text) => lexer.lex(text) };
  const options = { ...PROMPT_OPTIONS, joined: lexer.joined };
  return { prompt: table(fitClass(samplesOf(all, "injection", reading), options), lexer.names) };
}

/** Terms by the names of their tokens, weightiest first, to two decimals. */
function table({ bias, weights }: ReturnType<typeof fitClass>, names: readonly string[]): Weights[string] {
  const nameOf = (part: string): string => (part === GAP.trim() ? part : names[Number(part)]!);
  const named = [...weights].map(
    ([term, weight]) => [term.split(" ").map(nameOf).join(" "), Number(weight.toFixed(2))] as const,
  );
  named.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { bias: Number(bias.toFixed(2)), terms: Object.fromEntries(named) };
}
