// What becomes of a delivery that was taken: its effects in the project, under the integration's own name; or a failure,
// kept sealed, which can be replayed once the mapping is mended. Whatever is cut off is tried again by the alarm.
import { validatorsOf } from "../../src/config/validators.ts";
import { permissionsOf } from "../../src/domain/role.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { DeliveryStatus, HookFailure, InboundDelivery } from "../../src/schema/integration.ts";
import type { HookEffect } from "../../src/schema/messages/hook.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import { pageOf } from "../page.ts";
import { screened } from "../screening.ts";
import { within } from "../within.ts";
import type { Core } from "./core.ts";
import { type HookPlan, isPutOff, parseHookBody, planHook } from "./hook-plan.ts";
import { type DeliveryRow, FAILURE_MS, type InboundDeliveryStore } from "./inbound-delivery-store.ts";
import type { IntegrationRecord, LiveIntegration } from "./integration.ts";
import { type Heading, type KeptDelivery, openDelivery } from "./kept-delivery.ts";

/** What an integration may do at most, whatever its project role. */
const PERMISSIONS = permissionsOf(["project:read", "task:read", "task:create", "task:update"]);
const FAILURES_MAX = 200;
const FAILURE_BYTES_MAX = 16_777_216;
const ATTEMPTS_MAX = 10;
/** An attempt that nothing is heard of is made again after this, doubling each time. */
const RETRY_FIRST_MS = 5_000;
/** Whoever delivers waits for an attempt, ten seconds as a rule. What a silent project does all the same counts once. */
const ATTEMPT_MS_MAX = 5_000;
const RESUMED_MAX = 20;
const SUSPENDED_MS = 3_600_000;
const EXCERPT_MAX = 2_000;
const NO_FAILURE = { reason: null, detail: null, pointer: null } as const;

export const retryAt = (now_ms: number, attempts: number): number => now_ms + RETRY_FIRST_MS * 2 ** attempts;

export class HookAttempts {
  readonly store: InboundDeliveryStore;
  readonly #core: Core;
  readonly #record: IntegrationRecord;
  readonly #running = new Set<string>();

  constructor(core: Core, record: IntegrationRecord) {
    this.#core = core;
    this.#record = record;
    this.store = record.deliveries;
  }

  /** As whom a delivery acts. */
  actorOf({ row }: LiveIntegration, delivery_id: string, heading: Heading): Actor {
    const { address, place, request_id, hops } = heading;
    return {
      workspace: this.#core.workspace,
      principal_id: this.#core.store.account().id,
      username: row.settings.name,
      roles: ["USER"],
      permissions: PERMISSIONS,
      mfa_enabled: false,
      session_id: delivery_id,
      ...{ address, place, request_id, hops },
    };
  }

  /** The row becomes a failure, and the oldest failures give way where they are too many. In a transaction. */
  fail(actor: Actor, id: string, refusal: Refusal, at_ms: number): void {
    const { reason, rule = reason, detail = null, errors = [] } = refusal;
    const pointer = errors[0]?.pointer ?? null;
    this.store.settle(id, { status: "failed", reason: rule, detail, pointer });
    this.store.dropExcess(FAILURES_MAX, FAILURE_BYTES_MAX);
    const details = { reason: rule, ...(pointer !== null && { pointer }) };
    this.#audit("hook.failed", actor, id, at_ms, details);
  }

  /** Tells the audit what screening let pass. */
  observe(actor: Actor, { findings }: HookPlan, at_ms: number): void {
    if (findings.length === 0) return;
    const { request_id, principal_id, session_id } = actor;
    const source = { ...NOWHERE, address: actor.address };
    const note = { operation: "receiveHook", refused: false, findings };
    for (const happening of screened(note, { request_id, source, principal_id, session_id }, at_ms)) {
      this.#core.object.observe(happening);
    }
  }

  /** Asks the project, and writes down what has come of it; pending where nothing has. */
  async attempt(
    project_id: string,
    actor: Actor,
    id: string,
    effects: readonly HookEffect[],
  ): Promise<DeliveryStatus> {
    this.#running.add(id);
    try {
      const { object, workspace } = this.#core;
      const project = object.env.PROJECT.getByName(`${workspace}/${project_id}`);
      const answer = await within(ATTEMPT_MS_MAX, () => project.applyHook(actor, effects));
      if (!answer) return "pending";
      const applied = answer.value;
      return object.transact((now_ms) => {
        // Somebody deleted the integration meanwhile, or another attempt came to an end first.
        const status = this.store.find(id)?.status;
        if (status !== "pending") return status ?? "ignored";
        if (!applied.ok) {
          this.fail(actor, id, applied.refusal, now_ms);
          return "failed";
        }
        const done = applied.value.length > 0 ? "applied" : "ignored";
        this.store.settle(id, { status: done, ...NO_FAILURE });
        return done;
      });
    } catch {
      return "pending";
    } finally {
      this.#running.delete(id);
    }
  }

