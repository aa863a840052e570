// The registry's rows: each worker as decided, when it was last heard of, and who has which skill.
import { SILENT_MS, statusOf } from "../../src/domain/worker.ts";
import type { NewWorker, WorkerFilter } from "../../src/schema/messages/workspace.ts";
import { toIso } from "../../src/schema/text.ts";
import type { DecidedStatus, Worker, WorkerProfile, WorkerStatus } from "../../src/schema/worker.ts";

export interface WorkerRow extends Omit<WorkerProfile, "paused"> {
  readonly id: string;
  readonly status: DecidedStatus;
  readonly registered_by: string;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly last_seen_at_ms: number | null;
}

type Stored = Omit<WorkerRow, "skills" | "working_hours"> & { skills: string; working_hours: string | null };

const rowOf = (stored: Stored): WorkerRow => ({
  ...stored,
  skills: JSON.parse(stored.skills) as WorkerRow["skills"],
  working_hours: stored.working_hours === null ? null : JSON.parse(stored.working_hours),
});

export const profileOf = ({ name, skills, capacity, working_hours }: WorkerRow) => ({
  name,
  skills,
  capacity,
  working_hours,
});

export const workerOf = (row: WorkerRow, now_ms: number): Worker => ({
  id: row.id,
  ...profileOf(row),
  status: statusOf(row.status, row.last_seen_at_ms ?? row.created_at_ms, now_ms),
  registered_by: row.registered_by,
  created_at: toIso(row.created_at_ms),
  updated_at: toIso(row.updated_at_ms),
  last_seen_at: row.last_seen_at_ms === null ? null : toIso(row.last_seen_at_ms),
  version: row.version,
});

export class WorkerStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): WorkerRow | null {
    const stored = this.#sql.exec("SELECT * FROM worker WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  count(): number {
    return this.#sql.exec<{ workers: number }>("SELECT workers FROM worker_tally").one().workers;
  }

  insert(worker: NewWorker, registered_by: string, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO worker (id, name, status, skills, capacity, working_hours, registered_by, version,
         created_at_ms, updated_at_ms, last_seen_at_ms) VALUES (?, ?, 'active', ?, ?, ?, ?, 1, ?, ?, NULL)`,
      worker.id,
      worker.name,
      JSON.stringify(worker.skills),
      worker.capacity,
      worker.working_hours && JSON.stringify(worker.working_hours),
      registered_by,
      now_ms,
      now_ms,
    );
    this.#saveSkills(worker.id, worker.skills);
  }

  /** Saves a decision about the worker; its version rises. */
  update(row: WorkerRow, now_ms: number): WorkerRow {
    this.#sql.exec(
      `UPDATE worker SET status = ?, skills = ?, capacity = ?, working_hours = ?, version = version + 1,
         updated_at_ms = ? WHERE id = ?`,
      row.status,
      JSON.stringify(row.skills),
      row.capacity,
      row.working_hours && JSON.stringify(row.working_hours),
      now_ms,
      row.id,
    );
    this.#saveSkills(row.id, row.skills);
    return this.find(row.id)!;
  }

  saveSeen(id: string, now_ms: number): void {
    this.#sql.exec("UPDATE worker SET last_seen_at_ms = ? WHERE id = ?", now_ms, id);
  }

  page({ skill, status }: WorkerFilter, limit: number, after: string, now_ms: number): WorkerRow[] {
    // Whoever has a skill stands in the order of ids already; whoever has a status, in the index by status.
    const [table, order] = skill === undefined ? ["worker", "id"] : [HOLDERS, "worker_id"];
    const conditions = [`${order} > ?`];
    const values: (string | number)[] = [after];
    if (skill !== undefined) {
      conditions.push("skill = ?");
      values.push(skill);
    }
    if (status !== undefined) {
      conditions.push("worker.status = ?");
      values.push(status === "stale" ? "active" : status);
    }
    const silence = SILENCE[status ?? "paused"];
    if (silence) {
      conditions.push(silence);
      values.push(now_ms - SILENT_MS);
    }
    return this.#sql
      .exec(
        `SELECT worker.* FROM ${table} WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ?`,
        ...values,
        limit,
      )
      .toArray()
      .map((stored) => rowOf(stored as unknown as Stored));
  }

  /** Workers with this skill that are neither paused nor revoked: counted up to `most`, and no further. */
  holders(skill: string, most: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count
         FROM (SELECT 1 FROM worker_skill CROSS JOIN worker ON worker.id = worker_id
           WHERE skill = ? AND worker.status = 'active' LIMIT ?)`,
        skill,
        most,
      )
      .one().count;
  }

  #saveSkills(id: string, skills: WorkerRow["skills"]): void {
    this.#sql.exec("DELETE FROM worker_skill WHERE worker_id = ?", id);
    for (const { name } of skills) {
      this.#sql.exec("INSERT INTO worker_skill (skill, worker_id) VALUES (?, ?)", name, id);
    }
  }
}

/** Each worker of a skill, looked up by its id. */
const HOLDERS = "worker_skill CROSS JOIN worker ON worker.id = worker_id";

/** As `statusOf` tells the active from the stale. */
const SILENCE: Partial<Record<WorkerStatus, string>> = {
  active: "coalesce(last_seen_at_ms, created_at_ms) > ?",
  stale: "coalesce(last_seen_at_ms, created_at_ms) <= ?",
};
