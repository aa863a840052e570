// The rows of deliveries: what is queued, what became of it, and how many there are.
import type { DeliveryFilter, ReplayRange } from "../../src/schema/messages/webhook.ts";
import {
  type AttemptError,
  DELIVERY_STATUSES,
  type DeadReason,
  type DeliveryStatus,
} from "../../src/schema/webhook.ts";
import type { NewAttempt } from "./attempt-store.ts";

export interface DeliveryRow extends Record<string, SqlStorageValue> {
  sequence: number;
  id: string;
  event_type: string;
  task_id: string | null;
  body: string;
  status: DeliveryStatus;
  reason: DeadReason | null;
  created_at_ms: number;
  attempts: number;
  tries: number;
  next_attempt_at_ms: number;
  settled_at_ms: number | null;
  last_status_code: number | null;
  last_error: AttemptError | null;
  last_duration_ms: number | null;
}

export interface NewDelivery {
  readonly id: string;
  readonly event_type: string;
  readonly task_id: string | null;
  readonly body: string;
}

/** What becomes of a delivery. */
export interface Fate {
  readonly status: DeliveryStatus;
  readonly reason: DeadReason | null;
  readonly next_attempt_at_ms: number;
  readonly settled_at_ms: number | null;
}

export interface Tally extends Record<string, SqlStorageValue> {
  queued: number;
  dead: number;
  settled: number;
}

