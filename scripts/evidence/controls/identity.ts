// Controls of who somebody is: passwords, factors, sessions, recovery, proofs and keys.
import { type Controls, control } from "../control.ts";

export const identityControls: Controls = {
  "password-hash": control(
    "Passwords are kept as Argon2id hashes over a keyed pepper, as strong as OWASP asks, and hashed anew when that rises.",
    "src/protocol/password-hash.ts src/edge/password-hasher.ts",
    "unit/protocol/password-hash runtime/objects/argon2 runtime/identity/stored-secrets",
  ),
  "password-policy": control(
    "Passwords have 15 characters, or 8 beside a second factor, of any kind, up to 128 and more, and are no common ones nor the user's name.",
    "src/domain/password-policy.ts src/domain/common-passwords.ts",
    "unit/domain/password-policy runtime/identity/password",
  ),
  "breach-check": control(
    "Where a breach service is configured, a password that leaked elsewhere is refused; only five characters of its hash leave.",
    "src/edge/breach-check.ts",
    "unit/edge/breach-check e2e/breach-check",
  ),
  lockout: control(
    "Five failures of one source on one name lock it out for 15 minutes; twenty an hour on one account admit only networks that it knows.",
    "src/domain/lockout.ts durable-objects/strangers/object.ts durable-objects/principal/proofs.ts",
    "unit/domain/lockout runtime/identity/lockout runtime/identity/account-ceiling",
  ),
  "unknown-names": control(
    "Known and unknown names get the same answer after the same time, and an unknown one leaves no storage.",
    "src/routes/attempt.ts src/protocol/password-hash.ts",
    "runtime/identity/sign-in runtime/mail/recovery",
  ),
  "second-factor": control(
    "Time-based codes of one step count once; enrolment is confirmed by a code; privileged roles do not work without a factor.",
    "src/protocol/one-time-code.ts durable-objects/principal/factors.ts",
    "unit/protocol/one-time-code runtime/identity/one-time-code runtime/identity/second-factor e2e/authenticator",
  ),
  "backup-codes": control(
    "Eight backup codes of 80 bits, each used once, kept as keyed hashes.",
    "src/protocol/backup-code.ts durable-objects/principal/factors.ts",
    "unit/protocol/backup-code runtime/identity/backup-code",
  ),
  "parallel-proofs": control(
    "However many proofs come at once, one code or nonce opens one session, and each wrong guess is counted before its hash runs.",
    "durable-objects/principal/proofs.ts src/routes/attempt.ts",
    "runtime/identity/parallel-sign-in runtime/identity/nonce",
  ),
  recovery: control(
    "Recovery goes by a one-use mailed link, never skips the second factor, and ends every session and API token.",
    "durable-objects/principal/recovery.ts durable-objects/principal/mailed-links.ts src/domain/mailed-link.ts",
    "runtime/mail/recovery runtime/mail/mfa-reset unit/domain/mailed-link",
  ),
  "email-confirmation": control(
    "An address counts once its owner has spent the link that was sent there; a change tells the old one.",
    "durable-objects/principal/email.ts",
    "runtime/mail/email",
  ),
  "owner-notices": control(
    "Owners are told of every change of their credentials, of sessions that gave way and of sign-ins from afar.",
    "src/domain/notice.ts durable-objects/principal/notices.ts",
    "runtime/mail/notices unit/domain/letter",
  ),
  nonces: control(
    "A proof bears a nonce and a time: within five minutes it counts once, also in parallel, after an eviction and after a restart.",
    "src/domain/nonce-window.ts durable-objects/principal/nonce-store.ts",
    "unit/domain/nonce-window runtime/identity/nonce",
  ),
  "session-tokens": control(
    "Session tokens hold 256 random bits and a MAC; only a hash of the secret is stored, and a forged token reaches no object.",
    "src/protocol/session-token.ts src/protocol/bearer-token.ts src/edge/authenticate.ts",
    "unit/protocol/session-token unit/protocol/bearer-token runtime/identity/stored-secrets",
  ),
  "session-state": control(
    "Bindings and risk of a session are sealed with AES-256-GCM under a key from the ring and the session's secret; what does not open ends the session.",
    "durable-objects/principal/sealing.ts durable-objects/principal/session-state.ts src/protocol/sealed-box.ts",
    "runtime/identity/session-storage unit/protocol/sealed-box",
  ),
  "state-versions": control(
    "Sealed state names its version, and that of earlier versions is read and carried over.",
    "durable-objects/principal/session-state.ts durable-objects/migrate.ts",
    "runtime/identity/session-versions runtime/objects/migrations",
  ),
  "session-ends": control(
    "Sessions end when idle for 30 minutes and after 24 hours (8 for privileged roles), both judged on every request.",
    "src/domain/session.ts durable-objects/principal/live-sessions.ts",
    "unit/domain/session runtime/identity/session-limits",
  ),
  "session-limit": control(
    "A user has three sessions at most; the oldest gives way, and the owner is told.",
    "durable-objects/principal/sessions.ts",
    "runtime/identity/session-limits runtime/mail/notices",
  ),
  "session-bindings": control(
    "A session used from another address, user agent or certificate ends at once.",
    "src/domain/session.ts durable-objects/principal/live-sessions.ts src/edge/context.ts",
    "runtime/identity/session-bindings unit/domain/session",
  ),
  "session-renewal": control(
    "Renewal rotates the token; the parent used after ten seconds ends the whole family.",
    "durable-objects/principal/sessions.ts durable-objects/principal/live-sessions.ts",
    "runtime/identity/session-renewal",
  ),
  handoff: control(
    "A session moves by a one-use ticket of 60 seconds, and the other device passes the second factor.",
    "durable-objects/principal/handoff.ts",
    "runtime/credentials/handoff",
  ),
  "session-monitoring": control(
    "Impossible travel, velocity and changed behaviour raise a score that asks for authentication or ends the session, and says why.",
    "src/domain/session-risk.ts durable-objects/principal/live-sessions.ts",
    "unit/domain/session-risk runtime/credentials/monitoring",
  ),
  revocation: control(
    "A revoked session, role or key fails on the next request, everywhere; its streams close before the revocation is answered.",
    "durable-objects/principal/admission.ts durable-objects/principal/streams.ts",
    "runtime/identity/session-revocation runtime/feed/revocation",
  ),
  "step-up": control(
    "Sensitive operations want an authentication of the last ten minutes.",
    "durable-objects/principal/admission.ts src/domain/session.ts",
    "runtime/authorization-refusals unit/domain/session",
  ),
  "api-tokens": control(
    "API tokens are scoped, expire, are shown once, never exceed their owner, die with the owner's suspension and cannot step up.",
    "durable-objects/principal/api-tokens.ts src/protocol/leak-checksum.ts",
    "runtime/credentials/api-token unit/protocol/leak-checksum",
  ),
  "signed-requests": control(
    "Workers sign each request (RFC 9421) over method, target and body; what covers less, is late, altered or sent again is refused alike.",
    "src/protocol/message-signature.ts src/protocol/signature-base.ts src/edge/signed-request.ts durable-objects/principal/signatures.ts",
    "unit/protocol/message-signature runtime/workers/signed-request runtime/workers/replay runtime/workers/client-libraries",
  ),
  "worker-keys": control(
    "A worker has up to ten keys, rotated without a gap; a revoked one fails on the next request, and a made-up key id reaches nothing.",
    "src/protocol/key-id.ts durable-objects/principal/key-store.ts durable-objects/workspace/workers.ts",
    "unit/protocol/key-id unit/protocol/signing-key runtime/workers/registry runtime/workers/signed-request",
  ),
  certificates: control(
    "Each workspace certifies its workers' keys for 90 days; what is revoked, expired, of another purpose or self-made counts for nothing from the next request on.",
    "src/protocol/certificate.ts src/domain/certificate.ts src/protocol/certification-request.ts src/edge/client-certificate.ts durable-objects/workspace/authority-keys.ts",
    "unit/protocol/certificate unit/protocol/certification-request runtime/workers/certificates runtime/workers/client-certificate e2e/certificates",
  ),
  "key-ring": control(
    "The newest key of the ring seals and all open; one is retired only once a sweep finds no use of it.",
    "src/protocol/key-ring.ts durable-objects/principal/key-uses.ts",
    "unit/protocol/key-ring runtime/identity/key-rotation runtime/identity/key-retirement runtime/hooks/key-retirement e2e/keys",
  ),
  cryptography: control(
    "Platform cryptography and one audited library alone: AES-256-GCM, HMAC and SHA-2, HKDF, RSA, P-256 and Ed25519, each held against published vectors.",
    "src/protocol/aes-gcm.ts src/protocol/mac.ts src/protocol/signature-algorithm.ts src/protocol/random.ts",
    "unit/protocol/aes-gcm unit/protocol/mac unit/protocol/signature-algorithm unit/protocol/random",
  ),
};
