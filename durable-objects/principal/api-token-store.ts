// The rows of a principal's API tokens.
import type { Permission } from "../../src/schema/role.ts";

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly secret_hash: Uint8Array;
  readonly permissions: readonly Permission[];
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  readonly last_used_at_ms: number | null;
}

type Stored = Omit<TokenRow, "secret_hash" | "permissions"> & {
  secret_hash: ArrayBuffer;
  permissions: string;
};

const rowOf = (stored: Stored): TokenRow => ({
  ...stored,
  secret_hash: new Uint8Array(stored.secret_hash),
  permissions: JSON.parse(stored.permissions) as Permission[],
});

export class ApiTokenStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): TokenRow | null {
    const stored = this.#sql.exec("SELECT * FROM api_token WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  all(): TokenRow[] {
    const rows = this.#sql.exec("SELECT * FROM api_token ORDER BY created_at_ms, id").toArray();
    return (rows as unknown as Stored[]).map(rowOf);
  }

  insert(row: TokenRow): void {
    this.#sql.exec(
      `INSERT INTO api_token (id, name, secret_hash, permissions, created_at_ms, expires_at_ms, last_used_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.name,
      row.secret_hash,
      JSON.stringify(row.permissions),
      row.created_at_ms,
      row.expires_at_ms,
      row.last_used_at_ms,
    );
  }

  saveLastUse(id: string, last_used_at_ms: number): void {
    this.#sql.exec("UPDATE api_token SET last_used_at_ms = ? WHERE id = ?", last_used_at_ms, id);
  }

  delete(id: string): boolean {
    return this.#sql.exec("DELETE FROM api_token WHERE id = ?", id).rowsWritten > 0;
  }

  /** Answers how many there were. */
  deleteAll(): number {
    return this.#sql.exec("DELETE FROM api_token RETURNING 1").toArray().length;
  }

  /** Answers how many there were. */
  deleteExpired(now_ms: number): number {
    return this.#sql.exec("DELETE FROM api_token WHERE expires_at_ms <= ? RETURNING 1", now_ms).toArray()
      .length;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM api_token").one()
      .due;
  }
}
