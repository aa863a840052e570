// What reaches an integration's address: verified over the raw bytes, in constant time and within its time; refused
// where its id or its body came within 24 hours; taken from the bucket once the signature holds. What is taken is
// durable, sealed, before the project is asked, so that its effects are neither lost nor counted twice.
import { validatorsOf } from "../../src/config/validators.ts";
import { encodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import {
  holds,
  type InboundSignature,
  isTimely,
  readInboundSignature,
} from "../../src/protocol/inbound-signature.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { InboundDelivery } from "../../src/schema/integration.ts";
import type { HookAnswer, HookDelivery } from "../../src/schema/messages/hook.ts";
import type { Actor, AdmissionPolicy, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Buckets } from "./buckets.ts";
import type { Core } from "./core.ts";
import { HookAttempts, retryAt } from "./hook-attempts.ts";
import { type HookPlan, hopsOf, isPutOff, parseHookBody, planHook } from "./hook-plan.ts";
import type { DeliveryRow } from "./inbound-delivery-store.ts";
import { IntegrationRecord, type LiveIntegration } from "./integration.ts";
import { type Heading, sealDelivery } from "./kept-delivery.ts";

/** What has come through so many webhooks already goes no further. */
const HOPS_MAX = 3;
/** More than its bucket lets in within a day: a live one is never forgotten to make room. */
const DELIVERIES_MAX = 100_000;
/** Of what waits for its project, and of failures. */
const KEPT_BYTES_MAX = 50_331_648;

/** A delivery whose signature holds, on its way to a decision. */
interface Taken {
  readonly live: LiveIntegration;
  readonly sender_id_hash: string | null;
  readonly body_hash: string;
  readonly sent_at_seconds: number | null;
  readonly address_key_id: string | undefined;
}

type Decided = Result<Changed<InboundDelivery>>;

export class InboundHooks {
  readonly #core: Core;
  readonly #buckets: Buckets;
  readonly record: IntegrationRecord;
  readonly attempts: HookAttempts;

  constructor(core: Core, buckets: Buckets) {
    this.#core = core;
    this.#buckets = buckets;
    this.record = new IntegrationRecord(core);
    this.attempts = new HookAttempts(core, this.record);
  }

  async receive(
    policy: AdmissionPolicy,
    context: RequestContext,
    delivery: HookDelivery,
  ): Promise<HookAnswer> {
    const verified = await this.#verify(delivery);
    if (!verified.ok) return { rate_limit: null, decision: this.#refused(verified, policy, context) };
    const now_ms = this.#core.object.now();
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    const decision = refusal
      ? { ok: false as const, refusal }
      : await this.#take(verified.value, context, delivery, now_ms);
    this.#buckets.keep(policy);
    return { rate_limit, decision: this.#refused(decision, policy, context) };
  }

  async #verify({ headers, body, address_key_id }: HookDelivery): Promise<Result<Taken>> {
    for (;;) {
      const live = await this.record.open();
      if (!live) return refuse("not_found", { rule: "no_such_integration" });
      const now_ms = this.#core.object.now();
      const { kind, hmac } = live.row.settings;
      const signature = readInboundSignature(kind, hmac, (name) => own(headers, name), body);
      const rule = signature ? await complaint(signature, live, now_ms) : "malformed_signature";
      if (!this.record.isLive(live)) continue; // it has changed meanwhile
      if (!signature || rule) return refuse("signature_refused", { rule: rule ?? "malformed_signature" });
      const { delivery_id, sent_at_seconds } = signature;
      const sender_id_hash = delivery_id === null ? null : hashOf(utf8(delivery_id));
      return ok({ live, sender_id_hash, body_hash: hashOf(body), sent_at_seconds, address_key_id });
    }
  }

  async #take(
    taken: Taken,
    context: RequestContext,
    delivery: HookDelivery,
    now_ms: number,
  ): Promise<Decided> {
    const before = this.#repeated(taken, now_ms);
    if (before) return before;
    const parsed = parseHookBody(delivery.body);
    if (!parsed.ok) return parsed;
    const { live, sent_at_seconds } = taken;
    const { source, request_id } = context;
    const at_ms = sent_at_seconds === null ? now_ms : Math.min(sent_at_seconds * 1000, now_ms);
    const hops = hopsOf(own(delivery.headers, "taskward-hops") ?? undefined, parsed.value) + 1;
    const { address, place } = source;
    const heading: Heading = { headers: delivery.headers, at_ms, hops, address, place, request_id };
    const stopped = hops > HOPS_MAX;
    const { config, object } = this.#core;
    const { mapping } = live.row.settings;
    const plan = stopped ? ok(NOTHING) : await planHook(mapping, heading, parsed.value, validatorsOf(config));
    const id = randomId("ind_");
    const kept = { heading, body: delivery.body };
    const is_done = plan.ok && plan.value.effects.length === 0;
    const box = is_done ? null : await sealDelivery(config.key_ring, object.name(), id, kept);
    if (!this.record.isLive(live)) return refuse("unavailable", { retry_after_seconds: 1 });
    const actor = this.attempts.actorOf(live, id, heading);
    const status = stopped ? "stopped" : is_done ? "ignored" : "pending";
    const begun = this.#begin(taken, actor, { id, box, status }, plan, now_ms);
    if (!begun.ok || begun.value.value.id !== id || begun.value.value.status !== "pending" || !plan.ok)
      return begun;
    const outcome = await this.attempts.attempt(live.row.project_id, actor, id, plan.value.effects);
    return ok({ value: { id, status: outcome }, event_id: begun.value.event_id });
  }

  /** Another may have come in while this one was sealed: the last look is in the transaction that takes it. */
  #begin(
    taken: Taken,
    actor: Actor,
    { id, box, status }: Pick<DeliveryRow, "id" | "box" | "status">,
    plan: Result<HookPlan>,
    at_ms: number,
  ): Decided {
    const { store } = this.attempts;
    return this.#core.object.transact((now_ms) => {
      const before = this.#repeated(taken, now_ms);
      if (before) return before;
      if (store.rows() >= DELIVERIES_MAX || store.boxBytes() >= KEPT_BYTES_MAX) {
        return refuse("unavailable", { rule: "deliveries_full", retry_after_seconds: 60 });
      }
      const { sender_id_hash, body_hash, sent_at_seconds, address_key_id } = taken;
      if (address_key_id !== undefined) this.record.made_under.noteAddress(address_key_id, now_ms);
      const { hops = 0 } = actor;
      const targets = [actor.principal_id, id];
      const type = status === "stopped" ? "hook.stopped" : "hook.received";
      const event_id = this.#core.object.audit({ type, at_ms, by: actor, targets, details: { hops } });
      store.insert({
        ...{ id, box, status, sender_id_hash, body_hash, sent_at_seconds, event_id, attempts: 1 },
        ...{ received_at_ms: at_ms, reason: null, detail: null, pointer: null },
        next_attempt_at_ms: status === "pending" ? retryAt(now_ms, 0) : null,
      });
      if (status === "pending") this.#core.object.wakeBy(retryAt(now_ms, 0));
      const is_put_off = isPutOff(plan);
      if (plan.ok) this.attempts.observe(actor, plan.value, now_ms);
      else if (!is_put_off) this.attempts.fail(actor, id, plan.refusal, now_ms);
      return ok({ value: { id, status: plan.ok || is_put_off ? status : "failed" }, event_id });
    });
  }

  /**
   * The answer to what came before; null for what has not. A sender who was not answered signs the same delivery with a
   * later time: it is told what has become of it. Whatever else comes again is refused.
   */
  #repeated({ sender_id_hash, body_hash, sent_at_seconds }: Taken, now_ms: number): Decided | null {
    const { store } = this.attempts;
    const before = store.findRepeated(sender_id_hash, body_hash, now_ms);
    if (!before) return null;
    const is_same = before.sender_id_hash === sender_id_hash && before.body_hash === body_hash;
    const is_signed_anew = sent_at_seconds !== null && sent_at_seconds > (before.sent_at_seconds ?? 0);
    if (!is_same || !is_signed_anew || sender_id_hash === null) {
      const rule = before.body_hash === body_hash ? "body_replayed" : "delivery_id_replayed";
      return refuse("delivery_replayed", { rule });
    }
    this.#core.object.transact(() => store.saveSent(before.id, sent_at_seconds));
    return ok({ value: { id: before.id, status: before.status }, event_id: before.event_id });
  }

  #refused<Value>(decision: Result<Value>, policy: AdmissionPolicy, context: RequestContext): Result<Value> {
    if (decision.ok || !this.#core.object.isCreated()) return decision;
    const { reason, rule = null } = decision.refusal;
    const { id } = this.#core.store.account();
    this.#core.object.observe({
      type: TYPES[reason as keyof typeof TYPES] ?? "access.refused",
      at_ms: this.#core.object.now(),
      by: { ...context, principal_id: id },
      decision: "deny",
      rule,
      targets: [id],
      details: { operation: policy.operation },
    });
    return decision;
  }
}

const TYPES = { delivery_replayed: "replay.refused", rate_limited: "rate.limited" } as const;
const NOTHING: HookPlan = { effects: [], findings: [] };

async function complaint(
  signature: InboundSignature,
  { keys }: LiveIntegration,
  now_ms: number,
): Promise<string | null> {
  const present = keys.filter(({ expires_at_ms }) => expires_at_ms === null || now_ms < expires_at_ms);
  if (
    !(await holds(
      signature,
      present.map(({ key }) => key),
    ))
  )
    return "wrong_signature";
  return isTimely(signature, now_ms) ? null : "signed_at_another_time";
}

const own = (headers: HookDelivery["headers"], name: string): string | null =>
  Object.hasOwn(headers, name) ? headers[name]! : null;

const hashOf = (bytes: Uint8Array): string => encodeBase64Url(sha256(bytes));
