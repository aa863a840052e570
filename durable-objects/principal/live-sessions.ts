// Sessions in memory, opened: deadlines, bindings and monitoring are judged here on each request, and whatever
// must end a session ends it, with its event, in one transaction.
import {
  bindTo,
  checkBindings,
  expiry,
  LAST_USE_STALE_MS,
  PARENT_GRACE_MS,
} from "../../src/domain/session.ts";
import {
  assess,
  END_SCORE,
  hasMoved,
  isRaised,
  isSuspicious,
  type Risk,
} from "../../src/domain/session-risk.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type { Session } from "../../src/schema/account.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { AdmissionPolicy, RequestContext } from "../../src/schema/messages/request.ts";
import { type Refusal, refuse } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import { type SessionState, STATE_VERSION, sightingOf } from "./session-state.ts";
import { riskColumns, riskIn, type SessionRow } from "./session-store.ts";
import { viewAfterUse, viewOf } from "./session-view.ts";

export interface LiveSession {
  readonly row: SessionRow;
  /** As verified against the stored hash when the session was opened. */
  readonly secret: Uint8Array;
  /** As its owner sees it; when it was last used follows from `last_used_at_ms`. */
  readonly view: Session;
  state: SessionState;
  last_used_at_ms: number;
  stored_use_ms: number;
  /** As far as its sealed state knows. */
  readonly sealed_risk: Risk;
  /** The risk was raised, or the session has moved, and that is not sealed yet. */
  unsaved_risk: boolean;
  /** Requests since `counted_from_ms`, for the velocity. */
  requests: number;
  counted_from_ms: number;
}

/** More requests than nine tenths of a whole burst within this are faster than people, and than polite programs. */
const VELOCITY_MS = 10_000;

export class LiveSessions {
  readonly #core: Core;
  readonly #live = new Map<string, LiveSession>();

