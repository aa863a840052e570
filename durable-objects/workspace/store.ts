// The workspace's rows.
import type { User, UserStatus, WorkspaceSummary } from "../../src/schema/account.ts";
import type { DirectoryEntry, ProjectEntry } from "../../src/schema/messages/outbox.ts";
import type { ProjectStatus, ProjectSummary } from "../../src/schema/project.ts";
import type { Role } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";
import { type ProjectIndexRow, projectsByStatus } from "../project-index.ts";

type Row = Record<string, SqlStorageValue>;

export interface MemberRow extends Row {
  id: string;
  username: string;
  status: UserStatus;
  roles: string;
  mfa_enabled: number;
  version: number;
  order_version: number;
  created_at_ms: number;
}

export const rolesOf = (row: { roles: string }): Role[] => JSON.parse(row.roles) as Role[];

export const userOf = (row: MemberRow): User => ({
  id: row.id,
  username: row.username,
  roles: rolesOf(row),
  status: row.status,
  mfa_enabled: row.mfa_enabled === 1,
  created_at: toIso(row.created_at_ms),
});

export class WorkspaceStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  member(id: string): MemberRow | undefined {
    return this.#sql.exec<MemberRow>("SELECT * FROM member WHERE id = ?", id).toArray()[0];
  }

  members(limit: number, after: string): MemberRow[] {
    return this.#sql
      .exec<MemberRow>("SELECT * FROM member WHERE id > ? ORDER BY id LIMIT ?", after, limit)
      .toArray();
  }

  /** Takes a principal's entry unless a newer one is known. Roles and suspension are the workspace's own to change. */
  saveEntry(entry: DirectoryEntry): void {
    if (entry.status === "erased") {
      this.#sql.exec("DELETE FROM member WHERE id = ? AND version < ?", entry.id, entry.version);
      return;
    }
    this.#sql.exec(
      `INSERT INTO member (id, username, status, roles, mfa_enabled, version, order_version, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?)
       ON CONFLICT (id) DO UPDATE SET username = excluded.username,
         status = CASE WHEN status = 'unconfirmed' THEN excluded.status ELSE status END,
         roles = CASE WHEN order_version = 0 THEN excluded.roles ELSE roles END,
         mfa_enabled = excluded.mfa_enabled, version = excluded.version
       WHERE excluded.version > member.version`,
      entry.id,
      entry.username,
      entry.status,
      JSON.stringify(entry.roles),
      entry.mfa_enabled ? 1 : 0,
      entry.version,
      entry.created_at_ms,
    );
  }

  /** Saves what the workspace decided and answers the version of the order that tells the principal. */
  saveDecision(id: string, change: { roles?: readonly Role[]; status?: UserStatus }): number {
    const [row] = this.#sql
      .exec<{ order_version: number }>(
        `UPDATE member SET roles = coalesce(?, roles), status = coalesce(?, status),
           order_version = order_version + 1 WHERE id = ? RETURNING order_version`,
        change.roles ? JSON.stringify(change.roles) : null,
        change.status ?? null,
        id,
      )
      .toArray();
    return row!.order_version;
  }

  /** The event that erased this person; null for whoever was not. */
  erasure(id: string): string | null {
    const sql = "SELECT event_id FROM erased_user WHERE id = ?";
    return this.#sql.exec<{ event_id: string }>(sql, id).toArray()[0]?.event_id ?? null;
  }

  saveErasure(id: string, event_id: string): void {
    this.#sql.exec("INSERT INTO erased_user (id, event_id) VALUES (?, ?)", id, event_id);
    this.#sql.exec("DELETE FROM member WHERE id = ?", id);
  }

  /** ADMINs whose role is in force: active, with a confirmed second factor. */
  admins(): string[] {
    return this.#sql
      .exec<{ id: string }>(
        // Word for word as the index has it, which holds nobody else.
        `SELECT id FROM member WHERE status = 'active' AND mfa_enabled = 1 AND instr(roles, '"ADMIN"') > 0`,
      )
      .toArray()
      .map((row) => row.id);
  }

  bootstrapped(): { principal_id: string; confirmed: boolean } | null {
    const row = this.#sql
      .exec<{ principal_id: string; confirmed: number }>("SELECT principal_id, confirmed FROM bootstrap")
      .toArray()[0];
    return row ? { principal_id: row.principal_id, confirmed: row.confirmed === 1 } : null;
  }

  reserveBootstrap(principal_id: string): void {
    this.#sql.exec(
      `INSERT INTO bootstrap (one, principal_id, confirmed) VALUES (1, ?, 0)
       ON CONFLICT (one) DO UPDATE SET principal_id = excluded.principal_id`,
      principal_id,
    );
  }

  confirmBootstrap(): void {
    this.#sql.exec("UPDATE bootstrap SET confirmed = 1");
  }

  saveProject(entry: ProjectEntry): void {
    if (entry.erased) {
      this.#sql.exec("DELETE FROM project WHERE id = ? AND version < ?", entry.id, entry.version);
      return;
    }
    this.#sql.exec(
      `INSERT INTO project (id, name, status, owner, version, created_at_ms, erase_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status, owner = excluded.owner,
         version = excluded.version, erase_at_ms = excluded.erase_at_ms
         WHERE excluded.version > project.version`,
      entry.id,
      entry.name,
      entry.status,
      entry.owner,
      entry.version,
      entry.created_at_ms,
      entry.erase_at_ms ?? null,
    );
  }

  /** Without a status: those not deleted. */
  projects(limit: number, after: string, status: ProjectStatus | null): ProjectSummary[] {
    return projectsByStatus(status, limit, (each) =>
      this.#sql.exec<ProjectIndexRow>(
        `SELECT id, name, status, owner, NULL AS role, created_at_ms, erase_at_ms FROM project
         WHERE status = ? AND id > ? ORDER BY id LIMIT ?`,
        each,
        after,
        limit,
      ),
    );
  }

  openWorkspace(name: string, created_at_ms: number): boolean {
    return (
      this.#sql.exec(
        "INSERT INTO opened (name, created_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
        name,
        created_at_ms,
      ).rowsWritten > 0
    );
  }

  workspaces(limit: number, after: string): WorkspaceSummary[] {
    return this.#sql
      .exec<{ name: string; created_at_ms: number }>(
        "SELECT name, created_at_ms FROM opened WHERE name > ? ORDER BY name LIMIT ?",
        after,
        limit,
      )
      .toArray()
      .map(({ name, created_at_ms }) => ({ name, created_at: toIso(created_at_ms) }));
  }
}
