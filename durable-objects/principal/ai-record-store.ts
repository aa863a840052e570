// Records of calls to models, as rows: when, until when, and the rest sealed.

interface RecordRow extends Record<string, SqlStorageValue> {
  id: string;
  called_at_ms: number;
  box: ArrayBuffer;
}

export class AiRecordStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(id: string, called_at_ms: number, forget_at_ms: number, box: Uint8Array): void {
    this.#sql.exec(
      "INSERT INTO ai_record (id, called_at_ms, forget_at_ms, box) VALUES (?, ?, ?, ?)",
      id,
      called_at_ms,
      forget_at_ms,
      box,
    );
  }

  /** The latest first; `before` is the position of the last one seen. */
  before(limit: number, before: string): RecordRow[] {
    const [called_at_ms = "9e15", id = ""] = before === "" ? [] : before.split(" ");
    return this.#sql
      .exec<RecordRow>(
        `SELECT id, called_at_ms, box FROM ai_record WHERE (called_at_ms, id) < (?, ?)
         ORDER BY called_at_ms DESC, id DESC LIMIT ?`,
        Number(called_at_ms),
        id,
        limit,
      )
      .toArray();
  }

  /** Answers how many were past their time. */
  forget(now_ms: number): number {
    return this.#sql.exec("DELETE FROM ai_record WHERE forget_at_ms <= ? RETURNING 1", now_ms).toArray()
      .length;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(forget_at_ms) AS due FROM ai_record").one().due;
  }
}
