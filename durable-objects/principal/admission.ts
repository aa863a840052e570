// Admission: the one call that every authenticated request makes first. Token bucket, session, bindings and
// deadlines, role and permission, in that order. Memory holds what the object owns; a commit happens only
// when a debit or a last use must be kept.
import { allows, type Override, permissionsInForce, ruleOf } from "../../src/domain/role.ts";
import { isRecent } from "../../src/domain/session.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Admission } from "../../src/schema/messages/principal.ts";
import type { Actor, AdmissionPolicy, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { Buckets } from "./buckets.ts";
import type { Core } from "./core.ts";
import { ended, type LiveSession, type LiveSessions } from "./live-sessions.ts";
import type { Account } from "./store.ts";

interface Identity {
  readonly account: Account;
  readonly roles: readonly Role[];
  readonly overrides: readonly Override[];
  readonly has_factor: boolean;
}

export class Admissions {
  readonly #core: Core;
  readonly #buckets: Buckets;
  readonly #live: LiveSessions;
  #identity: Identity | null = null;

  constructor(core: Core, buckets: Buckets, live: LiveSessions) {
    this.#core = core;
    this.#buckets = buckets;
    this.#live = live;
    core.onChange(() => {
      this.#identity = null;
    });
  }

  async admit(
    session_id: string,
    secret: Uint8Array,
    policy: AdmissionPolicy,
    context: RequestContext,
    target: string,
  ): Promise<Admission> {
    await this.#live.open(session_id, secret, context);
    const now_ms = this.#core.object.now();
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    if (refusal) {
      const decision = { ok: false as const, refusal };
      this.#record(decision, policy, session_id, context, target, now_ms);
      return { rate_limit, decision };
    }
    const session = this.#live.find(session_id, secret);
    const decision = session ? this.#decide(session, policy, context, now_ms) : ended("no_such_session");
    this.#record(decision, policy, session_id, context, target, now_ms);
    if (session?.unsaved_risk) await this.#live.saveRisk(session, secret);
    return { rate_limit, decision };
  }

  #decide(
    session: LiveSession,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Result<Actor> {
    const refusal = this.#live.check(session, policy, context, now_ms);
    if (refusal) return { ok: false, refusal };
    const { account, roles, overrides, has_factor } = this.#who();
    if (account.status !== "active") return ended(account.status);
    this.#live.use(session, now_ms);
    const permissions = permissionsInForce(roles, overrides, has_factor, now_ms);
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
      session_id: session.row.id,
      address: context.source.address,
      request_id: context.request_id,
    });
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
      has_factor: this.#core.hasFactor(),
    };
    return this.#identity;
  }

  #by(context: RequestContext, session_id: string) {
    return { ...context, principal_id: this.#who().account.id, session_id };
  }
}
