// How tasks hang together: what each waits for, and what it is a part of. A parent waits for its sub-tasks, so one
// graph holds both and one search finds every way in which tasks would wait for each other.
import type { Family } from "../../src/domain/task.ts";
import type { TaskStatus } from "../../src/schema/project.ts";

export class GraphStore {
  readonly #sql: SqlStorage;
  /** What is read once; null while nothing is kept. */
  #kept: Map<string, readonly string[]> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Of these, one that is no task here. */
  unknown(ids: readonly string[]): string | undefined {
    return ids.find((id) => this.#sql.exec("SELECT 1 FROM task WHERE id = ?", id).toArray().length === 0);
  }

  /** The first of the tasks that wait for this one, and of those that are a part of it. */
  inTheWay(id: string): { dependent: string | null; child: string | null } {
    return this.#sql
      .exec<{ dependent: string | null; child: string | null }>(
        `SELECT (SELECT min(task_id) FROM dependency WHERE waits_for = ?1) AS dependent,
           (SELECT id FROM task WHERE parent_id = ?1 ORDER BY number LIMIT 1) AS child`,
        id,
      )
      .one();
  }

  childrenOf(id: string): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM task WHERE parent_id = ? ORDER BY number", id)
      .toArray()
      .map((row) => row.id);
  }

  /** `parent_id` as it is or is to be; null for none. */
  family(id: string, parent_id: string | null): Family {
    const [parent = null] = this.#sql
      .exec<{ id: string; status: TaskStatus }>("SELECT id, status FROM task WHERE id = ?", parent_id)
      .toArray();
    const [child] = this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM task WHERE parent_id = ? AND status NOT IN ('done', 'cancelled') ORDER BY number LIMIT 1`,
        id,
      )
      .toArray();
    return { parent, unsettled_child: child?.id ?? null };
  }

  /** Levels from the top down to this task: 1 for one without a parent. */
  levelOf(id: string): number {
    return this.#sql
      .exec<{ level: number }>(
        `WITH RECURSIVE above (id) AS (
           SELECT ? UNION SELECT parent_id FROM task JOIN above USING (id) WHERE parent_id IS NOT NULL)
         SELECT count(*) AS level FROM above`,
        id,
      )
      .one().level;
  }

  /** Levels from this task down: 1 for one without sub-tasks. */
  heightOf(id: string): number {
    return this.#sql
      .exec<{ height: number }>(
        `WITH RECURSIVE below (id, height) AS (
           SELECT ?, 1 UNION ALL SELECT task.id, height + 1 FROM task JOIN below ON parent_id = below.id)
         SELECT max(height) AS height FROM below`,
        id,
      )
      .one().height;
  }

  /** What a task waits for: its dependencies, then its sub-tasks. */
  waitsFor(id: string): readonly string[] {
    const known = this.#kept?.get(id);
    if (known) return known;
    const rows = this.#sql.exec<{ id: string }>(
      `SELECT waits_for AS id FROM dependency WHERE task_id = ?1
       UNION ALL SELECT id FROM task WHERE parent_id = ?1`,
      id,
    );
    const found = Array.from(rows, (row) => row.id);
    this.#kept?.set(id, found);
    return found;
  }

  /**
   * While many tasks change in one transaction, what each waits for is read once, and not again for every change.
   * Whoever changes it meanwhile calls `changed`.
   */
  keeping<Value>(work: () => Value): Value {
    this.#kept = new Map();
    try {
      return work();
    } finally {
      this.#kept = null;
    }
  }

  /** These tasks wait for others than before. */
  changed(...ids: readonly (string | null)[]): void {
    for (const id of ids) if (id !== null) this.#kept?.delete(id);
  }
}
