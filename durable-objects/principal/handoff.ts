// Hand-off: a session moves to another device by a one-use ticket and is bound anew there. The other device must
// pass MFA; deadlines are inherited, and so is what raised the session's risk. Only the ticket's hash is kept.

import { expiry } from "../../src/domain/session.ts";
import { isSuspicious } from "../../src/domain/session-risk.ts";
import { mintBearerToken } from "../../src/protocol/bearer-token.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import type { Proof, SignedIn } from "../../src/schema/messages/principal.ts";
import type { Actor, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import type { Core } from "./core.ts";
import { failed, type Proofs } from "./proofs.ts";
import { draftSession, isOf } from "./session-draft.ts";
import { riskIn } from "./session-store.ts";
import type { Sessions } from "./sessions.ts";

const TICKET_MS = 60_000;

export interface Ticket {
  readonly ticket: string;
  readonly expires_at: string;
}

export class Handoff {
  readonly #core: Core;
  readonly #proofs: Proofs;
  readonly #sessions: Sessions;

  constructor(core: Core, proofs: Proofs, sessions: Sessions) {
    this.#core = core;
    this.#proofs = proofs;
    this.#sessions = sessions;
  }

  /** A new ticket for the actor's session; an earlier one of the same session is void. */
  async begin(actor: Actor): Promise<Result<Changed<Ticket>>> {
    const { config, workspace, rows } = this.#core;
    const id = randomId("hnd_");
    const secret = randomBytes(32);
    const ticket = await mintBearerToken(config.key_ring, "handoff", {
      workspace,
      principal_id: actor.principal_id,
      id,
      secret,
    });
    return this.#core.change(actor, "session.handoff_begun", (now_ms) => {
      if (!this.#core.hasFactor()) return refuse("conflict", { detail: "a hand-off needs a second factor" });
      if (!rows.find(actor.session_id)) return refuse("session_ended");
      const expires_at_ms = now_ms + TICKET_MS;
      rows.saveTicket({ id, session_id: actor.session_id, secret_hash: sha256(secret), expires_at_ms });
      return ok({ ticket, expires_at: toIso(expires_at_ms) });
    });
  }

  /** The session moves: the ticket and the old device's session are spent in the transaction that begins the new one. */
  async accept(
    ticket_id: string,
    secret: Uint8Array,
    proof: Proof,
    context: RequestContext,
  ): Promise<Result<Changed<SignedIn>>> {
    const { object, rows, store } = this.#core;
    if (!object.isCreated()) return failed("handoff_without_factor");
    const { id: principal_id } = store.account();
    const prover = { ...context, principal_id };
    if (!this.#core.hasFactor()) return this.#proofs.refuse(proof, prover, "handoff_without_factor");
    const before = this.#ticket(ticket_id, secret);
    const draft = await draftSession(this.#core, principal_id, context, before && riskIn(before));
    return this.#proofs.prove(
      proof,
      prover,
      (now_ms) => {
        const parent = this.#ticket(ticket_id, secret)!;
        rows.deleteFamily(parent.family);
        const row = this.#sessions.continue(draft, parent, now_ms);
        const by = { ...prover, session_id: row.id };
        const targets = [parent.id, row.id];
        const event_id = object.audit({ type: "session.handed_off", at_ms: now_ms, by, targets });
        return { value: this.#sessions.signedIn(draft, row), event_id };
      },
      () => {
        // It may have been removed since: then there was no code to pass.
        if (!this.#core.hasFactor()) return failed("handoff_without_factor");
        const parent = this.#ticket(ticket_id, secret);
        if (!parent) return failed("ticket_refused");
        // The way out of a suspicion is to authenticate again where it arose, with all that a sign-in takes.
        if (isSuspicious(riskIn(parent), parent.authenticated_at_ms)) return failed("session_risk");
        return isOf(draft.risk, parent) ? null : failed("risk_raised_meanwhile");
      },
    );
  }

  /** The live session that the ticket moves, or null. */
  #ticket(ticket_id: string, secret: Uint8Array) {
    const { object, rows, config } = this.#core;
    const ticket = rows.ticket(ticket_id);
    if (!ticket || ticket.expires_at_ms <= object.now()) return null;
    if (!equalBytes(sha256(secret), ticket.secret_hash)) return null;
    const parent = rows.find(ticket.session_id);
    if (!parent || parent.replaced_at_ms !== null) return null;
    return expiry(parent, config.session, object.now()) === "alive" ? parent : null;
  }
}
