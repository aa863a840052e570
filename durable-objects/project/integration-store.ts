// The rows of a project's integrations, as they were decided.
import type { Integration } from "../../src/schema/integration.ts";
import type { NewIntegration, SecretTimes } from "../../src/schema/messages/hook.ts";
import { toIso } from "../../src/schema/text.ts";

export interface IntegrationRow extends Omit<NewIntegration, "secret"> {
  readonly status: Integration["status"];
  readonly secrets: readonly SecretTimes[];
  readonly created_by: string;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

type Stored = Omit<IntegrationRow, "mapping" | "hmac" | "secrets"> & {
  mapping: string;
  hmac: string | null;
  secrets: string;
};

const rowOf = (stored: Stored): IntegrationRow => ({
  ...stored,
  mapping: JSON.parse(stored.mapping) as IntegrationRow["mapping"],
  hmac: stored.hmac === null ? null : (JSON.parse(stored.hmac) as IntegrationRow["hmac"]),
  secrets: JSON.parse(stored.secrets) as IntegrationRow["secrets"],
});

export const integrationOf = (row: IntegrationRow, project_id: string, now_ms: number): Integration => ({
  id: row.id,
  project_id,
  name: row.name,
  kind: row.kind,
  role: row.role,
  mapping: row.mapping,
  hmac: row.hmac,
  status: row.status,
  secrets: row.secrets
    .filter(({ expires_at_ms }) => expires_at_ms === null || now_ms < expires_at_ms)
    .map(({ created_at_ms, expires_at_ms }) => ({
      created_at: toIso(created_at_ms),
      expires_at: expires_at_ms === null ? null : toIso(expires_at_ms),
    })),
  created_by: row.created_by,
  created_at: toIso(row.created_at_ms),
  updated_at: toIso(row.updated_at_ms),
  version: row.version,
});

export class IntegrationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): IntegrationRow | null {
    const stored = this.#sql.exec("SELECT * FROM integration WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  page(limit: number, after: string): IntegrationRow[] {
    return this.#sql
      .exec("SELECT * FROM integration WHERE id > ? ORDER BY id LIMIT ?", after, limit)
      .toArray()
      .map((stored) => rowOf(stored as unknown as Stored));
  }

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM integration").one().count;
  }

  save(row: IntegrationRow): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO integration (id, name, kind, role, status, mapping, hmac, secrets, created_by, version,
         created_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.name,
      row.kind,
      row.role,
      row.status,
      JSON.stringify(row.mapping),
      row.hmac && JSON.stringify(row.hmac),
      JSON.stringify(row.secrets),
      row.created_by,
      row.version,
      row.created_at_ms,
      row.updated_at_ms,
    );
  }

  delete(id: string): void {
    this.#sql.exec("DELETE FROM integration WHERE id = ?", id);
  }
}
