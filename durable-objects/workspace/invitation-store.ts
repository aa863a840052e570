// The workspace's invitations: of each, the hash of its secret alone.
import type { Invitation } from "../../src/schema/account.ts";
import { toIso } from "../../src/schema/text.ts";
import { rolesOf } from "./store.ts";

interface InvitationRow extends Record<string, SqlStorageValue> {
  id: string;
  roles: string;
  invited_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  used_by: string | null;
}

const invitationOf = (row: InvitationRow): Invitation => ({
  id: row.id,
  roles: rolesOf(row),
  invited_by: row.invited_by,
  created_at: toIso(row.created_at_ms),
  expires_at: toIso(row.expires_at_ms),
  used_by: row.used_by,
});

export class InvitationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert(invitation: Omit<InvitationRow, "used_by">, secret_hash: string): Invitation {
    this.#sql.exec(
      `INSERT INTO invitation (id, secret_hash, roles, invited_by, created_at_ms, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      invitation.id,
      secret_hash,
      invitation.roles,
      invitation.invited_by,
      invitation.created_at_ms,
      invitation.expires_at_ms,
    );
    return invitationOf({ ...invitation, used_by: null } as InvitationRow);
  }

  /** One that nobody has used; or that one, who may have come to nothing. */
  live(secret_hash: string, user_id: string, now_ms: number): Invitation | null {
    const row = this.#sql
      .exec<InvitationRow>(
        "SELECT * FROM invitation WHERE secret_hash = ? AND coalesce(used_by, ?2) = ?2 AND expires_at_ms > ?3",
        secret_hash,
        user_id,
        now_ms,
      )
      .toArray()[0];
    return row ? invitationOf(row) : null;
  }

  use(id: string, used_by: string): void {
    this.#sql.exec("UPDATE invitation SET used_by = ? WHERE id = ?", used_by, id);
  }

  open(now_ms: number): number {
    const [row] = this.#sql
      .exec<{ count: number }>(
        "SELECT count(*) AS count FROM invitation WHERE used_by IS NULL AND expires_at_ms > ?",
        now_ms,
      )
      .toArray();
    return row!.count;
  }

  /** Whoever may invite no longer leaves none open. */
  close(invited_by: string, now_ms: number): void {
    this.#sql.exec(
      "UPDATE invitation SET expires_at_ms = ?1 WHERE invited_by = ?2 AND used_by IS NULL AND expires_at_ms > ?1",
      now_ms,
      invited_by,
    );
  }

  page(limit: number, after: string): Invitation[] {
    return this.#sql
      .exec<InvitationRow>("SELECT * FROM invitation WHERE id > ? ORDER BY id LIMIT ?", after, limit)
      .toArray()
      .map(invitationOf);
  }
}
