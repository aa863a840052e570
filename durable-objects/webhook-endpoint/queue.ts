// What comes into an endpoint's queue: changes of projects, each once, test events, and deliveries that are replayed.

import { utf8 } from "../../src/protocol/base64url.ts";
import { encodeCrockford } from "../../src/protocol/crockford.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type { Change } from "../../src/schema/change.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { ChangeBatch, Replayed, ReplayRange } from "../../src/schema/messages/webhook.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import { type Delivery, TEST_EVENT, wants } from "../../src/schema/webhook.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { DeliveryStore, Fate, NewDelivery } from "./delivery-store.ts";
import type { EndpointStore } from "./endpoint-store.ts";
import { deliveryOf } from "./views.ts";

/** Queued at a time: a receiver that is away for days loses no more than what comes after so many. */
export const QUEUE_MAX = 100_000;
/** Deliveries that one request replays, unless more came in one moment. */
export const REPLAY_MAX = 1_000;

export class Queue {
  readonly #object: ObjectSurface;
  readonly #endpoint: EndpointStore;
  readonly #deliveries: DeliveryStore;

  constructor(object: ObjectSurface, endpoint: EndpointStore, deliveries: DeliveryStore) {
    this.#object = object;
    this.#endpoint = endpoint;
    this.#deliveries = deliveries;
  }

  /** Takes each change once: those up to the highest number that was taken are known. */
  take({ source, incarnation, project_id, changes, through }: ChangeBatch): Promise<void> {
    return this.#object.transactTogether((now_ms) => {
      const taken = this.#endpoint.takenThrough(source, incarnation);
      if (through <= taken) return;
      const { event_types } = this.#endpoint.endpoint();
      for (const change of changes) {
        if (change.number <= taken || !wants(event_types, change.type)) continue;
        this.#add(this.#messageOf(change, project_id, `${source}\n${incarnation}\n${change.number}`), now_ms);
      }
      this.#endpoint.saveTaken(source, incarnation, through);
      this.#object.wakeBy(now_ms);
    });
  }

  sendTest(actor: Actor): Result<Changed<Delivery>> {
    return this.#object.transact((now_ms) =>
      this.#object.once(actor, now_ms, "", () => {
        const { id: webhook_id, project_id, health } = this.#endpoint.endpoint();
        if (health.status === "gone") return refuse("conflict", GONE);
        const id = messageId(`${webhook_id}\n${actor.request_id}`);
        const data = {
          workspace: this.#object.workspace(),
          project_id,
          webhook_id,
          actor: actor.principal_id,
        };
        const body = JSON.stringify({ type: TEST_EVENT, timestamp: toIso(now_ms), data });
        this.#add({ id, event_type: TEST_EVENT, task_id: null, body }, now_ms);
        const event_id = this.#audit(actor, "webhook.tested", now_ms, {});
        this.#object.wakeBy(now_ms);
        return ok({ value: deliveryOf(this.#deliveries.find(id)!), event_id });
      }),
    );
  }

  /** Again from the beginning of the schedule, under the same id; what is still to be tried is tried now. */
  replay(actor: Actor, delivery_id: string): Result<Changed<Delivery>> {
    return this.#object.transact((now_ms) => {
      const row = this.#deliveries.find(delivery_id);
      if (!row) return refuse("not_found");
      if (this.#endpoint.endpoint().health.status === "gone") return refuse("conflict", GONE);
      // What waits for an earlier event of its task goes on waiting.
      if (row.status !== "waiting") this.#again([row.sequence], now_ms);
      const event_id = this.#audit(actor, "webhook.replayed", now_ms, { delivery_id });
      return ok({ value: deliveryOf(this.#deliveries.find(delivery_id)!), event_id });
    });
  }

  /** What came in one moment is replayed together: the next request begins where this one ends, and repeats nothing. */
  replayRange(actor: Actor, range: ReplayRange): Result<Changed<Replayed>> {
    return this.#object.transact((now_ms) => {
      if (this.#endpoint.endpoint().health.status === "gone") return refuse("conflict", GONE);
      const found = this.#deliveries.inRange(range, REPLAY_MAX + 1);
      const [first, beyond] = [found[0], found[REPLAY_MAX]];
      const until_ms = first && beyond && Math.max(first.created_at_ms + 1, beyond.created_at_ms);
      const taken = until_ms ? this.#deliveries.inRange({ ...range, until_ms }, QUEUE_MAX) : found;
      const rest = until_ms ? this.#deliveries.inRange({ ...range, from_ms: until_ms }, 1) : [];
      this.#again(
        taken.map(({ sequence }) => sequence),
        now_ms,
      );
      const replayed = taken.length;
      const event_id = this.#audit(actor, "webhook.replayed", now_ms, { replayed });
      const next = rest.map(({ created_at_ms }) => toIso(created_at_ms))[0];
      return ok({ value: { replayed, more: rest.length > 0, ...(next && { next_from: next }) }, event_id });
    });
  }

  #again(sequences: readonly number[], now_ms: number): void {
    const tasks = new Set(sequences.map((sequence) => this.#deliveries.replay(sequence, now_ms)));
    if (this.#endpoint.endpoint().is_ordered) {
      for (const task_id of tasks) if (task_id !== null) this.#deliveries.putTaskInOrder(task_id);
    }
    this.#object.wakeBy(now_ms);
  }

  #add(delivery: NewDelivery, now_ms: number): void {
    this.#deliveries.insert(delivery, this.#fateOf(delivery.task_id, now_ms), now_ms);
  }

  #fateOf(task_id: string | null, now_ms: number): Fate {
    const { health, is_ordered } = this.#endpoint.endpoint();
    const dead = { status: "dead", next_attempt_at_ms: now_ms, settled_at_ms: now_ms } as const;
    if (health.status === "gone") return { ...dead, reason: "endpoint_gone" };
    if (this.#deliveries.tally().queued >= QUEUE_MAX) return { ...dead, reason: "queue_full" };
    const waits = is_ordered && task_id !== null && this.#deliveries.hasQueued(task_id);
    const status = waits ? "waiting" : "pending";
    return { status, reason: null, next_attempt_at_ms: now_ms, settled_at_ms: null };
  }

  #messageOf(change: Change, project_id: string, name: string): NewDelivery {
    const { number, at, type, actor, task_id, event_id, hops, data } = change;
    const about = { workspace: this.#object.workspace(), project_id, task_id, actor, event_id, number, hops };
    const body = JSON.stringify({ type, timestamp: at, data: { ...data, ...about } });
    return { id: messageId(`${this.#endpoint.endpoint().id}\n${name}`), event_type: type, task_id, body };
  }

  #audit(
    by: Actor,
    type: "webhook.tested" | "webhook.replayed",
    at_ms: number,
    details: Readonly<Record<string, string | number>>,
  ): string {
    return this.#object.audit({ type, at_ms, by, targets: [this.#endpoint.endpoint().id], details });
  }
}

const GONE = { detail: "the endpoint has answered 410 Gone: set its status to active first" };

/** The same event gets the same id whenever it comes: 128 bits of a hash of where it comes from. */
const messageId = (name: string): string => `msg_${encodeCrockford(sha256(utf8(name)).subarray(0, 16))}`;
