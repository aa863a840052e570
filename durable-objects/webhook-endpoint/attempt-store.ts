// The rows of attempts to deliver.
import type { AttemptError } from "../../src/schema/webhook.ts";

export interface AttemptRow extends Record<string, SqlStorageValue> {
  number: number;
  at_ms: number;
  duration_ms: number;
  status_code: number | null;
  error: AttemptError | null;
  answer: ArrayBuffer | null;
}

export type NewAttempt = Pick<
  AttemptRow,
  "number" | "at_ms" | "duration_ms" | "status_code" | "error" | "answer"
>;

const MEASURED = 200;
/** Of one delivery: it may be replayed any number of times. */
const KEPT_MAX = 100;

export class AttemptStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert(sequence: number, { number, at_ms, duration_ms, status_code, error, answer }: NewAttempt): void {
    this.#sql.exec(
      `INSERT INTO attempt (sequence, number, at_ms, duration_ms, status_code, error, answer)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      sequence,
      number,
      at_ms,
      duration_ms,
      status_code,
      error,
      answer,
    );
    if (number <= KEPT_MAX) return;
    this.#sql.exec("DELETE FROM attempt WHERE sequence = ? AND number <= ?", sequence, number - KEPT_MAX);
  }

  /** Those of one delivery: the last hundred. */
  of(sequence: number): AttemptRow[] {
    return this.#sql
      .exec<AttemptRow>(
        "SELECT number, at_ms, duration_ms, status_code, error, answer FROM attempt WHERE sequence = ? ORDER BY number",
        sequence,
      )
      .toArray();
  }

  /** How long the last 200 took, shortest first. */
  durations(): number[] {
    return this.#sql
      .exec<{ duration_ms: number }>("SELECT duration_ms FROM attempt ORDER BY place DESC LIMIT ?", MEASURED)
      .toArray()
      .map(({ duration_ms }) => duration_ms)
      .sort((a, b) => a - b);
  }
}
