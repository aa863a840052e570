// One endpoint that hears of events by webhook: its queue and its deliveries. What it is to do is decided by the project
// or workspace that it belongs to; a slow or dead receiver holds up nobody else.
import type { Env } from "../../src/config.ts";
import { HEALTHY } from "../../src/domain/delivery.ts";
import { decodeBase64Url } from "../../src/protocol/base64url.ts";
import type { Batch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Actor, PagePosition } from "../../src/schema/messages/request.ts";
import type {
  ChangeBatch,
  DeliveryFilter,
  ReplayRange,
  WebhookEndpointRpc,
  WebhookOrder,
  WebhookReport,
} from "../../src/schema/messages/webhook.ts";
import { ok, refuse } from "../../src/schema/result.ts";
import { ship } from "../destination.ts";
import { earliest } from "../earliest.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import { pageOf } from "../page.ts";
import { AttemptStore } from "./attempt-store.ts";
import { Deliverer } from "./deliverer.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { type Endpoint, EndpointStore } from "./endpoint-store.ts";
import { Keys } from "./keys.ts";
import { Outcomes } from "./outcomes.ts";
import { ownerOf } from "./owner.ts";
import { Queue } from "./queue.ts";
import schema from "./schema.sql";
import { Standing } from "./standing.ts";
import { attemptOf, deliveryOf, metricsOf } from "./views.ts";

const DAY_MS = 86_400_000;
/** What has been delivered or given up is kept for so long, and so many. */
export const KEPT_MS = 30 * DAY_MS;
export const KEPT_MAX = 10_000;
/** What is queued when its project is erased is told for so long, which is more than its attempts take. */
export const FAREWELL_MS = 4 * DAY_MS;
/** Forgotten in one go, so that no alarm takes long, and how soon the next go is. */
const FORGET_MAX = 2_000;
const FORGET_AGAIN_MS = 1_000;

