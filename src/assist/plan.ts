// The one way to a proposal: providers are asked one after the other, and the first whose answer passes every check
// is believed. What the others failed at becomes a note; no unchecked word of theirs does.
import * as v from "valibot";
import type { ProviderName } from "../schema/proposal.ts";
import { CHECKS, type Checks } from "./checks.ts";
import type { Feature, Features, PlanRequest, Provider, ProviderFailure, Usage } from "./provider.ts";

/** Why an answer was not taken: the provider's own failure, or the check that it did not pass. */
export type Verdict = ProviderFailure | "schema" | "references" | "bounds";

export interface Attempt {
  readonly provider: ProviderName;
  readonly verdict: Verdict | "passed";
  /** The place that a check complained of, without what stood there. */
  readonly complaint: string | null;
  readonly usage: Usage | null;
}

export interface Planned<Name extends Feature> {
  readonly result: Features[Name]["proposal"];
  readonly provider: ProviderName;
  /** For people: what did not work on the way, and how the result came about. */
  readonly notes: readonly string[];
  /** For the audit and for accounts, in their order; the last one passed. */
  readonly attempts: readonly Attempt[];
}

const WHY: Readonly<Record<Verdict, string>> = {
  timed_out: "did not answer in time",
  unavailable: "could not be reached",
  limited: "has reached its limit",
  blocked: "was stopped by a safety check",
  malformed: "gave no whole answer",
  schema: "answered in another form than asked",
  references: "named something that does not exist",
  bounds: "went beyond the limits",
};

/** `providers` in the order of preference; the last must be one that cannot fail, the offline planner. */
export async function plan<Name extends Feature>(
  request: PlanRequest<Name>,
  providers: readonly Provider[],
): Promise<Planned<Name>> {
  const checks: Checks<Name> = CHECKS[request.feature];
  const attempts: Attempt[] = [];
  for (const provider of providers) {
    const answer = await provider.answer({ ...request, schema: checks.schema });
    const { usage } = answer;
    const judged = answer.ok
      ? judge(checks, answer.value, request.facts)
      : { verdict: answer.failure, complaint: null };
    if (!("result" in judged)) {
      attempts.push({ provider: provider.name, usage, ...judged });
      continue;
    }
    const failures = attempts.map((failed) => `${failed.provider} ${WHY[failed.verdict as Verdict]}`);
    const notes = [...failures, ...((answer.ok && answer.notes) || [])];
    attempts.push({ provider: provider.name, usage, verdict: "passed", complaint: null });
    return { result: judged.result, provider: provider.name, notes, attempts };
  }
  throw new Error(`no provider had a proposal: ${attempts.map(({ complaint }) => complaint).join("; ")}`);
}

/** In this order: what keeps no schema names nothing, and what names nothing real has no bounds. */
function judge<Name extends Feature>(
  { schema, references, bounds }: Checks<Name>,
  value: unknown,
  facts: Features[Name]["facts"],
): { result: Features[Name]["proposal"] } | { verdict: Verdict; complaint: string } {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const [{ path = [], expected }] = parsed.issues;
    // The name of a field that should not be there is the answer's own.
    const known = expected === "never" ? path.slice(0, -1) : path;
    return { verdict: "schema", complaint: `/${known.map(({ key }) => String(key)).join("/")}` };
  }
  const result = parsed.output;
  const unknown = references(result, facts);
  if (unknown !== null) return { verdict: "references", complaint: unknown };
  const beyond = bounds(result, facts);
  return beyond === null ? { result } : { verdict: "bounds", complaint: beyond };
}
