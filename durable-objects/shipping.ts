// Shipping an object's outbox: all destinations at once, none holding up another; what failed is tried again later.
import type { Outbox, Send } from "./outbox.ts";

/** How long a change waits for company before it is shipped: an alarm costs commits of its own. */
export const SHIP_DELAY_MS = 1_000;
/** A shipment that failed is tried again after this, doubling up to the second. */
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;

export class Shipping {
  readonly #outbox: Outbox;
  readonly #send: Send;
  #failures = 0;

  constructor(outbox: Outbox, send: Send) {
    this.#outbox = outbox;
    this.#send = send;
  }

  /** Ships one destination; where that fails, its rows stay. */
  async one(destination: string): Promise<boolean> {
    try {
      await this.#outbox.ship(destination, this.#send);
      return true;
    } catch {
      return false;
    }
  }

  /** Ships every destination; answers how long, in ms, the next shipment is to wait. */
  async all(): Promise<number> {
    const results = await Promise.all(this.#outbox.destinations().map((each) => this.one(each)));
    this.#failures = results.every(Boolean) ? 0 : this.#failures + 1;
    if (this.#failures === 0) return SHIP_DELAY_MS;
    return Math.min(RETRY_FIRST_MS * 2 ** (this.#failures - 1), RETRY_LAST_MS);
  }
}
