// How much planning a caller and a workspace have asked for, and how much is left.
import * as v from "valibot";
import { Timestamp } from "./text.ts";

export const AI_FEATURES = ["breakdown", "assignees", "complexity", "risks"] as const;
export type AiFeature = (typeof AI_FEATURES)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const AiUsage = v.object({
  calls_today: count,
  calls_per_day: count,
  cool_down_seconds: v.number(),
  /** When the day's calls begin anew. */
  resets_at: Timestamp,
  /** What cannot be asked for right now, and until when. */
  cooling_down: v.array(v.object({ feature: v.picklist(AI_FEATURES), until: Timestamp })),
});
export type AiUsage = v.InferOutput<typeof AiUsage>;

export const AiWorkspaceUsage = v.object({
  calls_last_minute: count,
  calls_per_minute: count,
  calls_today: count,
  /** Tokens and money of this day: a millionth of a US dollar. */
  input_tokens: count,
  output_tokens: count,
  spent_microdollars: count,
  /** For calls on their way, the most that they can cost. */
  reserved_microdollars: count,
  budget_microdollars: count,
  resets_at: Timestamp,
});
export type AiWorkspaceUsage = v.InferOutput<typeof AiWorkspaceUsage>;
