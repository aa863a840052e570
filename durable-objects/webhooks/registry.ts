// The registry of webhook endpoints, of a project or of a workspace: who may manage them is decided there, in the
// transaction that writes; the endpoint's own object obeys before the answer, so that a pause, a new address or a new
// secret holds from the next delivery on.
import { checkTarget } from "../../src/defence/ssrf.ts";
import { encodeBase64Url } from "../../src/protocol/base64url.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { WebhookStatusEntry } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import type {
  CreatedWebhook,
  NewWebhook,
  WebhookChange,
  WebhookOrder,
} from "../../src/schema/messages/webhook.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Webhook } from "../../src/schema/webhook.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { pageOf } from "../page.ts";
import { type NewSecret, newSecret } from "./sealing.ts";
import { type WebhookRow, WebhookStore, webhookOf } from "./store.ts";

/** Signatures of one delivery; the oldest secret gives way to a fourth. */
const SECRETS_MAX = 3;

export interface Decided<Value> {
  readonly value: Value;
  readonly targets: readonly string[];
  readonly details?: AuditEvent["details"];
}

/** The project or workspace that the endpoints belong to. */
export interface WebhookPlace {
  readonly endpoints_max: number;
  project_id(): string | null;
  read<Value>(actor: Actor, work: () => Result<Value>): Result<Value>;
  /** Decides, saves and audits in one transaction; once for each Idempotency-Key. */
  change<Value>(
    actor: Actor,
    type: EventType,
    created_id: string,
    work: (now_ms: number) => Result<Decided<Value>>,
  ): Promise<Result<Changed<Value>>>;
  /** In that transaction: its filter is new, or it is gone (null). */
  serve(id: string, row: WebhookRow | null): void;
}

export class WebhookRegistry {
  readonly #object: ObjectSurface;
  readonly #place: WebhookPlace;
  readonly store: WebhookStore;

  constructor(object: ObjectSurface, place: WebhookPlace) {
    this.#object = object;
    this.#place = place;
    this.store = new WebhookStore(object.sql);
  }

