// The tasks of a project as a whole, read in the order of their creation.
import type { ExportLine, OpenTask } from "../../src/schema/messages/project.ts";
import type { Estimate, Priority, TaskStatus } from "../../src/schema/project.ts";

interface OpenTaskRow extends Record<string, SqlStorageValue> {
  id: string;
  title: string;
  status: TaskStatus;
  estimate: string | null;
  depends_on: string;
}

interface PlanRow extends OpenTaskRow {
  number: number;
  description: string;
  priority: Priority;
  skills: string;
  labels: string;
  parent_id: string | null;
  due_at: string | null;
  updated_at_ms: number;
}

export class PlanStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whatever is neither done nor cancelled; `limit` at most. */
  openTasks(limit: number): OpenTask[] {
    const rows = this.#sql.exec<OpenTaskRow>(
      `SELECT id, title, status, estimate,
         (SELECT json_group_array(waits_for ORDER BY position) FROM dependency WHERE task_id = task.id) AS depends_on
       FROM task
       WHERE status NOT IN ('done', 'cancelled') ORDER BY number LIMIT ?`,
      limit,
    );
    return Array.from(rows, ({ id, title, status, estimate, depends_on }) => ({
      id,
      title,
      status,
      estimate: estimateOf(estimate),
      depends_on: JSON.parse(depends_on) as string[],
    }));
  }

  ids(after: number, limit: number): { number: number; id: string }[] {
    return this.#sql
      .exec<{ number: number; id: string }>(
        "SELECT number, id FROM task WHERE number > ? ORDER BY number LIMIT ?",
        after,
        limit,
      )
      .toArray();
  }

  tasks(after: number, limit: number): { number: number; exported: ExportLine }[] {
    const rows = this.#sql.exec<PlanRow>(
      `SELECT number, id, title, description, status, priority, estimate, skills, labels, parent_id, due_at,
         updated_at_ms,
         (SELECT json_group_array(waits_for ORDER BY position) FROM dependency WHERE task_id = task.id) AS depends_on
       FROM task WHERE number > ? ORDER BY number LIMIT ?`,
      after,
      limit,
    );
    return Array.from(rows, (row) => ({ number: row.number, exported: exportedOf(row) }));
  }
}

const estimateOf = (json: string | null): Estimate | null => (json === null ? null : JSON.parse(json));

const exportedOf = ({ id, updated_at_ms, ...row }: PlanRow): ExportLine => ({
  kind: "task",
  id,
  updated_at_ms,
  task: {
    title: row.title,
    description: row.description,
    depends_on: JSON.parse(row.depends_on) as string[],
    estimate: estimateOf(row.estimate),
    skills: JSON.parse(row.skills) as string[],
    labels: JSON.parse(row.labels) as string[],
    parent: row.parent_id,
    priority: row.priority,
    due_at: row.due_at,
    status: row.status === "claimed" ? "open" : row.status,
  },
});
