// Every proof of identity goes this way: the attempt is counted, at its source and at its account, before any
// hash runs; an unknown name walks the same steps and costs the same.
import type { Config, Env } from "../config.ts";
import { argon2 } from "../edge/password-hasher.ts";
import { strangersFor } from "../edge/strangers.ts";
import { DUMMY_PHC, hashPassword, verifyPassword } from "../protocol/password-hash.ts";
import type { Attempt, PrincipalRpc, Proof } from "../schema/messages/principal.ts";
import type { RequestContext } from "../schema/messages/request.ts";
import type { Claimant, CountedAttempt } from "../schema/messages/strangers.ts";
import type { Result } from "../schema/result.ts";

interface AttemptCall {
  /** Where admission has counted it already. */
  readonly attempt?: CountedAttempt;
  readonly context: RequestContext;
  readonly config: Config;
  readonly env: Env;
  readonly defer: (work: Promise<unknown>) => void;
}

interface Verdict {
  readonly attempt: Attempt;
  readonly password_matches: boolean | null;
  readonly rehashed_phc: string | null;
}

/** Counts, hashes, lets the principal decide, and settles the count. `password` null where none is asked for. */
export async function tryToProve<Value>(
  call: AttemptCall,
  claimant: Claimant,
  password: string | null,
  decide: (principal: PrincipalRpc, verdict: Verdict) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const { context, config, env } = call;
  const { workspace, principal_id } = claimant;
  const shard = await strangersFor(context.source.address, config, env);
  const { refusal } = call.attempt ?? {
    refusal: await shard.beginAttempt(workspace, principal_id, context),
  };
  if (refusal) return { ok: false, refusal };
  const principal = env.PRINCIPAL.getByName(`${workspace}/${principal_id}`);
  const attempt = await principal.beginAttempt(context);
  const verdict = await hashInTurn(config, password, attempt);
  const decided = await decide(principal, verdict);
  // Forgiving can wait: until it is done, one attempt more is counted than there was.
  if (decided.ok) call.defer(shard.attemptSucceeded(workspace, principal_id, context));
  else if (decided.refusal.reason === "authentication_failed") {
    await shard.attemptFailed(workspace, principal_id, decided.refusal.rule ?? "refused", context);
  } else {
    // Nothing was guessed: what stood in the way is no failure of the caller's.
    await shard.attemptWithdrawn(workspace, principal_id, context);
  }
  return decided;
}

/** The proof that the principal decides about. */
export function proofOf(
  body: { mfa_code?: string | undefined; use_backup_code: boolean; nonce: string; timestamp: number },
  verdict: Verdict,
): Proof {
  return {
    ...verdict,
    code: body.mfa_code ?? null,
    use_backup_code: body.use_backup_code,
    nonce: body.nonce,
    // Clients send fractions as fine as their clocks; the window is judged in whole milliseconds.
    timestamp_ms: Math.round(body.timestamp * 1000),
  };
}

async function hashInTurn(config: Config, password: string | null, attempt: Attempt): Promise<Verdict> {
  if (password === null) return { attempt, password_matches: null, rehashed_phc: null };
  const common = { argon2: argon2(), ring: config.key_ring, password };
  const { matches, rehash } = await verifyPassword({
    ...common,
    phc: attempt.phc ?? DUMMY_PHC(config.key_ring),
  });
  const rehashed_phc = rehash ? await hashPassword(common) : null;
  return { attempt, password_matches: matches, rehashed_phc };
}

/** Waits until a multiple of `quantum_ms` has passed, so that how long a refusal took says nothing. */
export async function settleTime(started_ms: number, quantum_ms: number): Promise<void> {
  if (quantum_ms === 0) return;
  const elapsed_ms = Date.now() - started_ms;
  const rest_ms = quantum_ms - (elapsed_ms % quantum_ms);
  await new Promise((resolve) => setTimeout(resolve, rest_ms));
}
