// Audit events as documents: read page by page as the reader takes them, so that size costs no memory.
import { csvRow } from "../protocol/csv.ts";
import type { AuditEvent } from "../schema/audit-event.ts";
import type { AuditLogRpc, EventFilter } from "../schema/messages/audit-log.ts";
import { toOcsf } from "../schema/ocsf.ts";

/** Events asked for at a time: some hundred kilobytes. */
const PAGE_EVENTS = 500;

const COLUMNS = [
  ...(["index", "id", "timestamp", "event_type", "category", "severity", "user_id", "session_id"] as const),
  ...(["ip_address", "request_id", "decision", "rule", "targets", "details", "metadata"] as const),
] satisfies (keyof AuditEvent)[];

const cellOf = (value: AuditEvent[keyof AuditEvent]): string =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

interface Format {
  readonly media_type: string;
  readonly head: string;
  row(event: AuditEvent): string;
}

export const AUDIT_FORMATS = {
  jsonl: { media_type: "application/x-ndjson", head: "", row: (event) => `${JSON.stringify(event)}\n` },
  csv: {
    media_type: "text/csv; charset=utf-8",
    head: csvRow(COLUMNS),
    row: (event) => csvRow(COLUMNS.map((name) => cellOf(event[name]))),
  },
  ocsf: {
    media_type: "application/x-ndjson",
    head: "",
    row: (event) => `${JSON.stringify(toOcsf(event))}\n`,
  },
} as const satisfies Readonly<Record<string, Format>>;

/** The document, a page a piece. Throws where the log refuses, which ends the document with an error. */
export async function* auditDocument(
  log: Pick<AuditLogRpc, "events">,
  filter: EventFilter,
  { head, row }: Format,
): AsyncGenerator<string> {
  if (head !== "") yield head;
  let before: string | number | null = null;
  do {
    const page = await log.events(filter, PAGE_EVENTS, before);
    if (!page.ok) throw new Error(`the audit log refuses: ${page.refusal.reason}`);
    if (page.value.items.length > 0) yield page.value.items.map(row).join("");
    before = page.value.next;
  } while (before !== null);
}
