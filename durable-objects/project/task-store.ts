// The rows of tasks and of what they wait for.
import type { Edges } from "../../src/domain/task-graph.ts";
import { skillKey, wantedBy_ms } from "../../src/domain/workload.ts";
import type { TaskLease } from "../../src/schema/lease.ts";
import type { TaskFilter } from "../../src/schema/messages/project.ts";
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
  due_at: string | null;
  created_by: string;
  assigned_to: string | null;
  lease_expires_at_ms: number | null;
  result: string | null;
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface TaskPage {
  readonly tasks: Task[];
  /** Number of the last task, to go on after; null at the end. */
  readonly next: number | null;
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

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM task").one().count;
  }

  has(id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM task WHERE id = ?", id).toArray().length > 0;
  }

  task(id: string): Task | null {
    const row = this.#sql.exec<TaskRow>("SELECT * FROM task WHERE id = ?", id).toArray()[0];
    return row ? this.#taskOf(row) : null;
  }

  page(filter: TaskFilter, limit: number, after: number): TaskPage {
    const conditions = ["number > ?"];
    const values: (string | number)[] = [after];
    if (filter.status) {
      conditions.push("status = ?");
      values.push(filter.status);
    }
    if (filter.assigned_to) {
      conditions.push("assigned_to = ?");
      values.push(filter.assigned_to);
    }
    const rows = this.#sql
      .exec<TaskRow>(
        `SELECT * FROM task WHERE ${conditions.join(" AND ")} ORDER BY number LIMIT ?`,
        ...values,
        limit,
      )
      .toArray();
    const tasks = rows.map((row) => this.#taskOf(row));
    return { tasks, next: rows.length === limit ? rows.at(-1)!.number : null };
  }

  insert(task: Task, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO task (id, title, description, status, priority, estimate, skills, due_at,
         assigned_to, lease_expires_at_ms, result, version, wanted_by_ms, skill_key, created_by, created_at_ms,
         updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      task.id,
      ...fieldsOf(task),
      task.created_by,
      now_ms,
      now_ms,
    );
    this.#saveDependencies(task);
  }

  save(task: Task, now_ms: number): void {
    this.#sql.exec(
      `UPDATE task SET title = ?, description = ?, status = ?, priority = ?, estimate = ?, skills = ?, due_at = ?,
         assigned_to = ?, lease_expires_at_ms = ?, result = ?, version = ?, wanted_by_ms = ?, skill_key = ?,
         updated_at_ms = ? WHERE id = ?`,
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

  /** Tasks that wait for this one. */
  dependents(id: string): string[] {
    return this.#sql
      .exec<{ task_id: string }>("SELECT task_id FROM dependency WHERE waits_for = ? ORDER BY task_id", id)
      .toArray()
      .map((row) => row.task_id);
  }

  /** The part of the graph that is reachable from these tasks: what a new edge could close into a cycle. */
  edgesFrom(ids: readonly string[]): Map<string, string[]> {
    const rows = this.#sql
      .exec<{ task_id: string; waits_for: string }>(
        `WITH RECURSIVE reachable (id) AS (
           SELECT value FROM json_each(?) UNION SELECT waits_for FROM dependency JOIN reachable ON task_id = id)
         SELECT task_id, waits_for FROM dependency JOIN reachable ON task_id = id`,
        JSON.stringify(ids),
      )
      .toArray();
    const edges = new Map<string, string[]>();
    for (const { task_id, waits_for } of rows) edges.set(task_id, [...(edges.get(task_id) ?? []), waits_for]);
    return edges satisfies Edges as Map<string, string[]>;
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
      depends_on: this.#dependsOn(row.id),
      due_at: row.due_at,
      created_by: row.created_by,
      assigned_to: row.assigned_to,
      lease: leaseOf(row),
      result: row.result,
      created_at: toIso(row.created_at_ms),
      updated_at: toIso(row.updated_at_ms),
      version: row.version,
    };
  }

  #dependsOn(id: string): string[] {
    return this.#sql
      .exec<{ waits_for: string }>("SELECT waits_for FROM dependency WHERE task_id = ? ORDER BY position", id)
      .toArray()
      .map((row) => row.waits_for);
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
    task.due_at,
    task.assigned_to,
    task.lease && Date.parse(task.lease.expires_at),
    task.result,
    task.version,
    wantedBy_ms(task),
    skillKey(task.skills),
  ];
}
