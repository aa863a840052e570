import { type Config, configure } from "../../../src/config.ts";
import { PASSWORD_PARAMETERS } from "../../../src/protocol/password-hash.ts";
import { RATE_CLASSES, type RateClass } from "../../../src/schema/role.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";

type Settings = { -readonly [Name in keyof Config]: Config[Name] };

/** The configuration of the Worker and that of all objects. */
async function configurations(): Promise<Settings[]> {
  const ofObjects = await inside(
    objectOf("WORKSPACE", "settings"),
    (instance) => (instance as unknown as { config: Settings }).config,
  );
  return [configure(env) as Settings, ofObjects];
}

/** Changes settings for the rest of the file. */
export async function set(change: Partial<Settings>): Promise<void> {
  for (const config of await configurations()) Object.assign(config, change);
}

export async function settings(): Promise<Config> {
  return (await configurations())[1]!;
}

/** The coarse limit in front of everything lets all pass; it is Cloudflare's own, and counts by address. */
export function liftCoarseLimit(): void {
  Object.assign(env, { COARSE_RATE_LIMIT: { limit: async () => ({ success: true }) } });
}

const WIDE = 1_000_000;

/** No bucket refuses any more. */
export async function widenBuckets(): Promise<void> {
  const wide = { per_minute: WIDE, burst: WIDE };
  const rate_limits = Object.fromEntries(RATE_CLASSES.map((each) => [each, wide]));
  await set({ rate_limits: rate_limits as Record<RateClass, typeof wide> });
}

/** Neither does the count of failures, of a source or of an account. */
export async function widenLockout(): Promise<void> {
  const { lockout } = await settings();
  await set({ lockout: { ...lockout, failures_max: WIDE, account_failures_max: WIDE } });
}

/** Where what a hash costs, and how long a refusal takes, is not the subject. */
export async function hurry(): Promise<void> {
  PASSWORD_PARAMETERS.memory_kib = 64;
  await set({ failure_quantum_ms: 0 });
}
