// Handlers of the ways by e-mail. A token's MAC is checked before any object is reached; what it does is decided
// in the object that made it, in one transaction.
import type { Config, Env } from "../config.ts";
import { LINK_LIFETIME_MS, type LinkKind } from "../domain/mailed-link.ts";
import { userIdOf } from "../domain/principal-id.ts";
import { type Handlers, type Reply, replyChanged } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { argon2 } from "../edge/password-hasher.ts";
import { strangersFor } from "../edge/strangers.ts";
import { type BearerClaims, verifyBearerToken } from "../protocol/bearer-token.ts";
import { hashPassword } from "../protocol/password-hash.ts";
import type { PrincipalRpc } from "../schema/messages/principal.ts";
import type { Changed, RequestContext } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { proofOf, settleTime } from "./attempt.ts";
import { principalOf } from "./auth.ts";
import { complainAbout } from "./new-password.ts";

interface LinkCall {
  readonly context: RequestContext;
  readonly config: Config;
  readonly env: Env;
}

export const recoveryHandlers: Handlers<
  | "changeEmail"
  | "confirmEmail"
  | "requestRecovery"
  | "confirmRecovery"
  | "unlockByLink"
  | "listNotices"
  | "readNotices"
> = {
  changeEmail({ actor, env, body }) {
    return replyChanged(principalOf({ actor, env }).changeEmail(actor, body.email), () => undefined);
  },

  confirmEmail(call) {
    return withLink(call, "email", call.body.token, (principal, claims) =>
      principal.confirmEmail(claims, call.context),
    );
  },

  /** Known, unknown, unconfirmed, too often: one answer, after one time. */
  async requestRecovery({ body, context, config, env }) {
    const started_ms = Date.now();
    const id = userIdOf(body.workspace, body.username.toLowerCase());
    await env.PRINCIPAL.getByName(`${body.workspace}/${id}`).requestRecovery(context);
    await settleTime(started_ms, config.failure_quantum_ms);
    return ok({ body: { expires_in_seconds: LINK_LIFETIME_MS.recovery / 1000 } });
  },

  confirmRecovery(call) {
    const { body, context, config, env } = call;
    return withLink(call, "recovery", body.token, async (principal, claims) => {
      const subject = await principal.recoverySubject(claims);
      if (!subject) return refuse("authentication_failed", { rule: "link_not_live" });
      const { username, mfa_enabled: mfa } = subject;
      const { workspace, principal_id } = claims;
      const chosen = { workspace, username, password: body.new_password, mfa };
      const complaint = await complainAbout(call, chosen, "/new_password");
      if (complaint) return complaint;
      const shard = await strangersFor(context.source.address, config, env);
      const refusal = await shard.beginAttempt(workspace, principal_id, context);
      if (refusal) return { ok: false, refusal };
      const password = body.new_password;
      const phc = await hashPassword({ argon2: argon2(), ring: config.key_ring, password });
      const { attempt: _none, ...proof } = proofOf(body, NO_PASSWORD);
      const recovered = await principal.recover(claims, proof, subject, phc, context);
      if (recovered.ok) await shard.attemptSucceeded(workspace, principal_id, context);
      return recovered;
    });
  },

  unlockByLink(call) {
    return withLink(call, "unlock", call.body.token, (principal, claims) =>
      principal.unlockByLink(claims, call.context),
    );
  },

  listNotices(call) {
    return replyPage(call, "notices", (limit, before) => principalOf(call).notices(limit, before));
  },

  readNotices({ actor, env, body }) {
    return replyChanged(principalOf({ actor, env }).readNotices(actor, body.notice_id), () => undefined);
  },
};

/** The link itself proves what elsewhere the password does. */
const NO_PASSWORD = {
  attempt: { phc: null, attempt_id: null, rule: null },
  password_matches: null,
  rehashed_phc: null,
};

/** Verifies the token's MAC, then lets its principal decide. A refusal is recorded, and says nothing by its time. */
async function withLink(
  { context, config, env }: LinkCall,
  kind: LinkKind,
  token: string,
  decide: (principal: PrincipalRpc, claims: BearerClaims) => Promise<Result<Changed<null>>>,
): Promise<Result<Reply<undefined>>> {
  const started_ms = Date.now();
  const claims = await verifyBearerToken(config.key_ring, kind, token);
  const decided = claims
    ? await decide(env.PRINCIPAL.getByName(`${claims.workspace}/${claims.principal_id}`), claims)
    : refuse("authentication_failed", { rule: "forged_or_malformed_token" });
  if (!decided.ok && decided.refusal.reason === "authentication_failed") {
    if (claims) {
      const shard = await strangersFor(context.source.address, config, env);
      const { rule = "refused" } = decided.refusal;
      await shard.attemptFailed(claims.workspace, claims.principal_id, rule, context);
    }
    await settleTime(started_ms, config.failure_quantum_ms);
  }
  return replyChanged(Promise.resolve(decided), () => undefined);
}
