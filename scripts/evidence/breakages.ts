// Controls taken away on purpose, one line of code each, and the test that must then fail.

export interface Breakage {
  /** The name of the control. */
  readonly control: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Under `test`, without its ending. */
  readonly test: string;
}

const breakage = (control: string, file: string, from: string, to: string, test: string): Breakage => ({
  control,
  file,
  from,
  to,
  test,
});

export const breakages: readonly Breakage[] = [
  breakage(
    "second-factor",
    "src/protocol/one-time-code.ts",
    "&& step > (last_step ?? -1)",
    "",
    "unit/protocol/one-time-code",
  ),
  breakage(
    "nonces",
    "src/domain/nonce-window.ts",
    "timestamp_ms > now_ms + SKEW_MS",
    "false",
    "unit/domain/nonce-window",
  ),
  breakage("lockout", "src/domain/lockout.ts", "allowed: !locked", "allowed: true", "unit/domain/lockout"),
  breakage(
    "session-ends",
    "src/domain/session.ts",
    "now_ms >= idleDeadline(times.last_used_at_ms, limits)",
    "false",
    "unit/domain/session",
  ),
  breakage(
    "session-bindings",
    "src/domain/session.ts",
    '(mode === "observe" ? observed : violated).push(factor)',
    "observed.push(factor)",
    "unit/domain/session",
  ),
  breakage("roles", "src/domain/role.ts", "return granted & ~denied", "return granted", "unit/domain/role"),
  breakage(
    "project-roles",
    "src/domain/role.ts",
    '{ allowed: false, rule: "not_a_member", visible: false }',
    '{ allowed: true, rule: "not_a_member", visible: true }',
    "unit/domain/role",
  ),
  breakage(
    "held-tasks",
    "src/domain/claim.ts",
    "lease?.holder === principal_id && now_ms < Date.parse(lease.expires_at)",
    "lease?.holder === principal_id && now_ms > 0",
    "unit/domain/claim",
  ),
  breakage(
    "rate-limits",
    "src/domain/token-bucket.ts",
    "full.tokens + ROUNDING >= cost",
    "true",
    "unit/domain/token-bucket",
  ),
  breakage(
    "coarse-limit",
    "src/edge/coarse-limit.ts",
    "if (verdict.success) return null",
    "return null",
    "unit/edge/coarse-limit",
  ),
  breakage(
    "log-encoding",
    "src/protocol/csv.ts",
    "export const defused = (cell: string): string => (FORMULA.test(cell)",
    "export const defused = (cell: string): string => (cell === null",
    "unit/protocol/csv",
  ),
  breakage(
    "worker-keys",
    "src/protocol/key-id.ts",
    "(await verify(await ring.deriveMac(key_id, PURPOSE), mac, utf8(named))) ? claims : null",
    "claims",
    "unit/protocol/key-id",
  ),
  breakage(
    "body-limits",
    "src/edge/body.ts",
    "if (!read || size > bytes_max) {",
    "if (!read) {",
    "unit/edge/body",
  ),
  breakage(
    "parallel-proofs",
    "durable-objects/principal/proofs.ts",
    "this.#core.nonces.spend(proof.nonce, proof.timestamp_ms);",
    "",
    "runtime/identity/nonce",
  ),
  breakage(
    "revocation",
    "durable-objects/principal/live-sessions.ts",
    "core.onChange(() => this.#live.clear());",
    "void core;",
    "runtime/identity/session-revocation",
  ),
  breakage(
    "outbox",
    "durable-objects/inbox.ts",
    "batch.rows.slice(expected - batch.first_sequence)",
    "batch.rows",
    "runtime/objects/inbox",
  ),
  breakage(
    "security-headers",
    "src/console/security-headers.ts",
    '["X-Content-Type-Options", "nosniff"],',
    "",
    "runtime/request",
  ),
  breakage(
    "cookie-sessions",
    "src/edge/authenticate.ts",
    "return origin === new URL(request.url).origin",
    "return true",
    "runtime/request-cookie",
  ),
  breakage(
    "step-up",
    "durable-objects/principal/admission.ts",
    'return refuse("step_up_required", { rule: "authentication_too_old" })',
    "return permitted",
    "runtime/authorization-refusals",
  ),
];
