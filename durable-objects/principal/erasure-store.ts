// What an erasure leaves of a principal's rows: who it was, by id alone, and what is still to be shipped.

/** Tables that say nothing of the person, or what is shipped in a moment. Every other one is emptied. */
const KEPT = [
  ...["schema_version", "object", "account", "outbox", "outbox_cursor", "inbox", "observation", "sweeping"],
  ...["key_era", "stream", "forgotten_nonce"],
];

export class ErasureStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Every project that the person is a member of, or has tasks in: an ADMIN, or whoever was a member. */
  projects(): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM project WHERE role IS NOT NULL UNION SELECT project_id FROM work")
      .toArray()
      .map(({ id }) => id);
  }

  /** Some of those that the person owns, deleted ones aside. */
  ownedProjects(limit: number): string[] {
    const sql = "SELECT id FROM project WHERE role = 'owner' AND status != 'deleted' ORDER BY id LIMIT ?";
    return this.#sql
      .exec<{ id: string }>(sql, limit)
      .toArray()
      .map(({ id }) => id);
  }

  /** In the caller's transaction. Mail that has not gone out never will. */
  erase(now_ms: number): void {
    const tables = this.#sql.exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN (SELECT value FROM json_each(?))`,
      JSON.stringify(KEPT),
    );
    for (const { name: table } of tables.toArray()) this.#sql.exec(`DELETE FROM "${table}"`);
    this.#sql.exec("DELETE FROM outbox WHERE destination = 'mail'");
    this.#sql.exec(
      `UPDATE account SET username = '', phc = '', status = 'suspended', roles = '[]', bootstrap = 0,
         version = version + 1, expires_at_ms = NULL, erased_at_ms = ?`,
      now_ms,
    );
  }
}
