// The audit log's rows.
import { utf8 } from "../../src/protocol/base64url.ts";
import { ENTRY_BYTES_MAX } from "../../src/protocol/tile.ts";
import type { AuditEntry } from "../../src/schema/audit-event.ts";
import type { EventFilter } from "../../src/schema/messages/audit-log.ts";
import type { SealedEvent } from "./personal.ts";

export interface EntryRow extends Record<string, SqlStorageValue> {
  idx: number;
  entry: string;
}

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

  /** Adds an event at that index; answers whether it is new, by its id. */
  insert(index: number, event: SealedEvent): boolean {
    const { id, ...rest } = event;
    const { entry, text } = fitting({ id, index, ...rest });
    return this.#put(entry, text);
  }

  /** From `first` on these are the entries; those that were there and are none of them follow in their order. */
  replaceFrom(first: number, entries: readonly string[]): void {
    const own = this.entries(first, Number.MAX_SAFE_INTEGER);
    this.drop(first, Number.MAX_SAFE_INTEGER);
    this.#sql.exec("DELETE FROM event_target WHERE idx >= ?", first);
    for (const text of entries) this.#put(JSON.parse(text) as AuditEntry, text);
    let index = first + entries.length;
    for (const text of own) {
      const { index: _, ...event } = JSON.parse(text) as AuditEntry;
      if (this.insert(index, event)) index += 1;
    }
  }

  #put(entry: AuditEntry, text: string): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, timestamp, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      entry.index,
      entry.id,
      entry.event_type,
      entry.category,
      entry.severity,
      entry.user_id,
      entry.decision,
      entry.timestamp,
      text,
    );
    if (rowsWritten === 0) return false;
    for (const target of new Set(entry.targets)) {
      this.#sql.exec("INSERT INTO event_target (target, idx) VALUES (?, ?)", target, entry.index);
    }
    return true;
  }

  /** By its id or its index; null where there is none. */
  find(entry: string): { idx: number; user_id: string | null; entry: string } | null {
    const [row] = this.#sql
      .exec<{ idx: number; user_id: string | null; entry: string }>(
        `SELECT idx, user_id, entry FROM event WHERE id = ?1
         UNION ALL SELECT idx, user_id, entry FROM event WHERE idx = CAST(?1 AS INTEGER) AND ?1 NOT LIKE 'evt%'`,
        entry,
      )
      .toArray();
    return row ?? null;
  }

  /** Newest first, below `before`; the texts of old ones are empty. */
  page(filter: EventFilter, limit: number, before: number): EntryRow[] {
    const entries = Object.entries(filter).filter(([, value]) => value !== undefined) as [
      keyof EventFilter,
      string,
    ][];
    const conditions = entries.map(([name]) => ` AND ${CONDITIONS[name]}`).join("");
    return this.#sql
      .exec<EntryRow>(
        `SELECT idx, entry FROM event WHERE idx < ?${conditions} ORDER BY idx DESC LIMIT ?`,
        before,
        ...entries.map(([, value]) => value),
        limit,
      )
      .toArray();
  }

  /** Empties the texts of entries in a range: R2 has them. */
  leaveToBundles(first: number, end: number): void {
    this.#sql.exec("UPDATE event SET entry = '' WHERE idx >= ? AND idx < ?", first, end);
  }

  /** Forgets the events of a range. The newest is in none: it says how many there were. */
  drop(first: number, end: number): void {
    this.#sql.exec("DELETE FROM event WHERE idx >= ? AND idx < ?", first, end);
  }

  /** By a look at all of them: once for many events that were dropped. */
  dropTargets(below: number): void {
    this.#sql.exec("DELETE FROM event_target WHERE idx < ?", below);
  }

  /** The latest time in a range of events, ISO 8601; null where there are none. */
  latestIn(first: number, end: number): string | null {
    const sql = "SELECT max(timestamp) AS latest FROM event WHERE idx >= ? AND idx < ?";
    return this.#sql.exec<{ latest: string | null }>(sql, first, end).one().latest;
  }

  /** Entries as they are hashed and published, in their order. */
  entries(first: number, end: number): string[] {
    return this.#sql
      .exec<{ entry: string }>("SELECT entry FROM event WHERE idx >= ? AND idx < ? ORDER BY idx", first, end)
      .toArray()
      .map(({ entry }) => entry);
  }

  /** Where a batch from `first` on ends: at least one entry, then as many as stay within both bounds. */
  endOfBatch(first: number, entries_max: number, bytes_max: number): number {
    let end = first;
    let bytes = 0;
    for (const { length } of this.#sql.exec<{ length: number }>(
      "SELECT octet_length(entry) AS length FROM event WHERE idx >= ? ORDER BY idx LIMIT ?",
      first,
      entries_max,
    )) {
      bytes += length;
      if (end > first && bytes > bytes_max) break;
      end += 1;
    }
    return end;
  }
}

const CONDITIONS: Readonly<Record<keyof EventFilter, string>> = {
  event_type: "event_type = ?",
  category: "category = ?",
  severity: "severity = ?",
  user_id: "user_id = ?",
  decision: "decision = ?",
  target: "idx IN (SELECT idx FROM event_target WHERE target = ?)",
  since: "timestamp >= ?",
  until: "timestamp < ?",
};

const TARGETS_KEPT = 100;

/** UTF-8 makes of one unit of a string three bytes at most: shorter texts need not be measured. */
const FITTING_LENGTH = Math.floor(ENTRY_BYTES_MAX / 3);

/** Nothing may be too long for a bundle: an event that is says so, and keeps its first targets and no details. */
function fitting(entry: AuditEntry): { readonly entry: AuditEntry; readonly text: string } {
  const text = JSON.stringify(entry);
  if (text.length <= FITTING_LENGTH || utf8(text).length <= ENTRY_BYTES_MAX) return { entry, text };
  const targets = entry.targets.slice(0, TARGETS_KEPT);
  const details = { omitted_targets: entry.targets.length - targets.length };
  const shorter = { ...entry, targets, details };
  return { entry: shorter, text: JSON.stringify(shorter) };
}
