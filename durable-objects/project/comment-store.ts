// The rows of comments. Numbers are never used again, so that cursors hold.
import type { Comment } from "../../src/schema/comment.ts";
import { toIso } from "../../src/schema/text.ts";

interface CommentRow extends Record<string, SqlStorageValue> {
  number: number;
  id: string;
  task_id: string;
  author: string;
  body: string;
  created_at_ms: number;
}

export class CommentStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert({ id, task_id, author, text }: Comment, now_ms: number): void {
    this.#sql.exec(
      "INSERT INTO comment (id, task_id, author, body, created_at_ms) VALUES (?, ?, ?, ?, ?)",
      id,
      task_id,
      author,
      text,
      now_ms,
    );
  }

  countOf(task_id: string): number {
    return this.#sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM comment WHERE task_id = ?", task_id)
      .one().count;
  }

  /** Oldest first, after that number. */
  page(task_id: string, limit: number, after: number): { number: number; comment: Comment }[] {
    const rows = this.#sql.exec<CommentRow>(
      "SELECT * FROM comment WHERE task_id = ? AND number > ? ORDER BY number LIMIT ?",
      task_id,
      after,
      limit,
    );
    return Array.from(rows, ({ number, created_at_ms, body: text, ...row }) => ({
      number,
      comment: { ...row, text, created_at: toIso(created_at_ms) },
    }));
  }

  authorOf(task_id: string, id: string): string | null {
    const [row] = this.#sql
      .exec<{ author: string }>("SELECT author FROM comment WHERE id = ? AND task_id = ?", id, task_id)
      .toArray();
    return row?.author ?? null;
  }

  delete(id: string): void {
    this.#sql.exec("DELETE FROM comment WHERE id = ?", id);
  }
}
