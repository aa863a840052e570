// What a principal deletes when its time is over, and when the next of it is due. What was deleted is counted.
import { Sweepings } from "../sweepings.ts";
import { AiRecordStore } from "./ai-record-store.ts";
import type { Buckets } from "./buckets.ts";
import type { Core } from "./core.ts";
import type { IntegrationRecord } from "./integration.ts";

export class Housekeeping {
  readonly #core: Core;
  readonly #buckets: Buckets;
  readonly #integration: IntegrationRecord;
  readonly #sweepings: Sweepings;
  readonly #ai_records: AiRecordStore;

  constructor(core: Core, buckets: Buckets, integration: IntegrationRecord) {
    this.#core = core;
    this.#buckets = buckets;
    this.#integration = integration;
    this.#sweepings = new Sweepings(core.object);
    this.#ai_records = new AiRecordStore(core.object.sql);
  }

  /** In the alarm's transaction. */
  run(now_ms: number): void {
    const { guards, nonces, mailbox, notices, overrides, tokens, keys, rows, config } = this.#core;
    mailbox.forget(now_ms);
    notices.settle(now_ms);
    const swept = {
      failures: guards.forget(now_ms),
      nonces: nonces.forget(now_ms),
      overrides: overrides.deleteEnded(now_ms),
      tokens: tokens.deleteExpired(now_ms),
      certificates: keys.deleteExpired(now_ms),
      sessions: rows.deleteExpired(now_ms, config.session.idle_ms),
      ai_records: this.#ai_records.forget(now_ms),
      buckets: this.#buckets.deleteFull(now_ms),
      deliveries: this.#integration.deliveries.forget(now_ms),
      secrets: this.#integration.store.deleteExpiredSecrets(now_ms),
    };
    this.#sweepings.note(swept, now_ms);
    this.#core.forget();
  }

  nextDue(): number | null {
    const { object, guards, nonces, mailbox, notices, overrides, tokens, keys, rows, store, config } =
      this.#core;
    const due = [
      guards.nextDue(),
      nonces.nextDue(),
      this.#sweepings.nextDue(),
      mailbox.nextDue(),
      notices.nextDue(object.now()),
      overrides.nextDue(),
      tokens.nextDue(),
      keys.nextDue(),
      this.#ai_records.nextDue(),
      rows.nextDue(config.session.idle_ms),
      store.account().expires_at_ms,
      this.#integration.deliveries.nextDue(),
      this.#integration.store.nextExpiry(),
    ].filter((at_ms) => at_ms !== null);
    return due.length > 0 ? Math.min(...due) : null;
  }
}
