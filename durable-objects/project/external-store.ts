// What senders of webhooks call tasks and comments: each name stands for one, once and for good.

export interface ExternalTask {
  readonly task_id: string;
  /** When its present state came about, here or over there. */
  readonly state_at_ms: number;
}

export class ExternalStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  task(integration_id: string, external_id: string): ExternalTask | null {
    const row = this.#sql
      .exec(
        "SELECT task_id, state_at_ms FROM external_task WHERE integration_id = ? AND external_id = ?",
        integration_id,
        external_id,
      )
      .toArray()[0];
    return (row as unknown as ExternalTask | undefined) ?? null;
  }

  insertTask(integration_id: string, external_id: string, { task_id, state_at_ms }: ExternalTask): void {
    this.#sql.exec(
      "INSERT INTO external_task (integration_id, external_id, task_id, state_at_ms) VALUES (?, ?, ?, ?)",
      integration_id,
      external_id,
      task_id,
      state_at_ms,
    );
  }

  saveState(integration_id: string, external_id: string, state_at_ms: number): void {
    this.#sql.exec(
      "UPDATE external_task SET state_at_ms = ? WHERE integration_id = ? AND external_id = ?",
      state_at_ms,
      integration_id,
      external_id,
    );
  }

  /** False where that comment has been made before. It is known as long as its task is there. */
  insertComment(integration_id: string, external_id: string, task_id: string): boolean {
    return (
      this.#sql.exec(
        "INSERT OR IGNORE INTO external_comment (integration_id, external_id, task_id) VALUES (?, ?, ?)",
        integration_id,
        external_id,
        task_id,
      ).rowsWritten > 0
    );
  }

  forget(integration_id: string): void {
    this.#sql.exec("DELETE FROM external_task WHERE integration_id = ?", integration_id);
    this.#sql.exec("DELETE FROM external_comment WHERE integration_id = ?", integration_id);
  }
}
