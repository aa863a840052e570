// The rows of tasks and of what they wait for.
import { skillKey, wantedBy_ms } from "../../src/domain/workload.ts";
import type { TaskLease } from "../../src/schema/lease.ts";
import type { Estimate, Priority, Task, TaskStatus } from "../../src/schema/project.ts";
import { toIso } from "../../src/schema/text.ts";

interface TaskRow extends Record<string, SqlStorageValue> {
  number: number;
  id: string;
  title: string;
  description: string;
  status: TaskStatus;
  priority: Priority;
  estimate: string | null;
  skills: string;
  labels: string;
  parent_id: string | null;
  depends_on: string;
  is_blocked: number;
  due_at: string | null;
  created_by: string;
  assigned_to: string | null;
  lease_expires_at_ms: number | null;
  result: string | null;
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
  started_at_ms: number | null;
  completed_at_ms: number | null;
}

export class TaskStore {
  readonly #sql: SqlStorage;
  readonly #projectId: () => string;

  constructor(sql: SqlStorage, projectId: () => string) {
    this.#sql = sql;
    this.#projectId = projectId;
  }

  get project_id(): string {
    return this.#projectId();
  }

  task(id: string): Task | null {
    const row = this.#sql
      .exec<TaskRow>(
        `SELECT *, (SELECT json_group_array(waits_for ORDER BY position) FROM dependency
           WHERE task_id = task.id) AS depends_on FROM task WHERE id = ?`,
        id,
      )
      .toArray()[0];
    return row ? this.#taskOf(row) : null;
  }

  /** The tasks of these numbers, in their order. */
  numbered(numbers: readonly number[]): Task[] {
    const rows = this.#sql.exec<TaskRow>(
      `SELECT task.*, (SELECT json_group_array(waits_for ORDER BY position) FROM dependency
         WHERE task_id = task.id) AS depends_on
       FROM json_each(?) AS listed JOIN task ON task.number = listed.value ORDER BY listed.key`,
      JSON.stringify(numbers),
    );
    return Array.from(rows, (row) => this.#taskOf(row));
  }

  insert(task: Task, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO task (title, description, status, priority, estimate, skills, labels, parent_id, due_at,
         assigned_to, lease_expires_at_ms, result, version, wanted_by_ms, skill_key, updated_at_ms, id, created_by,
         created_at_ms, started_at_ms, completed_at_ms)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
         ?16, CASE ?3 WHEN 'in_progress' THEN ?16 END, CASE ?3 WHEN 'done' THEN ?16 END)`,
      ...fieldsOf(task),
      now_ms,
      task.id,
      task.created_by,
    );
    this.#saveDependencies(task);
  }

  /** Work begins when a task is first claimed or in progress, anew after each time it was open. */
  save(task: Task, now_ms: number): void {
    this.#sql.exec(
      `UPDATE task SET title = ?1, description = ?2, status = ?3, priority = ?4, estimate = ?5, skills = ?6,
         labels = ?7, parent_id = ?8, due_at = ?9, assigned_to = ?10, lease_expires_at_ms = ?11, result = ?12,
         version = ?13, wanted_by_ms = ?14, skill_key = ?15, updated_at_ms = ?16,
         started_at_ms = CASE WHEN ?3 IN ('claimed', 'in_progress') THEN coalesce(started_at_ms, ?16)
           WHEN ?3 != 'open' THEN started_at_ms END,
         completed_at_ms = CASE ?3 WHEN 'done' THEN coalesce(completed_at_ms, ?16) END
       WHERE id = ?17`,
      ...fieldsOf(task),
      now_ms,
      task.id,
    );
  }

  saveDependencies(task: Task): void {
    this.#sql.exec("DELETE FROM dependency WHERE task_id = ?", task.id);
    this.#saveDependencies(task);
  }

  delete(id: string): void {
    this.#sql.exec("DELETE FROM dependency WHERE task_id = ?", id);
    this.#sql.exec("DELETE FROM task WHERE id = ?", id);
  }

  #saveDependencies(task: Task): void {
    task.depends_on.forEach((waits_for, position) => {
      this.#sql.exec(
        "INSERT INTO dependency (task_id, waits_for, position) VALUES (?, ?, ?)",
        task.id,
        waits_for,
        position,
      );
    });
  }

  #taskOf(row: TaskRow): Task {
    return {
      id: row.id,
      project_id: this.project_id,
      title: row.title,
      description: row.description,
      status: row.status,
      priority: row.priority,
      estimate: row.estimate === null ? null : (JSON.parse(row.estimate) as Estimate),
      skills: JSON.parse(row.skills) as string[],
      labels: JSON.parse(row.labels) as string[],
      parent_id: row.parent_id,
      depends_on: JSON.parse(row.depends_on) as string[],
      blocked: row.is_blocked === 1,
      due_at: row.due_at,
      created_by: row.created_by,
      assigned_to: row.assigned_to,
      lease: leaseOf(row),
      result: row.result,
      created_at: toIso(row.created_at_ms),
      updated_at: toIso(row.updated_at_ms),
      started_at: row.started_at_ms === null ? null : toIso(row.started_at_ms),
      completed_at: row.completed_at_ms === null ? null : toIso(row.completed_at_ms),
      version: row.version,
    };
  }
}

/** Whoever holds a task is its assignee. */
const leaseOf = ({ assigned_to, lease_expires_at_ms }: TaskRow): TaskLease | null =>
  lease_expires_at_ms === null ? null : { holder: assigned_to!, expires_at: toIso(lease_expires_at_ms) };

function fieldsOf(task: Task): (string | number | null)[] {
  return [
    task.title,
    task.description,
    task.status,
    task.priority,
    task.estimate && JSON.stringify(task.estimate),
    JSON.stringify(task.skills),
    JSON.stringify(task.labels),
    task.parent_id,
    task.due_at,
    task.assigned_to,
    task.lease && Date.parse(task.lease.expires_at),
    task.result,
    task.version,
    wantedBy_ms(task),
    skillKey(task.skills),
  ];
}
