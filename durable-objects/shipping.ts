// Shipping an object's outbox: all destinations at once, none holding up another; what failed is tried again later.
// A timer ships while the object lives. The alarm, which costs commits, stands behind it further off, for an object that
// was cut off before.
import type { Alarm } from "./alarm.ts";
import type { Outbox, Send } from "./outbox.ts";
import { report } from "./report.ts";
import { within } from "./within.ts";

/** How long a change waits for company before it is shipped. */
export const SHIP_DELAY_MS = 1_000;
/** By when the alarm ships at the latest what was appended: as long as an object that nobody asks stays awake. */
const SHIP_ALARM_MS = 10_000;
/** A shipment that failed is tried again after this, doubling up to the second. */
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;
/** So long somebody waits for a destination that does not answer; and an alarm, which has other things to do. */
const NOW_MS_MAX = 5_000;
const ALL_MS_MAX = 10_000;

export class Shipping {
  readonly #outbox: Outbox;
  readonly #send: Send;
  readonly #alarm: Alarm;
  readonly #ship: () => Promise<number | null>;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `ship` is what the timer calls: it never throws, and answers like `all`. */
  constructor(outbox: Outbox, alarm: Alarm, send: Send, ship: () => Promise<number | null>) {
    this.#outbox = outbox;
    this.#alarm = alarm;
    this.#send = send;
    this.#ship = ship;
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

  /** Ships one destination for a caller who waits; where that fails or takes too long, its rows are shipped later. */
  async now(destination: string, ms = NOW_MS_MAX): Promise<boolean> {
    return (await within(ms, () => this.one(destination)))?.value ?? false;
  }

  /** Ships in a while, once for all that ask meanwhile. Where the clock has stood still since, the alarm does it. */
  soon(): void {
    this.#alarm.wakeBy(Date.now() + SHIP_ALARM_MS);
    if (this.#timer !== null) return;
    const due_ms = Date.now() + SHIP_DELAY_MS / 2;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (Date.now() >= due_ms) void this.#run();
    }, SHIP_DELAY_MS);
  }

  async #run(): Promise<void> {
    const retry_ms = await this.#ship();
    if (retry_ms !== null) this.#alarm.wakeBy(Date.now() + retry_ms);
  }

  /** Deletes what was taken, whole or not at all; where that fails it stays, and is sent once more. Never throws. */
  trim(storage: DurableObjectStorage): void {
    try {
      storage.transactionSync(() => this.#outbox.trim());
    } catch (defect) {
      this.#outbox.forget();
      report("outbox", "what was taken stays", defect);
    }
  }

  /** Ships every destination; answers in how many ms what failed, or is late, is to be tried again, or null. */
  async all(): Promise<number | null> {
    const destinations = this.#outbox.destinations();
    const results = await Promise.all(destinations.map((each) => this.now(each, ALL_MS_MAX)));
    this.#failures = results.every(Boolean) ? 0 : this.#failures + 1;
    return this.#failures === 0 ? null : Math.min(RETRY_FIRST_MS * 2 ** (this.#failures - 1), RETRY_LAST_MS);
  }
}
