// Handlers of the caller's own sessions.
import { listOf } from "../domain/role.ts";
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { verifyBearerToken } from "../protocol/bearer-token.ts";
import { ok, refuse } from "../schema/result.ts";
import { proofOf, settleTime, tryToProve } from "./attempt.ts";
import { principalOf, replySignedIn } from "./auth.ts";

export const sessionHandlers: Handlers<
  | "currentSession"
  | "whoAmI"
  | "openAgentSession"
  | "listSessions"
  | "endSession"
  | "endOtherSessions"
  | "renewSession"
  | "beginHandoff"
  | "acceptHandoff"
  | "stepUp"
> = {
  async currentSession({ current }) {
    const { session, user } = current!;
    const { id, username, roles, mfa_enabled, email_confirmed } = user;
    return ok({ body: { session, user: { id, username, roles, mfa_enabled, email_confirmed } } });
  },

  /** Admission has found all of it out. */
  async whoAmI({ actor }) {
    const { principal_id: id, username: name, workspace, roles, worker = null } = actor;
    const permissions = listOf(actor.permissions);
    return ok({ body: { principal: { id, name, workspace, roles: [...roles], permissions, worker } } });
  },

  openAgentSession({ actor, env, context }) {
    return replyChanged(principalOf({ actor, env }).openKeySession(actor, context), (opened) => opened);
  },

  listSessions({ actor, env }) {
    return replyWith(principalOf({ actor, env }).sessions(actor.session_id), (sessions) => ({
      sessions: [...sessions],
      count: sessions.length,
      next_cursor: null,
    }));
  },

  endSession({ actor, env, params }) {
    return replyChanged(principalOf({ actor, env }).endSession(actor, params.session_id), () => undefined);
  },

  endOtherSessions({ actor, env }) {
    return replyChanged(principalOf({ actor, env }).endOtherSessions(actor), (ended) => ended);
  },

  async renewSession({ actor, env, context, transport }) {
    return replySignedIn(await principalOf({ actor, env }).renew(actor, context), transport);
  },

  beginHandoff({ actor, env }) {
    return replyChanged(principalOf({ actor, env }).beginHandoff(actor), (ticket) => ticket);
  },

  /** The ticket says whose session it is; its MAC is checked before any object is asked. */
  async acceptHandoff(call) {
    const { body, context, config } = call;
    const started_ms = Date.now();
    const claims = await verifyBearerToken(config.key_ring, "handoff", body.ticket);
    const moved = claims
      ? await tryToProve(call, claims, null, (principal, verdict) =>
          principal.acceptHandoff(claims.id, claims.secret, proofOf(body, verdict), context),
        )
      : refuse("authentication_failed", { rule: "ticket_refused" });
    if (!moved.ok) await settleTime(started_ms, config.failure_quantum_ms);
    return replySignedIn(moved, body.transport);
  },

  stepUp(call) {
    const { actor, body } = call;
    const stepped = tryToProve(call, actor, body.password, (principal, verdict) =>
      principal.stepUp(actor, proofOf(body, verdict)),
    );
    return replyChanged(stepped, (session) => ({ session }));
  },
};
