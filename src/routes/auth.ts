// Handlers of auth: registration, sign-in, second factors, password.
import { renderSVG } from "uqr";
import type { Operations } from "../api/operations/index.ts";
import { userIdOf } from "../domain/principal-id.ts";
import { isPrivileged } from "../domain/role.ts";
import { sessionCookie } from "../edge/authenticate.ts";
import { type Call, type Handlers, type Reply, replyChanged } from "../edge/call.ts";
import { argon2 } from "../edge/password-hasher.ts";
import { claimantIn } from "../edge/strangers.ts";
import { encodeBase64Url, utf8 } from "../protocol/base64url.ts";
import { verifyBootstrapToken } from "../protocol/bootstrap-token.ts";
import { sha256 } from "../protocol/mac.ts";
import { hashPassword } from "../protocol/password-hash.ts";
import { randomSecret } from "../protocol/random.ts";
import type { MfaEnrolment } from "../schema/account.ts";
import type { NewEnrolment, SignedIn } from "../schema/messages/principal.ts";
import type { Changed } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { proofOf, settleTime, tryToProve } from "./attempt.ts";
import { complainAbout } from "./new-password.ts";

/**
 * At the end of a cookie session the browser forgets pages that it keeps, for the way back as well. Its other stores
 * stay: they hold nothing of the session, and the audit log's last seen checkpoint must outlive it.
 */
const FORGET_PAGES = ["Clear-Site-Data", '"cache"'] as const;

export const authHandlers: Handlers<
  | "register"
  | "nonce"
  | "login"
  | "logout"
  | "beginMfa"
  | "confirmMfa"
  | "removeMfa"
  | "newBackupCodes"
  | "changePassword"
> = {
  async register(call) {
    const { body, context, config, env } = call;
    const { workspace, username, password, enable_mfa, bootstrap_token, invitation } = body;
    const complaint = await complainAbout(
      call,
      { workspace, username, password, mfa: enable_mfa },
      "/password",
    );
    if (complaint) return complaint;
    const id = userIdOf(workspace, username);
    const bootstrap =
      bootstrap_token !== undefined &&
      (await verifyBootstrapToken(config.bootstrap_key, workspace, bootstrap_token));
    if (bootstrap_token !== undefined && !bootstrap) {
      return refuse("registration_closed", { rule: "wrong_bootstrap_token" });
    }
    const admitted = await env.WORKSPACE.getByName(workspace).admitRegistration(
      {
        workspace,
        principal_id: id,
        username,
        bootstrap,
        enable_mfa,
        invitation_hash: invitation === undefined ? null : hashOfSecret(invitation),
      },
      context,
    );
    if (!admitted.ok) return admitted;
    const { roles } = admitted.value;
    const phc = await hashPassword({ argon2: argon2(), ring: config.key_ring, password });
    const account = { id, username, phc, email: body.email ?? null, roles, bootstrap, enable_mfa };
    const created = env.PRINCIPAL.getByName(`${workspace}/${id}`).create(account, context);
    return replyChanged(created, ({ user, mfa }) => ({ user, ...(mfa && { mfa: withQr(mfa) }) }));
  },

  async nonce() {
    return ok({ body: { nonce: randomSecret(), timestamp: Date.now() / 1000 } });
  },

  async login(call) {
    const { body, context, config } = call;
    const started_ms = Date.now();
    const { password, transport } = body;
    const signedIn = await tryToProve(call, claimantIn(body), password, (principal, verdict) =>
      principal.signIn(proofOf(body, verdict), context),
    );
    if (!signedIn.ok) await settleTime(started_ms, config.failure_quantum_ms);
    return replySignedIn(signedIn, transport);
  },

  async logout({ actor, env, transport }) {
    const out = await replyChanged(principalOf({ actor, env }).signOut(actor), () => undefined);
    if (!out.ok || transport === "bearer") return out;
    return ok({ ...out.value, headers: [sessionCookie("", 0), FORGET_PAGES] });
  },

  beginMfa({ actor, env }) {
    return replyChanged(principalOf({ actor, env }).beginMfa(actor), (mfa) => ({ mfa: withQr(mfa) }));
  },

  confirmMfa(call) {
    const { actor, body } = call;
    const confirmed = tryToProve(call, actor, null, (principal, { attempt }) =>
      principal.confirmMfa(actor, body.mfa_code, attempt),
    );
    return replyChanged(confirmed, (user) => ({ user }));
  },

  async removeMfa(call) {
    const { actor, env, body, config } = call;
    const { workspace, username } = actor;
    const chosen = { workspace, username, password: body.new_password, mfa: false };
    const complaint = await complainAbout(call, chosen, "/new_password");
    if (complaint) return complaint;
    if (isPrivileged(actor.roles)) {
      return refuse("conflict", { detail: "ADMIN, COORDINATOR and AUDITOR keep their second factor" });
    }
    const phc = await hashPassword({ argon2: argon2(), ring: config.key_ring, password: body.new_password });
    return replyChanged(principalOf({ actor, env }).removeMfa(actor, phc), (user) => ({ user }));
  },

  newBackupCodes({ actor, env }) {
    return replyChanged(principalOf({ actor, env }).newBackupCodes(actor), (codes) => codes);
  },

  async changePassword(call) {
    const { actor, body, config } = call;
    const { workspace, username, mfa_enabled: mfa } = actor;
    const chosen = { workspace, username, password: body.new_password, mfa };
    const complaint = await complainAbout(call, chosen, "/new_password");
    if (complaint) return complaint;
    const changed = tryToProve(call, actor, body.password, async (principal, verdict) => {
      const password = body.new_password;
      const phc = verdict.password_matches
        ? await hashPassword({ argon2: argon2(), ring: config.key_ring, password })
        : "";
      return principal.changePassword(actor, proofOf(body, verdict), phc, body.revoke_tokens);
    });
    return replyChanged(changed, () => undefined);
  },
};

type SessionCall = Pick<Call<Operations["logout"]>, "actor" | "env">;

export const principalOf = ({ actor, env }: SessionCall) =>
  env.PRINCIPAL.getByName(`${actor.workspace}/${actor.principal_id}`);

/** Only the hash of an invitation's secret is kept; 256 random bits need no slow hash. */
export const hashOfSecret = (secret: string): string => encodeBase64Url(sha256(utf8(secret)));

/** A new session as an answer: the token in the body, or in a cookie and then not in the body. */
export async function replySignedIn(
  signedIn: Result<Changed<SignedIn>>,
  transport: "bearer" | "cookie",
): Promise<Result<Reply<{ session_token?: string; session: SignedIn["session"]; user: SignedIn["user"] }>>> {
  if (!signedIn.ok) return signedIn;
  const { value, event_id } = signedIn.value;
  const { session_token, session, user } = value;
  const { id, username, roles, mfa_enabled } = user;
  const shown = { session, user: { id, username, roles, mfa_enabled } as SignedIn["user"] };
  if (transport === "bearer") return ok({ body: { session_token, ...shown }, event_id });
  const max_age_seconds = Math.floor((Date.parse(session.expires_at) - Date.now()) / 1000);
  return ok({ body: shown, event_id, headers: [sessionCookie(session_token, max_age_seconds)] });
}

const withQr = (enrolment: NewEnrolment): MfaEnrolment => ({
  ...enrolment,
  qr_svg: renderSVG(enrolment.qr_uri),
});
