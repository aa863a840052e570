// What claims ask of the rows of tasks: tokens, leases that are over, how much somebody holds.

export class ClaimStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Of an existing task: the token of its last claim, and how many of its dependencies are unsettled. */
  stateOf(task_id: string): { fencing_token: number; blocked_by: number } {
    return this.#sql
      .exec<{ fencing_token: number; blocked_by: number }>(
        "SELECT fencing_token, blocked_by FROM task WHERE id = ?",
        task_id,
      )
      .one();
  }

  /** Leases that this principal holds here. */
  heldBy(principal_id: string): string[] {
    return this.#idsOf(
      "SELECT id FROM task WHERE assigned_to = ? AND lease_expires_at_ms >= 0",
      principal_id,
    );
  }

  /** Some of the unsettled tasks that this principal was assigned. */
  assignedTo(principal_id: string, limit: number): string[] {
    const sql = "SELECT id FROM task WHERE assigned_to = ? AND settled = 0 LIMIT ?";
    return this.#idsOf(sql, principal_id, limit);
  }

  /** Tasks whose lease is over, the longest first. */
  expired(now_ms: number): string[] {
    return this.#idsOf(
      "SELECT id FROM task WHERE lease_expires_at_ms <= ? ORDER BY lease_expires_at_ms, number",
      now_ms,
    );
  }

  /** When the next lease ends; null when none is held. */
  nextExpiry(): number | null {
    return this.#sql
      .exec<{ at_ms: number | null }>(
        "SELECT min(lease_expires_at_ms) AS at_ms FROM task WHERE lease_expires_at_ms IS NOT NULL",
      )
      .one().at_ms;
  }

  #idsOf(query: string, ...values: (string | number)[]): string[] {
    return this.#sql
      .exec<{ id: string }>(query, ...values)
      .toArray()
      .map(({ id }) => id);
  }
}
