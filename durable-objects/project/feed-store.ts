// The rows of a project's changes. Numbers rise by one; the newest row always stays, so that they go on from it.
import type { Change } from "../../src/schema/change.ts";
import { toIso } from "../../src/schema/text.ts";

type ChangeRow = {
  number: number;
  at_ms: number;
  type: string;
  actor: string | null;
  task_id: string | null;
  event_id: string;
  hops: number;
  data: string;
};

export type NewChange = Omit<Change, "number" | "at"> & { readonly at_ms: number };
/** What the feed shows of a task or a project beside what changed. */
export type Brief = Record<string, string | number | null>;

export class FeedStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The number of the newest change; 0 where there is none. */
  newest(): number {
    return (
      this.#sql.exec<{ number: number | null }>("SELECT max(number) AS number FROM change").one().number ?? 0
    );
  }

  /** The oldest change that is kept, by number and time; null where there is none. */
  oldest(): { number: number; at_ms: number } | null {
    return (
      this.#sql
        .exec<{ number: number; at_ms: number }>("SELECT number, at_ms FROM change ORDER BY number LIMIT 1")
        .toArray()[0] ?? null
    );
  }

  /** The newest change of before that time; 0 where there is none. */
  newestBefore(at_ms: number): number {
    const sql = "SELECT number FROM change WHERE at_ms < ? ORDER BY number DESC LIMIT 1";
    return this.#sql.exec<{ number: number }>(sql, at_ms).toArray()[0]?.number ?? 0;
  }

  insert(number: number, { at_ms, type, actor, task_id, event_id, hops, data }: NewChange): void {
    this.#sql.exec(
      `INSERT INTO change (number, at_ms, type, actor, task_id, event_id, hops, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      number,
      at_ms,
      type,
      actor,
      task_id,
      event_id,
      hops,
      JSON.stringify(data),
    );
  }

  /** The changes that follow that number. */
  after(number: number, limit: number): Change[] {
    return this.#sql
      .exec<ChangeRow>("SELECT * FROM change WHERE number > ? ORDER BY number LIMIT ?", number, limit)
      .toArray()
      .map(changeOf);
  }

  /** The changes of one task, newest first, below that number. */
  ofTask(task_id: string, limit: number, before: number): Change[] {
    return this.#sql
      .exec<ChangeRow>(
        "SELECT * FROM change WHERE task_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
        task_id,
        before,
        limit,
      )
      .toArray()
      .map(changeOf);
  }

  /**
   * Forgets changes below that number, and those until that time among the first `limit` of the rest; none from
   * `kept_from` on.
   */
  forget(below_number: number, until_ms: number, limit: number, kept_from: number): void {
    this.#sql.exec(
      `DELETE FROM change WHERE number IN (SELECT number FROM change ORDER BY number LIMIT ?)
         AND (number < ? OR at_ms <= ?) AND number < (SELECT max(number) FROM change) AND number < ?`,
      limit,
      below_number,
      until_ms,
      kept_from,
    );
  }

  task(id: string): Brief | null {
    return (
      this.#sql
        .exec<Brief>("SELECT title, status, assigned_to, version FROM task WHERE id = ?", id)
        .toArray()[0] ?? null
    );
  }

  project(): Brief {
    return this.#sql.exec<Brief>("SELECT name, status, version FROM project").one();
  }
}

const changeOf = ({ at_ms, data, ...row }: ChangeRow): Change => ({
  ...row,
  at: toIso(at_ms),
  data: JSON.parse(data) as Change["data"],
});
