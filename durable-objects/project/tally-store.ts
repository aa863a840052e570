// What is in the project. Counts by status, blocked tasks and bytes of text are kept by triggers in the transaction
// of each change (schema.sql, migration 6); what is overdue, which time alone changes, is counted along an index.
import type { ProjectCounts } from "../../src/schema/project.ts";

type TallyRow = {
  open: number;
  claimed: number;
  in_progress: number;
  blocked: number;
  done: number;
  cancelled: number;
  is_blocked: number;
  text_bytes: number;
};

export class TallyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** How much the quotas count. */
  size(): { tasks: number; text_bytes: number } {
    const { is_blocked: _, text_bytes, ...by_status } = this.#row();
    return { tasks: Object.values(by_status).reduce((sum, count) => sum + count, 0), text_bytes };
  }

  counts(now_ms: number): ProjectCounts {
    const { is_blocked: blocked, text_bytes, ...tasks } = this.#row();
    const { members } = this.#sql.exec<{ members: number }>("SELECT count(*) AS members FROM member").one();
    return { tasks, blocked, overdue: this.#overdue(now_ms), members, text_bytes };
  }

  #row(): TallyRow {
    return this.#sql
      .exec<TallyRow>(
        "SELECT open, claimed, in_progress, blocked, done, cancelled, is_blocked, text_bytes FROM tally",
      )
      .one();
  }

  #overdue(now_ms: number): number {
    return this.#sql
      .exec<{ count: number }>(
        "SELECT count(*) AS count FROM task WHERE settled = 0 AND due_order < ?",
        now_ms,
      )
      .one().count;
  }
}
