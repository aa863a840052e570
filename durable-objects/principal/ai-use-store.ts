// A principal's calls of the planner, as rows.
import type { CallerUse } from "../../src/domain/ai-quota.ts";

export class AiUseStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  use(): CallerUse {
    const [row = { day: 0, calls: 0 }] = this.#sql
      .exec<{ day: number; calls: number }>("SELECT day, calls FROM ai_use")
      .toArray();
    const times = this.#sql
      .exec<{ feature: string; called_at_ms: number }>("SELECT feature, called_at_ms FROM ai_cool_down")
      .toArray();
    const called_at_ms = Object.fromEntries(times.map((each) => [each.feature, each.called_at_ms]));
    return { ...row, called_at_ms };
  }

  save({ day, calls, called_at_ms }: CallerUse): void {
    this.#sql.exec("INSERT OR REPLACE INTO ai_use (one, day, calls) VALUES (1, ?, ?)", day, calls);
    for (const [feature, at_ms] of Object.entries(called_at_ms)) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO ai_cool_down (feature, called_at_ms) VALUES (?, ?)",
        feature,
        at_ms,
      );
    }
  }
}
