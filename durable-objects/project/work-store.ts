// Whom the changes of this transaction concern: triggers note it, so that no way of changing a task forgets it.
import type { Priority, TaskStatus } from "../../src/schema/project.ts";

/** A task as it is now; all of it null where it was deleted. */
export type Concerned = {
  readonly principal_id: string;
  readonly task_id: string;
  readonly title: string | null;
  readonly status: TaskStatus;
  readonly priority: Priority;
  readonly due_at: string | null;
  readonly assigned_to: string | null;
  readonly lease_expires_at_ms: number | null;
};

export class WorkStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes what was noted. In the caller's transaction. */
  take(): Concerned[] {
    const concerned = this.#sql
      .exec<Concerned>(
        `SELECT principal_id, task_id, title, status, priority, due_at, assigned_to, lease_expires_at_ms
         FROM work_change LEFT JOIN task ON id = task_id`,
      )
      .toArray();
    if (concerned.length > 0) this.#sql.exec("DELETE FROM work_change");
    return concerned;
  }
}
