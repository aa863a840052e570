// The rows of what an integration was sent. A row outlives its delivery so that none has its effect twice; a failure that
// has given way to others has no box any more, and is known like any other delivery.
import type { DeliveryStatus } from "../../src/schema/integration.ts";

/** For so long a delivery is refused by its id, and by its body. */
export const REPLAY_MS = 24 * 3_600_000;
/** For so long a failed one can be replayed. */
export const FAILURE_MS = 30 * 86_400_000;

export interface DeliveryRow {
  readonly id: string;
  readonly sender_id_hash: string | null;
  readonly body_hash: string;
  readonly sent_at_seconds: number | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly received_at_ms: number;
  readonly next_attempt_at_ms: number | null;
  readonly event_id: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly pointer: string | null;
  readonly box: Uint8Array | null;
}

type Stored = Omit<DeliveryRow, "box"> & { box: ArrayBuffer | null };

const rowOf = (stored: Stored): DeliveryRow => ({ ...stored, box: stored.box && new Uint8Array(stored.box) });

export class InboundDeliveryStore {
  readonly #sql: SqlStorage;
  /** How many rows there are; null until counted. */
  #rows: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): DeliveryRow | null {
    const stored = this.#sql.exec("SELECT * FROM inbound_delivery WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  /** One of the last 24 hours with the same id or the same body; the same in both comes first. */
  findRepeated(sender_id_hash: string | null, body_hash: string, now_ms: number): DeliveryRow | null {
    const stored = this.#sql
      .exec(
        `SELECT * FROM inbound_delivery WHERE received_at_ms > ?3 AND (sender_id_hash = ?1 OR body_hash = ?2)
         ORDER BY (sender_id_hash IS ?1) + (body_hash = ?2) DESC, number DESC LIMIT 1`,
        sender_id_hash,
        body_hash,
        now_ms - REPLAY_MS,
      )
      .toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  insert(row: DeliveryRow): void {
    this.#sql.exec(
      `INSERT INTO inbound_delivery (id, sender_id_hash, body_hash, sent_at_seconds, status, attempts, received_at_ms,
         next_attempt_at_ms, event_id, reason, detail, pointer, box)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.sender_id_hash,
      row.body_hash,
      row.sent_at_seconds,
      row.status,
      row.attempts,
      row.received_at_ms,
      row.next_attempt_at_ms,
      row.event_id,
      row.reason,
      row.detail,
      row.pointer,
      row.box,
    );
    if (this.#rows !== null) this.#rows += 1;
  }

  /** A transaction was rolled back, or all rows went: they are counted anew. */
  recount(): void {
    this.#rows = null;
  }

  /** What has become of it. Its box stays while it is pending or failed. */
  settle(id: string, row: Pick<DeliveryRow, "status" | "reason" | "detail" | "pointer">): void {
    this.#sql.exec(
      `UPDATE inbound_delivery SET status = ?2, reason = ?3, detail = ?4, pointer = ?5, next_attempt_at_ms = NULL,
         box = CASE ?2 WHEN 'failed' THEN box END WHERE id = ?1`,
      id,
      row.status,
      row.reason,
      row.detail,
      row.pointer,
    );
  }

  /** It is tried once more, and again at that time if nothing comes of it. */
  saveAttempt(id: string, next_attempt_at_ms: number): void {
    this.#sql.exec(
      `UPDATE inbound_delivery SET status = 'pending', attempts = attempts + 1, next_attempt_at_ms = ? WHERE id = ?`,
      next_attempt_at_ms,
      id,
    );
  }

  postpone(id: string, next_attempt_at_ms: number): void {
    this.#sql.exec("UPDATE inbound_delivery SET next_attempt_at_ms = ? WHERE id = ?", next_attempt_at_ms, id);
  }

  /** Whatever is pending is due. */
  hasten(now_ms: number): void {
    this.#sql.exec(
      "UPDATE inbound_delivery SET next_attempt_at_ms = ?1 WHERE next_attempt_at_ms > ?1 AND status = 'pending'",
      now_ms,
    );
  }

  saveSent(id: string, sent_at_seconds: number): void {
    this.#sql.exec("UPDATE inbound_delivery SET sent_at_seconds = ? WHERE id = ?", sent_at_seconds, id);
  }

  /** Pending ones whose time has come. */
  due(now_ms: number, limit: number): DeliveryRow[] {
    return this.#sql
      .exec(
        `SELECT * FROM inbound_delivery WHERE next_attempt_at_ms <= ? AND status = 'pending'
         ORDER BY next_attempt_at_ms LIMIT ?`,
        now_ms,
        limit,
      )
      .toArray()
      .map((stored) => rowOf(stored as unknown as Stored));
  }

  /** Newest first. */
  failures(limit: number, before: number): (DeliveryRow & { number: number })[] {
    return this.#sql
      .exec(
        `SELECT * FROM inbound_delivery INDEXED BY inbound_delivery_kept
         WHERE status = 'failed' AND box IS NOT NULL AND number < ? ORDER BY number DESC LIMIT ?`,
        before,
        limit,
      )
      .toArray()
      .map((stored) => ({
        ...rowOf(stored as unknown as Stored),
        number: (stored as { number: number }).number,
      }));
  }

  rows(): number {
    const sql = "SELECT count(*) AS rows FROM inbound_delivery";
    this.#rows ??= this.#sql.exec<{ rows: number }>(sql).one().rows;
    return this.#rows;
  }

  /** Bytes of what is kept sealed. */
  boxBytes(): number {
    return (
      this.#sql
        .exec<{ bytes: number | null }>(
          "SELECT sum(length(box)) AS bytes FROM inbound_delivery WHERE box IS NOT NULL",
        )
        .one().bytes ?? 0
    );
  }

  /** Failures beyond that many, and beyond so many bytes, give way: the oldest first. */
  dropExcess(count_max: number, box_bytes_max: number): void {
    this.#sql.exec(
      `UPDATE inbound_delivery SET box = NULL WHERE number IN (
         SELECT number FROM (
           SELECT number, row_number() OVER newest AS place, sum(length(box)) OVER newest AS box_bytes
           FROM inbound_delivery INDEXED BY inbound_delivery_kept
           WHERE status = 'failed' AND box IS NOT NULL WINDOW newest AS (ORDER BY number DESC))
         WHERE place > ? OR box_bytes > ?)`,
      count_max,
      box_bytes_max,
    );
  }

  /** Each part by the index that says which are due. Answers how many are gone. */
  forget(now_ms: number): number {
    const done = this.#sql.exec(
      `DELETE FROM inbound_delivery WHERE received_at_ms <= ? AND status != 'pending'
         AND (status != 'failed' OR box IS NULL)`,
      now_ms - REPLAY_MS,
    );
    const kept = this.#sql.exec(
      `DELETE FROM inbound_delivery INDEXED BY inbound_delivery_kept
       WHERE status = 'failed' AND box IS NOT NULL AND received_at_ms <= ?`,
      now_ms - FAILURE_MS,
    );
    const gone = done.rowsWritten + kept.rowsWritten;
    if (this.#rows !== null) this.#rows -= gone;
    return gone;
  }

  deleteAll(): void {
    this.#sql.exec("DELETE FROM inbound_delivery");
    this.recount();
  }

  /** When the next row is tried again, or forgotten. */
  nextDue(): number | null {
    const { due } = this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(at_ms) AS due FROM (
           SELECT min(next_attempt_at_ms) AS at_ms FROM inbound_delivery WHERE next_attempt_at_ms IS NOT NULL
           UNION ALL SELECT received_at_ms + ?1 FROM (SELECT min(received_at_ms) AS received_at_ms
             FROM inbound_delivery WHERE status != 'pending' AND (status != 'failed' OR box IS NULL))
           UNION ALL SELECT min(received_at_ms) + ?2 FROM inbound_delivery INDEXED BY inbound_delivery_kept
             WHERE status = 'failed' AND box IS NOT NULL)`,
        REPLAY_MS,
        FAILURE_MS,
      )
      .one();
    return due;
  }
}
