// What a Worker may ask of a project object about plans that are not tasks yet.
import type { AppliedTask, PlanSummary } from "../breakdown.ts";
import type { BreakdownProposal, ProviderName } from "../proposal.ts";
import type { Result } from "../result.ts";
import type { Actor, Changed } from "./request.ts";

/** What a plan is made from. */
export interface PlanningText {
  readonly name: string;
  readonly description: string;
  /** That tasks of the project ask for already. */
  readonly skills: readonly string[];
}

export interface NewPlan {
  readonly provider: ProviderName;
  readonly notes: readonly string[];
  readonly proposal: BreakdownProposal;
}

export interface StoredPlan {
  readonly summary: PlanSummary;
  readonly notes: readonly string[];
  readonly proposal: BreakdownProposal;
}

/** A version of a plan beside another one. */
export interface ComparedPlan {
  readonly plan: StoredPlan;
  readonly compared: { readonly version: number; readonly proposal: BreakdownProposal } | null;
}

export interface AppliedPlan {
  readonly applied_at: string;
  /** In the order of the plan. */
  readonly tasks: readonly AppliedTask[];
}

/** Like Changed; applied before, it has the event of then, or none once the feed does not reach back to it. */
export interface Application {
  readonly value: AppliedPlan;
  readonly event_id: string | null;
  readonly replayed?: true;
}

export interface BreakdownRpc {
  /** For whoever may create tasks in an active project. */
  planningText(actor: Actor): Promise<Result<PlanningText>>;
  savePlan(actor: Actor, plan: NewPlan): Promise<Result<Changed<StoredPlan>>>;
  /** What changed last comes first. */
  plans(actor: Actor): Promise<Result<readonly PlanSummary[]>>;
  /** `version` null: the newest; `compare_with` null: nothing. Refuses `not_found` for versions not kept. */
  plan(
    actor: Actor,
    plan_id: string,
    version: number | null,
    compare_with: number | null,
  ): Promise<Result<ComparedPlan>>;
  /** As the next version; refuses `conflict` once it is applied. */
  editPlan(
    actor: Actor,
    plan_id: string,
    proposal: BreakdownProposal,
    version: number | null,
  ): Promise<Result<Changed<ComparedPlan>>>;
  /** All of its tasks in one transaction, or nothing; applied before, it answers what came of it and changes nothing. */
  applyPlan(actor: Actor, plan_id: string, version: number): Promise<Result<Application>>;
}
