// The principal's account: who it is, its password and its factors; and the index of its projects.
import type { User, UserStatus } from "../../src/schema/account.ts";
import type { DirectoryEntry, ProjectEntry } from "../../src/schema/messages/outbox.ts";
import type { ProjectStatus, ProjectSummary } from "../../src/schema/project.ts";
import type { Role } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";
import { type ProjectIndexRow, projectsByStatus } from "../project-index.ts";

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
  readonly bootstrap: boolean;
  readonly phc: string;
  readonly version: number;
  readonly order_version: number;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  /** When the person's data went. */
  readonly erased_at_ms: number | null;
}

export type FactorState = "active" | "pending";

export interface TotpRow {
  readonly box: Uint8Array;
  readonly last_step: number | null;
}

type AccountRow = Omit<Account, "roles" | "bootstrap"> & { roles: string; bootstrap: number };

export class PrincipalStore {
  readonly #sql: SqlStorage;
  /** Both as they are stored; absent until read. */
  #account: Account | null = null;
  readonly #factors = new Map<FactorState, TotpRow | null>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Account or factors have changed, or may have: they are read anew. */
  forget(): void {
    this.#account = null;
    this.#factors.clear();
  }

  account(): Account {
    this.#account ??= this.#readAccount();
    return this.#account;
  }

  #readAccount(): Account {
    const row = this.#sql.exec("SELECT * FROM account").one() as unknown as AccountRow;
    return { ...row, roles: JSON.parse(row.roles) as Role[], bootstrap: row.bootstrap === 1 };
  }

  insertAccount(account: Account): void {
    this.#sql.exec(
      `INSERT INTO account (one, id, username, status, roles, bootstrap, phc, version, order_version,
         created_at_ms, expires_at_ms) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      account.id,
      account.username,
      account.status,
      JSON.stringify(account.roles),
      account.bootstrap ? 1 : 0,
      account.phc,
      account.version,
      account.order_version,
      account.created_at_ms,
      account.expires_at_ms,
    );
    this.forget();
  }

  saveAccount(account: Account): void {
    this.#sql.exec(
      `UPDATE account SET status = ?, roles = ?, bootstrap = ?, phc = ?, version = ?, order_version = ?,
         expires_at_ms = ?`,
      account.status,
      JSON.stringify(account.roles),
      account.bootstrap ? 1 : 0,
      account.phc,
      account.version,
      account.order_version,
      account.expires_at_ms,
    );
    this.forget();
  }

  totp(state: FactorState): TotpRow | null {
    const known = this.#factors.get(state);
    if (known !== undefined) return known;
    const factor = this.#readTotp(state);
    this.#factors.set(state, factor);
    return factor;
  }

  #readTotp(state: FactorState): TotpRow | null {
    const row = this.#sql
      .exec<{ box: ArrayBuffer; last_step: number | null }>(
        "SELECT box, last_step FROM totp WHERE state = ?",
        state,
      )
      .toArray()[0];
    return row ? { box: new Uint8Array(row.box), last_step: row.last_step } : null;
  }

  saveTotp(state: FactorState, box: Uint8Array): void {
    this.#sql.exec("INSERT OR REPLACE INTO totp (state, box, last_step) VALUES (?, ?, NULL)", state, box);
    this.forget();
  }

  saveStep(state: FactorState, step: number): void {
    this.#sql.exec("UPDATE totp SET last_step = ? WHERE state = ?", step, state);
    this.forget();
  }

  /** The pending factor and its backup codes take the place of the active ones. */
  activateFactor(): void {
    this.#sql.exec(
      "DELETE FROM totp WHERE state = 'active' AND EXISTS (SELECT 1 FROM totp WHERE state = 'pending')",
    );
    this.#sql.exec("UPDATE totp SET state = 'active' WHERE state = 'pending'");
    this.forget();
    this.#sql.exec("DELETE FROM backup_code WHERE state = 'active'");
    this.#sql.exec("UPDATE backup_code SET state = 'active' WHERE state = 'pending'");
  }

  removeFactors(): void {
    this.#sql.exec("DELETE FROM totp");
    this.forget();
    this.#sql.exec("DELETE FROM backup_code");
  }

  /** In place of all others of that state. */
  saveBackupCodes(state: FactorState, macs: readonly Uint8Array[], now_ms: number): void {
    this.#sql.exec("DELETE FROM backup_code WHERE state = ?", state);
    for (const mac of macs) {
      this.#sql.exec("INSERT INTO backup_code (mac, state, made_at_ms) VALUES (?, ?, ?)", mac, state, now_ms);
    }
  }

  /** Whether such a code is active and was never used. */
  hasBackupCode(mac: Uint8Array): boolean {
    const found = this.#sql.exec(
      "SELECT 1 FROM backup_code WHERE mac = ? AND state = 'active' AND used_at_ms IS NULL",
      mac,
    );
    return found.toArray().length > 0;
  }

  useBackupCode(mac: Uint8Array, now_ms: number): void {
    this.#sql.exec("UPDATE backup_code SET used_at_ms = ? WHERE mac = ?", now_ms, mac);
  }

  saveProject(entry: ProjectEntry): void {
    if (entry.erased) {
      this.#sql.exec("DELETE FROM project WHERE id = ? AND version < ?", entry.id, entry.version);
      return;
    }
    this.#sql.exec(
      `INSERT INTO project (id, name, status, owner, role, version, created_at_ms, erase_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status, owner = excluded.owner,
         role = excluded.role, version = excluded.version, erase_at_ms = excluded.erase_at_ms
         WHERE excluded.version > project.version`,
      entry.id,
      entry.role === null ? "" : entry.name, // whoever has left keeps no more than the fact
      entry.status,
      entry.owner,
      entry.role,
      entry.version,
      entry.created_at_ms,
      entry.erase_at_ms ?? null,
    );
  }

  isMember(project_id: string): boolean {
    const found = this.#sql.exec("SELECT 1 FROM project WHERE id = ? AND role IS NOT NULL", project_id);
    return found.toArray().length > 0;
  }

  /** Without a status: those not deleted. Deleted ones are shown to their owner alone, who may restore them. */
  projects(limit: number, after: string, status: ProjectStatus | null): ProjectSummary[] {
    return projectsByStatus(status, limit, (each) =>
      this.#sql.exec<ProjectIndexRow>(
        `SELECT id, name, status, owner, role, created_at_ms, erase_at_ms FROM project
         WHERE status = ? AND id > ? AND role IS NOT NULL AND (status != 'deleted' OR role = 'owner')
         ORDER BY id LIMIT ?`,
        each,
        after,
        limit,
      ),
    );
  }
}

export const userOf = (account: Account, mfa_enabled: boolean): User => ({
  id: account.id,
  username: account.username,
  roles: [...account.roles],
  status: account.status,
  mfa_enabled,
  created_at: toIso(account.created_at_ms),
});

export const directoryEntryOf = (account: Account, mfa_enabled: boolean): DirectoryEntry => ({
  kind: "user",
  id: account.id,
  version: account.version,
  username: account.username,
  status: account.status,
  roles: account.roles,
  mfa_enabled,
  created_at_ms: account.created_at_ms,
});
