// How the models do on what they have not seen: each upstream repository is left out of training in turn and judged
// by the model of the others. Our own grammar and honest lines stay in, as they are of no repository.
import { canonicalise } from "../../src/defence/canonicalise.ts";
import { promptViews } from "../../src/defence/detect.ts";
import { lex } from "../../src/defence/lexer.ts";
import { LinearModel, type Weights } from "../../src/defence/linear-model.ts";
import { PromptLexer, wordsOf } from "../../src/defence/prompt-lexer.ts";
import { TOKEN_NAMES } from "../../src/defence/token.ts";
import { readInjections, readPrompts, type Text } from "./samples.ts";
import { trainInjections, trainPrompts } from "./train.ts";

/** A text, and how suspicious the models of the other repositories find it. */
export interface Judged {
  readonly model: "injection" | "prompt injection";
  readonly label: string;
  readonly repository: string;
  readonly score: number;
}

type Score = (view: string) => number;

function injectionScore(weights: Weights): Score {
  const model = new LinearModel(weights, TOKEN_NAMES);
  return (view) => Math.max(...model.read(lex(view), 0).map(({ score }) => score));
}

function promptScore(weights: Weights): Score {
  const lexer = new PromptLexer(wordsOf(weights));
  const model = new LinearModel(weights, lexer.names, lexer.joined);
  return (view) => model.read(lexer.lex(view), 0)[0]!.score;
}

/** Takes minutes. */
export function heldOut(corpora: string): Judged[] {
  return [
    ...leaveOut("injection", readInjections(corpora), (texts) => {
      const score = injectionScore(trainInjections(texts));
      return (text) => Math.max(...canonicalise(text).views.map(score));
    }),
    ...leaveOut("prompt injection", readPrompts(corpora), (texts) => {
      const score = promptScore(trainPrompts(texts));
      return (text) => Math.max(...promptViews(text).map(score));
    }),
  ];
}

function leaveOut(
  model: Judged["model"],
  texts: readonly Text[],
  judgeOf: (others: readonly Text[]) => (text: string) => number,
): Judged[] {
  const repositories = [...new Set(texts.map(({ repository }) => repository))];
  return repositories.flatMap((left) => {
    const judge = judgeOf(texts.filter(({ repository }) => repository !== left));
    const judged = texts.filter(({ repository }) => repository === left);
    return judged.map(({ text, label, repository }) => ({ model, label, repository, score: judge(text) }));
  });
}
