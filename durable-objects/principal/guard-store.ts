// What guards the principal: buckets, failed attempts and known networks.
import { HOUR_MS } from "../../src/domain/lockout.ts";
import type { Bucket } from "../../src/domain/token-bucket.ts";
import type { RateClass } from "../../src/schema/role.ts";

/** Networks with a success that are remembered. */
const NETWORKS_MAX = 50;
/** Failures kept: more than any ceiling needs to be reached. */
const FAILURES_MAX = 1_000;

export class GuardStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  bucket(rate_class: RateClass): Bucket | undefined {
    return this.#sql
      .exec<{ tokens: number; updated_at_ms: number }>(
        "SELECT tokens, updated_at_ms FROM bucket WHERE rate_class = ?",
        rate_class,
      )
      .toArray()[0];
  }

  saveBucket(rate_class: RateClass, bucket: Bucket): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO bucket (rate_class, tokens, updated_at_ms) VALUES (?, ?, ?)",
      rate_class,
      bucket.tokens,
      bucket.updated_at_ms,
    );
  }

  failures(): number[] {
    return this.#sql
      .exec<{ at_ms: number }>("SELECT at_ms FROM failure ORDER BY id")
      .toArray()
      .map((row) => row.at_ms);
  }

  insertFailure(at_ms: number): void {
    const { id } = this.#sql
      .exec<{ id: number }>("INSERT INTO failure (at_ms) VALUES (?) RETURNING id", at_ms)
      .one();
    this.#sql.exec("DELETE FROM failure WHERE id <= ?", id - FAILURES_MAX);
  }

  deleteFailures(): void {
    this.#sql.exec("DELETE FROM failure");
  }

  /** Whether there was such a row. */
  deleteBucket(rate_class: RateClass): boolean {
    return this.#sql.exec("DELETE FROM bucket WHERE rate_class = ?", rate_class).rowsWritten > 0;
  }

  deleteBuckets(): void {
    this.#sql.exec("DELETE FROM bucket");
  }

  knowsNetwork(network: string): boolean {
    return this.#sql.exec("SELECT 1 FROM known_network WHERE network = ?", network).toArray().length > 0;
  }

  forgetNetworks(): void {
    this.#sql.exec("DELETE FROM known_network");
  }

  saveNetwork(network: string, now_ms: number): void {
    const known = this.#sql.exec(
      "UPDATE known_network SET last_success_at_ms = ? WHERE network = ? RETURNING 1",
      now_ms,
      network,
    );
    if (known.toArray().length > 0) return;
    this.#sql.exec("INSERT INTO known_network (network, last_success_at_ms) VALUES (?, ?)", network, now_ms);
    this.#sql.exec(
      `DELETE FROM known_network WHERE network NOT IN
         (SELECT network FROM known_network ORDER BY last_success_at_ms DESC LIMIT ?)`,
      NETWORKS_MAX,
    );
  }

  /** Answers how many failures were too old to count. */
  forget(now_ms: number): number {
    return this.#sql.exec("DELETE FROM failure WHERE at_ms <= ? RETURNING 1", now_ms - HOUR_MS).toArray()
      .length;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>(`SELECT min(at_ms) + ${HOUR_MS} AS due FROM failure`).one()
      .due;
  }
}
