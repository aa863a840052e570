// The nonces that were spent, each until its timestamp is too old for certain, and the latest timestamp of those
// forgotten. A full memory refuses: a live nonce is never forgotten to make room.
import { forgetAt, judgeTimestamp, NONCES_MAX } from "../../src/domain/nonce-window.ts";

export const REPLAYED = "nonce_replayed";
/** So many are kept in memory too, where to look one up costs next to nothing; of more, the rows are asked. */
const IN_MEMORY_MAX = 5_000;

interface Known {
  count: number;
  forgotten_ms: number;
  /** All of them; null where they are too many. */
  spent: Set<string> | null;
}

export class NonceStore {
  readonly #sql: SqlStorage;
  readonly #window_ms: number;
  /** What is remembered, and the latest timestamp of what is not; null until read. */
  #known: Known | null = null;

  constructor(sql: SqlStorage, window_ms: number) {
    this.#sql = sql;
    this.#window_ms = window_ms;
  }

  /** The rule by which a nonce with this timestamp is refused now; null where it may be spent. */
  complaint(nonce: string, timestamp_ms: number, now_ms: number): string | null {
    const { count, forgotten_ms, spent } = this.#read();
    const time = judgeTimestamp(timestamp_ms, now_ms, this.#window_ms, forgotten_ms);
    if (time !== "fresh") return `timestamp_${time}`;
    if (spent ? spent.has(nonce) : this.#isStored(nonce)) return REPLAYED;
    return count >= NONCES_MAX ? "nonces_full" : null;
  }

  /** In the transaction that takes effect. */
  spend(nonce: string, timestamp_ms: number): void {
    this.#sql.exec(
      "INSERT INTO nonce (nonce, timestamp_ms, forget_at_ms) VALUES (?, ?, ?)",
      nonce,
      Math.ceil(timestamp_ms),
      forgetAt(timestamp_ms, this.#window_ms),
    );
    if (!this.#known) return;
    this.#known.count += 1;
    this.#known.spent?.add(nonce);
    if (this.#known.count > IN_MEMORY_MAX) this.#known.spent = null;
  }

  /** A transaction was rolled back, or all rows went: what is known of them is read anew. */
  recount(): void {
    this.#known = null;
  }

  /** Answers how many were forgotten. */
  forget(now_ms: number): number {
    this.#sql.exec(
      `INSERT INTO forgotten_nonce (one, timestamp_ms)
         SELECT 1, max(timestamp_ms) FROM nonce WHERE forget_at_ms <= ? HAVING count(*) > 0
       ON CONFLICT DO UPDATE SET timestamp_ms = max(timestamp_ms, excluded.timestamp_ms)`,
      now_ms,
    );
    const gone = this.#sql
      .exec<{ nonce: string; timestamp_ms: number }>(
        "DELETE FROM nonce WHERE forget_at_ms <= ? RETURNING nonce, timestamp_ms",
        now_ms,
      )
      .toArray();
    // To count those that stay would cost a look at each of them.
    if (this.#known) {
      this.#known.count -= gone.length;
      for (const { nonce, timestamp_ms } of gone) {
        this.#known.forgotten_ms = Math.max(this.#known.forgotten_ms, timestamp_ms);
        this.#known.spent?.delete(nonce);
      }
    }
    return gone.length;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(forget_at_ms) AS due FROM nonce").one().due;
  }

  #isStored(nonce: string): boolean {
    return this.#sql.exec("SELECT 1 FROM nonce WHERE nonce = ?", nonce).toArray().length > 0;
  }

  #read(): Known {
    this.#known ??= this.#sql
      .exec<{ count: number; forgotten_ms: number | null }>(
        "SELECT count(*) AS count, (SELECT timestamp_ms FROM forgotten_nonce) AS forgotten_ms FROM nonce",
      )
      .toArray()
      .map(({ count, forgotten_ms }) => ({
        count,
        forgotten_ms: forgotten_ms ?? Number.NEGATIVE_INFINITY,
        spent: count > IN_MEMORY_MAX ? null : this.#stored(),
      }))[0]!;
    return this.#known;
  }

  #stored(): Set<string> {
    const rows = this.#sql.exec<{ nonce: string }>("SELECT nonce FROM nonce").toArray();
    return new Set(rows.map(({ nonce }) => nonce));
  }
}
