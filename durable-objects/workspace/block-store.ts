// Rows of blocked addresses, as their shards reported them. Bounded: what has ended goes, then the oldest.
import type { BlockEntry } from "../../src/schema/messages/outbox.ts";

const ROWS_MAX = 1_000;

export type BlockRow = Omit<BlockEntry, "kind">;

export class BlockStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  save({ id, address, times, blocked_at_ms, until_ms }: BlockEntry, now_ms: number): void {
    this.#sql.exec("DELETE FROM block WHERE until_ms <= ?", now_ms);
    this.#sql.exec(
      `INSERT INTO block (id, address, times, blocked_at_ms, until_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET address = excluded.address, times = excluded.times,
         blocked_at_ms = excluded.blocked_at_ms, until_ms = excluded.until_ms`,
      id,
      address,
      times,
      blocked_at_ms,
      until_ms,
    );
    this.#sql.exec(
      "DELETE FROM block WHERE id IN (SELECT id FROM block ORDER BY blocked_at_ms DESC, id LIMIT -1 OFFSET ?)",
      ROWS_MAX,
    );
  }

  page(limit: number, after: string, now_ms: number): BlockRow[] {
    return this.#sql
      .exec<BlockRow & Record<string, SqlStorageValue>>(
        "SELECT id, address, times, blocked_at_ms, until_ms FROM block WHERE id > ? AND until_ms > ? ORDER BY id LIMIT ?",
        after,
        now_ms,
        limit + 1,
      )
      .toArray();
  }

  find(id: string, now_ms: number): BlockRow | null {
    const [row] = this.#sql
      .exec<BlockRow & Record<string, SqlStorageValue>>(
        "SELECT id, address, times, blocked_at_ms, until_ms FROM block WHERE id = ? AND until_ms > ?",
        id,
        now_ms,
      )
      .toArray();
    return row ?? null;
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM block WHERE id = ?", id);
  }
}
