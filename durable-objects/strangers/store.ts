// A shard's rows: buckets by address, failed attempts by address and name. Bounded: the oldest give way.
import type { RefusalCount } from "../../src/domain/address-block.ts";
import type { SourceAttempts } from "../../src/domain/lockout.ts";
import type { Bucket } from "../../src/domain/token-bucket.ts";

/** Rows of each table; a shard serves a thousandth of all addresses. */
const ROWS_MAX = 20_000;

export class StrangersStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  bucket(address_key: string, rate_class: string): Bucket | undefined {
    return this.#sql
      .exec<{ tokens: number; updated_at_ms: number }>(
        "SELECT tokens, updated_at_ms FROM bucket WHERE address_key = ? AND rate_class = ?",
        address_key,
        rate_class,
      )
      .toArray()[0];
  }

  saveBucket(address_key: string, rate_class: string, bucket: Bucket, full_at_ms: number): void {
    this.#sql.exec(
      `INSERT INTO bucket (address_key, rate_class, tokens, updated_at_ms, full_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET tokens = excluded.tokens, updated_at_ms = excluded.updated_at_ms,
         full_at_ms = excluded.full_at_ms`,
      address_key,
      rate_class,
      bucket.tokens,
      bucket.updated_at_ms,
      full_at_ms,
    );
  }

  attempts(address_key: string, name: string): SourceAttempts | undefined {
    return this.#sql
      .exec<{ failures: number; since_ms: number; locked_until_ms: number }>(
        "SELECT failures, since_ms, locked_until_ms FROM attempt WHERE address_key = ? AND name = ?",
        address_key,
        name,
      )
      .toArray()[0];
  }

  saveAttempts(address_key: string, name: string, attempts: SourceAttempts, forget_at_ms: number): void {
    this.#sql.exec(
      `INSERT INTO attempt (address_key, name, failures, since_ms, locked_until_ms, forget_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET failures = excluded.failures, since_ms = excluded.since_ms,
         locked_until_ms = excluded.locked_until_ms, forget_at_ms = excluded.forget_at_ms`,
      address_key,
      name,
      attempts.failures,
      attempts.since_ms,
      attempts.locked_until_ms,
      forget_at_ms,
    );
  }

  forgetAttempts(address_key: string, name: string): void {
    this.#sql.exec("DELETE FROM attempt WHERE address_key = ? AND name = ?", address_key, name);
  }

  refusals(address_key: string): RefusalCount | undefined {
    return this.#sql
      .exec<{ points: number; since_ms: number; times: number; blocked_until_ms: number }>(
        "SELECT points, since_ms, times, blocked_until_ms FROM refusal WHERE address_key = ?",
        address_key,
      )
      .toArray()[0];
  }

  saveRefusals(address_key: string, count: RefusalCount, forget_at_ms: number): void {
    const { points, since_ms, times, blocked_until_ms } = count;
    this.#sql.exec(
      `INSERT INTO refusal (address_key, points, since_ms, times, blocked_until_ms, forget_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET points = excluded.points, since_ms = excluded.since_ms, times = excluded.times,
         blocked_until_ms = excluded.blocked_until_ms, forget_at_ms = excluded.forget_at_ms`,
      address_key,
      points,
      since_ms,
      times,
      blocked_until_ms,
      forget_at_ms,
    );
  }

  forgetRefusals(address_key: string): void {
    this.#sql.exec("DELETE FROM refusal WHERE address_key = ?", address_key);
  }

  /** Whether a batch of that name is new; it is known until then. */
  takeBatch(id: string, forget_at_ms: number): boolean {
    return (
      this.#sql
        .exec(
          "INSERT INTO read_batch (id, forget_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1",
          id,
          forget_at_ms,
        )
        .toArray().length > 0
    );
  }

  /** Deletes what says nothing any more, and beyond the bound what says least; answers how many of each. */
  clean(now_ms: number): { buckets: number; attempts: number; refusals: number } {
    const full = this.#sql
      .exec("DELETE FROM bucket WHERE full_at_ms <= ? RETURNING 1", now_ms)
      .toArray().length;
    const past = this.#sql
      .exec("DELETE FROM attempt WHERE forget_at_ms <= ? RETURNING 1", now_ms)
      .toArray().length;
    const forgotten = this.#sql
      .exec("DELETE FROM refusal WHERE forget_at_ms <= ? RETURNING 1", now_ms)
      .toArray().length;
    this.#sql.exec("DELETE FROM read_batch WHERE forget_at_ms <= ?", now_ms);
    return {
      refusals: forgotten + this.#trim("refusal", "forget_at_ms"),
      buckets: full + this.#trim("bucket", "full_at_ms"),
      attempts: past + this.#trim("attempt", "forget_at_ms"),
    };
  }

  nextDue(): number | null {
    const [row] = this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT min(full_at_ms) AS due FROM bucket UNION ALL SELECT min(forget_at_ms) FROM attempt
           UNION ALL SELECT min(forget_at_ms) FROM refusal UNION ALL SELECT min(forget_at_ms) FROM read_batch)`,
      )
      .toArray();
    return row?.due ?? null;
  }

  #trim(table: "bucket" | "attempt" | "refusal", order: string): number {
    return this.#sql
      .exec(
        `DELETE FROM ${table} WHERE ${order} <= (SELECT ${order} FROM ${table} ORDER BY ${order} DESC LIMIT 1 OFFSET ?) RETURNING 1`,
        ROWS_MAX,
      )
      .toArray().length;
  }
}
