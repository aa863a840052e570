// The end of a person: what is personal goes in one transaction, and with it every way in; projects and the audit log
// hear of it by the outbox. What is left, an id and a time, answers for an hour to what was still under way, and then
// the object goes as a whole. The workspace keeps the id taken.
import type { Batch, PrincipalBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Core } from "./core.ts";
import { ErasureStore } from "./erasure-store.ts";
import type { Farewell } from "./farewell.ts";

/** Where the audit log hears of it. */
export const ERASED_SUBJECT = "erased-subject";
const FAREWELL_MS = 3_600_000;

export class Erasure {
  readonly #core: Core;
  readonly #store: ErasureStore;
  readonly #farewell: Farewell;

  constructor(core: Core, farewell: Farewell) {
    this.#core = core;
    this.#farewell = farewell;
    this.#store = new ErasureStore(core.object.sql);
  }

  get isBegun(): boolean {
    return this.dueAt !== null;
  }

  /** When the object may go; null while nobody was erased. */
  get dueAt(): number | null {
    if (!this.#core.object.isCreated()) return null;
    const { erased_at_ms } = this.#core.store.account();
    return erased_at_ms === null ? null : erased_at_ms + FAREWELL_MS;
  }

  get isOver(): boolean {
    return this.dueAt !== null && this.dueAt <= this.#core.object.now();
  }

  /** What stands in the way of an erasure. */
  ownedProjects(limit: number): string[] {
    return this.#store.ownedProjects(limit);
  }

  /** A repeat changes nothing. In a transaction; the caller then forgets what memory held. */
  begin(now_ms: number): void {
    if (this.isBegun) return;
    const { object, store } = this.#core;
    const { id } = store.account();
    this.#farewell.begin("erased");
    object.append(ERASED_SUBJECT, { id });
    this.#store.erase(now_ms);
    object.wakeBy(now_ms + FAREWELL_MS);
  }

  /** Nothing that comes is taken; a project to which they are somebody still hears that they are gone. */
  refuse({ first_sequence, rows }: PrincipalBatch): Receipt {
    this.#core.object.transact(() => this.#farewell.repeat(rows, "erased"));
    return { next_sequence: first_sequence, gone: true };
  }

  /** Tells the audit log, which may hear of it more than once. */
  async tell({ first_sequence, rows }: Batch<never>): Promise<Receipt> {
    const { object, store, workspace } = this.#core;
    await object.env.AUDIT_LOG.getByName(workspace).eraseSubject(store.account().id);
    return { next_sequence: first_sequence + rows.length };
  }
}
