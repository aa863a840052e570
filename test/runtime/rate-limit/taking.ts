// What both files of rate-limit tests need: the limits as the design says them, and how answers tell a bucket's state.
import { expect } from "vitest";
import type { RateClass } from "../../../src/schema/role.ts";
import type { Opened } from "../harness/envelope.ts";

/** As the design says; nothing here reads the configuration. */
export const LIMITS = {
  login: { per_minute: 5, burst: 10 },
  api: { per_minute: 60, burst: 100 },
  task: { per_minute: 10, burst: 20 },
  project: { per_minute: 30, burst: 50 },
} as const satisfies Partial<Record<RateClass, { per_minute: number; burst: number }>>;

/** Tokens that the sudden end of an object may cost: a tenth of the burst, which is stored as taken ahead of time. */
export const LOST_MAX = { login: 0, api: 10, task: 1, project: 5 } as const;

/** Takes until refused; answers how many passed and the refusal. */
export async function takeAll(
  taking: () => Promise<Opened>,
  burst = 100,
): Promise<{ passed: number; refusal: Opened }> {
  const answers = await Promise.all(Array.from({ length: burst + 1 }, taking));
  const refusal = answers.find(({ status }) => status === 429);
  if (!refusal) throw new Error(`more than ${burst} passed`);
  return { passed: answers.filter(({ status }) => status !== 429).length, refusal };
}

/** A bucket as the answer's headers tell it. */
export function stateOf({ headers }: Opened) {
  const [, policy, burst, window_seconds] = /^"(\w+)";q=(\d+);w=(\d+)$/.exec(
    headers.get("ratelimit-policy")!,
  )!;
  const [, rate_class, remaining, reset_seconds] = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(
    headers.get("ratelimit")!,
  )!;
  expect(rate_class).toBe(policy);
  return {
    rate_class,
    burst: Number(burst),
    window_seconds: Number(window_seconds),
    remaining: Number(remaining),
    reset_seconds: Number(reset_seconds),
  };
}
