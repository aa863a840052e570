// The rows of the endpoints that a project or a workspace has decided about.
import type { NewWebhook, SecretFacts } from "../../src/schema/messages/webhook.ts";
import { toIso } from "../../src/schema/text.ts";
import type { Webhook, WebhookStatus } from "../../src/schema/webhook.ts";

interface StoredRow extends Record<string, SqlStorageValue> {
  id: string;
  url: string;
  description: string;
  event_types: string;
  task_order: Webhook["order"];
  per_minute: number;
  status: WebhookStatus;
  responsible: string;
  secrets: string;
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface WebhookRow extends NewWebhook {
  readonly id: string;
  readonly status: WebhookStatus;
  readonly responsible: string;
  /** Newest first. */
  readonly secrets: readonly SecretFacts[];
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

export class WebhookStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): WebhookRow | null {
    const [row] = this.#sql.exec<StoredRow>("SELECT * FROM webhook WHERE id = ?", id).toArray();
    return row ? rowOf(row) : null;
  }

  all(): WebhookRow[] {
    return this.#sql.exec<StoredRow>("SELECT * FROM webhook ORDER BY id").toArray().map(rowOf);
  }

  page(limit: number, after: string): WebhookRow[] {
    return this.#sql
      .exec<StoredRow>("SELECT * FROM webhook WHERE id > ? ORDER BY id LIMIT ?", after, limit)
      .toArray()
      .map(rowOf);
  }

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM webhook").one().count;
  }

  save(row: WebhookRow): void {
    this.#sql.exec(
      `INSERT INTO webhook (id, url, description, event_types, task_order, per_minute, status, responsible, secrets,
         version, created_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET url = excluded.url, description = excluded.description,
         event_types = excluded.event_types, task_order = excluded.task_order, per_minute = excluded.per_minute,
         status = excluded.status, responsible = excluded.responsible, secrets = excluded.secrets,
         version = excluded.version, updated_at_ms = excluded.updated_at_ms`,
      row.id,
      row.url,
      row.description,
      JSON.stringify(row.event_types),
      row.order,
      row.deliveries_per_minute,
      row.status,
      row.responsible,
      JSON.stringify(row.secrets),
      row.version,
      row.created_at_ms,
      row.updated_at_ms,
    );
  }

  delete(id: string): void {
    this.#sql.exec("DELETE FROM webhook WHERE id = ?", id);
  }

  /** What the endpoint reports of itself counts unless something was decided since. */
  saveStatus(id: string, version: number, status: WebhookStatus): void {
    this.#sql.exec("UPDATE webhook SET status = ? WHERE id = ? AND version = ?", status, id, version);
  }
}

const rowOf = (row: StoredRow): WebhookRow => {
  const { event_types, task_order, per_minute, secrets, ...rest } = row;
  return {
    ...rest,
    event_types: JSON.parse(event_types) as string[],
    order: task_order,
    deliveries_per_minute: per_minute,
    secrets: JSON.parse(secrets) as SecretFacts[],
  };
};

/** As those who manage it see it. */
export const webhookOf = (row: WebhookRow, project_id: string | null): Webhook => ({
  id: row.id,
  project_id,
  url: row.url,
  description: row.description,
  event_types: [...row.event_types],
  order: row.order,
  deliveries_per_minute: row.deliveries_per_minute,
  status: row.status,
  responsible: row.responsible,
  secrets: row.secrets.map(({ public_key, created_at_ms, expires_at_ms }) => ({
    public_key,
    created_at: toIso(created_at_ms),
    expires_at: expires_at_ms === null ? null : toIso(expires_at_ms),
  })),
  created_at: toIso(row.created_at_ms),
  updated_at: toIso(row.updated_at_ms),
});