  async create(actor: Actor, webhook: NewWebhook): Promise<Result<Changed<CreatedWebhook>>> {
    const id = randomId("whk_");
    const secret = await newSecret(this.#object.config.key_ring, this.#name(id));
    const created = await this.#place.change(actor, "webhook.created", id, (now_ms) => {
      const refusal = this.#complaint(webhook.url);
      if (refusal) return refusal;
      const { endpoints_max } = this.#place;
      if (this.store.count() >= endpoints_max) {
        return refuse("quota_exceeded", { detail: `at most ${endpoints_max} webhook endpoints here` });
      }
      const { principal_id: responsible } = actor;
      const decided = { responsible, status: "active", secrets: [factsOf(secret, now_ms)] } as const;
      const times = { version: 1, created_at_ms: now_ms, updated_at_ms: now_ms };
      const row = { id, ...webhook, ...decided, ...times };
      this.#place.serve(id, row);
      return this.#save(row, { box: secret });
    });
    return this.#withSecret(await this.#obeyed(id, created), secret);
  }

  list(actor: Actor, limit: number, after: PagePosition | null): Result<Page<Webhook>> {
    return this.#place.read(actor, () => {
      const { items, next } = pageOf(this.store.page(limit, String(after ?? "")), limit, ({ id }) => id);
      return ok({ items: items.map((row) => this.#view(row)), next });
    });
  }

  read(actor: Actor, id: string): Result<Webhook> {
    return this.#place.read(actor, () => {
      const row = this.store.find(id);
      return row ? ok(this.#view(row)) : refuse("not_found");
    });
  }

  /** Whoever changes it answers for it from then on. */
  async update(actor: Actor, id: string, change: WebhookChange): Promise<Result<Changed<Webhook>>> {
    const updated = await this.#place.change(actor, "webhook.updated", id, (now_ms) => {
      const row = this.store.find(id);
      if (!row) return refuse("not_found");
      const refusal = change.url === undefined ? null : this.#complaint(change.url);
      if (refusal) return refusal;
      const details = { fields: Object.keys(change) };
      const next = this.#next(row, actor, change, now_ms);
      if (change.event_types) this.#place.serve(id, next);
      return this.#save(next, { status: change.status ?? null, details });
    });
    return this.#obeyed(id, updated);
  }

  /** Old secrets go on signing for that long. */
  async rotate(actor: Actor, id: string, overlap_seconds: number): Promise<Result<Changed<CreatedWebhook>>> {
    const secret = await newSecret(this.#object.config.key_ring, this.#name(id));
    const rotated = await this.#place.change(actor, "webhook.rotated", id, (now_ms) => {
      const row = this.store.find(id);
      if (!row) return refuse("not_found");
      const until_ms = now_ms + overlap_seconds * 1000;
      const older = row.secrets
        .map((each) => ({ ...each, expires_at_ms: Math.min(each.expires_at_ms ?? until_ms, until_ms) }))
        .filter(({ expires_at_ms }) => expires_at_ms > now_ms);
      const secrets = [factsOf(secret, now_ms), ...older].slice(0, SECRETS_MAX);
      const details = { overlap_seconds };
      return this.#save({ ...this.#next(row, actor, {}, now_ms), secrets }, { box: secret, details });
    });
    return this.#withSecret(await this.#obeyed(id, rotated), secret);
  }

  async remove(actor: Actor, id: string): Promise<Result<Changed<null>>> {
    const removed = await this.#place.change(actor, "webhook.deleted", id, (now_ms) => {
      const row = this.store.find(id);
      if (!row) return refuse("not_found");
      this.#end(row, "deleted", now_ms);
      return ok({ value: null, targets: [id] });
    });
    return this.#obeyed(id, removed);
  }

  /** Whatever these belong to is gone: what they are still to hear, they hear. In the caller's transaction. */
  close(now_ms: number): void {
    for (const row of this.store.all()) this.#end(row, "closing", now_ms);
  }

  /** In the caller's transaction. */
  heed({ id, version, status }: WebhookStatusEntry): void {
    this.store.saveStatus(id, version, status);
  }

  #next(row: WebhookRow, actor: Actor, change: WebhookChange, now_ms: number): WebhookRow {
    const { version } = row;
    return {
      ...row,
      ...change,
      responsible: actor.principal_id,
      version: version + 1,
      updated_at_ms: now_ms,
    };
  }

  #end(row: WebhookRow, end: "deleted" | "closing", now_ms: number): void {
    this.store.delete(row.id);
    if (end === "deleted") this.#place.serve(row.id, null);
    const last = { ...row, version: row.version + 1, updated_at_ms: now_ms };
    this.#order(last, { status: null, end });
  }

  #save(
    row: WebhookRow,
    news: {
      readonly box?: NewSecret;
      readonly status?: WebhookOrder["status"];
      readonly details?: AuditEvent["details"];
    },
  ): Result<Decided<Webhook>> {
    this.store.save(row);
    const { box, status = null, details } = news;
    this.#order(row, { status, ...(box && { box: encodeBase64Url(box.box) }) });
    return ok({ value: this.#view(row), targets: [row.id], ...(details && { details }) });
  }

  #order(row: WebhookRow, more: Pick<WebhookOrder, "status" | "box" | "end">): void {
    const { id, version, url, event_types, order, deliveries_per_minute, responsible, secrets } = row;
    const project_id = this.#place.project_id();
    const decided = { id, version, project_id, url, event_types, order, deliveries_per_minute, responsible };
    this.#object.append(this.#name(id), { kind: "webhook", ...decided, secrets, ...more });
  }

  async #obeyed<Value>(id: string, decided: Result<Changed<Value>>): Promise<Result<Changed<Value>>> {
    if (!decided.ok || (await this.#object.shipNow(this.#name(id)))) return decided;
    return refuse("unavailable", { detail: "decided, and still on its way to the endpoint" });
  }

  #withSecret(decided: Result<Changed<Webhook>>, secret: NewSecret): Result<Changed<CreatedWebhook>> {
    if (!decided.ok) return decided;
    const { value: webhook, ...rest } = decided.value;
    return ok({ ...rest, value: { webhook, secret: secret.text } });
  }

  #complaint(url: string) {
    const { allow_loopback_targets: allow_loopback } = this.#object.config;
    const target = checkTarget(url, { allow_loopback });
    if (target.ok) return null;
    const errors = [{ pointer: "/url", detail: TARGET_DETAIL }];
    return refuse("invalid_input", { errors, rule: `target_${target.rule}` });
  }

  #view(row: WebhookRow): Webhook {
    return webhookOf(row, this.#place.project_id());
  }

  #name(id: string): string {
    return `${this.#object.workspace()}/${id}`;
  }
}

const TARGET_DETAIL =
  "expected https to a public name on port 443 or 8443, without user name, password or inner addresses";

const factsOf = ({ id, public_key }: NewSecret, created_at_ms: number) => ({
  id,
  public_key,
  created_at_ms,
  expires_at_ms: null,
});
