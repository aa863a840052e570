// How far each sink has come, as rows.

export interface SinkRow extends Record<string, SqlStorageValue> {
  name: string;
  /** Every event below has been delivered. */
  next_idx: number;
  /** End of the delivery that is planned: a repeat delivers the same. */
  chunk_end_idx: number | null;
  failures: number;
  next_attempt_at_ms: number;
  delivered_at_ms: number | null;
  last_error: string | null;
}

export class SinkStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null for a sink that has never been planned for. */
  find(name: string): SinkRow | null {
    return this.#sql.exec<SinkRow>("SELECT * FROM sink WHERE name = ?", name).toArray()[0] ?? null;
  }

  plan(name: string, next_idx: number, end: number): void {
    this.#sql.exec(
      `INSERT INTO sink (name, next_idx, chunk_end_idx) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET chunk_end_idx = excluded.chunk_end_idx`,
      name,
      next_idx,
      end,
    );
  }

  delivered(name: string, end: number, now_ms: number): void {
    this.#sql.exec(
      `UPDATE sink SET next_idx = ?, chunk_end_idx = NULL, failures = 0, next_attempt_at_ms = 0,
         delivered_at_ms = ?, last_error = NULL WHERE name = ? AND chunk_end_idx = ?`,
      end,
      now_ms,
      name,
      end,
    );
  }

  /** From that index on everything is delivered again, whatever is under way. */
  takeBack(index: number): void {
    this.#sql.exec("UPDATE sink SET next_idx = min(next_idx, ?), chunk_end_idx = NULL", index);
  }

  failed(name: string, next_attempt_at_ms: number, last_error: string): void {
    this.#sql.exec(
      "UPDATE sink SET failures = failures + 1, next_attempt_at_ms = ?, last_error = ? WHERE name = ?",
      next_attempt_at_ms,
      last_error,
      name,
    );
  }
}
