// What an endpoint's deliveries are signed with: opened once and kept in memory, sealed anew when the ring has a newer
// key. Beside it the answers of receivers, which are sealed, too: they may say anything.
import { utf8 } from "../../src/protocol/base64url.ts";
import { keyIdOf, open, seal } from "../../src/protocol/sealed-box.ts";
import type { WebhookKeys } from "../../src/protocol/standard-webhook.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { openSecret, resealSecret } from "../webhooks/sealing.ts";
import type { EndpointStore, SecretRow } from "./endpoint-store.ts";

const LOOK_MS = 86_400_000;

interface Opened {
  readonly keys: WebhookKeys;
  readonly expires_at_ms: number | null;
}

export class Keys {
  readonly #object: ObjectSurface;
  readonly #store: EndpointStore;
  #opened: readonly Opened[] | null = null;
  #looked_at_ms: number;

  constructor(object: ObjectSurface, store: EndpointStore) {
    this.#object = object;
    this.#store = store;
    this.#looked_at_ms = Date.now();
  }

  /** Secrets have changed. */
  forget(): void {
    this.#opened = null;
  }

  /** Every key that is to sign now, the present one first. Throws where none opens: nothing goes out unsigned. */
  async signing(now_ms: number): Promise<WebhookKeys[]> {
    const opened = await this.#present();
    const live = opened.filter(({ expires_at_ms }) => expires_at_ms === null || expires_at_ms > now_ms);
    if (live.length === 0) throw new Error("no secret of the endpoint opens");
    return live.map(({ keys }) => keys);
  }

  /** Opened anew where others were decided on meanwhile. */
  async #present(): Promise<readonly Opened[]> {
    for (;;) {
      if (this.#opened) return this.#opened;
      const { version } = this.#store.endpoint();
      const opened = await this.#open();
      if (this.#store.endpoint().version === version) this.#opened ??= opened;
    }
  }

  async #open(): Promise<Opened[]> {
    const { key_ring } = this.#object.config;
    const rows = this.#store.secrets();
    const keys = await Promise.all(
      rows.map(({ id, box }) => openSecret(key_ring, this.#object.name(), id, new Uint8Array(box))),
    );
    return rows.flatMap(({ expires_at_ms }, at) => (keys[at] ? [{ keys: keys[at], expires_at_ms }] : []));
  }

  /** When to look again for what an older key of the ring has sealed: one that is taken out must find nothing. */
  nextLook(): number {
    return this.#looked_at_ms + LOOK_MS;
  }

  async reseal(): Promise<void> {
    this.#looked_at_ms = Date.now();
    const { key_ring } = this.#object.config;
    for (const { id, box } of this.#sealedBefore()) {
      const fresh = await resealSecret(key_ring, this.#object.name(), id, new Uint8Array(box));
      if (fresh) this.#object.transact(() => this.#store.reseal(id, fresh));
    }
  }

  #sealedBefore(): SecretRow[] {
    const { key_id } = this.#object.config.key_ring.newest;
    return this.#store.secrets().filter(({ box }) => keyIdOf(new Uint8Array(box)) !== key_id);
  }

  sealAnswer(delivery_id: string, number: number, answer: string): Promise<Uint8Array> {
    return seal(this.#object.config.key_ring, utf8(answer), this.#answer(delivery_id, number));
  }

  /** Null where it no longer opens: its key has left the ring. */
  async openAnswer(delivery_id: string, number: number, box: Uint8Array): Promise<string | null> {
    const bytes = await open(this.#object.config.key_ring, box, this.#answer(delivery_id, number));
    return bytes && new TextDecoder().decode(bytes);
  }

  #answer(delivery_id: string, number: number) {
    return {
      purpose: "webhook-answer",
      associated_data: `${this.#object.name()}/${delivery_id}/${number}`,
    };
  }
}
