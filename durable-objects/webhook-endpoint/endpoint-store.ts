// The rows of an endpoint itself: what was decided about it, how it fares, and what signs.
import type { Health } from "../../src/domain/delivery.ts";
import type { Bucket } from "../../src/domain/token-bucket.ts";
import type { SecretFacts, WebhookOrder } from "../../src/schema/messages/webhook.ts";
import type { WebhookStatus } from "../../src/schema/webhook.ts";

interface EndpointRow extends Record<string, SqlStorageValue> {
  id: string;
  project_id: string | null;
  url: string;
  event_types: string;
  task_order: number;
  per_minute: number;
  responsible: string;
  version: number;
  closing: number;
  closes_by_ms: number | null;
  status: WebhookStatus;
  failures: number;
  failing_since_ms: number | null;
  throttled_until_ms: number;
  probe_at_ms: number;
  tokens: number | null;
  tokens_at_ms: number | null;
  delivered: number;
  failed_attempts: number;
  delivered_at_ms: number | null;
}

export interface Endpoint {
  readonly id: string;
  readonly project_id: string | null;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly is_ordered: boolean;
  readonly per_minute: number;
  readonly responsible: string;
  readonly version: number;
  readonly is_closing: boolean;
  /** When one that closes goes, whatever is still queued. */
  readonly closes_by_ms: number | null;
  readonly health: Health;
  readonly bucket: Bucket | undefined;
  readonly delivered: number;
  readonly failed_attempts: number;
  readonly delivered_at_ms: number | null;
}

export interface SecretRow extends Record<string, SqlStorageValue> {
  id: string;
  box: ArrayBuffer;
  created_at_ms: number;
  expires_at_ms: number | null;
}

/** The object owns its data alone, so memory is a coherent cache of it; `forget` after a rolled-back transaction. */
export class EndpointStore {
  readonly #sql: SqlStorage;
  #endpoint: Endpoint | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#endpoint = null;
  }

  endpoint(): Endpoint {
    this.#endpoint ??= endpointOf(this.#sql.exec<EndpointRow>("SELECT * FROM endpoint").one());
    return this.#endpoint;
  }

  /** Takes what was decided, and answers whether it is news. An order that ends it gives it until `closes_by_ms`. */
  obey(order: WebhookOrder, closes_by_ms: number): boolean {
    this.forget();
    return (
      this.#sql.exec(
        `INSERT INTO endpoint
           (one, id, project_id, url, event_types, task_order, per_minute, responsible, version, closing, status,
            closes_by_ms)
         VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?10, 'active'), ?)
         ON CONFLICT (one) DO UPDATE SET url = excluded.url, event_types = excluded.event_types,
           task_order = excluded.task_order, per_minute = excluded.per_minute,
           responsible = excluded.responsible, version = excluded.version, closing = excluded.closing,
           status = coalesce(?10, status), closes_by_ms = excluded.closes_by_ms
         WHERE excluded.version > endpoint.version`,
        order.id,
        order.project_id,
        order.url,
        JSON.stringify(order.event_types),
        order.order === "task" ? 1 : 0,
        order.deliveries_per_minute,
        order.responsible,
        order.version,
        order.end ? 1 : 0,
        order.status,
        order.end ? closes_by_ms : null,
      ).rowsWritten > 0
    );
  }

  saveHealth({ status, failures, failing_since_ms, throttled_until_ms, probe_at_ms }: Health): void {
    this.#sql.exec(
      `UPDATE endpoint SET status = ?, failures = ?, failing_since_ms = ?, throttled_until_ms = ?, probe_at_ms = ?`,
      status,
      failures,
      failing_since_ms,
      throttled_until_ms,
      probe_at_ms,
    );
    this.forget();
  }

  /** After an attempt: how the endpoint fares, what is left in its bucket, and one more of those that came to that end. */
  saveAttempt(health: Health, bucket: Bucket | undefined, delivered_at_ms: number | null): void {
    const { status, failures, failing_since_ms, throttled_until_ms, probe_at_ms } = health;
    this.#sql.exec(
      `UPDATE endpoint SET status = ?1, failures = ?2, failing_since_ms = ?3, throttled_until_ms = ?4,
         probe_at_ms = ?5, tokens = ?6, tokens_at_ms = ?7, delivered = delivered + (?8 IS NOT NULL),
         failed_attempts = failed_attempts + (?8 IS NULL), delivered_at_ms = coalesce(?8, delivered_at_ms)`,
      status,
      failures,
      failing_since_ms,
      throttled_until_ms,
      probe_at_ms,
      bucket?.tokens ?? null,
      bucket?.updated_at_ms ?? null,
      delivered_at_ms,
    );
    this.forget();
  }

  secrets(): SecretRow[] {
    return this.#sql.exec<SecretRow>("SELECT * FROM secret ORDER BY created_at_ms DESC, id").toArray();
  }

  /** Keeps the secrets that are listed, and no other; `box` is that of the first. */
  saveSecrets(secrets: readonly SecretFacts[], box: Uint8Array | null): void {
    const [newest] = secrets;
    if (newest && box) {
      this.#sql.exec(
        "INSERT INTO secret (id, box, created_at_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        newest.id,
        box,
        newest.created_at_ms,
      );
    }
    for (const { id, expires_at_ms } of secrets) {
      this.#sql.exec("UPDATE secret SET expires_at_ms = ? WHERE id = ?", expires_at_ms, id);
    }
    const ids = JSON.stringify(secrets.map(({ id }) => id));
    this.#sql.exec("DELETE FROM secret WHERE id NOT IN (SELECT value FROM json_each(?))", ids);
  }

  reseal(id: string, box: Uint8Array): void {
    this.#sql.exec("UPDATE secret SET box = ? WHERE id = ?", box, id);
  }

  forgetSecrets(now_ms: number): void {
    this.#sql.exec("DELETE FROM secret WHERE expires_at_ms <= ?", now_ms);
  }

  nextExpiry(): number | null {
    const sql = "SELECT min(expires_at_ms) AS due FROM secret";
    return this.#sql.exec<{ due: number | null }>(sql).one().due;
  }

  /** The number up to which changes of that feed have been taken; 0 before the first. */
  takenThrough(source: string, incarnation: string): number {
    const [row] = this.#sql
      .exec<{ next_sequence: number }>(
        "SELECT next_sequence FROM inbox WHERE source = ? AND incarnation = ?",
        source,
        incarnation,
      )
      .toArray();
    return (row?.next_sequence ?? 1) - 1;
  }

  saveTaken(source: string, incarnation: string, through: number): void {
    this.#sql.exec(
      `INSERT INTO inbox (source, incarnation, next_sequence) VALUES (?, ?, ?)
       ON CONFLICT (source, incarnation) DO UPDATE SET next_sequence = max(next_sequence, excluded.next_sequence)`,
      source,
      incarnation,
      through + 1,
    );
  }
}

function endpointOf(row: EndpointRow): Endpoint {
  const { event_types, task_order, closing, tokens, tokens_at_ms, ...rest } = row;
  const { status, failures, failing_since_ms, throttled_until_ms, probe_at_ms } = row;
  return {
    ...rest,
    event_types: JSON.parse(event_types) as string[],
    is_ordered: task_order === 1,
    is_closing: closing === 1,
    health: { status, failures, failing_since_ms, throttled_until_ms, probe_at_ms },
    bucket: tokens === null ? undefined : { tokens, updated_at_ms: tokens_at_ms! },
  };
}
