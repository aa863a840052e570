// Audit events as rows of a table: a column per field, lists and records as JSON.
import type { AuditEvent } from "./audit-event.ts";

export const CSV_COLUMNS = [
  ...(["index", "id", "timestamp", "event_type", "category", "severity", "user_id", "session_id"] as const),
  ...(["ip_address", "request_id", "decision", "rule", "targets", "details", "metadata"] as const),
] satisfies (keyof AuditEvent)[];

/** The cells of one event, in the order of the columns; null is an empty cell. */
export const csvCells = (event: AuditEvent): string[] =>
  CSV_COLUMNS.map((name) => {
    const value = event[name];
    return value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  });
