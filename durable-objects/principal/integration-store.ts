// The rows of an integration: what its project decided, and its secrets, sealed.
import { decodeBase64Url } from "../../src/protocol/base64url.ts";
import type { IntegrationOrder, IntegrationSettings, NewSecret } from "../../src/schema/messages/hook.ts";

export interface IntegrationRow {
  readonly version: number;
  readonly project_id: string;
  readonly status: IntegrationOrder["status"];
  readonly settings: IntegrationSettings;
}

export interface SecretRow {
  readonly id: string;
  readonly box: Uint8Array;
  readonly expires_at_ms: number | null;
}

export class IntegrationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null for whoever is no integration. */
  find(): IntegrationRow | null {
    const stored = this.#sql
      .exec<{ version: number; project_id: string; status: IntegrationRow["status"]; settings: string }>(
        "SELECT version, project_id, status, settings FROM integration",
      )
      .toArray()[0];
    return stored ? { ...stored, settings: JSON.parse(stored.settings) as IntegrationSettings } : null;
  }

  /** That of the last order, each of which raises it; 0 for whoever is no integration. */
  version(): number {
    const rows = this.#sql.exec<{ version: number }>("SELECT version FROM integration").toArray();
    return rows[0]?.version ?? 0;
  }

  save({ version, project_id, status, settings }: IntegrationRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO integration (one, version, project_id, status, settings) VALUES (1, ?, ?, ?, ?)",
      version,
      project_id,
      status,
      JSON.stringify(settings),
    );
  }

  /** Those that hold at that time. */
  secrets(now_ms: number): SecretRow[] {
    return this.#sql
      .exec<{ id: string; box: ArrayBuffer; expires_at_ms: number | null }>(
        "SELECT id, box, expires_at_ms FROM integration_secret WHERE coalesce(expires_at_ms > ?, 1)",
        now_ms,
      )
      .toArray()
      .map(({ box, ...row }) => ({ ...row, box: new Uint8Array(box) }));
  }

  /** The new one holds for good; the others, until that time at most. */
  replaceSecret({ id, box }: NewSecret, others_until_ms: number, now_ms: number): void {
    this.#sql.exec(
      "UPDATE integration_secret SET expires_at_ms = min(coalesce(expires_at_ms, ?1), ?1)",
      others_until_ms,
    );
    this.#sql.exec(
      "INSERT OR REPLACE INTO integration_secret (id, box, created_at_ms, expires_at_ms) VALUES (?, ?, ?, NULL)",
      id,
      decodeBase64Url(box)!,
      now_ms,
    );
  }

  deleteExpiredSecrets(now_ms: number): number {
    return this.#sql.exec("DELETE FROM integration_secret WHERE expires_at_ms <= ?", now_ms).rowsWritten;
  }

  nextExpiry(): number | null {
    return this.#sql
      .exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM integration_secret")
      .one().due;
  }

  deleteSecrets(): void {
    this.#sql.exec("DELETE FROM integration_secret");
  }
}
