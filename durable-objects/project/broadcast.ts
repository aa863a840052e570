// Tells webhook endpoints of changes. The feed itself is the outbox: a change is there once it is committed, and each
// endpoint has a cursor of its own, which moves on when the endpoint has taken what lies before it. So a change costs
// nothing more however many listen, and one that cannot be reached holds up nobody else.
import type { SubscriptionEntry } from "../../src/schema/messages/outbox.ts";
import { isHeard, wants } from "../../src/schema/webhook.ts";
import { earliest } from "../earliest.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { within } from "../within.ts";
import type { Feed } from "./feed.ts";
import { type Subscription, SubscriptionStore } from "./subscription-store.ts";

/** Changes that are looked at for one message. */
const BATCH_MAX = 200;
/** Messages to one endpoint in one alarm: what is left goes with the next. */
const BATCHES_MAX = 50;
const CALL_MS_MAX = 10_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;

export class Broadcast {
  readonly #object: ObjectSurface;
  readonly #feed: Feed;
  readonly #incarnation: () => string;
  readonly #store: SubscriptionStore;
  /** Those that could not be told: how often in a row, and before when they are left alone. */
  readonly #failing = new Map<string, { failures: number; not_before_ms: number }>();

  constructor(object: ObjectSurface, feed: Feed, incarnation: () => string) {
    this.#object = object;
    this.#feed = feed;
    this.#incarnation = incarnation;
    this.#store = new SubscriptionStore(object.sql);
  }

  /** An endpoint of the project itself: it hears of what changes from now on. In the caller's transaction. */
  serve(webhook_id: string, filter: Pick<Subscription, "event_types" | "version"> | null): void {
    if (!filter) this.#forget(webhook_id);
    else {
      const { event_types, version } = filter;
      this.#store.save({ webhook_id, event_types, version, next_number: this.#feed.newest + 1 });
    }
  }

  /** An endpoint of the workspace: it hears of whatever changed since it was made. In the caller's transaction. */
  subscribe({ webhook_id, event_types, version, since_ms }: SubscriptionEntry): void {
    this.#store.save({ webhook_id, event_types, version, next_number: this.#feed.firstSince(since_ms) });
    this.#object.wakeBy(this.#object.now());
  }

  /** Changes from that number on are still to be told; null where all is told. */
  untoldFrom(): number | null {
    return this.#store.lowest();
  }

  /** When somebody is to be told of something; null where nobody is. */
  nextDue(): number | null {
    return earliest(...this.#store.idsBehind(this.#feed.newest).map((id) => this.#notBefore(id)));
  }

  /** Tells everybody what they have not heard. Never throws. */
  async run(): Promise<void> {
    const now_ms = this.#object.now();
    const behind = this.#store.behind(this.#feed.newest, this.#object.workspace());
    const due = behind.filter(({ webhook_id }) => this.#notBefore(webhook_id) <= now_ms);
    await Promise.all(due.map((each) => this.#try(each)));
  }

  async #try(each: Subscription): Promise<void> {
    const { webhook_id } = each;
    if (await this.#tell(each).catch(() => false)) {
      this.#failing.delete(webhook_id);
      return;
    }
    const failures = (this.#failing.get(webhook_id)?.failures ?? 0) + 1;
    const wait_ms = Math.min(RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 6), RETRY_LAST_MS);
    this.#failing.set(webhook_id, { failures, not_before_ms: this.#object.now() + wait_ms });
  }

  #notBefore(webhook_id: string): number {
    return this.#failing.get(webhook_id)?.not_before_ms ?? 0;
  }

  #forget(webhook_id: string): void {
    this.#store.delete(webhook_id);
    this.#failing.delete(webhook_id);
  }

  async #tell({ webhook_id, event_types, next_number }: Subscription): Promise<boolean> {
    const [workspace, project_id] = [this.#object.workspace(), this.#object.id()];
    const endpoint = this.#object.env.WEBHOOK_ENDPOINT.getByName(`${workspace}/${webhook_id}`);
    const source = { source: `feed/${this.#object.name()}`, incarnation: this.#incarnation() };
    let from = next_number;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const looked_at = this.#feed.after(from - 1, BATCH_MAX);
      const through = looked_at.at(-1)?.number;
      if (through === undefined) return true;
      const changes = looked_at.filter(({ type }) => isHeard(type) && wants(event_types, type));
      if (changes.length > 0) {
        const message = { version: 1 as const, ...source, project_id, changes, through };
        const taken = await within(CALL_MS_MAX, () => endpoint.deliver(message));
        if (!taken) return false;
        if (taken.value.gone) {
          this.#object.transact(() => this.#forget(webhook_id));
          return true;
        }
      }
      from = through + 1;
      this.#object.transact(() => this.#store.advance(webhook_id, from));
    }
    return true;
  }
}
