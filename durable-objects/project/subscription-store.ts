// Who is served from a project's feed, and how far each has got, as rows.

interface SubscriptionRow extends Record<string, SqlStorageValue> {
  webhook_id: string;
  event_types: string;
  version: number;
  next_number: number;
}

export interface Subscription {
  readonly webhook_id: string;
  readonly event_types: readonly string[];
  readonly version: number;
  /** Every change below has been taken, or is not wanted. */
  readonly next_number: number;
}

export class SubscriptionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** To whom the feed owes a look at changes up to that number. */
  idsBehind(newest: number): string[] {
    const sql = "SELECT webhook_id FROM subscription WHERE next_number <= ?";
    return this.#sql
      .exec<{ webhook_id: string }>(sql, newest)
      .toArray()
      .map(({ webhook_id }) => webhook_id);
  }

  /** Those, but for endpoints that have yet to hear what was decided about them: they may not be there yet. */
  behind(newest: number, workspace: string): Subscription[] {
    return this.#sql
      .exec<SubscriptionRow>(
        `SELECT * FROM subscription WHERE next_number <= ? AND NOT EXISTS
           (SELECT 1 FROM outbox WHERE destination = ? || '/' || webhook_id)`,
        newest,
        workspace,
      )
      .toArray()
      .map(({ event_types, ...row }) => ({ ...row, event_types: JSON.parse(event_types) as string[] }));
  }

  /** The lowest number that somebody is still to be told of; null where nobody listens. */
  lowest(): number | null {
    const sql = "SELECT min(next_number) AS lowest FROM subscription";
    return this.#sql.exec<{ lowest: number | null }>(sql).one().lowest;
  }

  /** A new one begins at `next_number`; one that is there takes the filter, unless a later version is known. */
  save({ webhook_id, event_types, version, next_number }: Subscription): void {
    this.#sql.exec(
      `INSERT INTO subscription (webhook_id, event_types, version, next_number) VALUES (?, ?, ?, ?)
       ON CONFLICT (webhook_id) DO UPDATE SET event_types = excluded.event_types, version = excluded.version
         WHERE excluded.version > subscription.version`,
      webhook_id,
      JSON.stringify(event_types),
      version,
      next_number,
    );
  }

  advance(webhook_id: string, next_number: number): void {
    this.#sql.exec(
      "UPDATE subscription SET next_number = max(next_number, ?) WHERE webhook_id = ?",
      next_number,
      webhook_id,
    );
  }

  delete(webhook_id: string): void {
    this.#sql.exec("DELETE FROM subscription WHERE webhook_id = ?", webhook_id);
  }
}
