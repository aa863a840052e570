// An integration's own record: it comes to be by its project's first order and obeys the later ones. Its secrets are
// opened once and stay in memory until anything about it changes, so that what is replaced or suspended is gone from
// the next delivery on.
import type { CryptoKey } from "../../src/protocol/crypto-key.ts";
import { importSecret } from "../../src/protocol/inbound-signature.ts";
import { openSecret } from "../../src/protocol/integration-secret.ts";
import type { IntegrationOrder } from "../../src/schema/messages/hook.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import { HookKeyStore } from "./hook-key-store.ts";
import { InboundDeliveryStore } from "./inbound-delivery-store.ts";
import { type IntegrationRow, IntegrationStore } from "./integration-store.ts";

/** An integration that takes deliveries, with the keys of its secrets. */
export interface LiveIntegration {
  readonly row: IntegrationRow;
  readonly keys: readonly { readonly key: CryptoKey; readonly expires_at_ms: number | null }[];
}

export class IntegrationRecord {
  readonly store: IntegrationStore;
  readonly deliveries: InboundDeliveryStore;
  readonly made_under: HookKeyStore;
  readonly #core: Core;
  #live: LiveIntegration | null = null;

  constructor(core: Core) {
    this.#core = core;
    this.store = new IntegrationStore(core.object.sql);
    this.deliveries = new InboundDeliveryStore(core.object.sql);
    this.made_under = new HookKeyStore(core.object.sql);
    core.onChange(() => {
      this.#live = null;
    });
  }

  /** Makes the record, unless it is there. In a transaction. */
  create({ id, settings, at_ms }: IntegrationOrder): void {
    if (this.#core.object.isCreated()) return;
    this.#core.object.create();
    this.#core.store.insertAccount({
      id,
      username: settings.name,
      status: "active",
      roles: ["USER"],
      bootstrap: false,
      phc: "", // it has no password, and no sign-in leads here
      version: 1,
      order_version: 0,
      created_at_ms: at_ms,
      expires_at_ms: null,
      erased_at_ms: null,
    });
  }

  /**
   * A lower version than the last is ignored. Of a deleted one nothing stays but that it was; of one that is active again,
   * what waits goes on at once. In a transaction.
   */
  obey({ version, project_id, status, settings, secret, at_ms }: IntegrationOrder): void {
    if (version <= this.store.version()) return;
    const was = this.store.find()?.status;
    this.store.save({ version, project_id, status, settings });
    // What ends with the decision has ended, whatever the clock says here.
    const until_ms = secret && secret.others_until_ms > at_ms ? secret.others_until_ms : 0;
    if (secret) this.store.replaceSecret(secret, until_ms, at_ms);
    if (status === "deleted") {
      this.store.deleteSecrets();
      this.deliveries.deleteAll();
      this.made_under.forgetAddresses();
    }
    if (status === "active" && was === "suspended") {
      const now_ms = this.#core.object.now();
      this.deliveries.hasten(now_ms);
      this.#core.object.wakeBy(now_ms);
    }
    this.#core.forget();
  }

  /** Where it belongs. */
  place(): Result<{ project_id: string }> {
    const row = this.#core.object.isCreated() ? this.store.find() : null;
    return row && row.status !== "deleted" ? ok({ project_id: row.project_id }) : refuse("not_found");
  }

  /** Whether this is what it is still: ask again after each wait. */
  isLive({ row }: LiveIntegration): boolean {
    return this.store.version() === row.version;
  }

  /** Null while it takes no deliveries. */
  async open(): Promise<LiveIntegration | null> {
    for (;;) {
      if (this.#live) return this.#live;
      const row = this.#core.object.isCreated() ? this.store.find() : null;
      if (row?.status !== "active") return null;
      const live = { row, keys: await this.#keys() };
      // It may have changed meanwhile.
      if (this.store.version() !== row.version) continue;
      this.#live ??= live;
    }
  }

  async #keys(): Promise<LiveIntegration["keys"]> {
    const { object, config } = this.#core;
    const opened = await Promise.all(
      this.store.secrets(object.now()).map(async ({ id, box, expires_at_ms }) => {
        const bytes = await openSecret(config.key_ring, object.name(), id, box);
        return bytes && { key: await importSecret(bytes), expires_at_ms };
      }),
    );
    return opened.filter((each) => each !== null);
  }
}
