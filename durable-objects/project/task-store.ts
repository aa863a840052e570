// The rows of tasks and of what they wait for.
import { isSettled } from "../../src/domain/task.ts";
import { skillKey, wantedBy_ms } from "../../src/domain/workload.ts";
import type { TaskLease } from "../../src/schema/lease.ts";
import type { Estimate, Priority, Task, TaskStatus } from "../../src/schema/project.ts";
import { toIso } from "../../src/schema/text.ts";
import { FilingStore } from "./filing-store.ts";

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
  readonly filing: FilingStore;
  readonly #sql: SqlStorage;
  readonly #projectId: () => string;
  readonly #before: (id: string) => void;
  /** The statement that adds a task: every one has the same columns in the same order. */
  #insertion: string | null = null;

  /** @param before Called with the id of a task that is about to be changed or deleted. */
  constructor(sql: SqlStorage, projectId: () => string, before: (id: string) => void) {
    this.filing = new FilingStore(sql);
    this.#sql = sql;
    this.#projectId = projectId;
    this.#before = before;
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
    const { status, id, created_by } = task;
    const row: Row = {
      ...{ ...rowOf(task), id, created_by, created_at_ms: now_ms, updated_at_ms: now_ms },
      started_at_ms: status === "in_progress" ? now_ms : null,
      completed_at_ms: status === "done" ? now_ms : null,
      filed: 0,
    };
    this.#insertion ??= insertionOf(row);
    this.#sql.exec(this.#insertion, ...Object.values(row));
    this.#saveDependencies(task);
    this.filing.note();
  }

  /**
   * Writes what has changed and nothing else, since each column that is written writes its indexes, too. Work begins when
   * a task is first claimed or in progress, anew after each time it was open.
   */
  save(task: Task, now_ms: number, also: { readonly fencing_token?: number } = {}): void {
    this.#before(task.id);
    const row: Row = { ...rowOf(task), ...also };
    const columns = Object.keys(row);
    const [before] = this.#sql.exec(`SELECT ${columns} FROM task WHERE id = ?`, task.id).toArray();
    const changed = columns.filter((column) => row[column] !== before![column]);
    const assignments = changed.map((column, at) => `${column} = ?${at + 4}`);
    this.#sql.exec(
      `UPDATE task SET ${assignments}, updated_at_ms = ?2,
         started_at_ms = CASE WHEN ?3 IN ('claimed', 'in_progress') THEN coalesce(started_at_ms, ?2)
           WHEN ?3 != 'open' THEN started_at_ms END,
         completed_at_ms = CASE ?3 WHEN 'done' THEN coalesce(completed_at_ms, ?2) END
       WHERE id = ?1`,
      task.id,
      now_ms,
      task.status,
      ...changed.map((column) => row[column]!),
    );
  }

  saveDependencies(task: Task): void {
    this.#before(task.id);
    this.#sql.exec("DELETE FROM dependency WHERE task_id = ?", task.id);
    this.#saveDependencies(task);
  }

  delete(id: string): void {
    this.#before(id);
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

type Row = Record<string, string | number | null>;

const insertionOf = (row: Row): string =>
  `INSERT INTO task (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => "?")})`;

const rowOf = (task: Task) => ({
  title: task.title,
  description: task.description,
  status: task.status,
  settled: Number(isSettled(task.status)),
  priority: task.priority,
  estimate: task.estimate && JSON.stringify(task.estimate),
  skills: JSON.stringify(task.skills),
  labels: JSON.stringify(task.labels),
  parent_id: task.parent_id,
  due_at: task.due_at,
  assigned_to: task.assigned_to,
  lease_expires_at_ms: task.lease && Date.parse(task.lease.expires_at),
  result: task.result,
  version: task.version,
  wanted_by_ms: wantedBy_ms(task),
  skill_key: skillKey(task.skills),
});
