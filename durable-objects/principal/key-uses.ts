// Retiring a key of the ring: what it seals is sealed anew under the newest, and what cannot be (a password's pepper,
// tokens that others hold, codes on paper) is counted, until it has moved on by itself or was taken away.
import { parsePhc } from "../../src/protocol/phc-string.ts";
import { keyIdOf } from "../../src/protocol/sealed-box.ts";
import type { KeyUse } from "../../src/schema/key-use.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import { KeyUseStore, type SealedRow } from "./key-use-store.ts";

export class KeyUses {
  readonly #core: Core;
  readonly #store: KeyUseStore;
  /** Whether the newest key is written down as such. */
  #is_noted = false;

  constructor(core: Core) {
    this.#core = core;
    this.#store = new KeyUseStore(core.object.sql);
  }

  /** Writes down since when the newest key is the newest: with the first change that this memory makes. */
  note(now_ms: number): void {
    if (this.#is_noted || !this.#core.object.isCreated()) return;
    this.#store.noteNewest(this.#core.config.key_ring.newest.key_id, now_ms);
    this.#is_noted = true;
  }

  rolledBack(): void {
    this.#is_noted = false;
  }

  /** Seals anew whatever opens, and answers what each key is still used for. */
  async sweep(actor: Actor): Promise<Result<Changed<readonly KeyUse[]>>> {
    const { object, config, store } = this.#core;
    const { key_id: newest } = config.key_ring.newest;
    const old = this.#store.sealed().filter(({ box }) => keyIdOf(box) !== newest);
    const resealed = await Promise.all(old.map(async (row) => ({ row, fresh: await this.#resealed(row) })));
    return this.#core.change(actor, "key.swept", () => {
      for (const { row, fresh } of resealed) if (fresh) this.#store.reseal(row, fresh);
      return ok(this.#store.uses(parsePhc(store.account().phc), object.now()));
    });
  }

  async #resealed({ kind, id, box }: SealedRow): Promise<Uint8Array | null> {
    const { sealing } = this.#core;
    switch (kind) {
      case "second_factor": {
        const secret = await sealing.openTotp(box);
        return secret === null ? null : sealing.sealTotp(secret);
      }
      case "address": {
        const address = await sealing.openAddress(box);
        return address === null ? null : sealing.sealAddress(address);
      }
      case "session_description": {
        const description = await sealing.openDescription(id, box);
        return description && sealing.sealDescription(id, description);
      }
      case "ai_record": {
        const record = await sealing.openAiRecord(id, box);
        return record && sealing.sealAiRecord(id, record);
      }
    }
  }
}
