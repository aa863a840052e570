// Rows of a workspace's certificate authorities, and of what they have issued and revoked.
import type { Revoked } from "../../src/protocol/revocation-list.ts";

export interface AuthorityRow {
  readonly id: string;
  readonly certificate: Uint8Array;
  readonly box: Uint8Array;
  readonly created_at_ms: number;
  readonly not_after_ms: number;
  readonly retired_at_ms: number | null;
  readonly list_number: number;
  readonly list: Uint8Array | null;
  readonly list_at_ms: number | null;
}

export interface CertificateRow {
  readonly serial_number: string;
  readonly authority_id: string;
  readonly worker_id: string;
  readonly key_id: string;
  readonly not_after_ms: number;
}

type Stored = Omit<AuthorityRow, "certificate" | "box" | "list"> & {
  certificate: ArrayBuffer;
  box: ArrayBuffer;
  list: ArrayBuffer | null;
};

const rowOf = (stored: Stored): AuthorityRow => ({
  ...stored,
  certificate: new Uint8Array(stored.certificate),
  box: new Uint8Array(stored.box),
  list: stored.list && new Uint8Array(stored.list),
});

export class AuthorityStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Newest first; the first is the one that issues. */
  all(): AuthorityRow[] {
    const rows = this.#sql
      .exec("SELECT * FROM authority ORDER BY retired_at_ms IS NOT NULL, created_at_ms DESC")
      .toArray();
    return (rows as unknown as Stored[]).map(rowOf);
  }

  /** The one that issues; null before there is any. */
  present(): AuthorityRow | null {
    const stored = this.#sql.exec("SELECT * FROM authority WHERE retired_at_ms IS NULL").toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  find(id: string): AuthorityRow | null {
    const stored = this.#sql.exec("SELECT * FROM authority WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  /** A new one takes over from the present one, if there is one. */
  insert(row: Pick<AuthorityRow, "id" | "certificate" | "box" | "not_after_ms">, now_ms: number): void {
    this.#sql.exec("UPDATE authority SET retired_at_ms = ? WHERE retired_at_ms IS NULL", now_ms);
    this.#sql.exec(
      `INSERT INTO authority (id, certificate, box, created_at_ms, not_after_ms, list_number)
       VALUES (?, ?, ?, ?, ?, 0)`,
      row.id,
      row.certificate,
      row.box,
      now_ms,
      row.not_after_ms,
    );
  }

  reseal(id: string, box: Uint8Array, fresh: Uint8Array): void {
    this.#sql.exec("UPDATE authority SET box = ? WHERE id = ? AND box = ?", fresh, id, box);
  }

  /** Keeps the list that comes next, unless another was kept, or something was revoked, meanwhile; tells whether it did. */
  saveList(id: string, list: Uint8Array, number: number, now_ms: number): boolean {
    return (
      this.#sql
        .exec(
          `UPDATE authority SET list = ?, list_number = ?, list_at_ms = ? WHERE id = ? AND list_number = ? - 1
           RETURNING 1`,
          list,
          number,
          now_ms,
          id,
          number,
        )
        .toArray().length > 0
    );
  }

  insertCertificate(row: CertificateRow): void {
    this.#sql.exec(
      `INSERT INTO certificate (serial_number, authority_id, worker_id, key_id, not_after_ms)
       VALUES (?, ?, ?, ?, ?)`,
      row.serial_number,
      row.authority_id,
      row.worker_id,
      row.key_id,
      row.not_after_ms,
    );
  }

  /** Of that worker: all that may not have expired. */
  count(worker_id: string): number {
    return this.#sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM certificate WHERE worker_id = ?", worker_id)
      .one().count;
  }

  /**
   * Revokes what was issued for that key, or for all keys of the worker, and is not revoked yet. It takes the number of
   * the list that is being signed, if there is one: that does not name it, and is not kept.
   */
  revoke(worker_id: string, key_id: string | null, now_ms: number): void {
    const rows = this.#sql
      .exec<{ authority_id: string }>(
        `UPDATE certificate SET revoked_at_ms = ? WHERE worker_id = ? AND (?3 IS NULL OR key_id = ?3)
           AND revoked_at_ms IS NULL RETURNING authority_id`,
        now_ms,
        worker_id,
        key_id,
      )
      .toArray();
    for (const authority_id of new Set(rows.map((row) => row.authority_id))) {
      this.#sql.exec(
        "UPDATE authority SET list = NULL, list_number = list_number + 1 WHERE id = ?",
        authority_id,
      );
    }
  }

  revoked(authority_id: string): Revoked[] {
    return this.#sql
      .exec<{ serial_number: string; revoked_at_ms: number }>(
        `SELECT serial_number, revoked_at_ms FROM certificate
         WHERE authority_id = ? AND revoked_at_ms IS NOT NULL ORDER BY revoked_at_ms, serial_number`,
        authority_id,
      )
      .toArray();
  }

  /** Forgets certificates that expired before the one time, authorities that retired before the other. */
  forget(expired_ms: number, retired_ms: number): void {
    this.#sql.exec("DELETE FROM certificate WHERE not_after_ms <= ?", expired_ms);
    this.#sql.exec("DELETE FROM authority WHERE retired_at_ms <= ?", retired_ms);
  }

  /** The earliest end of a certificate, and the earliest retirement of an authority. */
  earliest(): { not_after_ms: number | null; retired_at_ms: number | null } {
    return this.#sql
      .exec<{ not_after_ms: number | null; retired_at_ms: number | null }>(
        `SELECT (SELECT min(not_after_ms) FROM certificate) AS not_after_ms,
           (SELECT min(retired_at_ms) FROM authority) AS retired_at_ms`,
      )
      .one();
  }
}
