// What rules find in a project's open tasks: how complex the work is, how long it may take, what could go wrong.
import * as v from "valibot";
import { PrincipalId, TaskId } from "./identifier.ts";

const hours = v.number();

export const COMPLEXITY_AREAS = ["size", "effort", "coupling", "depth", "uncertainty", "skills"] as const;

export const ComplexityPart = v.object({
  area: v.picklist(COMPLEXITY_AREAS),
  /** 0 simple … 10 hard. */
  score: v.number(),
  /** Its share of the whole score. */
  weight: v.number(),
  /** The figures behind it. */
  because: v.string(),
});
export type ComplexityPart = v.InferOutput<typeof ComplexityPart>;

export const Complexity = v.object({
  /** 0 simple … 10 hard: the weighted mean of its parts. */
  score: v.number(),
  parts: v.array(ComplexityPart),
  /** Working hours along the longest chain, with as many hands as can be busy at once. */
  duration: v.object({
    optimistic_hours: hours,
    realistic_hours: hours,
    pessimistic_hours: hours,
    /** By PERT, along the critical path. */
    expected_hours: hours,
    variance_hours: hours,
  }),
  /** Played by Monte Carlo: so many of 100 runs take at most so long. */
  simulation: v.object({
    runs: v.number(),
    seed: v.number(),
    mean_hours: hours,
    p50_hours: hours,
    p80_hours: hours,
    p95_hours: hours,
  }),
  critical_path: v.array(TaskId),
  /** The part of all runs in which a task was on a longest chain, greatest first, 100 at most. */
  criticality: v.array(v.object({ task_id: TaskId, title: v.string(), criticality: v.number() })),
  risk_factors: v.array(v.string()),
  recommendations: v.array(v.string()),
  /** Tasks without an estimate, for which `assumed_hours` was taken. */
  assumed_count: v.number(),
});
export type Complexity = v.InferOutput<typeof Complexity>;

const level = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5));

export const Risk = v.object({
  rule: v.string(),
  title: v.string(),
  /** 1 unlikely … 5 has happened. */
  probability: level,
  /** 1 slight … 5 threatens the whole. */
  impact: level,
  /** Probability × impact. */
  score: v.number(),
  /** What will show that it happens. */
  trigger: v.string(),
  mitigation: v.string(),
  /** Who should watch it: whoever the first task is assigned to, else the project's owner. */
  owner: PrincipalId,
  /** Those that it touches, the most important first, 50 at most. */
  task_ids: v.array(TaskId),
});
export type Risk = v.InferOutput<typeof Risk>;

export const RiskReport = v.object({
  /** The greatest score first. */
  risks: v.array(Risk),
  dependency_chain: v.array(TaskId),
  /** Tasks that many others wait for, directly or not. */
  bottlenecks: v.array(v.object({ task_id: TaskId, title: v.string(), dependents: v.number() })),
  /** Skills that open tasks ask for and at most one worker has. */
  scarce_skills: v.array(v.object({ skill: v.string(), workers: v.number(), tasks: v.number() })),
  recommended_actions: v.array(v.string()),
});
export type RiskReport = v.InferOutput<typeof RiskReport>;
