// What was asked of a model and what it answered: kept sealed for a while, for whoever audits.
import * as v from "valibot";
import { AI_FEATURES } from "./ai-usage.ts";
import { AiCallId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const AiRecord = v.object({
  id: AiCallId,
  called_at: Timestamp,
  feature: v.picklist(AI_FEATURES),
  provider: v.string(),
  model: v.string(),
  /** Who gave the answer that was used: the provider, or the rules where it failed a guard. */
  answered_by: v.string(),
  /** `guard: verdict`, in their order. */
  guards: v.array(v.string()),
  attempts: count,
  input_tokens: count,
  output_tokens: count,
  spent_microdollars: count,
  /** The data of the prompt, without secrets and addresses; null where nothing was sent. */
  prompt: v.nullable(v.string()),
  /** As the model gave it, without secrets and addresses; null where it gave none. */
  answer: v.nullable(v.string()),
});
export type AiRecord = v.InferOutput<typeof AiRecord>;
