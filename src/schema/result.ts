// Decisions answer a Result: a value, or a refusal as data. A throw is a defect, never a refusal.
import type { Reason } from "./reason.ts";

export interface Refusal {
  readonly reason: Reason;
  /** For the caller: what stands in the way. Never names which part of an authentication failed. */
  readonly detail?: string;
  /** For the audit alone: the rule that decided. */
  readonly rule?: string;
  /** For the audit alone: the id of what it was about, where only the object knows. */
  readonly target?: string;
  /** Whole seconds until a repeat can succeed; becomes Retry-After. */
  readonly retry_after_seconds?: number;
  /** Where a feed can be followed from once its project was read anew. */
  readonly resume_after?: number;
  /** JSON pointers (RFC 6901) into the input, for validation refusals. */
  readonly errors?: readonly InputError[];
}

export interface InputError {
  readonly pointer: string;
  readonly detail: string;
}

export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export const ok = <Value>(value: Value): Result<Value> => ({ ok: true, value });

export const refuse = (
  reason: Reason,
  more: Omit<Refusal, "reason"> = {},
): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { reason, ...more },
});
