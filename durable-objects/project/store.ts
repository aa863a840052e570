// The project's own row and its members.
import type { Member } from "../../src/schema/account.ts";
import type { Project, ProjectStatus } from "../../src/schema/project.ts";
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
  /** Set where the status is deleted. */
  erase_at_ms: number | null;
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

type MemberRow = { user_id: string; username: string; role: ProjectRole };

/** Roles remembered, those of strangers to the project among them. */
const ROLES_MAX = 1_000;

/** The object owns its data alone, so memory is a coherent cache of it; `forget` after a rolled-back transaction. */
export class ProjectStore {
  readonly #sql: SqlStorage;
  readonly #roles = new Map<string, ProjectRole | null>();
  #project: ProjectRow | null = null;
  #erased: boolean | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#project = null;
    this.#erased = null;
    this.#roles.clear();
  }

  project(): ProjectRow {
    this.#project ??= this.#sql
      .exec<ProjectRow>(
        `SELECT id, name, description, status, owner, version, created_at_ms, updated_at_ms, erase_at_ms
         FROM project`,
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
  update(change: Partial<Pick<ProjectRow, "name" | "description">>, now_ms: number): ProjectRow {
    this.#sql.exec(
      `UPDATE project SET name = coalesce(?, name), description = coalesce(?, description),
         version = version + 1, updated_at_ms = ?`,
      change.name ?? null,
      change.description ?? null,
      now_ms,
    );
    return this.#readAgain();
  }

  saveLife(status: ProjectStatus, erase_at_ms: number | null, now_ms: number): ProjectRow {
    this.#sql.exec(
      "UPDATE project SET status = ?, erase_at_ms = ?, version = version + 1, updated_at_ms = ?",
      status,
      erase_at_ms,
      now_ms,
    );
    return this.#readAgain();
  }

  saveOwner(owner: string, now_ms: number): ProjectRow {
    this.#sql.exec("UPDATE project SET owner = ?, version = version + 1, updated_at_ms = ?", owner, now_ms);
    return this.#readAgain();
  }

  isErased(): boolean {
    this.#erased ??= this.#sql.exec("SELECT 1 FROM project WHERE erased = 1").toArray().length > 0;
    return this.#erased;
  }

  markErased(): void {
    this.#sql.exec("UPDATE project SET erased = 1");
    this.#erased = true;
  }

  #readAgain(): ProjectRow {
    this.#project = null;
    return this.project();
  }

  roleOf(user_id: string): ProjectRole | null {
    const known = this.#roles.get(user_id);
    if (known !== undefined) return known;
    const role = this.member(user_id)?.role ?? this.#integrationRole(user_id);
    if (this.#roles.size >= ROLES_MAX) this.#roles.clear();
    this.#roles.set(user_id, role);
    return role;
  }

  /** Something about that one's role has changed, in the caller's transaction. */
  forgetRole(id: string): void {
    this.#roles.delete(id);
  }

  /** Null while it is suspended. */
  #integrationRole(id: string): ProjectRole | null {
    const sql = "SELECT role FROM integration WHERE id = ? AND status = 'active'";
    return this.#sql.exec<{ role: ProjectRole }>(sql, id).toArray()[0]?.role ?? null;
  }

  member(user_id: string): Member | null {
    const sql = "SELECT user_id, username, role FROM member WHERE user_id = ?";
    return this.#sql.exec<MemberRow>(sql, user_id).toArray()[0] ?? null;
  }

  members(): Member[] {
    return this.#sql
      .exec<MemberRow>("SELECT user_id, username, role FROM member ORDER BY username")
      .toArray();
  }

  /** The members, and whose lists have tasks though they are none: whoever has left, and ADMINs. */
  everybody(): string[] {
    const sql = "SELECT user_id FROM member UNION SELECT assigned_to FROM task WHERE assigned_to IS NOT NULL";
    return this.#sql
      .exec<{ user_id: string }>(sql)
      .toArray()
      .map(({ user_id }) => user_id);
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
