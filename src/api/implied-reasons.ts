// Which refusals an operation can answer: those that its policy and input imply, and its own.
// Faults of the service itself (500, 503) are no part of an operation's contract and are left out.
import { REASONS, type Reason } from "../schema/reason.ts";
import { isScreened } from "../schema/text-fields.ts";
import type { Operation } from "./operation.ts";

export { REASONS, type Reason };

/** Refusals that follow from caller, permission, input, version and rate class, each listed once. */
export function impliedReasons(op: Operation): Reason[] {
  const reasons: Reason[] = [];
  if (op.caller === "session") {
    reasons.push("ambiguous_credentials", "authentication_required", "session_ended");
    if (op.api_tokens) reasons.push("signature_refused", "certificate_refused");
    if (op.method !== "GET" || op.reply.stream) reasons.push("origin_refused"); // cookies alone prove no intent
  }
  // A session under suspicion may do little else.
  if (op.recent_authentication || (op.caller === "session" && !op.under_suspicion))
    reasons.push("step_up_required");
  // Where no permission is asked, an API token may still be refused.
  if (op.caller === "session") reasons.push("permission_denied");
  reasons.push("malformed_request"); // a query parameter twice
  if (op.body || op.raw_body)
    reasons.push("malformed_json", "body_too_slow", "body_too_large", "unsupported_media_type");
  reasons.push("invalid_input"); // at the least, parameters that it does not know
  if ([op.params, op.query, op.body].some(isScreened)) reasons.push("input_refused");
  if (op.idempotency_key) reasons.push("idempotency_key_reused");
  if (op.idempotency_key === "names_created") reasons.push("already_created");
  if (op.if_match) reasons.push("version_required", "stale_version");
  reasons.push("rate_limited");
  return reasons;
}

/** All refusals of an operation, each once, by rising status and otherwise in the order of the table. */
export function reasonsOf(op: Operation): Reason[] {
  const can = new Set<Reason>([...impliedReasons(op), ...(op.problems ?? [])]);
  return (Object.keys(REASONS) as Reason[])
    .filter((reason) => can.has(reason))
    .sort((a, b) => REASONS[a].status - REASONS[b].status);
}
