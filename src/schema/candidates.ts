// Who fits a task: workers with their points, and those who do not, with what stands in the way.
import * as v from "valibot";
import { WorkerId } from "./identifier.ts";
import { ScoreParts } from "./matching.ts";

export const CandidateWorker = v.object({
  worker_id: WorkerId,
  name: v.string(),
  /** Leases that it holds in this project. */
  held: v.number(),
  score: v.number(),
  parts: ScoreParts,
});
export type CandidateWorker = v.InferOutput<typeof CandidateWorker>;

export const PassedOverWorker = v.object({
  worker_id: WorkerId,
  name: v.string(),
  missing_skills: v.array(v.string()),
  reasons: v.array(v.picklist(["stale", "paused", "revoked", "at_capacity", "outside_working_hours"])),
});
export type PassedOverWorker = v.InferOutput<typeof PassedOverWorker>;
