// Making audit events: one shape from an actor or a bare request, with the type's category and severity.
import { randomId } from "../protocol/random.ts";
import type { AuditEvent, UnsequencedEvent } from "../schema/audit-event.ts";
import { EVENT_TYPES, type EventType } from "../schema/event-type.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import { toIso } from "../schema/text.ts";

export interface Happening {
  readonly type: EventType;
  readonly at_ms: number;
  /** Who did it; null for what the system itself does. */
  readonly by: Actor | (RequestContext & { principal_id?: string; session_id?: string }) | null;
  readonly decision?: "allow" | "deny";
  readonly rule?: string | null;
  readonly targets?: readonly string[];
  /** The tasks that changed, where they are not among the targets. */
  readonly tasks?: readonly string[];
  /** Facts of the category; never secrets, never free text of users. */
  readonly details?: AuditEvent["details"];
}

export function auditEvent(happening: Happening): UnsequencedEvent {
  const { by } = happening;
  return {
    id: randomId("evt_"),
    timestamp: toIso(happening.at_ms),
    event_type: happening.type,
    ...EVENT_TYPES[happening.type],
    user_id: by?.principal_id ?? null,
    session_id: by?.session_id ?? null,
    ip_address: by ? ("source" in by ? by.source.address : by.address) : null,
    request_id: by?.request_id ?? null,
    decision: happening.decision ?? "allow",
    rule: happening.rule ?? null,
    targets: [...(happening.targets ?? [])],
    details: happening.details ?? {},
    metadata: { version: 1, count: 1 },
  };
}
