// The first layer: Cloudflare's rate-limit binding, per address, before any work. Fails closed: whoever it has not
// let through in time is not let through.
import { configure, type Env } from "../config.ts";
import { type Refusal, refuse } from "../schema/result.ts";

/** Seconds until the binding's window, as set in wrangler.toml, has surely passed. */
const WINDOW_SECONDS = 60;
/** The binding asks a counter of its own machine. */
const PATIENCE_MS = 2_000;

/** Why a request of that address must not pass; null when it may. Throws what the binding throws. */
export async function limitCoarsely(network: string, env: Env): Promise<Refusal | null> {
  configure(env);
  const verdict = await inTime(env.COARSE_RATE_LIMIT.limit({ key: network }));
  if (verdict === null) return refuse("unavailable", { rule: "coarse", retry_after_seconds: 1 }).refusal;
  if (verdict.success) return null;
  return refuse("rate_limited", { rule: "coarse", retry_after_seconds: WINDOW_SECONDS }).refusal;
}

/**
 * What was promised, or null once patience is at its end. Whoever answers at once needs no patience: its timer would cost
 * more than all else here. Without a race, whose promises each request would pay.
 */
function inTime<Value>(promised: Promise<Value>): Promise<Value | null> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let is_settled = false;
    const settledBy =
      <Outcome>(settle: (outcome: Outcome) => void) =>
      (outcome: Outcome) => {
        is_settled = true;
        if (timer !== null) clearTimeout(timer);
        settle(outcome);
      };
    promised.then(settledBy(resolve), settledBy(reject));
    void Promise.resolve().then(() => {
      if (!is_settled) timer = setTimeout(resolve, PATIENCE_MS, null);
    });
  });
}
