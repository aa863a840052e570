// The inbox: takes each row of a sender once, by a contiguous high-water mark per (source, incarnation).
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";

/**
 * Applies the rows not yet taken, in the caller's transaction. A batch that starts past a gap is not taken.
 * A source that is new here starts where it says: what it shipped before, an earlier holder of this name took.
 */
export function takeOnce<Row>(sql: SqlStorage, batch: Batch<Row>, apply: (row: Row) => void): Receipt {
  const known = sql
    .exec<{ next_sequence: number }>(
      "SELECT next_sequence FROM inbox WHERE source = ? AND incarnation = ?",
      batch.source,
      batch.incarnation,
    )
    .toArray()[0];
  const expected = known?.next_sequence ?? batch.first_sequence;
  if (batch.first_sequence > expected) return { next_sequence: expected };
  const fresh = batch.rows.slice(expected - batch.first_sequence);
  if (fresh.length === 0) return { next_sequence: expected };
  for (const row of fresh) apply(row);
  const next_sequence = expected + fresh.length;
  sql.exec(
    `INSERT INTO inbox (source, incarnation, next_sequence) VALUES (?, ?, ?)
     ON CONFLICT (source, incarnation) DO UPDATE SET next_sequence = excluded.next_sequence`,
    batch.source,
    batch.incarnation,
    next_sequence,
  );
  return { next_sequence };
}
