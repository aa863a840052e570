// Tells webhook endpoints of changes. The feed itself is the outbox: a change is there once it is committed, and each
// endpoint has a cursor of its own, which moves on when the endpoint has taken what lies before it. So a change costs
// nothing more however many listen, and one that cannot be reached holds up nobody else.
import type { SubscriptionEntry } from "../../src/schema/messages/outbox.ts";
import { isHeard, wants } from "../../src/schema/webhook.ts";
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
  #failures = 0;
  #not_before_ms = 0;

  constructor(object: ObjectSurface, feed: Feed, incarnation: () => string) {
    this.#object = object;
    this.#feed = feed;
    this.#incarnation = incarnation;
    this.#store = new SubscriptionStore(object.sql);
  }

  /** An endpoint of the project itself: it hears of what changes from now on. In the caller's transaction. */
  serve(webhook_id: string, filter: Pick<Subscription, "event_types" | "version"> | null): void {
    if (!filter) this.#store.delete(webhook_id);
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

  /** Whether somebody is still to be told of something. */
  isBehind(): boolean {
    return this.#store.isAnyBehind(this.#feed.newest);
  }

  /** Changes from that number on are still to be told; null where all is told. */
  untoldFrom(): number | null {
    return this.#store.lowest();
  }

  nextDue(): number | null {
    return this.isBehind() ? this.#not_before_ms : null;
  }

  /** Tells everybody what they have not heard. Never throws. */
  async run(): Promise<void> {
    if (this.#not_before_ms > this.#object.now()) return;
    const [workspace] = this.#object.name().split("/");
    const behind = this.#store.behind(this.#feed.newest, workspace!);
    if (behind.length === 0) return;
    const told = await Promise.all(behind.map((each) => this.#tell(each).catch(() => false)));
    this.#failures = told.every(Boolean) ? 0 : this.#failures + 1;
    const wait_ms = this.#failures === 0 ? 0 : RETRY_FIRST_MS * 2 ** Math.min(this.#failures - 1, 6);
    this.#not_before_ms = this.#object.now() + Math.min(wait_ms, RETRY_LAST_MS);
  }

  async #tell({ webhook_id, event_types, next_number }: Subscription): Promise<boolean> {
    const [workspace, project_id] = this.#object.name().split("/") as [string, string];
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
          this.#object.transact(() => this.#store.delete(webhook_id));
          return true;
        }
      }
      from = through + 1;
      this.#object.transact(() => this.#store.advance(webhook_id, from));
    }
    return true;
  }
}
