// Blocked addresses as the deployment's operators see them: the workspace main holds what the shards report.
import type { AddressBlock } from "../../src/schema/block.ts";
import type { BlockEntry } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { pageOf } from "../page.ts";
import { type BlockRow, BlockStore } from "./block-store.ts";

const blockOf = ({ id, address, times, blocked_at_ms, until_ms }: BlockRow): AddressBlock => ({
  id,
  address,
  times,
  blocked_at: toIso(blocked_at_ms),
  until: toIso(until_ms),
});

export class Blocks {
  readonly #object: ObjectSurface;
  readonly #store: BlockStore;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new BlockStore(object.sql);
  }

  /** In the caller's transaction. */
  heed(entry: BlockEntry): void {
    this.#store.save(entry, this.#object.now());
  }

  page(limit: number, after: PagePosition | null): Result<Page<AddressBlock>> {
    if (this.#stranger) return { ok: false, refusal: this.#stranger };
    const rows = this.#store.page(limit, String(after ?? ""), this.#object.now());
    return ok(pageOf(rows.map(blockOf), limit, ({ id }) => id));
  }

  read(id: string): Result<AddressBlock> {
    if (this.#stranger) return { ok: false, refusal: this.#stranger };
    const row = this.#store.find(id, this.#object.now());
    return row ? ok(blockOf(row)) : refuse("not_found");
  }

  /** Takes it off the list; the shard has lifted it. */
  lift(actor: Actor, id: string): Result<Changed<null>> {
    if (this.#stranger) return { ok: false, refusal: this.#stranger };
    return this.#object.transact((now_ms) => {
      if (!this.#store.find(id, now_ms)) return refuse("not_found");
      this.#store.remove(id);
      const event_id = this.#object.audit({ type: "block.lifted", at_ms: now_ms, by: actor, targets: [id] });
      return ok({ value: null, event_id });
    });
  }

  /** Blocks hold for every workspace, so the operators of one alone decide on them. */
  get #stranger(): Refusal | null {
    if (this.#object.name() === "main") return null;
    return refuse("permission_denied", { rule: "not_main" }).refusal;
  }
}
