// The tasks of a project as a whole, in one statement each.
import type { OpenTask } from "../../src/schema/messages/project.ts";
import type { Estimate, TaskStatus } from "../../src/schema/project.ts";

interface OpenTaskRow extends Record<string, SqlStorageValue> {
  id: string;
  title: string;
  status: TaskStatus;
  estimate: string | null;
  depends_on: string;
}

export class PlanStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whatever is neither done nor cancelled, in the order of creation; `limit` at most. */
  openTasks(limit: number): OpenTask[] {
    const rows = this.#sql.exec<OpenTaskRow>(
      `SELECT id, title, status, estimate,
         (SELECT json_group_array(waits_for) FROM dependency WHERE task_id = task.id) AS depends_on
       FROM task WHERE status NOT IN ('done', 'cancelled') ORDER BY number LIMIT ?`,
      limit,
    );
    return Array.from(rows, ({ id, title, status, estimate, depends_on }) => ({
      id,
      title,
      status,
      estimate: estimate === null ? null : (JSON.parse(estimate) as Estimate),
      depends_on: JSON.parse(depends_on) as string[],
    }));
  }
}
