// Calls of the planner as rows: those of the last minute, those whose cost is not known yet, and the sums of the day.
import { DAY_MS, dayOf, MINUTE_MS, type WorkspaceUse } from "../../src/domain/ai-quota.ts";
import type { AiCost } from "../../src/schema/messages/workspace.ts";

interface Day extends AiCost {
  readonly calls: number;
}

const NOTHING: Day = { calls: 0, input_tokens: 0, output_tokens: 0, spent_microdollars: 0 };

export class AiBudgetStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  use(now_ms: number): WorkspaceUse {
    const minute_ms = this.#sql
      .exec<{ at_ms: number }>("SELECT at_ms FROM ai_call WHERE at_ms > ? ORDER BY at_ms", now_ms - MINUTE_MS)
      .toArray()
      .map((row) => row.at_ms);
    const reserved = this.#sql
      .exec<{ sum: number; due: number | null }>(
        `SELECT coalesce(sum(reserved_microdollars), 0) AS sum, min(settled_by_ms) AS due
         FROM ai_call WHERE reserved_microdollars > 0 AND at_ms >= ?`,
        dayOf(now_ms) * DAY_MS,
      )
      .one();
    return {
      minute_ms,
      spent_microdollars: this.day(dayOf(now_ms)).spent_microdollars,
      reserved_microdollars: reserved.sum,
      settled_by_ms: reserved.due,
    };
  }

  /** Sums of that day. */
  day(day: number): Day {
    const [row = NOTHING] = this.#sql
      .exec<Record<keyof Day, number>>(
        "SELECT calls, input_tokens, output_tokens, spent_microdollars FROM ai_day WHERE day = ?",
        day,
      )
      .toArray();
    return row;
  }

  /** Counts a call; the first of a day begins its sums. */
  add(id: string, reserved_microdollars: number, at_ms: number, settled_by_ms: number): void {
    this.#sql.exec(
      "INSERT INTO ai_call (id, at_ms, reserved_microdollars, settled_by_ms) VALUES (?, ?, ?, ?)",
      id,
      at_ms,
      reserved_microdollars,
      settled_by_ms,
    );
    const day = dayOf(at_ms);
    const { calls, input_tokens, output_tokens, spent_microdollars } = this.day(day);
    this.#sql.exec(
      `INSERT OR REPLACE INTO ai_day (one, day, calls, input_tokens, output_tokens, spent_microdollars)
       VALUES (1, ?, ?, ?, ?, ?)`,
      day,
      calls + 1,
      input_tokens,
      output_tokens,
      spent_microdollars,
    );
  }

  /** What a call has reserved and not settled. */
  reserved(id: string): { readonly at_ms: number; readonly microdollars: number } | null {
    const [row] = this.#sql
      .exec<{ at_ms: number; microdollars: number }>(
        "SELECT at_ms, reserved_microdollars AS microdollars FROM ai_call WHERE id = ? AND reserved_microdollars > 0",
        id,
      )
      .toArray();
    return row ?? null;
  }

  settle(id: string): void {
    this.#sql.exec("UPDATE ai_call SET reserved_microdollars = 0 WHERE id = ?", id);
  }

  spend({ input_tokens, output_tokens, spent_microdollars }: AiCost): void {
    this.#sql.exec(
      `UPDATE ai_day SET input_tokens = input_tokens + ?, output_tokens = output_tokens + ?,
         spent_microdollars = spent_microdollars + ?`,
      input_tokens,
      output_tokens,
      spent_microdollars,
    );
  }

  /** Counts what is overdue as spent in its day, and forgets calls that no limit looks at any more. */
  settleOverdue(now_ms: number): void {
    const { overdue } = this.#sql
      .exec<{ overdue: number }>(
        `SELECT coalesce(sum(reserved_microdollars), 0) AS overdue FROM ai_call
         WHERE reserved_microdollars > 0 AND settled_by_ms <= ? AND at_ms >= ?`,
        now_ms,
        dayOf(now_ms) * DAY_MS,
      )
      .one();
    if (overdue > 0) this.spend({ ...NOTHING, spent_microdollars: overdue });
    this.#sql.exec("UPDATE ai_call SET reserved_microdollars = 0 WHERE settled_by_ms <= ?", now_ms);
    this.#sql.exec("DELETE FROM ai_call WHERE at_ms <= ? AND reserved_microdollars = 0", now_ms - MINUTE_MS);
  }
}
