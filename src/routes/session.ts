// Handlers of the caller's own sessions.
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { proofOf, tryToProve } from "./attempt.ts";
import { claimantOf, principalOf, replySignedIn } from "./auth.ts";

export const sessionHandlers: Handlers<
  "currentSession" | "listSessions" | "endSession" | "endOtherSessions" | "renewSession" | "stepUp"
> = {
  currentSession({ actor, env }) {
    return replyWith(principalOf({ actor, env }).current(actor.session_id), ({ session, user }) => {
      const { id, username, mfa_enabled } = user;
      return { session, user: { id, username, roles: [...actor.roles], mfa_enabled } };
    });
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

  stepUp(call) {
    const { actor, body } = call;
    const stepped = tryToProve(call, claimantOf(actor), body.password, (principal, verdict) =>
      principal.stepUp(actor, proofOf(body, verdict)),
    );
    return replyChanged(stepped, (session) => ({ session }));
  },
};