export class DeliveryStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  tally(): Tally {
    return this.#sql.exec<Tally>("SELECT queued, dead, settled FROM tally").one();
  }

  find(id: string): DeliveryRow | null {
    return this.#sql.exec<DeliveryRow>("SELECT * FROM delivery WHERE id = ?", id).toArray()[0] ?? null;
  }

  /** Adds it, unless it is there already. */
  insert({ id, event_type, task_id, body }: NewDelivery, fate: Fate, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO delivery
         (id, event_type, task_id, body, status, reason, created_at_ms, next_attempt_at_ms, settled_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      id,
      event_type,
      task_id,
      body,
      fate.status,
      fate.reason,
      now_ms,
      fate.next_attempt_at_ms,
      fate.settled_at_ms,
    );
  }

  /** Whether an event of that task is still on its way. */
  hasQueued(task_id: string): boolean {
    return (
      this.#sql
        .exec(
          "SELECT 1 FROM delivery WHERE task_id = ? AND status IN ('pending', 'waiting') LIMIT 1",
          task_id,
        )
        .toArray().length > 0
    );
  }

  /** What is due first, at any time. Of its indexes, SQLite by itself takes one that leaves all of them to be sorted. */
  due(limit: number): DeliveryRow[] {
    return this.#sql
      .exec<DeliveryRow>(
        `SELECT * FROM delivery INDEXED BY delivery_due WHERE status = 'pending'
         ORDER BY next_attempt_at_ms, sequence LIMIT ?`,
        limit,
      )
      .toArray();
  }

  /** One more attempt, and what it makes of the delivery. */
  saveAttempt(sequence: number, { duration_ms, status_code, error }: NewAttempt, fate: Fate): void {
    this.#sql.exec(
      `UPDATE delivery SET status = ?, reason = ?, attempts = attempts + 1, tries = tries + 1,
         next_attempt_at_ms = ?, settled_at_ms = ?, last_status_code = ?, last_error = ?, last_duration_ms = ?
       WHERE sequence = ?`,
      fate.status,
      fate.reason,
      fate.next_attempt_at_ms,
      fate.settled_at_ms,
      status_code,
      error,
      duration_ms,
      sequence,
    );
  }

  /** The next event of that task may go, unless another one is on its way. */
  promote(task_id: string, now_ms: number): void {
    this.#sql.exec(
      `UPDATE delivery SET status = 'pending', next_attempt_at_ms = ?2 WHERE sequence =
         (SELECT min(sequence) FROM delivery WHERE task_id = ?1 AND status IN ('pending', 'waiting'))
         AND status = 'waiting'`,
      task_id,
      now_ms,
    );
  }

  /** From now on in order: of each task, all but the earliest wait. */
  putInOrder(): void {
    this.#sql.exec(
      `UPDATE delivery SET status = 'waiting' WHERE status = 'pending' AND task_id IS NOT NULL AND sequence >
         (SELECT min(sequence) FROM delivery AS earlier
          WHERE earlier.task_id = delivery.task_id AND earlier.status IN ('pending', 'waiting'))`,
    );
  }

  /** The same of one task. */
  putTaskInOrder(task_id: string): void {
    this.#sql.exec(
      `UPDATE delivery INDEXED BY delivery_queued_of_task SET status = 'waiting'
       WHERE task_id = ?1 AND status IN ('pending', 'waiting') AND status = 'pending' AND sequence >
         (SELECT min(sequence) FROM delivery WHERE task_id = ?1 AND status IN ('pending', 'waiting'))`,
      task_id,
    );
  }

  /** From now on in any order: nothing waits. */
  releaseAll(now_ms: number): void {
    this.#sql.exec(
      "UPDATE delivery SET status = 'pending', next_attempt_at_ms = ? WHERE status = 'waiting'",
      now_ms,
    );
  }

  /** Gives up whatever is queued. */
  giveUpAll(reason: DeadReason, now_ms: number): void {
    this.#sql.exec(
      `UPDATE delivery SET status = 'dead', reason = ?, settled_at_ms = ? WHERE status IN ('pending', 'waiting')`,
      reason,
      now_ms,
    );
  }

  /** Whatever is due later is due now. */
  hurry(now_ms: number): void {
    this.#sql.exec(
      "UPDATE delivery SET next_attempt_at_ms = ?1 WHERE status = 'pending' AND next_attempt_at_ms > ?1",
      now_ms,
    );
  }

  /** Queues it again, with a whole schedule before it. Answers its task. */
  replay(sequence: number, now_ms: number): string | null {
    return this.#sql
      .exec<{ task_id: string | null }>(
        `UPDATE delivery SET status = 'pending', reason = NULL, tries = 0, next_attempt_at_ms = ?, settled_at_ms = NULL
         WHERE sequence = ? RETURNING task_id`,
        now_ms,
        sequence,
      )
      .one().task_id;
  }

  /** The settled ones of that time, oldest first. */
  inRange(
    { from_ms, until_ms, status }: ReplayRange,
    limit: number,
  ): Pick<DeliveryRow, "sequence" | "created_at_ms">[] {
    return this.#sql
      .exec<Pick<DeliveryRow, "sequence" | "created_at_ms">>(
        `SELECT sequence, created_at_ms FROM delivery WHERE created_at_ms >= ? AND created_at_ms < ?
           AND settled_at_ms IS NOT NULL AND (? = 'settled' OR status = 'dead')
         ORDER BY created_at_ms, sequence LIMIT ?`,
        from_ms,
        until_ms,
        status,
        limit,
      )
      .toArray();
  }

  /** Newest first, below that sequence. */
  page({ status, event_type }: DeliveryFilter, limit: number, before: number): DeliveryRow[] {
    const newest = (condition: string, ...values: string[]) => {
      const sql = `SELECT * FROM delivery WHERE sequence < ?1 AND ${condition} ORDER BY sequence DESC LIMIT ?2`;
      return this.#sql.exec<DeliveryRow>(sql, before, limit, ...values).toArray();
    };
    if (!event_type) return status ? newest("status = ?3", status) : newest("1");
    const statuses = status ? [status] : DELIVERY_STATUSES;
    return statuses
      .flatMap((each) => newest("event_type = ?3 AND status = ?4", event_type, each)) // as the index has them
      .sort((a, b) => b.sequence - a.sequence)
      .slice(0, limit);
  }

  oldestQueued(): number | null {
    const sql = `SELECT min(created_at_ms) AS at_ms FROM delivery WHERE sequence = (
      SELECT min(sequence) FROM delivery WHERE status IN ('pending', 'waiting'))`;
    return this.#sql.exec<{ at_ms: number | null }>(sql).one().at_ms;
  }

  /** Forgets settled ones until that time, then the oldest of those beyond `kept_max`; at most `limit` of each. */
  forget(until_ms: number, kept_max: number, limit: number): void {
    const oldest = (until: number, count: number) =>
      this.#sql.exec(
        `DELETE FROM delivery WHERE sequence IN (
           SELECT sequence FROM delivery WHERE settled_at_ms <= ? ORDER BY settled_at_ms LIMIT ?)`,
        until,
        count,
      );
    oldest(until_ms, limit);
    const beyond = this.tally().settled - kept_max;
    if (beyond > 0) oldest(Number.MAX_SAFE_INTEGER, Math.min(beyond, limit));
  }

  forgetAll(): void {
    this.#sql.exec("DELETE FROM delivery");
  }

  oldestSettled(): number | null {
    const sql = "SELECT min(settled_at_ms) AS at_ms FROM delivery WHERE settled_at_ms IS NOT NULL";
    return this.#sql.exec<{ at_ms: number | null }>(sql).one().at_ms;
  }
}
