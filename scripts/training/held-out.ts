// How the models do on what they have not seen: each upstream repository is left out of training in turn and judged
// by the model of the others. Our own grammar and honest lines stay in, as they are of no repository.

import { canonicalise } from "../../src/defence/canonicalise.ts";
import { promptViews } from "../../src/defence/detect.ts";
import { lex } from "../../src/defence/lexer.ts";
import { LinearModel, type Weights } from "../../src/defence/linear-model.ts";
import { PromptLexer, wordsOf } from "../../src/defence/prompt-lexer.ts";
import { numberOf } from "../../src/defence/token.ts";
import type { Text } from "./samples.ts";

type Train = (texts: readonly Text[]) => Weights;

interface Question {
  readonly injections: readonly Text[];
  readonly prompts: readonly Text[];
  readonly trainInjections: Train;
  readonly trainPrompts: Train;
}

interface Judged {
  readonly label: string;
  readonly score: number;
}

export function heldOut({ injections, prompts, trainInjections, trainPrompts }: Question): void {
  print(
    "injection",
    leaveOut(
      injections,
      trainInjections,
      (text) => canonicalise(text).views,
      (weights) => {
        const model = new LinearModel(weights, numberOf);
        return (view) => Math.max(...model.read(lex(view), 0).map(({ score }) => score));
      },
    ),
  );
  print(
    "prompt injection",
    leaveOut(prompts, trainPrompts, promptViews, (weights) => {
      const lexer = new PromptLexer(wordsOf(weights));
      const model = new LinearModel(weights, lexer.numberOf);
      return (view) => model.read(lexer.lex(view), 0)[0]!.score;
    }),
  );
}

type Reader = (view: string) => number;

function leaveOut(
  texts: readonly Text[],
  train: Train,
  formsOf: (text: string) => readonly string[],
  reader: (weights: Weights) => Reader,
): Judged[] {
  const repositories = [...new Set(texts.map(({ repository }) => repository))];
  return repositories.flatMap((left) => {
    const read = reader(train(texts.filter(({ repository }) => repository !== left)));
    const judged = texts.filter(({ repository }) => repository === left);
    return judged.map(({ text, label }) => ({
      label,
      score: Math.max(...formsOf(text).map(read)),
    }));
  });
}

const THRESHOLDS = [0.1, 0.2, 0.5, 0.9, 0.97];

function print(title: string, judged: readonly Judged[]): void {
  console.log(`${title}, each repository left out in turn: share at or above ${THRESHOLDS.join(", ")}`);
  for (const label of new Set(judged.map(({ label }) => label))) {
    const scores = judged.filter((one) => one.label === label).map(({ score }) => score);
    const shares = THRESHOLDS.map(
      (threshold) => scores.filter((score) => score >= threshold).length / scores.length,
    );
    console.log(
      `  ${label.padEnd(10)} ${String(scores.length).padStart(5)}  ${shares.map(percent).join("  ")}`,
    );
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(2).padStart(6)} %`;
