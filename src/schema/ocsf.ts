// Audit events as OCSF 1.3 (Open Cybersecurity Schema Framework): API Activity, class 6003, with what is Taskward's own
// under `unmapped`.
import type { AuditEvent, Severity } from "./audit-event.ts";

const VERSION = "1.3.0";
const CLASS = { class_uid: 6003, class_name: "API Activity" };
const CATEGORY = { category_uid: 6, category_name: "Application Activity" };

const SEVERITY: Readonly<Record<Severity, readonly [number, string]>> = {
  debug: [1, "Informational"],
  info: [1, "Informational"],
  warning: [2, "Low"],
  error: [4, "High"],
  critical: [5, "Critical"],
};

/** By the last word of the event's type; whatever is none of the four is Other. */
const ACTIVITIES: readonly (readonly [RegExp, number, string])[] = [
  [/\.(?:created|registered|imported|opened)$/u, 1, "Create"],
  [/\.(?:read|proved|exported)$/u, 2, "Read"],
  [/\.(?:updated|set|assigned|renewed|(?:[a-z]+_)?changed)$/u, 3, "Update"],
  [/\.(?:deleted|removed|revoked|expired|erased)$/u, 4, "Delete"],
];

/** The OCSF event. */
export function toOcsf(event: AuditEvent): Record<string, unknown> {
  const [, activity_id, activity_name] = ACTIVITIES.find(([type]) => type.test(event.event_type)) ?? [
    null,
    99,
    "Other",
  ];
  const [severity_id, severity] = SEVERITY[event.severity];
  const isAllowed = event.decision === "allow";
  return {
    metadata: {
      version: VERSION,
      uid: event.id,
      sequence: event.index,
      product: { name: "Taskward", vendor_name: "Taskward" },
    },
    ...CLASS,
    ...CATEGORY,
    activity_id,
    activity_name,
    type_uid: CLASS.class_uid * 100 + activity_id,
    severity_id,
    severity,
    status_id: isAllowed ? 1 : 2,
    status: isAllowed ? "Success" : "Failure",
    time: Date.parse(event.timestamp),
    count: event.metadata.count,
    actor: {
      ...(event.user_id !== null && { user: { uid: event.user_id } }),
      ...(event.session_id !== null && { session: { uid: event.session_id } }),
    },
    api: {
      operation: event.event_type,
      ...(event.request_id !== null && { request: { uid: event.request_id } }),
    },
    src_endpoint: event.ip_address === null ? {} : { ip: event.ip_address },
    resources: event.targets.map((uid) => ({ uid })),
    unmapped: { category: event.category, rule: event.rule, details: event.details },
  };
}
