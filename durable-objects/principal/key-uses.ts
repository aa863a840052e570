// Retiring a key of the ring: what it seals is sealed anew under the newest, and what cannot be (a password's pepper,
// tokens that others hold, codes on paper) is counted, until it has moved on by itself or was taken away.
import { openSecret, sealSecret } from "../../src/protocol/integration-secret.ts";
import { parsePhc } from "../../src/protocol/phc-string.ts";
import { keyIdOf } from "../../src/protocol/sealed-box.ts";
import type { KeyUse } from "../../src/schema/key-use.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import { HOOK_BOXES, type HookBox, HookKeyStore } from "./hook-key-store.ts";
import { openDelivery, sealDelivery } from "./kept-delivery.ts";
import { KeyUseStore, type SealedRow } from "./key-use-store.ts";

const RESEALED_AT_ONCE = 16;

export class KeyUses {
  readonly #core: Core;
  readonly #store: KeyUseStore;
  readonly #hooks: HookKeyStore;
  /** Whether the newest key is written down as such. */
  #is_noted = false;

  constructor(core: Core) {
    this.#core = core;
    this.#store = new KeyUseStore(core.object.sql);
    this.#hooks = new HookKeyStore(core.object.sql);
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
    for (const table of HOOK_BOXES) await this.#resealHooks(table, newest);
    const old = this.#store.sealed().filter(({ box }) => keyIdOf(box) !== newest);
    const resealed = await Promise.all(old.map(async (row) => ({ row, fresh: await this.#resealed(row) })));
    return this.#core.change(actor, "key.swept", () => {
      for (const { row, fresh } of resealed) if (fresh) this.#store.reseal(row, fresh);
      return ok(this.#store.uses(parsePhc(store.account().phc), object.now()));
    });
  }

  /** Some at a time: many deliveries, of a mebibyte each, would fill the memory. */
  async #resealHooks(table: HookBox, newest: string): Promise<void> {
    const old = this.#hooks.keysOf(table).filter(({ key_id }) => key_id !== newest);
    for (let from = 0; from < old.length; from += RESEALED_AT_ONCE) {
      const some = old.slice(from, from + RESEALED_AT_ONCE);
      const resealed = await Promise.all(some.map(({ id }) => this.#resealedHook(table, id)));
      this.#core.object.transact(() => {
        for (const each of resealed) if (each) this.#hooks.reseal(table, each.id, each.box, each.fresh);
      });
    }
  }

  async #resealedHook(table: HookBox, id: string) {
    const { object, config } = this.#core;
    const box = this.#hooks.box(table, id);
    if (!box) return null;
    const { key_ring: ring } = config;
    if (table === "integration_secret") {
      const secret = await openSecret(ring, object.name(), id, box);
      return secret && { id, box, fresh: await sealSecret(ring, object.name(), id, secret) };
    }
    const kept = await openDelivery(ring, object.name(), id, box);
    return kept && { id, box, fresh: await sealDelivery(ring, object.name(), id, kept) };
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
