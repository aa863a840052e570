// The audit log's rows.
import type { AuditEvent, UnsequencedEvent } from "../../src/schema/audit-event.ts";
import type { EventFilter } from "../../src/schema/messages/audit-log.ts";

const JSON_LINES = "json_lines";

export class AuditLogStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The number of events: the index that the next one gets. */
  size(): number {
    const [row] = this.#sql.exec<{ size: number | null }>("SELECT max(idx) + 1 AS size FROM event").toArray();
    return row?.size ?? 0;
  }

  /** Adds an event at that index. An id that is already there is dropped: false. */
  insert(index: number, event: UnsequencedEvent): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      index,
      event.id,
      event.event_type,
      event.category,
      event.severity,
      event.user_id,
      event.decision,
      JSON.stringify(event),
    );
    return rowsWritten > 0;
  }

  /** Newest first, below `before`. */
  page(filter: EventFilter, limit: number, before: number): AuditEvent[] {
    const entries = Object.entries(filter).filter(([, value]) => value !== undefined) as [
      keyof EventFilter,
      string,
    ][];
    const conditions = entries.map(([column]) => ` AND ${COLUMNS[column]} = ?`).join("");
    return this.#sql
      .exec<{ idx: number; json: string }>(
        `SELECT idx, json FROM event WHERE idx < ?${conditions} ORDER BY idx DESC LIMIT ?`,
        before,
        ...entries.map(([, value]) => value),
        limit,
      )
      .toArray()
      .map(sequenced);
  }

  range(first: number, end: number): AuditEvent[] {
    return this.#sql
      .exec<{ idx: number; json: string }>(
        "SELECT idx, json FROM event WHERE idx >= ? AND idx < ? ORDER BY idx",
        first,
        end,
      )
      .toArray()
      .map(sequenced);
  }

  /** The chunk that the sink is to write next, planned durably before it is written; null when it is up to date. */
  planChunk(chunk_max: number): { first: number; end: number } | null {
    this.#sql.exec("INSERT INTO sink (name, next_idx) VALUES (?, 0) ON CONFLICT DO NOTHING", JSON_LINES);
    const [sink] = this.#sql
      .exec<{ next_idx: number; chunk_end_idx: number | null }>(
        "SELECT next_idx, chunk_end_idx FROM sink WHERE name = ?",
        JSON_LINES,
      )
      .toArray();
    const first = sink!.next_idx;
    const end = sink!.chunk_end_idx ?? Math.min(this.size(), first + chunk_max);
    if (end <= first) return null;
    this.#sql.exec("UPDATE sink SET chunk_end_idx = ? WHERE name = ?", end, JSON_LINES);
    return { first, end };
  }

  chunkWritten(end: number): void {
    this.#sql.exec("UPDATE sink SET next_idx = ?, chunk_end_idx = NULL WHERE name = ?", end, JSON_LINES);
  }
}

const COLUMNS: Readonly<Record<keyof EventFilter, string>> = {
  event_type: "event_type",
  category: "category",
  severity: "severity",
  user_id: "user_id",
  decision: "decision",
};

function sequenced({ idx, json }: { idx: number; json: string }): AuditEvent {
  const { id, ...rest } = JSON.parse(json) as UnsequencedEvent;
  return { id, index: idx, ...rest };
}
