// Admission: the one call that every authenticated request makes first. Credential, token bucket, bindings and
// deadlines, role and permission, in that order: whoever only kept a token that has ended takes nothing from its
// owner's bucket. Memory holds what the object owns; a commit happens only when a debit or a last use must be kept.
import { isKeyExpired } from "../../src/domain/certificate.ts";
import { HOUR_MS } from "../../src/domain/lockout.ts";
import { permissionsOf } from "../../src/domain/role.ts";
import { isRecent, LAST_USE_STALE_MS } from "../../src/domain/session.ts";
import { decodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type {
  Admission,
  CertificateClaim,
  SecretClaim,
  SignatureClaim,
} from "../../src/schema/messages/admission.ts";
import type {
  Actor,
  AdmissionPolicy,
  RateLimitState,
  RequestContext,
} from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { AdmissionLog } from "./admission-log.ts";
import type { TokenRow } from "./api-token-store.ts";
import type { Buckets } from "./buckets.ts";
import type { Core } from "./core.ts";
import { ended, type LiveSession, type LiveSessions } from "./live-sessions.ts";
import { EVERYTHING, Permits } from "./permits.ts";
import type { LiveKey, Signatures } from "./signatures.ts";

/** The rule by which whatever lives by an expired certificate is refused. */
const KEY_EXPIRED = "certificate_expired";

type Refused = ReturnType<typeof refuse>;

const WITHOUT_KEY = { rule: "proof_of_key" };

/** What is no base64url is nobody's secret, and nothing's signature. */
const bytesOf = (text: string) => decodeBase64Url(text) ?? new Uint8Array();

export class Admissions {
  readonly #core: Core;
  readonly #buckets: Buckets;
  readonly #live: LiveSessions;
  readonly #signatures: Signatures;
  readonly #permits: Permits;
  readonly #log: AdmissionLog;

  constructor(core: Core, buckets: Buckets, live: LiveSessions, signatures: Signatures) {
    this.#core = core;
    this.#buckets = buckets;
    this.#live = live;
    this.#signatures = signatures;
    this.#permits = new Permits(core);
    this.#log = new AdmissionLog(core, this.#permits);
  }

  async admit({ id, secret, context, target }: SecretClaim, policy: AdmissionPolicy): Promise<Admission> {
    const bytes = bytesOf(secret);
    if (!this.#live.isOpen(id)) await this.#live.open(id, bytes, context);
    const now_ms = this.#core.object.now();
    const session = this.#live.find(id, bytes);
    if (!session) return this.#turnAway(ended("no_such_session"), policy, id, context, target, now_ms);
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    if (refusal) {
      const decision = { ok: false as const, refusal };
      this.#log.note(decision, policy, id, context, target, now_ms);
      return { rate_limit, decision };
    }
    const decision = this.#decide(session, policy, context, now_ms);
    this.#log.note(decision, policy, id, context, target, now_ms);
    this.#buckets.keep(policy);
    if (session.unsaved_risk) await this.#live.saveRisk(session, bytes);
    const admission = this.#answer(rate_limit, decision, policy, now_ms);
    if (!policy.describe_session || !decision.ok) return admission;
    const { user, roles } = this.#permits.who();
    return {
      ...admission,
      current: { session: this.#live.view(session), user: { ...user, roles: [...roles] } },
    };
  }

  /** By API token: no session, no step-up, and never more than the owner may do now. */
  async admitToken(
    { id, secret, context, target }: SecretClaim,
    policy: AdmissionPolicy,
  ): Promise<Admission> {
    const now_ms = this.#core.object.now();
    const token = this.#liveToken(id, bytesOf(secret), now_ms);
    if (!token.ok) return this.#turnAway(token, policy, id, context, target, now_ms);
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    const decision = refusal
      ? { ok: false as const, refusal }
      : this.#decideToken(token.value, policy, context, now_ms);
    this.#log.note(decision, policy, id, context, target, now_ms);
    this.#buckets.keep(policy);
    return this.#answer(rate_limit, decision, policy, now_ms);
  }

  /**
   * By signature. Whoever only knows the key's id takes nothing from the worker's bucket: the tokens are taken, and
   * the nonce is spent, once the signature holds and the nonce is fresh.
   */
  async admitSigned(claim: SignatureClaim, policy: AdmissionPolicy): Promise<Admission> {
    const { key_id, base, signature, context, target } = claim;
    const key = await this.#signatures.holds(key_id, utf8(base), bytesOf(signature), claim.alg);
    const now_ms = this.#core.object.now();
    const rule = key ? this.#nonceComplaint(claim, now_ms) : "wrong_signature";
    if (!key || rule) {
      const refused = refuse("signature_refused", { rule: rule ?? "wrong_signature" });
      return this.#turnAway(refused, policy, key_id, context, target, now_ms);
    }
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    const decision = refusal
      ? { ok: false as const, refusal }
      : this.#decideSigned(key, claim, policy, context, now_ms);
    this.#log.note(decision, policy, key_id, context, target, now_ms);
    this.#buckets.keep(policy);
    return { rate_limit, decision };
  }

  /** By a client certificate, which Cloudflare has verified: it is the worker's if it is on record, and still good. */
  admitCertificate({ fingerprint, context, target }: CertificateClaim, policy: AdmissionPolicy): Admission {
    const { object, keys } = this.#core;
    const now_ms = object.now();
    const certificate = keys.certificate(fingerprint);
    const key = certificate && keys.find(certificate.key_id);
    if (!key || now_ms >= certificate.not_after_ms) {
      const refused = refuse("certificate_refused", { rule: key ? KEY_EXPIRED : "unknown_certificate" });
      return this.#turnAway(refused, policy, key?.id ?? "", context, target, now_ms);
    }
    const { refusal, rate_limit } = this.#buckets.debit(policy, now_ms);
    const decision = refusal
      ? { ok: false as const, refusal }
      : this.#permits.permitProgram(policy, context, key.id, now_ms);
    if (decision.ok && now_ms - (key.last_used_at_ms ?? 0) >= LAST_USE_STALE_MS) {
      object.write(() => keys.saveLastUse(key.id, now_ms));
    }
    this.#log.note(decision, policy, key.id, context, target, now_ms);
    this.#buckets.keep(policy);
    return this.#answer(rate_limit, decision, policy, now_ms);
  }

  /** Why the signature does not count although it holds; null when it does. */
  #nonceComplaint({ key_id, nonce, created }: SignatureClaim, now_ms: number): string | null {
    const row = this.#signatures.held(key_id);
    if (!row) return "revoked";
    if (isKeyExpired(row.expires_at_ms, now_ms)) return KEY_EXPIRED;
    return this.#core.nonces.complaint(nonce, created * 1000, now_ms);
  }

  #decideSigned(
    key: LiveKey,
    { nonce, created }: SignatureClaim,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Result<Actor> {
    const { object, nonces, keys } = this.#core;
    object.write(() => nonces.spend(nonce, created * 1000));
    if (now_ms - key.last_used_at_ms >= LAST_USE_STALE_MS) {
      key.last_used_at_ms = now_ms;
      object.write(() => keys.saveLastUse(key.row.id, now_ms));
    }
    object.wakeBy(now_ms + HOUR_MS);
    return this.#permits.permitProgram(policy, context, key.row.id, now_ms);
  }

  #liveToken(token_id: string, secret: Uint8Array, now_ms: number): Result<TokenRow> {
    const token = this.#core.tokens.find(token_id);
    if (!token || !equalBytes(sha256(secret), token.secret_hash)) return ended("no_such_token");
    if (now_ms >= token.expires_at_ms) return ended("token_expired");
    const { account } = this.#permits.who();
    return account.status === "active" ? ok(token) : ended(account.status);
  }

  #decideToken(
    { id, permissions, last_used_at_ms }: TokenRow,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Result<Actor> {
    if (now_ms - (last_used_at_ms ?? 0) >= LAST_USE_STALE_MS) {
      this.#core.object.write(() => this.#core.tokens.saveLastUse(id, now_ms));
    }
    if (!policy.api_tokens) return refuse("permission_denied", { rule: "not_for_api_tokens" });
    if (policy.proof_of_key) return refuse("permission_denied", WITHOUT_KEY);
    return this.#permits.permit(policy, context, id, permissionsOf(permissions), now_ms);
  }

  #decide(
    session: LiveSession,
    policy: AdmissionPolicy,
    context: RequestContext,
    now_ms: number,
  ): Result<Actor> {
    const refusal = this.#live.check(session, policy, context, now_ms);
    if (refusal) return { ok: false, refusal };
    const { account } = this.#permits.who();
    if (account.status !== "active") return ended(account.status);
    this.#live.use(session, now_ms);
    if (policy.proof_of_key) return refuse("permission_denied", WITHOUT_KEY);
    if (session.row.key_id !== null && !(policy.key_sessions ?? policy.api_tokens)) {
      return refuse("permission_denied", { rule: "not_for_key_sessions" });
    }
    const permitted = this.#permits.permit(policy, context, session.row.id, EVERYTHING, now_ms);
    if (!permitted.ok || !policy.recent_authentication) return permitted;
    if (isRecent(session.row.authenticated_at_ms, now_ms)) return permitted;
    return refuse("step_up_required", { rule: "authentication_too_old" });
  }

  /** Nobody's credential: no debit, and no word of the owner's limits. */
  #turnAway(
    decision: Refused,
    policy: AdmissionPolicy,
    credential_id: string,
    context: RequestContext,
    target: string,
    now_ms: number,
  ): Admission {
    this.#log.note(decision, policy, credential_id, context, target, now_ms);
    return { rate_limit: null, decision };
  }

  #answer(
    rate_limit: RateLimitState,
    decision: Result<Actor>,
    policy: AdmissionPolicy,
    now_ms: number,
  ): Admission {
    if (!decision.ok || !policy.is_read) return { rate_limit, decision };
    return { rate_limit, decision, allowed_by: this.#permits.ruleFor(policy, now_ms) };
  }
}
