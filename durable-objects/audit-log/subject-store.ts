// The secrets of those whom events are about, as rows: sealed, or destroyed for good.

export interface SubjectRow extends Record<string, SqlStorageValue> {
  name: string;
  box: ArrayBuffer | null;
}

export class SubjectStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(name: string): SubjectRow | null {
    return (
      this.#sql.exec<SubjectRow>("SELECT name, box FROM subject WHERE name = ?", name).toArray()[0] ?? null
    );
  }

  /** Adds a subject; one that is there, or was destroyed, stays as it is. */
  add(name: string, key_id: string, box: Uint8Array<ArrayBuffer>): void {
    this.#sql.exec(
      "INSERT INTO subject (name, key_id, box) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      name,
      key_id,
      box.buffer,
    );
  }

  /** Those that one of these master keys seals. */
  sealedBy(key_ids: readonly string[], limit: number): SubjectRow[] {
    return this.#sql
      .exec<SubjectRow>(
        "SELECT name, box FROM subject WHERE key_id IN (SELECT value FROM json_each(?)) LIMIT ?",
        JSON.stringify(key_ids),
        limit,
      )
      .toArray();
  }

  /** Seals anew what is not destroyed. */
  reseal(name: string, key_id: string, box: Uint8Array<ArrayBuffer>): void {
    this.#sql.exec(
      "UPDATE subject SET key_id = ?, box = ? WHERE name = ? AND box IS NOT NULL",
      key_id,
      box.buffer,
      name,
    );
  }

  /** Destroys the secret, and leaves a mark, so that no new one is ever made. */
  destroy(name: string): void {
    this.#sql.exec(
      `INSERT INTO subject (name, key_id, box) VALUES (?, NULL, NULL)
       ON CONFLICT (name) DO UPDATE SET key_id = NULL, box = NULL`,
      name,
    );
  }
}
