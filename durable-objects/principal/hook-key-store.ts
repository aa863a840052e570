// What of an integration was made under which key of the ring: boxes say it themselves; by which addresses deliveries
// come is written down as they do.
import { keyIdOf } from "../../src/protocol/sealed-box.ts";

/** What an integration keeps sealed, by the table that keeps it. */
export const HOOK_BOXES = ["integration_secret", "inbound_delivery"] as const;
export type HookBox = (typeof HOOK_BOXES)[number];

/** An address counts for so long after its last delivery; the last that was used counts for good. */
const ADDRESS_IDLE_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;
/** More than stands before the nonce of a box, and enough to be told from what is none. */
const HEAD_BYTES = 128;

export class HookKeyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Each box and its key, without what is in it: a delivery may be a mebibyte, and there may be many. */
  keysOf(table: HookBox): { id: string; key_id: string | null }[] {
    return this.#sql
      .exec<{ id: string; head: ArrayBuffer }>(
        `SELECT id, substr(box, 1, ?) AS head FROM ${table} WHERE box IS NOT NULL`,
        HEAD_BYTES,
      )
      .toArray()
      .map(({ id, head }) => ({ id, key_id: keyIdOf(new Uint8Array(head)) }));
  }

  /** Null where it has gone meanwhile. */
  box(table: HookBox, id: string): Uint8Array | null {
    const sql = `SELECT box FROM ${table} WHERE id = ? AND box IS NOT NULL`;
    const row = this.#sql.exec<{ box: ArrayBuffer }>(sql, id).toArray()[0];
    return row ? new Uint8Array(row.box) : null;
  }

  /** Puts a fresh box in the place of the one that was opened, if it is still there. */
  reseal(table: HookBox, id: string, box: Uint8Array, fresh: Uint8Array): void {
    this.#sql.exec(`UPDATE ${table} SET box = ? WHERE id = ? AND box = ?`, fresh, id, box);
  }

  /** A delivery came by an address of that key. Written once a day. */
  noteAddress(key_id: string, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO hook_address (key_id, used_at_ms) VALUES (?1, ?2)
       ON CONFLICT DO UPDATE SET used_at_ms = ?2 WHERE used_at_ms <= ?3`,
      key_id,
      now_ms,
      now_ms - DAY_MS,
    );
  }

  /** The keys of addresses that are in use; none where no delivery has come yet. */
  addressKeys(now_ms: number): string[] {
    return this.#sql
      .exec<{ key_id: string }>(
        `SELECT key_id FROM hook_address
         WHERE used_at_ms > ? OR used_at_ms = (SELECT max(used_at_ms) FROM hook_address)`,
        now_ms - ADDRESS_IDLE_MS,
      )
      .toArray()
      .map(({ key_id }) => key_id);
  }

  forgetAddresses(): void {
    this.#sql.exec("DELETE FROM hook_address");
  }

  /** When an integration that is not deleted was made; null for whoever is none. */
  madeAt(): number | null {
    return (
      this.#sql
        .exec<{ created_at_ms: number }>(
          "SELECT created_at_ms FROM account, integration WHERE integration.status != 'deleted'",
        )
        .toArray()[0]?.created_at_ms ?? null
    );
  }
}
