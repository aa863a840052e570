// Delivers what is due, a few at once, each in a lane of its own: the answer is judged and saved before the lane takes
// the next. What is not saved is delivered again, under the same id. Lanes outlive the alarm that started them.
import { attemptAt, lanesOf } from "../../src/domain/delivery.ts";
import { type Bucket, debit } from "../../src/domain/token-bucket.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { within } from "../within.ts";
import { attempt } from "./attempt.ts";
import type { DeliveryRow, DeliveryStore } from "./delivery-store.ts";
import type { EndpointStore } from "./endpoint-store.ts";
import type { Keys } from "./keys.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Standing } from "./standing.ts";

/** What the platform lets one object have open at a time, while it waits for headers. */
const CONNECTIONS_MAX = 6;
/** How long an alarm waits for the next lane to come to an end, and for all of them; slower ones go on without it. */
const GRACE_MS = 2_000;
const GRACE_MS_MAX = 10_000;
/** Should the object be dropped while lanes are under way, it wakes again after this. */
const WATCH_MS = 30_000;
/** After what should not happen: no key opens, or the responsible cannot be asked for. */
const AGAIN_MS = 5_000;
/** A full bucket lasts a sixth of a minute. */
const BURSTS_PER_MINUTE = 6;

export class Deliverer {
  readonly #object: ObjectSurface;
  readonly #endpoint: EndpointStore;
  readonly #deliveries: DeliveryStore;
  readonly #keys: Keys;
  readonly #standing: Standing;
  readonly #outcomes: Outcomes;
  #bucket: Bucket | undefined;
  readonly #in_flight = new Map<number, Promise<void>>();
  /** Nothing is sent before. */
  #not_before_ms = 0;

  constructor(
    object: ObjectSurface,
    parts: {
      endpoint: EndpointStore;
      deliveries: DeliveryStore;
      keys: Keys;
      standing: Standing;
      outcomes: Outcomes;
    },
  ) {
    this.#object = object;
    this.#endpoint = parts.endpoint;
    this.#deliveries = parts.deliveries;
    this.#keys = parts.keys;
    this.#standing = parts.standing;
    this.#outcomes = parts.outcomes;
  }

  /** Starts what is due; resolves when all of it has ended, or after a moment. Never throws. */
  async run(): Promise<void> {
    if (!(await this.#maySend())) return;
    this.#startAll();
    const until_ms = Date.now() + GRACE_MS_MAX;
    while (this.#in_flight.size > 0 && Date.now() < until_ms) {
      const ended = Promise.race([...this.#in_flight.values()].map((lane) => lane.then(() => true)));
      if (!(await within(GRACE_MS, () => ended))) return;
    }
  }

  /** Whether something is due that may go: whoever answers for it is there, and a key signs. Never throws. */
  async #maySend(): Promise<boolean> {
    const due_ms = this.nextAttempt();
    if (due_ms === null || due_ms > this.#object.now()) return false;
    try {
      if (!(await this.#standing.mayDeliver())) return false;
      await this.#keys.signing(this.#object.now());
      return true;
    } catch {
      this.#not_before_ms = this.#object.now() + AGAIN_MS;
      return false;
    }
  }

  /** Something has come: where lanes are under way it need not wait for the alarm. */
  noticed(): void {
    if (this.#in_flight.size > 0) this.#startAll();
  }

  /** When there is something to do; null while only others could bring that about. */
  nextDue(): number | null {
    const due_ms = this.nextAttempt();
    if (this.#in_flight.size === 0) return due_ms;
    return Math.min(due_ms ?? Number.POSITIVE_INFINITY, Date.now() + WATCH_MS);
  }

  /** When the next attempt may be made; null where none is to be, or as many as may be are under way. */
  nextAttempt(): number | null {
    const [row] = this.#waiting(1);
    if (!row) return null;
    const { health } = this.#endpoint.endpoint();
    const at_ms = attemptAt(health, row.next_attempt_at_ms);
    // A probe is one at a time, and there is nothing to add to a full house: the lane goes on by itself.
    if (at_ms === null || this.#in_flight.size >= this.#room(Math.max(at_ms, this.#object.now())))
      return null;
    return Math.max(at_ms, this.#not_before_ms, this.#standing.nextLook());
  }

  #room(at_ms: number): number {
    return lanesOf(this.#endpoint.endpoint().health, at_ms, CONNECTIONS_MAX);
  }

  /** Due first, without those under way. */
  #waiting(limit: number): DeliveryRow[] {
    const rows = this.#deliveries.due(limit + this.#in_flight.size);
    return rows.filter(({ sequence }) => !this.#in_flight.has(sequence)).slice(0, limit);
  }

  /** As many as there is room for. */
  #startAll(): void {
    let more = true;
    while (more) more = this.#startOne();
  }

  /** Takes the first that is due and may go; false where there is none. */
  #startOne(): boolean {
    const now_ms = this.#object.now();
    if (!this.#object.isCreated() || this.#standing.isHeld || this.#not_before_ms > now_ms) return false;
    if (this.#in_flight.size >= this.#room(now_ms)) return false;
    const [row] = this.#waiting(1);
    const { health, url } = this.#endpoint.endpoint();
    if (!row || attemptAt(health, row.next_attempt_at_ms)! > now_ms || !this.#takeToken(now_ms)) return false;
    const lane = this.#deliver(row, url, now_ms)
      .catch(() => {
        this.#not_before_ms = this.#object.now() + AGAIN_MS;
      })
      .finally(() => {
        this.#in_flight.delete(row.sequence);
        return this.#goOn();
      });
    this.#in_flight.set(row.sequence, lane);
    return true;
  }

  /** A lane that has ended takes the next, for as long as whoever answers for it is there. */
  async #goOn(): Promise<void> {
    const may_send = this.#object.isCreated() && (await this.#maySend());
    if (!this.#object.isCreated() || (may_send && this.#startOne())) return;
    const due_ms = this.nextDue();
    if (due_ms !== null) this.#object.wakeBy(Math.max(due_ms, Date.now() + 1));
  }

  /** The bucket is saved with the attempt: a crash gives back at most what was under way. */
  #takeToken(now_ms: number): boolean {
    const { bucket, per_minute } = this.#endpoint.endpoint();
    const limit = { per_minute, burst: Math.max(1, Math.ceil(per_minute / BURSTS_PER_MINUTE)) };
    const taken = debit(this.#bucket ?? bucket, limit, 1, now_ms);
    this.#bucket = taken.bucket;
    if (taken.allowed) return true;
    this.#not_before_ms = now_ms + Math.ceil(((1 - taken.bucket.tokens) * 60_000) / per_minute);
    return false;
  }

  async #deliver(row: DeliveryRow, url: string, at_ms: number): Promise<void> {
    const keys = await this.#keys.signing(at_ms);
    const { allow_loopback_targets: allow_loopback } = this.#object.config;
    const made = await attempt({ url, id: row.id, body: row.body }, keys, {
      allow_loopback,
      now_ms: at_ms,
      fetch: (...request) => fetch(...request),
    });
    await this.#outcomes.save(row, made, { url, at_ms }, this.#bucket);
  }
}
