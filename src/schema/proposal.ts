// What planning asks of a provider, feature by feature, in the shape in which it must answer. A proposal is words and
// guesses alone: figures are computed from it, and nothing of it is a change until somebody applies it.
import * as v from "valibot";
import { TaskId, WorkerId } from "./identifier.ts";
import { DEPENDENCIES_MAX, Estimate, Skill, TaskRef } from "./project.ts";
import { line, prose } from "./text.ts";

/** `rules`: the offline planner, which needs no key and no network. */
export const PROVIDER_NAMES = ["rules", "gemini", "workers_ai"] as const;
export const ProviderName = v.picklist(PROVIDER_NAMES);
export type ProviderName = v.InferOutput<typeof ProviderName>;

export const PHASES_MAX = 12;
export const PROPOSED_TASKS_MAX = 120;

const atMost = (count: number, what: string) => `expected at most ${count} ${what}`;
const short = line(300);
const level = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5));

/** A task of a breakdown; it names its phase, and others of the same breakdown by `ref`. */
export const ProposedTask = v.strictObject({
  ref: TaskRef,
  title: line(200),
  description: v.optional(prose(2_000), ""),
  phase: line(80),
  depends_on: v.pipe(
    v.array(TaskRef),
    v.maxLength(DEPENDENCIES_MAX, atMost(DEPENDENCIES_MAX, "dependencies")),
  ),
  estimate: Estimate,
  skills: v.pipe(v.array(Skill), v.maxLength(10, atMost(10, "skills"))),
});
export type ProposedTask = v.InferOutput<typeof ProposedTask>;

export const BreakdownProposal = v.strictObject({
  /** In the order in which they come. */
  phases: v.pipe(
    v.array(line(80)),
    v.minLength(1, "expected at least one phase"),
    v.maxLength(PHASES_MAX, atMost(PHASES_MAX, "phases")),
  ),
  tasks: v.pipe(
    v.array(ProposedTask),
    v.minLength(1, "expected at least one task"),
    v.maxLength(PROPOSED_TASKS_MAX, atMost(PROPOSED_TASKS_MAX, "tasks")),
  ),
});
export type BreakdownProposal = v.InferOutput<typeof BreakdownProposal>;

/** Judgement over a table of workers: another order of some that fit, each with a reason. */
export const AssigneesProposal = v.strictObject({
  ranking: v.pipe(
    v.array(v.strictObject({ worker_id: WorkerId, reason: short })),
    v.maxLength(20, atMost(20, "workers")),
  ),
});
export type AssigneesProposal = v.InferOutput<typeof AssigneesProposal>;

/** What may be said beside the figures. */
export const ComplexityProposal = v.strictObject({
  risk_factors: v.pipe(v.array(short), v.maxLength(10, atMost(10, "risk factors"))),
  recommendations: v.pipe(v.array(short), v.maxLength(10, atMost(10, "recommendations"))),
});
export type ComplexityProposal = v.InferOutput<typeof ComplexityProposal>;

/** Risks beside those that rules find; their score and owner are computed. */
export const RisksProposal = v.strictObject({
  risks: v.pipe(
    v.array(
      v.strictObject({
        title: line(200),
        probability: level,
        impact: level,
        trigger: short,
        mitigation: short,
        task_ids: v.pipe(v.array(TaskId), v.maxLength(50, atMost(50, "tasks"))),
      }),
    ),
    v.maxLength(10, atMost(10, "risks")),
  ),
});
export type RisksProposal = v.InferOutput<typeof RisksProposal>;
