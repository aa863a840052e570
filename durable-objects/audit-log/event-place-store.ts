// Where events are to be looked for: the blocks of 64 that speak of a type, a person, a target. Most events share theirs
// with others of their block, so that a row written serves many; whoever looks reads a block to find one event.
// Events are in the order of their arrival, and times in nearly that: each block knows the latest time before it, and an
// event that is two minutes older than that is late, which is a thing to look for, too.
import type { AuditEntry } from "../../src/schema/audit-event.ts";
import type { EventFilter } from "../../src/schema/messages/audit-log.ts";
import { toIso } from "../../src/schema/text.ts";

/** Events of a block. */
export const BLOCK = 64;
const LATE = "late";
const LATE_MS = 120_000;

type Field = keyof Omit<EventFilter, "since" | "until">;
/** Those that few blocks speak of come first: their blocks are walked, and the others looked for in them. */
const FIELDS: readonly Field[] = ["target", "user_id", "event_type", "severity", "category", "decision"];

/** Part of the log, by index: every event that fits is in it, in blocks of which all terms are said. */
export interface Stretch {
  readonly terms: readonly string[];
  readonly first: number;
  readonly end: number;
}

export class EventPlaceStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Notes where these are, which are in the log already; in the caller's transaction. */
  add(entries: readonly AuditEntry[]): void {
    for (const [block, own] of Map.groupBy(entries, ({ index }) => Math.floor(index / BLOCK))) {
      const late_before = Date.parse(this.#latestBefore(block)) - LATE_MS; // NaN before the first: nothing is late
      const terms = own.flatMap(termsOf);
      if (own.some(({ timestamp }) => Date.parse(timestamp) < late_before)) terms.push(LATE);
      this.#sql.exec(
        "INSERT OR IGNORE INTO event_term (term, block) SELECT value, ?2 FROM json_each(?1)",
        JSON.stringify([...new Set(terms)]),
        block,
      );
    }
  }

  /** Where to look, newest first. */
  stretches({ since, until, ...fields }: EventFilter, before: number): Stretch[] {
    const wanted = FIELDS.filter((field) => fields[field] !== undefined);
    const terms = wanted.map((field) => termOf(field, fields[field]!));
    // Whatever is before a block is at its latest time at most.
    const first = since === undefined ? 0 : this.#lastBefore(since) * BLOCK;
    if (until === undefined) return [{ terms, first, end: before }];
    // What is in such a block or after it, and not late, is not before that time.
    const beyond = toIso(Date.parse(until) + LATE_MS);
    const end = Math.min(this.#firstFrom(beyond) * BLOCK, before);
    return [
      { terms: [LATE, ...terms], first: Math.max(first, end), end: before },
      { terms, first, end },
    ];
  }

  /** Forgets the blocks from the one on that begins there or later: their events have gone. */
  dropFrom(first: number): void {
    const block = Math.ceil(first / BLOCK);
    this.#sql.exec("DELETE FROM event_term WHERE block >= ?", block);
    this.#sql.exec("DELETE FROM event_block WHERE block >= ?", block);
  }

  /** Forgets the blocks before that index, the first of a block. By a look at all of them. */
  dropBelow(end: number): void {
    this.#sql.exec("DELETE FROM event_term WHERE block < ?", end / BLOCK);
    this.#sql.exec("DELETE FROM event_block WHERE block < ?", end / BLOCK);
  }

  /** The last block before which everything is older than that time. */
  #lastBefore(time: string): number {
    const sql = "SELECT max(block) AS block FROM event_block WHERE latest < ?";
    return this.#sql.exec<{ block: number | null }>(sql, time).one().block ?? 0;
  }

  /** The first block before which something is as late as that time. */
  #firstFrom(time: string): number {
    const sql = "SELECT min(block) AS block FROM event_block WHERE latest >= ?";
    return this.#sql.exec<{ block: number | null }>(sql, time).one().block ?? Number.POSITIVE_INFINITY;
  }

  #latestBefore(block: number): string {
    const known = this.#sql
      .exec<{ latest: string }>("SELECT latest FROM event_block WHERE block = ?", block)
      .toArray()[0];
    if (known) return known.latest;
    const { latest } = this.#sql
      .exec<{ latest: string }>(
        `INSERT INTO event_block (block, latest) VALUES (?1, max(
           coalesce((SELECT latest FROM event_block WHERE block = ?1 - 1), ''),
           coalesce((SELECT max(timestamp) FROM event WHERE idx >= (?1 - 1) * ?2 AND idx < ?1 * ?2), '')))
         RETURNING latest`,
        block,
        BLOCK,
      )
      .one();
    return latest;
  }
}

const termOf = (field: Field, value: string): string => `${field}=${value}`;

function termsOf({ targets, ...entry }: AuditEntry): string[] {
  const terms = targets.map((target) => termOf("target", target));
  for (const field of FIELDS) {
    const value = field === "target" ? null : entry[field];
    if (value !== null) terms.push(termOf(field, value));
  }
  return terms;
}
