// How a task was chosen for whoever asked for the best one: scores with their parts, and what did not fit.
import * as v from "valibot";
import { TaskId } from "./identifier.ts";

/** Points; they add up to the score. */
export const ScoreParts = v.object({
  /** Assigned to the caller. */
  assigned: v.number(),
  priority: v.number(),
  due: v.number(),
  /** What the wait adds to the due date's part. */
  age: v.number(),
  /** Mean level in the skills that the task asks for. */
  skill: v.number(),
  /** How free the caller is. */
  load: v.number(),
});
export type ScoreParts = v.InferOutput<typeof ScoreParts>;

export const CANDIDATES_MAX = 5;

export const Matching = v.object({
  outcome: v.picklist(["claimed", "nothing_open", "no_skill_fits", "outside_working_hours"]),
  /** The best, first the one that was claimed. */
  candidates: v.array(v.object({ task_id: TaskId, title: v.string(), score: v.number(), parts: ScoreParts })),
  /** Some that are open and ask for more than the caller's skills. */
  passed_over: v.array(v.object({ task_id: TaskId, title: v.string(), missing_skills: v.array(v.string()) })),
});
export type Matching = v.InferOutput<typeof Matching>;