export class WebhookEndpoint extends LoggedObject implements WebhookEndpointRpc {
  readonly #store: EndpointStore;
  readonly #deliveries: DeliveryStore;
  readonly #attempts: AttemptStore;
  readonly #keys: Keys;
  readonly #standing: Standing;
  readonly #queue: Queue;
  readonly #deliverer: Deliverer;
  #alarm_is_ringing = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "webhook-endpoint", script: schema });
    const surface = this.surface();
    this.#store = new EndpointStore(this.sql);
    this.#deliveries = new DeliveryStore(this.sql);
    this.#attempts = new AttemptStore(this.sql);
    this.#keys = new Keys(surface, this.#store);
    this.#standing = new Standing(surface, this.#store);
    this.#queue = new Queue(surface, this.#store, this.#deliveries);
    this.#deliverer = new Deliverer(surface, {
      endpoint: this.#store,
      deliveries: this.#deliveries,
      keys: this.#keys,
      standing: this.#standing,
      outcomes: new Outcomes(surface, this.#store, this.#deliveries, this.#keys),
    });
  }

  /** The first order makes the object; one that comes after its end is for nobody. */
  async obey(batch: Batch<WebhookOrder>): Promise<Receipt> {
    const [first] = batch.rows;
    if (!this.isCreated && (!first?.box || first.version !== 1)) {
      return { next_sequence: batch.first_sequence, gone: true };
    }
    const receipt = this.transact((now_ms) => {
      if (!this.isCreated) this.createObject();
      return takeOnce(this.sql, batch, (order) => this.#obey(order, now_ms));
    });
    this.#keys.forget();
    this.#standing.forget();
    return receipt;
  }

  async deliver(batch: ChangeBatch): Promise<Pick<Receipt, "gone">> {
    // Whoever ends one has told it all that it is to hear.
    if (!this.#isServed()) return { gone: true };
    await this.#queue.take(batch);
    this.#deliverer.noticed();
    return {};
  }

  async report(): Promise<WebhookReport | null> {
    if (!this.isCreated) return null;
    const endpoint = this.#store.endpoint();
    const { isHeld } = this.#standing;
    const next_ms = this.#deliverer.nextAttempt();
    const facts = { ...this.#deliveries.tally(), oldest_queued_ms: this.#deliveries.oldestQueued() };
    const durations_ms = this.#attempts.durations();
    const metrics = metricsOf(endpoint, facts, durations_ms, { next_ms, held: isHeld });
    return { project_id: endpoint.project_id, status: endpoint.health.status, metrics };
  }

  async deliveries(filter: DeliveryFilter, limit: number, before: PagePosition | null) {
    if (!this.isCreated) return refuse("not_found");
    const below = before === null ? Number.MAX_SAFE_INTEGER : Number(before);
    const { items, next } = pageOf(
      this.#deliveries.page(filter, limit, below),
      limit,
      ({ sequence }) => sequence,
    );
    return ok({ items: items.map(deliveryOf), next });
  }

  async delivery(id: string) {
    const row = this.isCreated ? this.#deliveries.find(id) : null;
    if (!row) return refuse("not_found");
    const attempts = await Promise.all(
      this.#attempts.of(row.sequence).map(async (each) => {
        const { number, answer } = each;
        const box = answer && new Uint8Array(answer);
        return attemptOf(each, box && (await this.#keys.openAnswer(id, number, box)));
      }),
    );
    return ok({ delivery: deliveryOf(row), attempts, body: row.body });
  }

  async sendTest(actor: Actor) {
    return this.#isServed() ? this.#queue.sendTest(actor) : refuse("not_found");
  }

  async replay(actor: Actor, delivery_id: string) {
    return this.#isServed() ? this.#queue.replay(actor, delivery_id) : refuse("not_found");
  }

  async replayRange(actor: Actor, range: ReplayRange) {
    return this.#isServed() ? this.#queue.replayRange(actor, range) : refuse("not_found");
  }

  override async alarm(): Promise<void> {
    this.#alarm_is_ringing = true;
    try {
      await super.alarm();
      if (!this.isCreated) return;
      await this.#succeeds(() => this.#keys.reseal());
      await this.#succeeds(() => this.#deliverer.run());
    } finally {
      this.#alarm_is_ringing = false;
    }
    if (this.#isOver()) return this.destroyObject();
    const due_ms = this.#nextDue();
    if (due_ms !== null) this.wakeBy(Math.max(due_ms, Date.now() + 1));
  }

  #obey(order: WebhookOrder, now_ms: number): void {
    const before = order.version > 1 ? this.#store.endpoint() : null;
    if (!this.#store.obey(order, now_ms + FAREWELL_MS)) return;
    this.#store.saveSecrets(order.secrets, order.box ? decodeBase64Url(order.box) : null);
    if (before) this.#change(before, order, now_ms);
    if (order.end === "deleted") this.#deliveries.forgetAll();
    this.wakeBy(now_ms);
  }

  #change(before: Endpoint, { status, end }: WebhookOrder, now_ms: number): void {
    const { id, project_id, version, url, health, is_ordered } = this.#store.endpoint();
    if (before.is_ordered !== is_ordered) {
      if (is_ordered) this.#deliveries.putInOrder();
      else this.#deliveries.releaseAll(now_ms);
    }
    const is_moved = before.url !== url;
    if (is_moved || (status === "active" && before.health.status !== "active")) {
      // What the address before asked for, and how it fared, is not the new one's.
      const throttled_until_ms = is_moved ? 0 : health.throttled_until_ms;
      this.#store.saveHealth({ ...HEALTHY, status: health.status, throttled_until_ms });
      this.#deliveries.hurry(now_ms);
    }
    // What was reported of the version before may have come too late to count.
    if (status !== null || end) return;
    const entry = { kind: "webhook_status", id, version, status: health.status } as const;
    this.outbox.append(ownerOf(this.workspace, project_id), entry);
  }

  /** Nothing more comes into the queue of one that ends: whoever asks for it was let in before. */
  #isServed(): boolean {
    return this.isCreated && !this.#store.endpoint().is_closing;
  }

  /** Nothing more is to be told by it, or to be heard of it. */
  #isOver(): boolean {
    if (!this.#store.endpoint().is_closing || this.outbox.destinations().length > 0) return false;
    return this.#deliveries.tally().queued === 0;
  }

  /** How many settled deliveries it keeps is bounded too. */
  protected override mustClean(): boolean {
    return true;
  }

  protected override housekeep(now_ms: number): void {
    this.#deliveries.forget(now_ms - KEPT_MS, KEPT_MAX, FORGET_MAX);
    // Nobody is left who could let it go on: what it may not send, or nobody takes, goes with it.
    if ((this.#store.endpoint().closes_by_ms ?? now_ms + 1) <= now_ms) this.#deliveries.forgetAll();
    if ((this.#store.nextExpiry() ?? now_ms + 1) > now_ms) return;
    this.#store.forgetSecrets(now_ms);
    this.#keys.forget();
  }

  protected override nextHousekeeping(): number | null {
    // While it rings, deliveries are seen to at its end.
    return this.#alarm_is_ringing ? null : this.#nextDue();
  }

  #nextDue(): number | null {
    const settled_ms = this.#deliveries.oldestSettled();
    const { closes_by_ms } = this.#store.endpoint();
    return earliest(
      this.#deliverer.nextDue(),
      this.#store.nextExpiry(),
      // Once that has passed, only what others are still to be told keeps it.
      closes_by_ms !== null && closes_by_ms > this.now() ? closes_by_ms : null,
      settled_ms === null ? null : settled_ms + KEPT_MS,
      this.#deliveries.tally().settled > KEPT_MAX ? this.now() + FORGET_AGAIN_MS : null,
      // A key that leaves the ring must find nothing here that only it opens.
      this.#keys.nextLook(),
    );
  }

  protected override rolledBack(): void {
    this.#store.forget();
    this.#keys.forget();
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    return destination === AUDIT ? this.sendAudit(batch) : ship(this.env, destination, batch);
  }

  /** Works of the alarm fail alone, and none for good. */
  async #succeeds(work: () => Promise<void>): Promise<void> {
    await work().catch(() => undefined);
  }
}