  /** Goes on with what was cut off, a few at a time; gives up after ten attempts. */
  async resume(): Promise<void> {
    const { object } = this.#core;
    const due = object.isCreated() ? this.store.due(object.now(), RESUMED_MAX) : [];
    if (due.length === 0) return;
    const live = await this.#record.open();
    if (!live) {
      // Suspended: they wait until it is not.
      object.transact((now_ms) => {
        for (const { id } of due) this.store.postpone(id, now_ms + SUSPENDED_MS);
      });
      return;
    }
    for (const row of due) {
      if (this.#running.has(row.id)) continue;
      const kept = await this.#open(row);
      const actor = this.actorOf(live, row.id, kept?.heading ?? NO_HEADING);
      const plan = kept ? await this.#plan(live, kept) : refuse("conflict", UNREADABLE);
      // What has changed meanwhile is looked at anew by the next alarm.
      if (!this.#record.isLive(live)) return;
      const more = this.#decide(row, actor, plan);
      if (more && plan.ok) await this.attempt(live.row.project_id, actor, row.id, plan.value.effects);
    }
  }

  /** Whether one more attempt is to be made of it. */
  #decide({ id, attempts }: DeliveryRow, actor: Actor, plan: Result<HookPlan>): boolean {
    const { object } = this.#core;
    try {
      return object.transact((now_ms) => {
        if (this.store.find(id)?.status !== "pending") return false;
        if (attempts >= ATTEMPTS_MAX) this.fail(actor, id, plan.ok ? GIVEN_UP : plan.refusal, now_ms);
        else if (!plan.ok && !isPutOff(plan)) this.fail(actor, id, plan.refusal, now_ms);
        else this.store.saveAttempt(id, retryAt(now_ms, attempts));
        return plan.ok && attempts < ATTEMPTS_MAX;
      });
    } catch {
      // Nobody can be told of it, since too much waits for the audit log: it stays as it is, behind the others.
      object.transact((now_ms) => this.store.postpone(id, now_ms + RETRY_FIRST_MS));
      return false;
    }
  }

  /** A failure once more, under the mapping of now; `by` asks for it, and the integration does it. */
  async replay(by: Actor, id: string): Promise<Result<Changed<InboundDelivery>>> {
    const { object } = this.#core;
    const live = await this.#record.open();
    if (!live) return refuse("conflict", { detail: "the integration is suspended" });
    const row = this.store.find(id);
    if (row?.status !== "failed" || !row.box) return refuse("not_found");
    const kept = await this.#open(row);
    const plan = kept ? await this.#plan(live, kept) : refuse("conflict", UNREADABLE);
    if (!this.#record.isLive(live)) return refuse("unavailable", { retry_after_seconds: 1 });
    const actor = this.actorOf(live, id, kept?.heading ?? NO_HEADING);
    const begun = object.transact((now_ms) => {
      const found = this.store.find(id);
      if (found?.status !== "failed" || !found.box) return refuse("not_found"); // done, or it has given way
      this.store.saveAttempt(id, retryAt(now_ms, 0));
      object.wakeBy(retryAt(now_ms, 0));
      const event_id = this.#audit("hook.replayed", by, id, now_ms);
      if (!plan.ok) this.fail(actor, id, plan.refusal, now_ms);
      const status: DeliveryStatus = plan.ok ? "pending" : "failed";
      return ok({ value: { id, status }, event_id });
    });
    if (!begun.ok || !plan.ok) return begun;
    const status = await this.attempt(live.row.project_id, actor, id, plan.value.effects);
    return ok({ value: { id, status }, event_id: begun.value.event_id });
  }

  /** Newest first, each with the beginning of what came. */
  async failures(limit: number, before: PagePosition | null): Promise<Result<Page<HookFailure>>> {
    const rows = this.store.failures(limit, Number(before ?? Number.MAX_SAFE_INTEGER));
    const { items, next } = pageOf(rows, limit, ({ number }) => number);
    return ok({ items: await Promise.all(items.map((row) => this.#view(row))), next });
  }

  async #plan({ row }: LiveIntegration, { heading, body }: KeptDelivery): Promise<Result<HookPlan>> {
    const parsed = parseHookBody(body);
    if (!parsed.ok) return parsed;
    return planHook(row.settings.mapping, heading, parsed.value, validatorsOf(this.#core.config));
  }

  async #view(row: DeliveryRow): Promise<HookFailure> {
    const { id, attempts, detail, pointer, received_at_ms } = row;
    const kept = await this.#open(row);
    const text = new TextDecoder().decode(kept?.body.subarray(0, EXCERPT_MAX * 4));
    const excerpt = text.slice(0, EXCERPT_MAX).replace(/[\ud800-\udbff]$/u, ""); // no character is cut in half
    return {
      id,
      received_at: toIso(received_at_ms),
      expires_at: toIso(received_at_ms + FAILURE_MS),
      attempts,
      reason: row.reason ?? "",
      detail,
      pointer,
      excerpt,
    };
  }

  async #open({ id, box }: DeliveryRow): Promise<KeptDelivery | null> {
    const { config, object } = this.#core;
    return box && openDelivery(config.key_ring, object.name(), id, box);
  }

  #audit(
    type: EventType,
    by: Actor,
    id: string,
    at_ms: number,
    details: Record<string, string> = {},
  ): string {
    const targets = [this.#core.store.account().id, id];
    return this.#core.object.audit({ type, at_ms, by, targets, details });
  }
}

const UNREADABLE = { rule: "unreadable", detail: "what was kept of it cannot be opened" };
const GIVEN_UP: Refusal = { reason: "unavailable", detail: "the project could not be reached" };
const NO_HEADING: Heading = { headers: {}, at_ms: 0, hops: 0, address: "", place: "", request_id: "" };
const NOWHERE = {
  user_agent: "",
  tls_fingerprint: "",
  certificate: "",
  place: "",
  country: "",
  latitude: null,
  longitude: null,
};
