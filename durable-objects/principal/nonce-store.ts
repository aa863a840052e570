// The nonces that were spent, each until its timestamp is too old for certain, and the latest timestamp of those
// forgotten. A full memory refuses: a live nonce is never forgotten to make room.
import { forgetAt, judgeTimestamp, NONCES_MAX } from "../../src/domain/nonce-window.ts";

export const REPLAYED = "nonce_replayed";
/** So many are kept in memory too, where to look one up costs next to nothing; of more, the rows are asked. */
const IN_MEMORY_MAX = 5_000;

/** Forgetting looks at all of them, since no index says which are due: so long does the first wait for others. */
const GATHER_MS = 60_000;

interface Known {
  count: number;
  /** When the next of them are to be forgotten; null where there is none. */
  due_ms: number | null;
  forgotten_ms: number;
  /** All of them; null where they are too many. */
  spent: Set<string> | null;
}

const dueAfter = ({ first_ms }: { first_ms: number | null }): number | null =>
  first_ms === null ? null : first_ms + GATHER_MS;

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
    const forget_at_ms = forgetAt(timestamp_ms, this.#window_ms);
    this.#sql.exec(
      "INSERT INTO nonce (nonce, timestamp_ms, forget_at_ms) VALUES (?, ?, ?)",
      nonce,
      Math.ceil(timestamp_ms),
      forget_at_ms,
    );
    if (!this.#known) return;
    this.#known.count += 1;
    this.#known.due_ms = Math.min(this.#known.due_ms ?? Number.POSITIVE_INFINITY, forget_at_ms + GATHER_MS);
    this.#known.spent?.add(nonce);
    if (this.#known.count > IN_MEMORY_MAX) this.#known.spent = null;
  }

  /** A transaction was rolled back, or all rows went: what is known of them is read anew. */
  recount(): void {
    this.#known = null;
  }

  /** Answers how many were forgotten. */
  forget(now_ms: number): number {
    const known = this.#read();
    if (known.due_ms === null || now_ms < known.due_ms) return 0;
    const gone = this.#sql
      .exec<{ nonce: string; timestamp_ms: number }>(
        "DELETE FROM nonce WHERE forget_at_ms <= ? RETURNING nonce, timestamp_ms",
        now_ms,
      )
      .toArray();
    for (const { nonce, timestamp_ms } of gone) {
      known.forgotten_ms = Math.max(known.forgotten_ms, timestamp_ms);
      known.spent?.delete(nonce);
    }
    known.count -= gone.length;
    known.due_ms = dueAfter(
      this.#sql.exec<{ first_ms: number | null }>("SELECT min(forget_at_ms) AS first_ms FROM nonce").one(),
    );
    this.#sql.exec(
      `INSERT INTO forgotten_nonce (one, timestamp_ms) VALUES (1, ?)
       ON CONFLICT DO UPDATE SET timestamp_ms = excluded.timestamp_ms`,
      known.forgotten_ms,
    );
    return gone.length;
  }

  nextDue(): number | null {
    return this.#read().due_ms;
  }

  #isStored(nonce: string): boolean {
    return this.#sql.exec("SELECT 1 FROM nonce WHERE nonce = ?", nonce).toArray().length > 0;
  }

  #read(): Known {
    this.#known ??= this.#sql
      .exec<{ count: number; first_ms: number | null; forgotten_ms: number | null }>(
        `SELECT count(*) AS count, min(forget_at_ms) AS first_ms,
           (SELECT timestamp_ms FROM forgotten_nonce) AS forgotten_ms FROM nonce`,
      )
      .toArray()
      .map(({ count, first_ms, forgotten_ms }) => ({
        count,
        due_ms: dueAfter({ first_ms }),
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
