// Filing: what lists, search and offers find a task by is written for many new tasks at once, because each of those
// indexes costs a page of every commit. Whoever searches, or looks for work, files what is new before; a list, which has
// to go on where nothing can be written, looks through it.

/** So many wait at most. */
const UNFILED_MAX = 64;

export class FilingStore {
  readonly #sql: SqlStorage;
  #unfiled: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** A transaction was rolled back: what came in it never did. */
  forget(): void {
    this.#unfiled = null;
  }

  isDue(): boolean {
    return this.#waiting() > 0;
  }

  /** A task has come, unfiled. In the transaction that added it. */
  note(): void {
    if (this.#unfiled !== null) this.#unfiled += 1;
    if (this.#waiting() >= UNFILED_MAX) this.run();
  }

  /** Files whatever waits. In the caller's transaction. */
  run(): void {
    if (!this.isDue()) return;
    this.#sql.exec(
      "UPDATE task SET filed = 1 WHERE number > (SELECT filed_through FROM tally) AND filed = 0",
    );
    this.#sql.exec("UPDATE tally SET filed_through = coalesce((SELECT max(number) FROM task), 0)");
    this.#unfiled = 0;
  }

  #waiting(): number {
    this.#unfiled ??= this.#sql
      .exec<{ count: number }>(
        "SELECT count(*) AS count FROM task WHERE number > (SELECT filed_through FROM tally)",
      )
      .one().count;
    return this.#unfiled;
  }
}
