// What is in the project. Counts by status, blocked tasks and bytes of text are kept by triggers in the transaction
// of each change (schema.sql, migration 6); what is overdue, which time alone changes, is counted along an index, and
// among what is not filed yet.
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
    return this.#sql
      .exec<{ tasks: number; text_bytes: number }>(
        "SELECT open + claimed + in_progress + blocked + done + cancelled AS tasks, text_bytes FROM tally",
      )
      .one();
  }

  counts(now_ms: number): ProjectCounts {
    const {
      is_blocked: blocked,
      text_bytes,
      ...tasks
    } = this.#sql
      .exec<TallyRow>(
        "SELECT open, claimed, in_progress, blocked, done, cancelled, is_blocked, text_bytes FROM tally",
      )
      .one();
    const { members } = this.#sql.exec<{ members: number }>("SELECT count(*) AS members FROM member").one();
    return { tasks, blocked, overdue: this.#overdue(now_ms), members, text_bytes };
  }

  #overdue(now_ms: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT (SELECT count(*) FROM task WHERE filed = 1 AND settled = 0 AND due_order < ?1)
           + (SELECT count(*) FROM task WHERE number > (SELECT filed_through FROM tally)
               AND filed = 0 AND settled = 0 AND due_order < ?1) AS count`,
        now_ms,
      )
      .one().count;
  }
}
