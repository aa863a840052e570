// The rows of plans that are no tasks yet, and of their versions.
import type { PlanSummary } from "../../src/schema/breakdown.ts";
import type { NewPlan, StoredPlan } from "../../src/schema/messages/breakdown.ts";
import type { BreakdownProposal, ProviderName } from "../../src/schema/proposal.ts";
import { toIso } from "../../src/schema/text.ts";

interface PlanRow extends Record<string, SqlStorageValue> {
  id: string;
  version: number;
  provider: ProviderName;
  notes: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
  expires_at_ms: number;
  applied_at_ms: number | null;
  tasks: number;
  proposal: string;
}

interface AppliedRow extends Record<string, SqlStorageValue> {
  applied_at_ms: number | null;
  applied: string | null;
}

export interface Applied {
  readonly at_ms: number;
  readonly tasks: readonly { readonly ref: string; readonly id: string }[];
}

export class BreakdownStore {
  readonly #sql: SqlStorage;
  readonly #projectId: () => string;

  constructor(sql: SqlStorage, projectId: () => string) {
    this.#sql = sql;
    this.#projectId = projectId;
  }

  insert(
    id: string,
    { provider, notes }: NewPlan,
    created_by: string,
    now_ms: number,
    expires_at_ms: number,
  ) {
    this.#sql.exec(
      `INSERT INTO breakdown (id, version, provider, notes, created_by, created_at_ms, updated_at_ms, expires_at_ms)
       VALUES (?1, 0, ?2, ?3, ?4, ?5, ?5, ?6)`,
      id,
      provider,
      JSON.stringify(notes),
      created_by,
      now_ms,
      expires_at_ms,
    );
  }

  /** The next version; those from `kept` versions back on are forgotten. */
  addVersion(
    plan_id: string,
    proposal: BreakdownProposal,
    now_ms: number,
    expires_at_ms: number,
    kept: number,
  ): void {
    const { version } = this.#sql
      .exec<{ version: number }>(
        `UPDATE breakdown SET version = version + 1, updated_at_ms = ?2, expires_at_ms = ?3
         WHERE id = ?1 RETURNING version`,
        plan_id,
        now_ms,
        expires_at_ms,
      )
      .one();
    this.#sql.exec(
      "INSERT INTO breakdown_version (plan_id, version, tasks, proposal) VALUES (?, ?, ?, ?)",
      plan_id,
      version,
      proposal.tasks.length,
      JSON.stringify(proposal),
    );
    this.#sql.exec(
      "DELETE FROM breakdown_version WHERE plan_id = ? AND version <= ?",
      plan_id,
      version - kept,
    );
  }

  /** That version, or the newest; null where there is none that lives. */
  plan(plan_id: string, version: number | null, now_ms: number): StoredPlan | null {
    const [row] = this.#sql
      .exec<PlanRow>(
        `SELECT breakdown.*, listed.version, tasks, proposal
         FROM breakdown JOIN breakdown_version AS listed ON plan_id = id
         WHERE id = ?1 AND expires_at_ms > ?3 AND listed.version = coalesce(?2, breakdown.version)`,
        plan_id,
        version,
        now_ms,
      )
      .toArray();
    if (!row) return null;
    return {
      summary: this.#summaryOf(row),
      notes: JSON.parse(row.notes) as string[],
      proposal: JSON.parse(row.proposal) as BreakdownProposal,
    };
  }

  plans(now_ms: number): PlanSummary[] {
    const rows = this.#sql.exec<PlanRow>(
      `SELECT breakdown.*, tasks FROM breakdown JOIN breakdown_version AS newest
         ON plan_id = id AND newest.version = breakdown.version
       WHERE expires_at_ms > ? ORDER BY updated_at_ms DESC, id`,
      now_ms,
    );
    return Array.from(rows, (row) => this.#summaryOf(row));
  }

  applied(plan_id: string): Applied | null {
    const [row] = this.#sql
      .exec<AppliedRow>("SELECT applied_at_ms, applied FROM breakdown WHERE id = ?", plan_id)
      .toArray();
    if (!row || row.applied_at_ms === null) return null;
    return { at_ms: row.applied_at_ms, tasks: JSON.parse(row.applied!) as Applied["tasks"] };
  }

  saveApplied(plan_id: string, { at_ms, tasks }: Applied, expires_at_ms: number): void {
    this.#sql.exec(
      `UPDATE breakdown SET applied_at_ms = ?2, applied = ?3, updated_at_ms = ?2, expires_at_ms = ?4
       WHERE id = ?1`,
      plan_id,
      at_ms,
      JSON.stringify(tasks),
      expires_at_ms,
    );
  }

  /** The event of its application, from the feed, which keeps changes longer than plans. */
  eventOf(task_id: string): string | null {
    const [row] = this.#sql
      .exec<{ event_id: string }>(
        "SELECT event_id FROM change WHERE task_id = ? AND type = 'plan.applied'",
        task_id,
      )
      .toArray();
    return row?.event_id ?? null;
  }

  /** Whatever has come to its end, and of the rest all but the `kept` that changed last. */
  forget(now_ms: number, kept: number): void {
    this.#sql.exec(
      `DELETE FROM breakdown WHERE expires_at_ms <= ?1
         OR id NOT IN (SELECT id FROM breakdown ORDER BY updated_at_ms DESC, id LIMIT ?2)`,
      now_ms,
      kept,
    );
    this.#sql.exec("DELETE FROM breakdown_version WHERE plan_id NOT IN (SELECT id FROM breakdown)");
  }

  nextEnd(): number | null {
    return this.#sql.exec<{ at_ms: number | null }>("SELECT min(expires_at_ms) AS at_ms FROM breakdown").one()
      .at_ms;
  }

  /** Skills that tasks ask for, the most wanted first. */
  skills(limit: number): string[] {
    const rows = this.#sql.exec<{ word: string }>(
      "SELECT word FROM tag WHERE kind = 'skill' GROUP BY word ORDER BY count(*) DESC, word LIMIT ?",
      limit,
    );
    return Array.from(rows, ({ word }) => word);
  }

  #summaryOf({ id, version, provider, created_by, tasks, ...row }: PlanRow): PlanSummary {
    return {
      id,
      project_id: this.#projectId(),
      version,
      provider,
      created_by,
      created_at: toIso(row.created_at_ms),
      updated_at: toIso(row.updated_at_ms),
      expires_at: toIso(row.expires_at_ms),
      applied_at: row.applied_at_ms === null ? null : toIso(row.applied_at_ms),
      tasks,
    };
  }
}
