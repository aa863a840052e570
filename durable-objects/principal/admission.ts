// Admission: the one call that every authenticated request makes first. Token bucket, session, bindings and
// deadlines, role and permission, in that order. Memory holds what the object owns; a commit happens only
// when a debit or a last use must be kept.
import { allows, type Override, permissionsInForce, ruleOf } from "../../src/domain/role.ts";
import {
  bindTo,
  checkBindings,
  expiry,
  isRecent,
  LAST_USE_STALE_MS,
  PARENT_GRACE_MS,
} from "../../src/domain/session.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Admission } from "../../src/schema/messages/principal.ts";
import type { Actor, AdmissionPolicy, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { Buckets } from "./buckets.ts";
import type { Core } from "./core.ts";
import type { SessionState } from "./sealing.ts";
import type { SessionRow } from "./session-store.ts";
import type { Account } from "./store.ts";

interface Identity {
  readonly account: Account;
  readonly roles: readonly Role[];
  readonly overrides: readonly Override[];
}

interface LiveSession {
  readonly row: SessionRow;
  readonly state: SessionState;
  last_used_at_ms: number;
  stored_use_ms: number;
}

export class Admissions {
  readonly #core: Core;
  readonly #live = new Map<string, LiveSession>();
  readonly #buckets: Buckets;
  #identity: Identity | null = null;

  constructor(core: Core, buckets: Buckets) {
    this.#core = core;
    this.#buckets = buckets;
    core.onChange(() => this.#forget());
  }

  /** Whatever memory holds of sessions, account and roles is read again: called after each change of them. */
  #forget(): void {
    this.#live.clear();
    this.#identity = null;
  }

  /** The exact last use of a session, which its row may lag by a minute. */
  lastUseOf(row: SessionRow): number {
    return this.#live.get(row.id)?.last_used_at_ms ?? row.last_used_at_ms;
  }

  async admit(
    session_id: string,
    secret: Uint8Array,
    policy: AdmissionPolicy,
    context: RequestContext,
    target: string,
  ): Promise<Admission> {
    // Another request may empty the memory while this one opens: then open again.
    while (!this.#live.has(session_id) && (await this.#open(session_id, secret, context)));
    const now_ms = this.#core.object.now();
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    const decision = refusal
      ? { ok: false as const, refusal }
      : this.#decide(session_id, secret, policy, context, now_ms);
    this.#record(decision, policy, session_id, context, target, now_ms);
    return { rate_limit, decision };
  }

  /** Opens a session's state into memory; false where there is none. One that does not open ends: it was altered. */
  async #open(session_id: string, secret: Uint8Array, context: RequestContext): Promise<boolean> {
    const before = this.#core.rows.find(session_id);
    if (!before || !equalBytes(sha256(secret), before.secret_hash)) return false;
    const state = await this.#core.sealing.openState(session_id, before.state_version, secret, before.state);
    const row = this.#core.rows.find(session_id);
    if (!row || !equalBytes(row.state, before.state)) return row !== null;
    if (!state) {
      this.#end(row, "session.state_unreadable", context, {});
      return false;
    }
    const used_ms = row.last_used_at_ms;
    this.#live.set(session_id, { row, state, last_used_at_ms: used_ms, stored_use_ms: used_ms });
    return true;
  }

  #decide(
    session_id: string,
    secret: Uint8Array,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Result<Actor> {
    const session = this.#live.get(session_id);
    if (!session || !equalBytes(sha256(secret), session.row.secret_hash)) return ended("no_such_session");
    const refusal = this.#checkLife(session, context, now_ms);
    if (refusal) return { ok: false, refusal };
    const { account, roles, overrides } = this.#who();
    if (account.status !== "active") return ended(account.status);
    this.#use(session, now_ms);
    const permissions = permissionsInForce(roles, overrides, this.#core.hasFactor(), now_ms);
    if (policy.permission !== null && !allows(permissions, policy.permission)) {
      return refuse("permission_denied", { rule: ruleOf(policy.permission, roles, overrides, now_ms) });
    }
    if (policy.recent_authentication && !isRecent(session.row.authenticated_at_ms, now_ms)) {
      return refuse("step_up_required", { rule: "authentication_too_old" });
    }
    return ok({
      workspace: this.#core.workspace,
      principal_id: account.id,
      username: account.username,
      roles,
      permissions,
      session_id,
      address: context.source.address,
      request_id: context.request_id,
    });
  }

  #checkLife(session: LiveSession, context: RequestContext, now_ms: number): Refusal | null {
    const { row, state, last_used_at_ms } = session;
    if (row.replaced_at_ms !== null && now_ms >= row.replaced_at_ms + PARENT_GRACE_MS) {
      this.#end(row, "session.token_reused", context, {});
      return ended("replaced_token_reused").refusal;
    }
    const life = expiry({ ...row, last_used_at_ms }, this.#core.config.session, now_ms);
    if (life !== "alive") {
      this.#core.object.transact(() => this.#core.rows.deleteFamily(row.family));
      this.#live.clear();
      return ended(life).refusal;
    }
    const { violated, observed } = checkBindings(
      state.bindings,
      bindTo(context.source),
      this.#core.config.bindings,
    );
    if (violated.length > 0) {
      this.#end(row, "session.binding_violated", context, { factors: [...violated] });
      return ended("binding_violated").refusal;
    }
    if (observed.length > 0) {
      this.#core.object.observe({
        type: "session.binding_violated",
        at_ms: now_ms,
        by: this.#by(context, row.id),
        rule: "observe",
        details: { factors: [...observed] },
      });
    }
    return null;
  }

  /** Ends the session's whole family at once, with its event, in one transaction. */
  #end(row: SessionRow, type: EventType, context: RequestContext, details: Record<string, string[]>): void {
    this.#core.object.transact((now_ms) => {
      this.#core.rows.deleteFamily(row.family);
      this.#core.object.audit({
        type,
        at_ms: now_ms,
        by: this.#by(context, row.id),
        decision: "deny",
        rule: "session_ended",
        targets: [row.id],
        details,
      });
    });
    this.#live.clear();
  }

  #use(session: LiveSession, now_ms: number): void {
    session.last_used_at_ms = now_ms;
    if (now_ms - session.stored_use_ms < LAST_USE_STALE_MS) return;
    session.stored_use_ms = now_ms;
    this.#core.object.transact(() => this.#core.rows.saveLastUse(session.row.id, now_ms));
  }

  #record(
    decision: Result<Actor>,
    policy: AdmissionPolicy,
    session_id: string,
    context: RequestContext,
    target: string,
    now_ms: number,
  ): void {
    const targets = target === "" ? [] : [target];
    if (decision.ok) {
      if (policy.read_event === null) return;
      const { roles, overrides } = this.#who();
      const rule = policy.permission === null ? "own" : ruleOf(policy.permission, roles, overrides, now_ms);
      const type = policy.read_event as EventType;
      this.#core.object.observe({ type, at_ms: now_ms, by: decision.value, rule, targets });
      return;
    }
    const { reason, rule = null } = decision.refusal;
    this.#core.object.observe({
      type: reason === "rate_limited" ? "rate.limited" : "access.refused",
      at_ms: now_ms,
      by: this.#by(context, session_id),
      decision: "deny",
      rule,
      targets,
      details: { operation: policy.operation },
    });
  }

  #who(): Identity {
    this.#identity ??= {
      account: this.#core.store.account(),
      roles: this.#core.rolesInForce(),
      overrides: this.#core.overrides.all(),
    };
    return this.#identity;
  }

  #by(context: RequestContext, session_id: string) {
    return { ...context, principal_id: this.#who().account.id, session_id };
  }
}

const ended = (rule: string) => refuse("session_ended", { rule });
