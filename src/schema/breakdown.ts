// Plans of a project that are not tasks yet: proposed, looked at, edited, and then applied once.
import * as v from "valibot";
import { ComplexityPart } from "./assessment.ts";
import { PlanId, PrincipalId, ProjectId, TaskId } from "./identifier.ts";
import { ProposedTask, ProviderName } from "./proposal.ts";
import { Timestamp } from "./text.ts";

/** Of one project; the one that was left alone for longest makes room. */
export const PLANS_MAX = 20;
/** Of one plan; the oldest is forgotten. */
export const PLAN_VERSIONS_MAX = 10;
/** UTF-8, as JSON, of one version. */
export const PLAN_BYTES_MAX = 131_072;
/** After its last change. */
export const PLAN_MS_MAX = 30 * 86_400_000;

const version = v.pipe(v.number(), v.integer(), v.minValue(1));
const hours = v.number();

/** What became of a plan's tasks. One that was deleted since stays deleted: `exists` is false. */
export const AppliedTask = v.object({ ref: v.string(), id: TaskId, exists: v.boolean() });
export type AppliedTask = v.InferOutput<typeof AppliedTask>;

const head = {
  id: PlanId,
  project_id: ProjectId,
  version,
  /** Who proposed the first version. */
  provider: ProviderName,
  created_by: PrincipalId,
  created_at: Timestamp,
  updated_at: Timestamp,
  /** When it is forgotten, unless it changes. */
  expires_at: Timestamp,
  /** Null while it is none but a plan; then it cannot be edited any more. */
  applied_at: v.nullable(Timestamp),
};

/** Computed from the tasks, whoever proposed them. */
export const PlanFigures = v.object({
  phases: v.array(v.object({ name: v.string(), tasks: v.number(), expected_hours: hours })),
  /** Working hours along the longest chain, with as many hands as can be busy at once. */
  duration: v.object({
    optimistic_hours: hours,
    realistic_hours: hours,
    pessimistic_hours: hours,
    expected_hours: hours,
    variance_hours: hours,
  }),
  /** Expected hours of all tasks together. */
  effort_hours: hours,
  complexity: v.object({ score: v.number(), parts: v.array(ComplexityPart) }),
  /** As many as can share the work within the duration; more would wait for each other. */
  team_size: v.number(),
  critical_path: v.array(v.string()),
});
export type PlanFigures = v.InferOutput<typeof PlanFigures>;

export const ProjectPlan = v.object({
  ...head,
  tasks: v.array(ProposedTask),
  ...PlanFigures.entries,
  /** For people: how it came about, and what it lacks. */
  notes: v.array(v.string()),
});
export type ProjectPlan = v.InferOutput<typeof ProjectPlan>;

export const PlanSummary = v.object({ ...head, tasks: v.number() });
export type PlanSummary = v.InferOutput<typeof PlanSummary>;

/** What is different in the later of two versions; tasks by ref. */
export const PlanDiff = v.object({
  from_version: version,
  to_version: version,
  phases_added: v.array(v.string()),
  phases_removed: v.array(v.string()),
  added: v.array(v.string()),
  removed: v.array(v.string()),
  changed: v.array(
    v.object({
      ref: v.string(),
      fields: v.array(v.picklist(["title", "description", "phase", "depends_on", "estimate", "skills"])),
    }),
  ),
});
export type PlanDiff = v.InferOutput<typeof PlanDiff>;
