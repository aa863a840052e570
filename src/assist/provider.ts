// Between planning and whatever proposes plans: one request and one answer for each feature. A provider turns a
// request into a proposal and does nothing else: it has no tools, changes nothing, and is believed nothing.
//
// Who checks what: the provider that an answer was complete and of its own vendor's making; `plan` (plan.ts) that it
// keeps the schema, then that whatever it names exists (references), then that it keeps within limits (bounds); the
// route computes every figure; the project's object checks quotas and permissions when somebody applies it.
import type { GenericSchema } from "valibot";
import type { Complexity, RiskReport } from "../schema/assessment.ts";
import type { Estimate } from "../schema/project.ts";
import type {
  AssigneesProposal,
  BreakdownProposal,
  ComplexityProposal,
  ProviderName,
  RisksProposal,
} from "../schema/proposal.ts";

/** A worker as far as the choice for one task goes: what stands in the table is all that there is. */
export interface WorkerFacts {
  readonly worker_id: string;
  readonly name: string;
  readonly skills: readonly { readonly name: string; readonly level: number }[];
  readonly held: number;
  readonly capacity: number;
  /** Points of the matching; null for one that does not fit. */
  readonly score: number | null;
}

export interface TaskFacts {
  readonly id: string;
  readonly title: string;
  readonly estimate: Estimate | null;
  readonly skills: readonly string[];
  readonly depends_on: readonly string[];
}

/** What each feature is told beside the text, and what it proposes. Titles and names are text of people, too. */
export interface Features {
  readonly breakdown: {
    /** `skills`: all that a proposal may name. */
    readonly facts: { readonly skills: readonly string[] };
    readonly proposal: BreakdownProposal;
  };
  readonly assignees: {
    readonly facts: { readonly task: TaskFacts; readonly workers: readonly WorkerFacts[] };
    readonly proposal: AssigneesProposal;
  };
  readonly complexity: {
    readonly facts: { readonly complexity: Complexity; readonly tasks: readonly TaskFacts[] };
    readonly proposal: ComplexityProposal;
  };
  readonly risks: {
    readonly facts: { readonly report: RiskReport; readonly tasks: readonly TaskFacts[] };
    readonly proposal: RisksProposal;
  };
}
export type Feature = keyof Features;

/** What is asked: plain data but for the schema and the signal. */
export interface PlanRequest<Name extends Feature> {
  readonly feature: Name;
  /** What people wrote, by what it is (`name`, `description`): material to plan from, never instructions. */
  readonly text: Readonly<Record<string, string>>;
  readonly facts: Features[Name]["facts"];
  /** Aborts at the deadline of the whole request: whoever waits for a network heeds it. */
  readonly signal: AbortSignal;
}

/** The request as a provider gets it. */
export interface ProviderRequest<Name extends Feature> extends PlanRequest<Name> {
  /** Of the wanted structure. */
  readonly schema: GenericSchema<unknown, Features[Name]["proposal"]>;
}

/** What a call used, a failed one too. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly model: string;
}

/**
 * `timed_out` at the deadline; `unavailable`: no network, an error of the vendor's, an open circuit breaker;
 * `limited`: the vendor's quota or ours; `blocked`: by a safety filter or a guard; `malformed`: no whole structure.
 */
export type ProviderFailure = "timed_out" | "unavailable" | "limited" | "blocked" | "malformed";

export type ProviderAnswer =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly usage: Usage;
      /** For people: how it came about. The provider's own words, nothing of a model's. */
      readonly notes?: readonly string[];
    }
  | { readonly ok: false; readonly failure: ProviderFailure; readonly usage: Usage | null };

export interface Provider {
  readonly name: ProviderName;
  /** Never throws: what goes wrong is a failure. `value` is whatever came; `plan` judges it. */
  readonly answer: <Name extends Feature>(request: ProviderRequest<Name>) => Promise<ProviderAnswer>;
}
