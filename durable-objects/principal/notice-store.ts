// The owner's notices, as rows; and when notices were mailed.
import { HOUR_MS, NOTICES_MAX } from "../../src/domain/notice.ts";
import type { Notice, NoticeType } from "../../src/schema/notice.ts";
import { toIso } from "../../src/schema/text.ts";

export interface NewNotice {
  readonly id: string;
  readonly type: NoticeType;
  readonly at_ms: number;
  readonly place: string;
  readonly details: Notice["details"];
  /** Waits for a summary. */
  readonly unmailed: boolean;
}

interface NoticeRow extends Record<string, SqlStorageValue> {
  sequence: number;
  id: string;
  type: NoticeType;
  at_ms: number;
  place: string;
  details: string;
  read_at_ms: number | null;
}

export class NoticeStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Beyond the bound the oldest give way. */
  insert(notice: NewNotice): void {
    const { sequence } = this.#sql
      .exec<{ sequence: number }>(
        `INSERT INTO notice (id, type, at_ms, place, details, read_at_ms, unmailed)
         VALUES (?, ?, ?, ?, ?, NULL, ?) RETURNING sequence`,
        notice.id,
        notice.type,
        notice.at_ms,
        notice.place,
        JSON.stringify(notice.details),
        notice.unmailed ? 1 : 0,
      )
      .one();
    this.#sql.exec("DELETE FROM notice WHERE sequence <= ?", sequence - NOTICES_MAX);
  }

  /** Newest first. */
  page(limit: number, before: number | null): { sequence: number; notice: Notice }[] {
    const rows = this.#sql
      .exec<NoticeRow>(
        "SELECT * FROM notice WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      )
      .toArray();
    return rows.map((row) => ({ sequence: row.sequence, notice: noticeOf(row) }));
  }

  /** Marks that one and all before it as read; false where there is no such notice. */
  markRead(id: string, now_ms: number): boolean {
    const [row] = this.#sql
      .exec<{ sequence: number }>("SELECT sequence FROM notice WHERE id = ?", id)
      .toArray();
    if (!row) return false;
    this.#sql.exec(
      "UPDATE notice SET read_at_ms = ? WHERE sequence <= ? AND read_at_ms IS NULL",
      now_ms,
      row.sequence,
    );
    return true;
  }

  unmailed(): Pick<NewNotice, "type" | "at_ms" | "place">[] {
    return this.#sql
      .exec<{ type: NoticeType; at_ms: number; place: string }>(
        "SELECT type, at_ms, place FROM notice WHERE unmailed = 1 ORDER BY sequence",
      )
      .toArray();
  }

  markMailed(): void {
    this.#sql.exec("UPDATE notice SET unmailed = 0 WHERE unmailed = 1");
  }

  /** When notices were mailed within the hour, rising. */
  mailed(): number[] {
    return this.#sql
      .exec<{ at_ms: number }>("SELECT at_ms FROM notice_mail ORDER BY at_ms")
      .toArray()
      .map((row) => row.at_ms);
  }

  saveMailed(at_ms: number): void {
    this.#sql.exec("DELETE FROM notice_mail WHERE at_ms <= ?", at_ms - HOUR_MS);
    this.#sql.exec("INSERT INTO notice_mail (at_ms) VALUES (?)", at_ms);
  }
}

const noticeOf = (row: NoticeRow): Notice => ({
  id: row.id,
  type: row.type,
  at: toIso(row.at_ms),
  place: row.place,
  details: JSON.parse(row.details) as Notice["details"],
  read_at: row.read_at_ms === null ? null : toIso(row.read_at_ms),
});
