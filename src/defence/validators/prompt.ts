// The heuristics of prompt injection, for whatever a language model may come to read.
import { detectPrompt } from "../detect.ts";
import { PROMPT_FOUND_FROM } from "../policy.ts";
import type { LocalValidator } from "../validator.ts";

/** People may write about models: in free text this alone is recorded, not refused. */
const SCORE_MAX = 0.8;

export const prompt: LocalValidator = {
  kind: "local",
  reads: (context) => context === "free_text" || context === "rich_text",
  inspect: (text) =>
    detectPrompt(text, PROMPT_FOUND_FROM).map((finding) => ({
      ...finding,
      score: Math.min(finding.score, SCORE_MAX),
    })),
};
