// What mail needs of a principal: its addresses, sealed; its one-use links, hashed; networks let in by a link.
import { LINK_KEPT_MS, type LinkKind, type MailedLink } from "../../src/domain/mailed-link.ts";

export type AddressState = "confirmed" | "pending";

export interface NewLink {
  readonly id: string;
  readonly kind: LinkKind;
  readonly secret_hash: Uint8Array;
  readonly made_at_ms: number;
  readonly expires_at_ms: number;
}

export interface LinkRow extends MailedLink {
  readonly kind: LinkKind;
  readonly secret_hash: Uint8Array;
}

export class MailStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  address(state: AddressState): Uint8Array | null {
    const [row] = this.#sql
      .exec<{ box: ArrayBuffer }>("SELECT box FROM email_address WHERE state = ?", state)
      .toArray();
    return row ? new Uint8Array(row.box) : null;
  }

  saveAddress(state: AddressState, box: Uint8Array): void {
    this.#sql.exec("INSERT OR REPLACE INTO email_address (state, box) VALUES (?, ?)", state, box);
  }

  /** The pending address takes the place of the confirmed one. */
  confirmAddress(): void {
    this.#sql.exec(
      `DELETE FROM email_address
       WHERE state = 'confirmed' AND EXISTS (SELECT 1 FROM email_address WHERE state = 'pending')`,
    );
    this.#sql.exec("UPDATE email_address SET state = 'confirmed' WHERE state = 'pending'");
  }

  insertLink(link: NewLink): void {
    this.#sql.exec(
      `INSERT INTO mailed_link (id, kind, secret_hash, made_at_ms, expires_at_ms, tries, spent_at_ms, forget_at_ms)
       VALUES (?, ?, ?, ?, ?, 0, NULL, ?)`,
      link.id,
      link.kind,
      link.secret_hash,
      link.made_at_ms,
      link.expires_at_ms,
      Math.max(link.expires_at_ms, link.made_at_ms + LINK_KEPT_MS),
    );
  }

  link(id: string): LinkRow | null {
    const [row] = this.#sql
      .exec<{
        kind: LinkKind;
        secret_hash: ArrayBuffer;
        expires_at_ms: number;
        tries: number;
        spent_at_ms: number | null;
      }>("SELECT kind, secret_hash, expires_at_ms, tries, spent_at_ms FROM mailed_link WHERE id = ?", id)
      .toArray();
    return row ? { ...row, secret_hash: new Uint8Array(row.secret_hash) } : null;
  }

  /** When links of that kind were made, rising, as far as rows are kept. */
  linksMade(kind: LinkKind): number[] {
    return this.#sql
      .exec<{ made_at_ms: number }>(
        "SELECT made_at_ms FROM mailed_link WHERE kind = ? ORDER BY made_at_ms",
        kind,
      )
      .toArray()
      .map((row) => row.made_at_ms);
  }

  countTry(id: string): void {
    this.#sql.exec("UPDATE mailed_link SET tries = tries + 1 WHERE id = ?", id);
  }

  spendLinks(kind: LinkKind, now_ms: number): void {
    this.#sql.exec(
      "UPDATE mailed_link SET spent_at_ms = ? WHERE kind = ? AND spent_at_ms IS NULL",
      now_ms,
      kind,
    );
  }

  admits(network: string, now_ms: number): boolean {
    const found = this.#sql.exec(
      "SELECT 1 FROM admitted_network WHERE network = ? AND until_ms > ?",
      network,
      now_ms,
    );
    return found.toArray().length > 0;
  }

  admitNetwork(network: string, until_ms: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO admitted_network (network, until_ms) VALUES (?, ?)",
      network,
      until_ms,
    );
  }

  forget(now_ms: number): void {
    this.#sql.exec("DELETE FROM mailed_link WHERE forget_at_ms <= ?", now_ms);
    this.#sql.exec("DELETE FROM admitted_network WHERE until_ms <= ?", now_ms);
  }

  nextDue(): number | null {
    const { due } = this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT min(forget_at_ms) AS due FROM mailed_link UNION ALL SELECT min(until_ms) FROM admitted_network)`,
      )
      .one();
    return due;
  }
}
