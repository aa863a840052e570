// The project's own row and its members.
import type { Member } from "../../src/schema/account.ts";
import type { Project } from "../../src/schema/project.ts";
import type { ProjectRole } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";

export interface ProjectRow extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  description: string;
  status: Project["status"];
  owner: string;
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export const projectOf = (row: ProjectRow): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  status: row.status,
  owner: row.owner,
  created_at: toIso(row.created_at_ms),
  updated_at: toIso(row.updated_at_ms),
  version: row.version,
});

/** Roles remembered, those of strangers to the project among them. */
const ROLES_MAX = 1_000;

/** The object owns its data alone, so memory is a coherent cache of it; `forget` after a rolled-back transaction. */
export class ProjectStore {
  readonly #sql: SqlStorage;
  readonly #roles = new Map<string, ProjectRole | null>();
  #project: ProjectRow | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#project = null;
    this.#roles.clear();
  }

  project(): ProjectRow {
    this.#project ??= this.#sql
      .exec<ProjectRow>(
        `SELECT id, name, description, status, owner, version, created_at_ms, updated_at_ms FROM project`,
      )
      .one();
    return this.#project;
  }

  insert(row: ProjectRow): void {
    this.#sql.exec(
      `INSERT INTO project (one, id, name, description, status, owner, version, created_at_ms, updated_at_ms)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.name,
      row.description,
      row.status,
      row.owner,
      row.version,
      row.created_at_ms,
      row.updated_at_ms,
    );
  }

  /** Saves the fields given and raises the version. */
  update(change: Partial<Pick<ProjectRow, "name" | "description" | "status">>, now_ms: number): ProjectRow {
    this.#sql.exec(
      `UPDATE project SET name = coalesce(?, name), description = coalesce(?, description),
         status = coalesce(?, status), version = version + 1, updated_at_ms = ?`,
      change.name ?? null,
      change.description ?? null,
      change.status ?? null,
      now_ms,
    );
    this.#project = null;
    return this.project();
  }

  roleOf(user_id: string): ProjectRole | null {
    const known = this.#roles.get(user_id);
    if (known !== undefined) return known;
    const role = this.#readRole(user_id);
    if (this.#roles.size >= ROLES_MAX) this.#roles.clear();
    this.#roles.set(user_id, role);
    return role;
  }

  #readRole(user_id: string): ProjectRole | null {
    const row = this.#sql
      .exec<{ role: ProjectRole }>("SELECT role FROM member WHERE user_id = ?", user_id)
      .toArray()[0];
    return row?.role ?? null;
  }

  members(): Member[] {
    return this.#sql
      .exec<{ user_id: string; username: string; role: ProjectRole }>(
        "SELECT user_id, username, role FROM member ORDER BY username",
      )
      .toArray();
  }

  saveMember(member: Member): void {
    this.#sql.exec(
      `INSERT INTO member (user_id, username, role) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, role = excluded.role`,
      member.user_id,
      member.username,
      member.role,
    );
    this.#roles.delete(member.user_id);
  }

  removeMember(user_id: string): void {
    this.#sql.exec("DELETE FROM member WHERE user_id = ?", user_id);
    this.#roles.delete(user_id);
  }
}
