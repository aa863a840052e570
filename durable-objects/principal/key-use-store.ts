// What of a principal's rows was made under which key of the ring: boxes say it themselves; of what carries a MAC made
// here, the time of its making says it, by the time from which on each key was the newest.
import { keyIdOf } from "../../src/protocol/sealed-box.ts";
import type { KeyUse } from "../../src/schema/key-use.ts";
import { HOOK_BOXES, HookKeyStore } from "./hook-key-store.ts";

/** What a row keeps sealed, so that it can be sealed anew: in which table, and which row. */
export type SealedKind = "second_factor" | "address" | "session_description" | "ai_record";

export interface SealedRow {
  readonly kind: SealedKind;
  readonly id: string;
  readonly box: Uint8Array;
}

type KeyAt = (at_ms: number | null, late_ms?: number) => string | null;

/** An integration's object comes to be by an order of its project, which is under way for a moment. */
const ORDER_MS = 60_000;

const SEALED = `SELECT 'second_factor' AS kind, state AS id, box FROM totp
  UNION ALL SELECT 'address', state, box FROM email_address
  UNION ALL SELECT 'session_description', id, description FROM session
  UNION ALL SELECT 'ai_record', id, box FROM ai_record`;

export class KeyUseStore {
  readonly #sql: SqlStorage;
  readonly #hooks: HookKeyStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#hooks = new HookKeyStore(sql);
  }

  /** From now on that key is the newest, unless it was already. */
  noteNewest(key_id: string, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO key_era (key_id, since_ms) SELECT ?, ? WHERE ? IS NOT
         (SELECT key_id FROM key_era ORDER BY since_ms DESC, rowid DESC LIMIT 1)`,
      key_id,
      now_ms,
      key_id,
    );
  }

  sealed(): SealedRow[] {
    return this.#sql
      .exec<{ kind: SealedKind; id: string; box: ArrayBuffer }>(SEALED)
      .toArray()
      .map((row) => ({ ...row, box: new Uint8Array(row.box) }));
  }

  /** Puts a fresh box in the place of the one that was opened, if it is still there. */
  reseal({ kind, id, box }: SealedRow, fresh: Uint8Array): void {
    switch (kind) {
      case "second_factor":
        this.#sql.exec("UPDATE totp SET box = ? WHERE state = ? AND box = ?", fresh, id, box);
        break;
      case "address":
        this.#sql.exec("UPDATE email_address SET box = ? WHERE state = ? AND box = ?", fresh, id, box);
        break;
      case "session_description":
        this.#sql.exec("UPDATE session SET description = ? WHERE id = ? AND description = ?", fresh, id, box);
        break;
      case "ai_record":
        this.#sql.exec("UPDATE ai_record SET box = ? WHERE id = ? AND box = ?", fresh, id, box);
    }
  }

  /** By the pepper's key, where there is a password; null where it has none. */
  uses(pepper: { readonly key_id: string | null } | null, now_ms: number): KeyUse[] {
    const counts = new Map<string, KeyUse>();
    const add = (kind: KeyUse["kind"], key_id: string | null) => {
      const name = `${key_id} ${kind}`;
      counts.set(name, { key_id, kind, count: 1 + (counts.get(name)?.count ?? 0) });
    };
    if (pepper) add("password", pepper.key_id);
    for (const { kind, box } of this.sealed()) add(kind, keyIdOf(box));
    for (const { state } of this.#sql.exec<{ state: ArrayBuffer }>("SELECT state FROM session").toArray()) {
      add("session_state", keyIdOf(new Uint8Array(state)));
    }
    for (const table of HOOK_BOXES) {
      for (const { key_id } of this.#hooks.keysOf(table)) add(table, key_id);
    }
    const keyAt = this.#keyAt();
    for (const key_id of this.#addressKeys(keyAt, now_ms)) add("hook_address", key_id);
    for (const [kind, times] of Object.entries(this.#made(now_ms))) {
      for (const at_ms of times) add(kind as KeyUse["kind"], keyAt(at_ms));
    }
    return [...counts.values()];
  }

  /** Until a delivery comes by another, an integration's address is the one that it was made with. */
  #addressKeys(keyAt: KeyAt, now_ms: number): (string | null)[] {
    const used = this.#hooks.addressKeys(now_ms);
    const made_at_ms = this.#hooks.madeAt();
    return used.length > 0 || made_at_ms === null ? used : [keyAt(made_at_ms, ORDER_MS)];
  }

  /** Which key was the newest at a time, or the first within `late_ms` of it; null where that is not known. */
  #keyAt(): KeyAt {
    const eras = this.#sql
      .exec<{ key_id: string; since_ms: number }>(
        "SELECT key_id, since_ms FROM key_era ORDER BY since_ms, rowid",
      )
      .toArray();
    return (at_ms, late_ms = 0) => {
      if (at_ms === null) return null;
      const era = eras.findLast(({ since_ms }) => since_ms <= at_ms) ?? eras[0];
      return era && era.since_ms <= at_ms + late_ms ? era.key_id : null;
    };
  }

  /** When what is alive was made: tokens, links, worker keys and backup codes. A mail's boxes are on their way out. */
  #made(now_ms: number): Partial<Record<KeyUse["kind"], (number | null)[]>> {
    const times = (cursor: SqlStorageCursor<{ at_ms: number | null }>) =>
      cursor.toArray().map((row) => row.at_ms);
    return {
      session_token: times(this.#sql.exec("SELECT created_at_ms AS at_ms FROM session")),
      api_token: times(this.#sql.exec("SELECT created_at_ms AS at_ms FROM api_token")),
      worker_key_id: times(this.#sql.exec("SELECT created_at_ms AS at_ms FROM signing_key")),
      backup_code: times(
        this.#sql.exec("SELECT made_at_ms AS at_ms FROM backup_code WHERE used_at_ms IS NULL"),
      ),
      mailed_link: times(
        this.#sql.exec(
          "SELECT made_at_ms AS at_ms FROM mailed_link WHERE spent_at_ms IS NULL AND expires_at_ms > ?",
          now_ms,
        ),
      ),
      mail: times(this.#sql.exec("SELECT NULL AS at_ms FROM outbox WHERE destination = 'mail'")),
    };
  }
}