  constructor(core: Core) {
    this.#core = core;
    core.onChange(() => this.#live.clear());
  }

  /** The exact last use of a session, which its row may lag by a minute. */
  lastUseOf(row: SessionRow): number {
    return this.#live.get(row.id)?.last_used_at_ms ?? row.last_used_at_ms;
  }

  find(session_id: string, secret: Uint8Array): LiveSession | null {
    const session = this.#live.get(session_id);
    return session && equalBytes(secret, session.secret) ? session : null;
  }

  /** Whether it is in memory, so that there is nothing to wait for. */
  isOpen(session_id: string): boolean {
    return this.#live.has(session_id);
  }

  /** Opens a session into memory, if there is one; again where another request emptied the memory meanwhile. */
  async open(session_id: string, secret: Uint8Array, context: RequestContext): Promise<void> {
    while (!this.isOpen(session_id)) {
      if (!(await this.#open(session_id, secret, context))) return;
    }
  }

  /** Whether the session may go on; null when it may. What may not has ended, or must authenticate again. */
  check(
    session: LiveSession,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Refusal | null {
    const { row, state, last_used_at_ms } = session;
    if (row.replaced_at_ms !== null && now_ms >= row.replaced_at_ms + PARENT_GRACE_MS) {
      this.#end(row, "session.token_reused", context, {});
      return ended("replaced_token_reused").refusal;
    }
    const life = expiry({ ...row, last_used_at_ms }, this.#core.config.session, now_ms);
    if (life !== "alive") {
      this.#core.object.transact(() => this.#core.rows.deleteFamily(row.family));
      this.#core.forget();
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
    if (observed.length > 0) this.#observe(row, context, now_ms, [...observed]);
    return this.#monitor(session, policy, context, now_ms);
  }

  view({ row, view, last_used_at_ms }: LiveSession): Session {
    return viewAfterUse(view, row, last_used_at_ms, this.#core.config.session);
  }

  use(session: LiveSession, now_ms: number): void {
    session.last_used_at_ms = now_ms;
    if (now_ms - session.stored_use_ms < LAST_USE_STALE_MS) return;
    session.stored_use_ms = now_ms;
    this.#core.object.write(() => this.#core.rows.saveLastUse(session.row.id, now_ms));
  }

  /** Seals the raised risk, so that it survives this memory. */
  async saveRisk(session: LiveSession, secret: Uint8Array): Promise<void> {
    session.unsaved_risk = false;
    const { row, state } = session;
    const box = await this.#core.sealing.sealState(row.id, secret, state);
    const saved = { state_version: STATE_VERSION, state: box, risk_raised_at_ms: state.risk.raised_at_ms };
    this.#core.object.transact(() => this.#core.rows.saveState(row.id, saved));
    this.#core.forget();
  }

  /** Opens one that is not in memory; false where there is none. What does not open was altered, and ends. */
  async #open(session_id: string, secret: Uint8Array, context: RequestContext): Promise<boolean> {
    const before = this.#core.rows.find(session_id);
    if (!before || !equalBytes(sha256(secret), before.secret_hash)) return false;
    const [state, description] = await Promise.all([
      this.#core.sealing.openState(before, secret),
      this.#core.sealing.openDescription(session_id, before.description),
    ]);
    const row = this.#core.rows.find(session_id);
    if (!row || !equalBytes(row.state, before.state)) return row !== null;
    if (!state) {
      this.#end(row, "session.state_unreadable", context, {});
      return false;
    }
    const used_ms = row.last_used_at_ms;
    // It was seen whenever it was used, and whenever that was elsewhere, the state was sealed anew.
    const { last, raised_at_ms } = state.risk;
    const seen = { ...last, at_ms: Math.max(last.at_ms, used_ms) };
    // Where sealing what was raised was cut off, the row alone knows of it.
    const raised = row.risk_raised_at_ms >= raised_at_ms ? riskIn(row) : {};
    const opened = {
      row,
      secret,
      view: viewOf(row, description, this.#core.config.session, true),
      state: { ...state, risk: { ...state.risk, ...raised, last: seen } },
      sealed_risk: state.risk,
    };
    const counters = { unsaved_risk: false, requests: 0, counted_from_ms: used_ms };
    this.#live.set(session_id, { ...opened, ...counters, last_used_at_ms: used_ms, stored_use_ms: used_ms });
    return true;
  }

  /** The score decides: recorded, to authenticate again, or ended. An authentication since then clears it. */
  #monitor(
    session: LiveSession,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Refusal | null {
    const { row, state } = session;
    const seen = sightingOf(context.source, now_ms);
    const risk = assess(state.risk, seen, this.#isFast(session, now_ms), row.authenticated_at_ms);
    session.state = { ...state, risk };
    if (hasMoved(session.sealed_risk, risk)) session.unsaved_risk = true;
    if (isRaised(state.risk, risk)) {
      const details = { score: risk.score, reasons: [...risk.reasons] };
      if (risk.score >= END_SCORE) {
        this.#end(row, "session.ended_by_risk", context, details);
        return ended("risk").refusal;
      }
      session.unsaved_risk = true;
      const happening = { at_ms: now_ms, by: this.#by(context, row.id), targets: [row.id], details };
      this.#core.object.transact(() => {
        this.#core.rows.raiseRisk(row.id, riskColumns(risk));
        this.#core.object.audit({ ...happening, type: "session.risk_raised" });
      });
    }
    if (!isSuspicious(risk, row.authenticated_at_ms) || policy.under_suspicion) return null;
    return refuse("step_up_required", { rule: "session_risk" }).refusal;
  }

  #isFast(session: LiveSession, now_ms: number): boolean {
    if (now_ms - session.counted_from_ms >= VELOCITY_MS) {
      session.counted_from_ms = now_ms;
      session.requests = 0;
    }
    session.requests += 1;
    return session.requests > this.#core.config.rate_limits.api.burst * 0.9;
  }

  /** Ends the session's whole family at once, with its event, in one transaction. */
  #end(row: SessionRow, type: EventType, context: RequestContext, details: AuditEvent["details"]): void {
    const by = this.#by(context, row.id);
    this.#core.object.transact((now_ms) => {
      this.#core.rows.deleteFamily(row.family);
      const targets = [row.id];
      this.#core.object.audit({
        type,
        at_ms: now_ms,
        by,
        decision: "deny",
        rule: "session_ended",
        targets,
        details,
      });
    });
    this.#core.forget();
  }

  #observe(row: SessionRow, context: RequestContext, at_ms: number, factors: string[]): void {
    const by = this.#by(context, row.id);
    const type = "session.binding_violated";
    this.#core.object.observe({ type, at_ms, by, rule: "observe", targets: [row.id], details: { factors } });
  }

  #by(context: RequestContext, session_id: string) {
    return { ...context, principal_id: this.#core.store.account().id, session_id };
  }
}

export const ended = (rule: string) => refuse("session_ended", { rule });
