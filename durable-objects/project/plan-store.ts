// The tasks of a project as a whole, read in the order of their creation.
import type { ExportLine, OpenTask } from "../../src/schema/messages/project.ts";
import type { Estimate, Priority, TaskStatus } from "../../src/schema/project.ts";
import { toIso } from "../../src/schema/text.ts";

interface WorkRow extends Record<string, SqlStorageValue> {
  id: string;
  title: string;
  status: TaskStatus;
  priority: Priority;
  estimate: string | null;
  skills: string;
  labels: string;
  parent_id: string | null;
  due_at: string | null;
  updated_at_ms: number;
  depends_on: string;
}

interface OpenTaskRow extends WorkRow {
  assigned_to: string | null;
  has_parts: number;
}

interface PlanRow extends WorkRow {
  number: number;
  description: string;
}

/** A task as a line of an export, and its place among the others. */
export interface PlanPlace {
  readonly number: number;
  readonly id: string;
  readonly line: string;
}

export class PlanStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whatever is neither done nor cancelled; `limit` at most. */
  openTasks(limit: number): OpenTask[] {
    const rows = this.#sql.exec<OpenTaskRow>(
      `SELECT id, title, status, priority, estimate, skills, parent_id, due_at, assigned_to, updated_at_ms,
         EXISTS (SELECT 1 FROM task AS part WHERE part.parent_id = task.id AND part.status != 'cancelled') AS has_parts,
         (SELECT json_group_array(waits_for ORDER BY position) FROM dependency WHERE task_id = task.id) AS depends_on
       FROM task
       WHERE status NOT IN ('done', 'cancelled') ORDER BY number LIMIT ?`,
      limit,
    );
    return Array.from(rows, ({ updated_at_ms, ...row }) => ({
      ...row,
      estimate: estimateOf(row.estimate),
      skills: JSON.parse(row.skills) as string[],
      depends_on: JSON.parse(row.depends_on) as string[],
      has_parts: row.has_parts === 1,
      updated_at: toIso(updated_at_ms),
    }));
  }

  /** The number of the newest task; 0 where there is none. */
  newest(): number {
    const sql = "SELECT coalesce(max(number), 0) AS number FROM task";
    return this.#sql.exec<{ number: number }>(sql).one().number;
  }

  ids(after: number, last: number, limit: number): { number: number; id: string }[] {
    return this.#sql
      .exec<{ number: number; id: string }>(
        "SELECT number, id FROM task WHERE number > ? AND number <= ? ORDER BY number LIMIT ?",
        after,
        last,
        limit,
      )
      .toArray();
  }

  places(after: number, last: number, limit: number): PlanPlace[] {
    const rows = this.#sql.exec<PlanRow>(
      `SELECT ${columns} FROM task WHERE number > ? AND number <= ? ORDER BY number LIMIT ?`,
      after,
      last,
      limit,
    );
    return Array.from(rows, placeOf);
  }

  place(id: string): PlanPlace | null {
    const rows = this.#sql.exec<PlanRow>(`SELECT ${columns} FROM task WHERE id = ?`, id);
    return Array.from(rows, placeOf)[0] ?? null;
  }
}

const columns = `number, id, title, description, status, priority, estimate, skills, labels, parent_id, due_at, updated_at_ms,
  (SELECT json_group_array(waits_for ORDER BY position) FROM dependency WHERE task_id = task.id) AS depends_on`;

/** One line of an export. */
export const lineOf = (value: ExportLine): string => `${JSON.stringify(value)}\n`;

const estimateOf = (json: string | null): Estimate | null => (json === null ? null : JSON.parse(json));

const placeOf = (row: PlanRow): PlanPlace => ({
  number: row.number,
  id: row.id,
  line: lineOf(exportedOf(row)),
});

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
