// Every type of audit event with its category and severity: what an event of that type means is said here once.
import type { Category, Severity } from "./audit-event.ts";

interface EventKind {
  readonly category: Category;
  readonly severity: Severity;
}

const kind = (category: Category, severity: Severity = "info"): EventKind => ({ category, severity });

export const EVENT_TYPES = {
  "auth.registered": kind("authentication"),
  "auth.signed_in": kind("authentication"),
  "auth.sign_in_failed": kind("authentication", "warning"),
  "auth.signed_out": kind("authentication"),
  "auth.account_confirmed": kind("authentication"),
  "auth.attempts_exceeded": kind("security", "error"),
  "auth.password_changed": kind("authentication", "warning"),
  "auth.mfa_enrolment_begun": kind("authentication"),
  "auth.mfa_enabled": kind("authentication", "warning"),
  "auth.mfa_removed": kind("authentication", "warning"),
  "auth.backup_codes_renewed": kind("authentication", "warning"),
  "session.read": kind("session", "debug"),
  "session.renewed": kind("session"),
  "session.stepped_up": kind("session"),
  "session.revoked": kind("session", "warning"),
  "session.evicted": kind("session", "warning"),
  "session.binding_violated": kind("security", "error"),
  "session.token_reused": kind("security", "critical"),
  "session.risk_raised": kind("security", "error"),
  "session.ended_by_risk": kind("security", "critical"),
  "session.distant_sign_in": kind("security", "warning"),
  "session.state_unreadable": kind("security", "critical"),
  "user.read": kind("data_access", "debug"),
  "user.roles_changed": kind("administration", "warning"),
  "user.suspended": kind("administration", "warning"),
  "user.restored": kind("administration", "warning"),
  "user.sessions_ended": kind("administration", "warning"),
  "user.unlocked": kind("administration", "warning"),
  "user.override_set": kind("administration", "warning"),
  "user.override_removed": kind("administration", "warning"),
  "rate.read": kind("data_access", "debug"),
  "rate.reset": kind("administration", "warning"),
  "user.expired": kind("system"),
  "invitation.created": kind("administration"),
  "invitation.read": kind("data_access", "debug"),
  "invitation.used": kind("administration"),
  "workspace.created": kind("administration", "warning"),
  "workspace.opened": kind("administration", "warning"),
  "workspace.read": kind("data_access", "debug"),
  "project.created": kind("data_change"),
  "project.read": kind("data_access", "debug"),
  "project.updated": kind("data_change"),
  "project.deleted": kind("data_change", "warning"),
  "member.read": kind("data_access", "debug"),
  "member.set": kind("administration"),
  "member.removed": kind("administration"),
  "task.created": kind("data_change"),
  "task.imported": kind("data_change"),
  "task.read": kind("data_access", "debug"),
  "task.updated": kind("data_change"),
  "task.deleted": kind("data_change"),
  "task.assigned": kind("data_change"),
  "audit.read": kind("data_access"),
  "access.refused": kind("authorization", "warning"),
  "rate.limited": kind("security", "warning"),
  "replay.refused": kind("security", "error"),
  "clock.stepped_back": kind("system", "warning"),
} as const satisfies Record<string, EventKind>;

export type EventType = keyof typeof EVENT_TYPES;
