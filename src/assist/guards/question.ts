// What people wrote, before a model sees it. A text that speaks to the model behind its reader's back is not sent at
// all, and the offline planner, which follows no instructions, answers instead; among the facts, such as titles of a
// hundred tasks, only the one that does so is left out: otherwise anybody's task would switch the model off for all.
import { detectPrompt } from "../../defence/detect.ts";
import { PROMPT_FOUND_FROM } from "../../defence/policy.ts";

const LEFT_OUT = "[left out]";

/** Null where a text is not suspicious, else its score. A single word instructs nobody. */
const suspicionOf = (text: string): number | null =>
  text.includes(" ") ? (detectPrompt(text, PROMPT_FOUND_FROM)[0]?.score ?? null) : null;

/** The greatest score of any text that is suspicious; null where none is. */
export function suspicion(texts: readonly string[]): number | null {
  const scores = [...new Set(texts)].map(suspicionOf).filter((score) => score !== null);
  return scores.length === 0 ? null : Math.max(...scores);
}

/** Passes texts on, suspicious ones replaced and counted. */
export class FactScreen {
  readonly #known = new Map<string, string>();
  left_out = 0;

  pass(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const passed = suspicionOf(text) === null ? text : LEFT_OUT;
    if (passed === LEFT_OUT) this.left_out += 1;
    this.#known.set(text, passed);
    return passed;
  }
}
