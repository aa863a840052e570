// What a Worker may ask of a shard of strangers: callers who have no name yet.
import type { Refusal } from "../result.ts";
import type { AdmissionPolicy, RateLimitState, RequestContext } from "./request.ts";

export interface StrangerAdmission {
  readonly rate_limit: RateLimitState;
  readonly refusal: Refusal | null;
}

export interface StrangersRpc {
  admit(policy: AdmissionPolicy, context: RequestContext): Promise<StrangerAdmission>;
  /** Debits the login class and counts one failed sign-in of this source on this name, before it is tried. */
  beginAttempt(
    policy: AdmissionPolicy,
    workspace: string,
    username: string,
    context: RequestContext,
  ): Promise<StrangerAdmission>;
  /** The attempt held: the source's failures on this name are forgotten. */
  attemptSucceeded(workspace: string, username: string, context: RequestContext): Promise<void>;
  /** The attempt failed: recorded for the audit, where nobody with that name could record it. */
  attemptFailed(
    workspace: string,
    principal_id: string,
    rule: string,
    context: RequestContext,
  ): Promise<void>;
}
