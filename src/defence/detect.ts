// The built-in detectors: what a text looks like, for each class of attack, in the worst of its canonical forms.
// Scores come from trained tables (weights.json, prompt-weights.json) that a script of the project makes anew.
import { canonicalise } from "./canonicalise.ts";
import { readBase64 } from "./canonicalise-base64.ts";
import { joinSpaced } from "./canonicalise-spaced.ts";
import type { Disguise } from "./disguise.ts";
import { type AttackClass, type Finding, INJECTIONS } from "./finding.ts";
import { lex, type Tokens } from "./lexer.ts";
import { LinearModel } from "./linear-model.ts";
import { PromptLexer, wordsOf } from "./prompt-lexer.ts";
import promptWeights from "./prompt-weights.json" with { type: "json" };
import { TOKEN_NAMES } from "./token.ts";
import weights from "./weights.json" with { type: "json" };

const WHAT_MAX = 5;
const injections = new LinearModel(weights, TOKEN_NAMES);
const promptLexer = new PromptLexer(wordsOf(promptWeights));
const prompts = new LinearModel(promptWeights, promptLexer.names, promptLexer.joined);

/** Disguises that honest text hardly wears, and how suspicious each is by itself. */
const DISGUISE_SCORES: Partial<Record<Disguise, number>> = {
  overlong: 0.9,
  null_byte: 0.9,
  multiple_encoding: 0.5,
  bidirectional: 0.3,
  homoglyph: 0.3,
  empty_expansion: 0.5,
};

/** Findings of at least `score_min`, for the five classes of injection and for disguise itself. */
export function detectInjections(text: string, score_min: number): Finding[] {
  const { views, disguises } = canonicalise(text);
  const findings: Finding[] = [];
  for (const view of views) {
    note(findings, injections, lex(view), INJECTIONS, score_min);
  }
  for (const disguise of disguises) {
    const score = DISGUISE_SCORES[disguise] ?? 0;
    if (score >= score_min) keepWorst(findings, { class: "encoding", score, what: [disguise], at: 0 });
  }
  return findings;
}

const PROMPT = ["prompt"] as const;

/** The forms of a text in which a language model may read it: those of everybody, decoded base64, spaced words joined. */
export function promptViews(text: string): string[] {
  const views = [...canonicalise(text).views];
  const said = readBase64(text);
  if (said !== "") views.push(said);
  const joined = joinSpaced(views.at(-1)!);
  if (!views.includes(joined)) views.push(joined);
  return views;
}

/** The finding of at least `score_min` that the text speaks to a language model behind its user's back. */
export function detectPrompt(text: string, score_min: number): Finding[] {
  const findings: Finding[] = [];
  for (const view of promptViews(text)) {
    note(findings, prompts, promptLexer.lex(view), PROMPT, score_min);
  }
  return findings;
}

function note(
  findings: Finding[],
  model: LinearModel,
  tokens: Tokens,
  classes: readonly AttackClass[],
  score_min: number,
): void {
  for (const stretch of model.read(tokens, score_min)) {
    const what = model.explain(tokens, stretch, WHAT_MAX);
    const at = tokens.starts[stretch.from]!;
    keepWorst(findings, { class: classes[stretch.column]!, score: stretch.score, what, at });
  }
}

function keepWorst(findings: Finding[], finding: Finding): void {
  const at = findings.findIndex((known) => known.class === finding.class);
  if (at < 0) findings.push(finding);
  else if (findings[at]!.score < finding.score) findings[at] = finding;
}
