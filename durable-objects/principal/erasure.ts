// The end of a person: what is personal goes in one transaction, and with it every way in; projects and the audit log
// hear of it by the outbox. What is left, an id and a time, answers for an hour to what was still under way, and then
// the object goes as a whole. The workspace keeps the id taken.
import type { Batch, PrincipalBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Core } from "./core.ts";
import { ErasureStore } from "./erasure-store.ts";

/** Before a project's name: where it hears that a member was erased. */
export const ERASED_MEMBER = "erased-member/";
/** Where the audit log hears of it. */
export const ERASED_SUBJECT = "erased-subject";
const FAREWELL_MS = 3_600_000;

export class Erasure {
  readonly #core: Core;
  readonly #store: ErasureStore;

  constructor(core: Core) {
    this.#core = core;
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
    const { object, store, workspace } = this.#core;
    const { id } = store.account();
    for (const project of this.#store.projects()) this.#tellProject(`${workspace}/${project}`);
    object.append(ERASED_SUBJECT, { id });
    this.#store.erase(now_ms);
    object.wakeBy(now_ms + FAREWELL_MS);
  }

  /** Nothing that comes is taken; a project that has made them a member meanwhile hears that they are gone. */
  refuse({ first_sequence, rows }: PrincipalBatch): Receipt {
    const joined = rows.filter((row) => row.kind === "project" && row.role !== null);
    if (joined.length > 0) {
      this.#core.object.transact(() => {
        for (const { id } of joined as { id: string }[]) this.#tellProject(`${this.#core.workspace}/${id}`);
      });
    }
    return { next_sequence: first_sequence, gone: true };
  }

  /** Rows of the destinations above; both receivers may hear of it more than once. */
  async tell(destination: string, { first_sequence, rows }: Batch<never>): Promise<Receipt> {
    const { object, store, workspace } = this.#core;
    const { id } = store.account();
    if (destination === ERASED_SUBJECT) await object.env.AUDIT_LOG.getByName(workspace).eraseSubject(id);
    else await object.env.PROJECT.getByName(destination.slice(ERASED_MEMBER.length)).eraseMember(id);
    return { next_sequence: first_sequence + rows.length };
  }

  #tellProject(name: string): void {
    this.#core.object.append(ERASED_MEMBER + name, {});
  }
}
