// What the principal's calls told a model and what it answered: sealed, and forgotten after a while. The audit gets
// figures and verdicts; what was said stands here alone.
import type { AiRecord } from "../../src/schema/ai-record.ts";
import type { Actor, Page, PagePosition } from "../../src/schema/messages/request.ts";
import { pageOf } from "../page.ts";
import { AiRecordStore } from "./ai-record-store.ts";
import type { Core } from "./core.ts";

export class AiRecords {
  readonly #core: Core;
  readonly #store: AiRecordStore;

  constructor(core: Core) {
    this.#core = core;
    this.#store = new AiRecordStore(core.object.sql);
  }

  /** Keeps a record and audits the call in one transaction. */
  async keep(actor: Actor, record: AiRecord): Promise<void> {
    const { object, store, sealing, config } = this.#core;
    const box = await sealing.sealAiRecord(record.id, record);
    const forget_at_ms = object.now() + config.ai.record_ms;
    const { id, feature, guards, prompt: _prompt, answer: _answer, called_at: _called_at, ...facts } = record;
    object.transact((now_ms) => {
      // Of who was erased meanwhile the audit keeps figures, and nobody what was said.
      if (store.account().erased_at_ms === null) this.#store.add(id, now_ms, forget_at_ms, box);
      object.audit({
        type: "ai.called",
        at_ms: now_ms,
        by: actor,
        targets: [id],
        details: { feature, guards, ...facts },
      });
    });
    object.wakeBy(forget_at_ms);
  }

  /** The latest first; what no key of the ring opens any more is left out. */
  async page(limit: number, before: PagePosition | null): Promise<Page<AiRecord>> {
    const { items, next } = pageOf(
      this.#store.before(limit, String(before ?? "")),
      limit,
      ({ called_at_ms, id }) => `${called_at_ms} ${id}`,
    );
    const opened = await Promise.all(
      items.map(({ id, box }) => this.#core.sealing.openAiRecord(id, new Uint8Array(box))),
    );
    return { items: opened.filter((record) => record !== null), next };
  }
}
