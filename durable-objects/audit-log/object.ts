// The audit log of one workspace: gives every event its place in one order, and writes them on to R2.
// Events of a log that was never opened are refused, so that no stranger can make one come to be.

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
import schema from "./schema.sql";
import { AuditLogStore } from "./store.ts";

/** Events in one R2 object. */
const CHUNK_EVENTS_MAX = 1_000;
/** How long events wait for company before they are written to R2. */
const CHUNK_DELAY_MS = 1_000;
/** After a refusal of R2. */
const CHUNK_RETRY_MS = 5_000;

export class AuditLog extends LoggedObject implements AuditLogRpc {
  readonly #store: AuditLogStore;
  #chunk_due_ms: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "audit-log", script: schema });
    this.#store = new AuditLogStore(this.sql);
  }

  async open(): Promise<void> {
    if (!this.isCreated) this.transact(() => this.createObject());
  }

  async append(batch: EventBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    return this.transactTogether((now_ms) => {
      let index = this.#store.size();
      const receipt = takeOnce(this.sql, batch, (event) => {
        if (!this.#store.insert(index, event)) return;
        index += 1;
        // One structured line per event: what Logpush carries away.
        // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
        console.log(JSON.stringify({ audit: event }));
      });
      this.#chunk_due_ms ??= now_ms + CHUNK_DELAY_MS;
      this.wakeBy(this.#chunk_due_ms);
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
    return ok(pageOf(this.#store.page(filter, limit, below), limit, ({ index }) => index));
  }

  override async alarm(): Promise<void> {
    if (this.isCreated) await this.#writeChunks();
    await super.alarm();
  }

  protected override nextHousekeeping(): number | null {
    return this.#chunk_due_ms;
  }

  /** The outboxes end here; the log's own few events go the same way as all others. */
  protected override send(_destination: string, batch: EventBatch): Promise<Receipt> {
    return this.append(batch);
  }

  async #writeChunks(): Promise<void> {
    try {
      for (;;) {
        const chunk = this.transact(() => this.#store.planChunk(CHUNK_EVENTS_MAX));
        if (!chunk) break;
        await putChunk(this.env.AUDIT_BUCKET, this.workspace, this.#store.range(chunk.first, chunk.end));
        this.transact(() => this.#store.chunkWritten(chunk.end));
      }
      this.#chunk_due_ms = null;
    } catch {
      this.#chunk_due_ms = Date.now() + CHUNK_RETRY_MS;
    }
  }
}
