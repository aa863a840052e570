// The audit event: what every change, refusal and read leaves behind. Version 1.
import * as v from "valibot";
import { EventId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

export const CATEGORIES = [
  "authentication",
  "authorization",
  "session",
  "data_access",
  "data_change",
  "administration",
  "security",
  "system",
] as const;
export type Category = (typeof CATEGORIES)[number];

export const SEVERITIES = ["debug", "info", "warning", "error", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const AuditEvent = v.object({
  id: EventId,
  index: v.pipe(v.number(), v.integer(), v.minValue(0)),
  timestamp: Timestamp,
  event_type: v.string(),
  category: v.picklist(CATEGORIES),
  severity: v.picklist(SEVERITIES),
  user_id: v.nullable(v.string()),
  session_id: v.nullable(v.string()),
  ip_address: v.nullable(v.string()),
  request_id: v.nullable(v.string()),
  decision: v.picklist(["allow", "deny"]),
  rule: v.nullable(v.string()),
  targets: v.array(v.string()),
  details: v.record(
    v.string(),
    v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(v.string())]),
  ),
  metadata: v.object({ version: v.literal(1), count: v.number() }),
});
export type AuditEvent = v.InferOutput<typeof AuditEvent>;

/** An event before the audit log has given it its place in the order. */
export type UnsequencedEvent = Omit<AuditEvent, "index">;

/**
 * An event as the log keeps and proves it: personal fields are pseudonyms, and `sealed` is what they were, under a
 * key of its subject. Where that key is destroyed, nobody reads it again, and every proof still holds.
 */
export interface AuditEntry extends AuditEvent {
  /** Base64url; null where there is nothing personal. */
  readonly sealed: string | null;
}
