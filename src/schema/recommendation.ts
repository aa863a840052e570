// Whom to give a task: of the project's workers those that fit, best first, and why the others do not.
import * as v from "valibot";
import { CandidateWorker, PassedOverWorker } from "./candidates.ts";
import { TaskId } from "./identifier.ts";

export const RecommendedWorker = v.object({
  ...CandidateWorker.entries,
  /** From the figures: skills with their levels, what it holds, what comes in question besides. */
  reasons: v.array(v.string()),
  /** A model's word, where one was asked; null from rules alone. */
  judgement: v.nullable(v.string()),
});
export type RecommendedWorker = v.InferOutput<typeof RecommendedWorker>;

export const Recommendation = v.object({
  task_id: TaskId,
  /** Null where nobody fits. */
  recommended: v.nullable(RecommendedWorker),
  /** Others that fit, in their order. */
  alternatives: v.array(RecommendedWorker),
  unfit: v.array(v.object({ ...PassedOverWorker.entries, because: v.string() })),
  /** 0 to 1: how able the first is, and how far ahead of the second. */
  confidence: v.number(),
  because: v.string(),
});
export type Recommendation = v.InferOutput<typeof Recommendation>;
