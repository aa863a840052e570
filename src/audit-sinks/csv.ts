// Audit events as CSV objects in R2, with a header in each, in which a spreadsheet takes no cell for a formula.
// At least once, as JSON Lines are.
import { csvRow } from "../protocol/csv.ts";
import { CSV_COLUMNS, csvCells } from "../schema/audit-csv.ts";
import type { AuditEvent } from "../schema/audit-event.ts";
import { OBJECT_EVENTS_MAX, objectKey, type Sink } from "./sink.ts";

export const csv = (bucket: R2Bucket, wait_ms: number): Sink => ({
  name: "csv",
  acknowledges: true,
  leaves: false,
  events_max: OBJECT_EVENTS_MAX,
  wait_ms,
  async deliver(delivery) {
    const rows = delivery.entries.map((entry) => csvRow(csvCells(JSON.parse(entry) as AuditEvent)));
    const body = [csvRow(CSV_COLUMNS), ...rows].join("");
    const httpMetadata = { contentType: "text/csv; charset=utf-8" };
    await bucket.put(objectKey(delivery, "csv", "csv"), body, { httpMetadata });
  },
});
