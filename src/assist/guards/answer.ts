// What an answer's text must pass before its structure is looked at: it is whole JSON, gives nothing of the prompt
// away, and says nothing that has no business in a plan. A guard says which of them struck, never what it found.
import { detectPrompt } from "../../defence/detect.ts";
import { screen } from "../../defence/screen.ts";
import { sensitiveIn } from "./sensitive.ts";
import { textsOf } from "./texts.ts";

/** What must never come back. */
export interface Confidential {
  readonly canary: string;
  readonly instructions: string;
  /** Keys of the vendor. */
  readonly secrets: readonly string[];
}

export type AnswerGuard = "structure" | "canary" | "content";
export type Guarded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly guard: AnswerGuard; readonly what: string };

/** So many characters in a row are no coincidence: of the instructions, and of the canary. */
const LEAK_CHARACTERS = 48;
const CANARY_CHARACTERS = 12;
const TEXTS_MAX = 2_000;
/** From which score on a text of an answer instructs somebody: of some hundred texts, none may do so by accident. */
const INSTRUCTIONS_FROM = 0.7;
/** Ids come back as they were given; who made them up is found by reference. */
const ID = /^(?:tsk|wrk|usr|prj)_[0-9a-z]{26}$/;

const struck = (guard: AnswerGuard, what: string): Guarded => ({ ok: false, guard, what });

export function guardAnswer(text: string, confidential: Confidential): Guarded {
  if (confidential.secrets.some((secret) => text.includes(secret))) return struck("content", "secret");
  let value: unknown;
  let texts: string[];
  try {
    value = JSON.parse(text);
    texts = textsOf(value);
  } catch {
    return struck("structure", "no whole JSON");
  }
  if (typeof value !== "object" || value === null) return struck("structure", "no object");
  const distinct = new Set(texts);
  if (distinct.size > TEXTS_MAX) return struck("structure", "more texts than any answer has");
  const leak = leakIn([text, ...texts].join("\n"), confidential);
  if (leak !== null) return struck("canary", leak);
  for (const each of distinct) {
    if (ID.test(each)) continue;
    const [kind] = sensitiveIn(each);
    if (kind !== undefined) return struck("content", kind);
    if (screen(each, "free_text").verdict === "refuse") return struck("content", "injection");
    if (detectPrompt(each, INSTRUCTIONS_FROM).length > 0) return struck("content", "instructions");
  }
  return { ok: true, value };
}

/** Spaces, case, separators and order of letters make no difference to what leaks, nor does a part in place of all. */
function leakIn(text: string, { canary, instructions }: Confidential): string | null {
  const said = bare(text);
  const backward = [...said].reverse().join("");
  const marks = partsOf(bare(canary), CANARY_CHARACTERS, 1);
  if (marks.some((mark) => said.includes(mark) || backward.includes(mark))) return "canary";
  return partsOf(bare(instructions), LEAK_CHARACTERS, LEAK_CHARACTERS / 2).some((rule) => said.includes(rule))
    ? "instructions"
    : null;
}

/** Every stretch of so many characters, beginning at every `step`th. */
const partsOf = (text: string, length: number, step: number): string[] =>
  Array.from({ length: Math.max(0, Math.floor((text.length - length) / step) + 1) }, (_, at) =>
    text.slice(at * step, at * step + length),
  );

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
