// The principal's work: an entry for each task that is assigned to it, as the projects tell; and the leases it holds.
// Hidden is what belongs to a deleted project, or to one that the principal is no member of; held or not.
import type { TaskEntry } from "../../src/schema/messages/outbox.ts";
import type { WorkFilter } from "../../src/schema/messages/principal.ts";
import type { Page } from "../../src/schema/messages/request.ts";
import type { Priority, TaskStatus, WorkItem } from "../../src/schema/project.ts";
import { toIso } from "../../src/schema/text.ts";
import { pageOf } from "../page.ts";

interface WorkRow extends Record<string, SqlStorageValue> {
  task_id: string;
  project_id: string;
  title: string;
  status: TaskStatus;
  priority: Priority;
  due_at: string | null;
  due_ms: number;
  lease_expires_at_ms: number | null;
}

/** Behind every date: where tasks without one are listed. */
const NEVER_MS = 9e15;

export class WorkStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What a project says of a task: assigned to this principal, or no longer. In the caller's transaction. */
  save({ id, project_id, task }: TaskEntry): void {
    if (task === null) {
      this.#sql.exec("DELETE FROM work WHERE task_id = ?", id);
      return;
    }
    this.#sql.exec(
      `INSERT OR REPLACE INTO work (task_id, project_id, title, status, priority, due_at, due_ms, lease_expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      project_id,
      task.title,
      task.status,
      task.priority,
      task.due_at,
      task.due_at === null ? NEVER_MS : Date.parse(task.due_at),
      task.lease_expires_at_ms,
    );
  }

  /** A project is gone for good. In the caller's transaction. */
  forgetProject(project_id: string): void {
    this.#sql.exec("DELETE FROM work WHERE project_id = ?", project_id);
  }

  /**
   * What is due first comes first; what has no date, last. `after` is the position of the last item seen. Whoever
   * reaches a project without being a member sees what it holds there, and nothing else.
   */
  page({ status, due_before }: WorkFilter, limit: number, after: string, now_ms: number): Page<WorkItem> {
    const [due_ms, task_id] = after === "" ? [-NEVER_MS, ""] : (after.split(" ") as [string, string]);
    const conditions = status ? "work.status = ?6" : "1"; // by itself, so that its index serves
    const rows = this.#sql
      .exec<WorkRow>(
        `SELECT work.* FROM work LEFT JOIN project ON project.id = project_id
         WHERE ${conditions} AND (lease_expires_at_ms IS NULL OR lease_expires_at_ms > ?1)
           AND coalesce(project.status, '') != 'deleted'
           AND (project.role IS NOT NULL OR lease_expires_at_ms IS NOT NULL)
           AND (due_ms, task_id) > (?2, ?3) AND due_ms < ?4
         ORDER BY due_ms, task_id LIMIT ?5`,
        now_ms,
        Number(due_ms),
        task_id,
        due_before === undefined ? NEVER_MS + 1 : Date.parse(due_before),
        limit,
        ...(status ? [status] : []),
      )
      .toArray();
    const { items, next } = pageOf(rows, limit, (row) => `${row.due_ms} ${row.task_id}`);
    return { items: items.map(itemOf), next };
  }

  /** Live leases by project. */
  leases(now_ms: number): Record<string, number> {
    const rows = this.#sql
      .exec<{ project_id: string; count: number }>(
        `SELECT project_id, count(*) AS count FROM work LEFT JOIN project ON project.id = project_id
         WHERE lease_expires_at_ms > ?1 AND coalesce(project.status, '') != 'deleted' GROUP BY project_id`,
        now_ms,
      )
      .toArray();
    return Object.fromEntries(rows.map(({ project_id, count }) => [project_id, count]));
  }
}

const itemOf = (row: WorkRow): WorkItem => ({
  id: row.task_id,
  project_id: row.project_id,
  title: row.title,
  status: row.status,
  priority: row.priority,
  due_at: row.due_at,
  lease_expires_at: row.lease_expires_at_ms === null ? null : toIso(row.lease_expires_at_ms),
});
