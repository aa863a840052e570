// Audit events as documents: read page by page as the reader takes them, so that size costs no memory.
import { csvRow } from "../protocol/csv.ts";
import { CSV_COLUMNS, csvCells } from "../schema/audit-csv.ts";
import type { AuditEvent } from "../schema/audit-event.ts";
import type { AuditLogRpc, EventFilter } from "../schema/messages/audit-log.ts";
import { toOcsf } from "../schema/ocsf.ts";

/** Events asked for at a time: about a megabyte, so that a million are five hundred calls. */
const PAGE_EVENTS = 2_000;

interface Format {
  readonly media_type: string;
  readonly head: string;
  row(event: AuditEvent): string;
}

export const AUDIT_FORMATS = {
  jsonl: { media_type: "application/x-ndjson", head: "", row: (event) => `${JSON.stringify(event)}\n` },
  csv: {
    media_type: "text/csv; charset=utf-8",
    head: csvRow(CSV_COLUMNS),
    row: (event) => csvRow(csvCells(event)),
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
