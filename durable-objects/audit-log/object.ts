// The audit log of one workspace: gives every event its place in one order, publishes that order as a verifiable log,
// and writes it on to R2. Events of a log that was never opened are refused, so that no stranger can make one come to be.

import { putChunk } from "../../src/audit-sinks/json-lines.ts";
import type { Env } from "../../src/config.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { AuditLogRpc, EventFilter } from "../../src/schema/messages/audit-log.ts";
import type { EventBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Page, PagePosition } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { takeOnce } from "../inbox.ts";
import { LoggedObject } from "../logged-object.ts";
import { pageOf } from "../page.ts";
import { Personal } from "./personal.ts";
import { Publication } from "./publication.ts";
import schema from "./schema.sql";
import { AuditLogStore } from "./store.ts";
import { TreeStore } from "./tree-store.ts";

/** Events in one R2 object. */
const CHUNK_EVENTS_MAX = 1_000;
/** How long events wait for company before they are published and written to R2. */
const DELAY_MS = 1_000;
/** After a refusal of R2. */
const RETRY_MS = 5_000;

export class AuditLog extends LoggedObject implements AuditLogRpc {
  readonly #store: AuditLogStore;
  readonly #personal: Personal;
  readonly #publication: Publication;
  #due_ms: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "audit-log", script: schema });
    this.#store = new AuditLogStore(this.sql);
    this.#personal = new Personal(this.surface());
    this.#publication = new Publication(this.surface(), {
      workspace: () => this.workspace,
      events: this.#store,
      tree: new TreeStore(this.sql),
      sync: () => ctx.storage.sync(),
    });
  }

  async open(): Promise<void> {
    if (!this.isCreated) this.transact(() => this.createObject());
  }

  async append(batch: EventBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    const rows = await this.#personal.seal(batch.rows);
    return this.transactTogether((now_ms) => {
      let index = this.#store.size();
      const receipt = takeOnce(this.sql, { ...batch, rows }, (event) => {
        const entry = this.#store.insert(index, event);
        if (!entry) return;
        index += 1;
        // One structured line per event: what Logpush carries away.
        // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
        console.log(JSON.stringify({ audit: entry }));
      });
      this.#due_ms ??= now_ms + DELAY_MS;
      this.wakeBy(this.#due_ms);
      return receipt;
    });
  }

  async events(
    filter: EventFilter,
    limit: number,
    before: PagePosition | null,
  ): Promise<Result<Page<AuditEvent>>> {
    if (!this.isCreated) return refuse("not_found");
    const below = typeof before === "number" ? before : Number.MAX_SAFE_INTEGER;
    const events = await this.#personal.open(this.#store.page(filter, limit, below));
    return ok(pageOf(events, limit, ({ index }) => index));
  }

  async eraseSubject(subject: string): Promise<void> {
    if (this.isCreated) this.transact(() => this.#personal.destroy(subject));
  }

  override async alarm(): Promise<void> {
    if (this.isCreated) {
      // What comes while these run is due anew.
      this.#due_ms = null;
      const works = [() => this.#writeChunks(), () => this.#publication.run(), () => this.#personal.reseal()];
      const succeeded: boolean[] = [];
      for (const work of works) succeeded.push(await this.#succeeds(work));
      if (!succeeded.every(Boolean)) this.#due_ms = Date.now() + RETRY_MS;
    }
    await super.alarm();
  }

  protected override nextHousekeeping(): number | null {
    return this.#due_ms;
  }

  /** The outboxes end here; the log's own few events go the same way as all others. */
  protected override send(_destination: string, batch: EventBatch): Promise<Receipt> {
    return this.append(batch);
  }

  async #writeChunks(): Promise<void> {
    for (;;) {
      const chunk = this.transact(() => this.#store.planChunk(CHUNK_EVENTS_MAX));
      if (!chunk) return;
      const entries = this.#store.entries(chunk.first, chunk.end);
      await putChunk(this.env.AUDIT_BUCKET, this.workspace, chunk.first, entries);
      this.transact(() => this.#store.chunkWritten(chunk.end));
    }
  }

  /** Works of the alarm fail alone, and none for good. */
  async #succeeds(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (defect) {
      const message = defect instanceof Error ? defect.message : String(defect);
      // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
      console.error(JSON.stringify({ level: "error", object: "audit-log", message }));
      return false;
    }
  }
}
