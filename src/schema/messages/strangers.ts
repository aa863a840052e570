// What a Worker may ask of a shard of strangers: callers who have no name yet.
import type { UnsequencedEvent } from "../audit-event.ts";
import type { Refusal } from "../result.ts";
import type { TextOf } from "./admission.ts";
import type { AdmissionPolicy, RateLimitState, RequestContext } from "./request.ts";
import type { ScreenedCaller, ScreeningNote } from "./screening.ts";

/** Whose account an attempt is made on, known or not. */
export interface Claimant {
  readonly workspace: string;
  readonly principal_id: string;
}

/** An attempt that was counted; the refusal, if any, is the lockout. */
export interface CountedAttempt {
  readonly refusal: Refusal | null;
}

export interface StrangerAdmission {
  readonly rate_limit: RateLimitState;
  readonly refusal: Refusal | null;
  /** Of the claimant, where one was named and nothing is refused; an object of the version before counts none here. */
  readonly attempt?: CountedAttempt;
}

/** Equal reads of one reader, or what is left of them once the log has been told of the first. */
export interface CountedRead {
  readonly workspace: string;
  /** The same for equal ones. */
  readonly key: string;
  /** An event of its own, which the log takes once by its id; null where the log has one of them already. */
  readonly first: UnsequencedEvent | null;
  /** The latest of the others as JSON, and how many they are. */
  readonly event: TextOf<UnsequencedEvent>;
  readonly count: number;
}

/** What a Worker saw within a second. */
export interface ReadBatch {
  /** Random: what comes twice counts once. */
  readonly id: string;
  readonly reads: readonly CountedRead[];
}

export interface StrangersRpc {
  /** With a claimant, admission counts the attempt too, in one commit with the debit: see `beginAttempt`. */
  admit(policy: AdmissionPolicy, context: RequestContext, claimant?: Claimant): Promise<StrangerAdmission>;
  /** Counts one attempt of this source on this account, known or not, before it is tried; the refusal, if any, is the lockout. */
  beginAttempt(workspace: string, principal_id: string, context: RequestContext): Promise<Refusal | null>;
  /** The attempt held: the source's failures on this name are forgotten. */
  attemptSucceeded(workspace: string, principal_id: string, context: RequestContext): Promise<void>;
  /** The breach service gave no verdict on a password that this source chose for that name: recorded for the audit. */
  breachUnchecked(workspace: string, principal_id: string, context: RequestContext): Promise<void>;
  /** Nothing was guessed in the attempt: it counts no more, and earlier ones still do. */
  attemptWithdrawn(workspace: string, principal_id: string, context: RequestContext): Promise<void>;
  /** The attempt failed: recorded for the audit, where nobody with that name could record it. */
  attemptFailed(
    workspace: string,
    principal_id: string,
    rule: string,
    context: RequestContext,
  ): Promise<void>;
  /** Adds refusals of this source that the edge counted; answers until when it is blocked, 0 where it is not. */
  noteRefusals(points: number, context: RequestContext): Promise<number>;
  /** Forgets what the address was refused for, and with that its block. */
  liftBlock(address: string): Promise<void>;
  /** What screening found in a request from this source, for the audit of that workspace. */
  noteScreening(workspace: string, note: ScreeningNote, by: ScreenedCaller): Promise<void>;
  /** Stores reads on their way to the audit, whoever's they are: each Worker draws a shard for it. */
  keepReads(batch: ReadBatch): Promise<void>;
}
