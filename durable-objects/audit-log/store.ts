// The audit log's rows.
import { utf8 } from "../../src/protocol/base64url.ts";
import { ENTRY_BYTES_MAX } from "../../src/protocol/tile.ts";
import type { AuditEntry } from "../../src/schema/audit-event.ts";
import type { EventFilter } from "../../src/schema/messages/audit-log.ts";
import { BLOCK, EventPlaceStore, type Stretch } from "./event-place-store.ts";
import type { SealedEvent } from "./personal.ts";

export interface EntryRow extends Record<string, SqlStorageValue> {
  idx: number;
  entry: string;
}

export class AuditLogStore {
  readonly #sql: SqlStorage;
  readonly #places: EventPlaceStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#places = new EventPlaceStore(sql);
  }

  /** The number of events: the index that the next one gets. */
  size(): number {
    const [row] = this.#sql.exec<{ size: number | null }>("SELECT max(idx) + 1 AS size FROM event").toArray();
    return row?.size ?? 0;
  }

  /** The index of the oldest event that is kept; 0 where there is none. */
  first(): number {
    return this.#sql.exec<{ first: number | null }>("SELECT min(idx) AS first FROM event").one().first ?? 0;
  }

  /** Adds events in their order, each that is new by its id. */
  add(events: readonly SealedEvent[]): void {
    let index = this.size();
    const added: AuditEntry[] = [];
    for (const { id, ...rest } of events) {
      const { entry, text } = fitting({ id, index, ...rest });
      if (!this.#put(entry, text)) continue;
      added.push(entry);
      index += 1;
    }
    this.#places.add(added);
  }

  /** From `first` on these are the entries; those that were there and are none of them follow in their order. */
  replaceFrom(first: number, entries: readonly string[]): void {
    const own = this.entries(first, Number.MAX_SAFE_INTEGER);
    this.drop(first, Number.MAX_SAFE_INTEGER);
    this.#places.dropFrom(first);
    const read = entries.map((text) => JSON.parse(text) as AuditEntry);
    for (const [at, entry] of read.entries()) this.#put(entry, entries[at]!);
    this.#places.add(read);
    this.add(own.map((text) => sealedOf(JSON.parse(text) as AuditEntry)));
  }

  #put(entry: AuditEntry, text: string): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, timestamp, targets, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      entry.index,
      entry.id,
      entry.event_type,
      entry.category,
      entry.severity,
      entry.user_id,
      entry.decision,
      entry.timestamp,
      entry.targets.join("\n"),
      text,
    );
    return rowsWritten > 0;
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
    const rows: EntryRow[] = [];
    for (const stretch of this.#places.stretches(filter, before)) {
      if (rows.length === limit) break;
      rows.push(...this.#walk(stretch, filter, limit - rows.length));
    }
    return rows;
  }

  #walk({ terms: [term, ...others], first, end }: Stretch, filter: EventFilter, limit: number): EntryRow[] {
    const checks = Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [CONDITIONS[name as keyof EventFilter], value] as const);
    const conditions = ["idx >= ? AND idx < ?", ...checks.map(([text]) => text)];
    const values: (string | number)[] = [first, end, ...checks.map(([, value]) => value)];
    if (term === undefined) return this.#select("event", conditions, "idx DESC", [...values, limit]);
    conditions.push("term = ? AND block BETWEEN ? AND ?", ...others.map(() => ALSO_SAID));
    values.push(term, Math.floor(first / BLOCK), Math.floor(end / BLOCK), ...others);
    return this.#select(BY_TERM, conditions, "block DESC, idx DESC", [...values, limit]);
  }

  #select(table: string, conditions: string[], order: string, values: (string | number)[]): EntryRow[] {
    return this.#sql
      .exec<EntryRow>(
        `SELECT idx, entry FROM ${table} WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ?`,
        ...values,
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

  /** Forgets where they were: once for many events that were dropped, up to the first of a bundle. */
  dropPlaces(below: number): void {
    this.#places.dropBelow(below);
  }

  /** The latest time in a range of events, ISO 8601; null where there are none. */
  latestIn(first: number, end: number): string | null {
    const sql = "SELECT max(timestamp) AS latest FROM event WHERE idx >= ? AND idx < ?";
    return this.#sql.exec<{ latest: string | null }>(sql, first, end).one().latest;
  }

  /** Entries as they are hashed and published, in their order. */
  entries(first: number, end: number): string[] {
    return this.rows(first, end).map(({ entry }) => entry);
  }

  /** The same with their indexes; the texts of old ones are empty. */
  rows(first: number, end: number): EntryRow[] {
    const sql = "SELECT idx, entry FROM event WHERE idx >= ? AND idx < ? ORDER BY idx";
    return this.#sql.exec<EntryRow>(sql, first, end).toArray();
  }

  /** Where a batch from `first` on ends: at least one entry, then as many as stay within both bounds. */
  endOfBatch(first: number, entries_max: number, bytes_max: number): number {
    let end = first;
    let bytes = 0;
    for (const { length } of this.#sql.exec<{ length: number }>(
      `SELECT CASE entry WHEN '' THEN ? ELSE octet_length(entry) END AS length
       FROM event WHERE idx >= ? ORDER BY idx LIMIT ?`,
      LEFT_BYTES,
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

/** What an entry that is left to R2 counts for, its length being known there: of those, a delivery takes a bundle or so. */
const LEFT_BYTES = 16_384;

const CONDITIONS: Readonly<Record<keyof EventFilter, string>> = {
  event_type: "event_type = ?",
  category: "category = ?",
  severity: "severity = ?",
  user_id: "user_id = ?",
  decision: "decision = ?",
  target: "instr(char(10) || targets || char(10), char(10) || ? || char(10)) > 0",
  since: "timestamp >= ?",
  until: "timestamp < ?",
};

/** The events of those blocks that speak of a term, newest first without sorting. */
const BY_TERM = `event_term CROSS JOIN event ON idx BETWEEN block * ${BLOCK} AND block * ${BLOCK} + ${BLOCK - 1}`;
const ALSO_SAID =
  "EXISTS (SELECT 1 FROM event_term AS other WHERE other.term = ? AND other.block = event_term.block)";

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

const sealedOf = ({ index: _, ...event }: AuditEntry): SealedEvent => event;
