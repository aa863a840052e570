// Exceptions to the principal's roles, as the workspace ordered them.
import type { Override } from "../../src/domain/role.ts";
import type { Permission } from "../../src/schema/role.ts";

export class OverrideStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): Override[] {
    return this.#sql
      .exec<{ permission: Permission; effect: Override["effect"]; until_ms: number | null }>(
        "SELECT permission, effect, until_ms FROM override",
      )
      .toArray();
  }

  /** `effect` null takes the exception away. */
  save(permission: Permission, effect: Override["effect"] | null, until_ms: number | null): void {
    if (effect === null) this.#sql.exec("DELETE FROM override WHERE permission = ?", permission);
    else {
      this.#sql.exec(
        "INSERT OR REPLACE INTO override (permission, effect, until_ms) VALUES (?, ?, ?)",
        permission,
        effect,
        until_ms,
      );
    }
  }

  /** Takes denials of system permissions away; answers of which. */
  deleteSystemDenials(): string[] {
    const sql =
      "DELETE FROM override WHERE effect = 'deny' AND permission LIKE 'system:%' RETURNING permission";
    return this.#sql
      .exec<{ permission: string }>(sql)
      .toArray()
      .map(({ permission }) => permission);
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(until_ms) AS due FROM override").one().due;
  }

  /** Answers how many there were. */
  deleteEnded(now_ms: number): number {
    return this.#sql.exec("DELETE FROM override WHERE until_ms <= ? RETURNING 1", now_ms).toArray().length;
  }
}
