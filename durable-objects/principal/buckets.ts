// The principal's token buckets. What is stored is never more than what is left: buckets are stored some tokens
// ahead, so that most debits cost no commit and a crash only loses allowance. Class `login` is stored exactly.
import { type Bucket, debit } from "../../src/domain/token-bucket.ts";
import type { Actor, AdmissionPolicy, Changed, RateLimitState } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { RATE_CLASSES, type RateClass } from "../../src/schema/role.ts";
import type { Core } from "./core.ts";

const AHEAD_MAX = 25;
/** A quarter of the burst: what a crash may cost the caller. */
const aheadOf = (rate_class: RateClass, burst: number): number =>
  rate_class === "login" ? 0 : Math.min(AHEAD_MAX, Math.floor(burst / 4));

export class Buckets {
  readonly #core: Core;
  readonly #memory = new Map<RateClass, Bucket>();
  /** Tokens by which each stored bucket is still ahead of the one in memory. */
  readonly #ahead = new Map<RateClass, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes the policy's tokens or refuses; says how the bucket stands either way. */
  debit(
    { rate_class, rate_cost }: AdmissionPolicy,
    now_ms: number,
  ): { refusal: Refusal | null; rate_limit: RateLimitState } {
    const limit = this.#core.config.rate_limits[rate_class];
    const result = debit(this.#bucket(rate_class), limit, rate_cost, now_ms);
    this.#memory.set(rate_class, result.bucket);
    if (result.allowed) this.#store(rate_class, rate_cost, result.bucket);
    const { remaining, reset_seconds, retry_after_seconds } = result;
    const more = { rule: `bucket_${rate_class}`, retry_after_seconds };
    return {
      refusal: result.allowed ? null : refuse("rate_limited", more).refusal,
      rate_limit: { rate_class, ...limit, remaining, reset_seconds },
    };
  }

  /** Every class as it stands now, without taking a token. */
  states(): RateLimitState[] {
    const now_ms = this.#core.object.now();
    return RATE_CLASSES.map((rate_class) => {
      const limit = this.#core.config.rate_limits[rate_class];
      const { remaining, reset_seconds } = debit(this.#bucket(rate_class), limit, 0, now_ms);
      return { rate_class, ...limit, remaining: Math.max(0, remaining), reset_seconds };
    });
  }

  /** An operator fills all buckets again. */
  reset(actor: Actor): Result<Changed<null>> {
    const reset = this.#core.change(actor, "rate.reset", () => {
      this.#core.guards.deleteBuckets();
      return ok(null);
    });
    this.#memory.clear();
    this.#ahead.clear();
    return reset;
  }

  #bucket(rate_class: RateClass): Bucket | undefined {
    return this.#memory.get(rate_class) ?? this.#core.guards.bucket(rate_class);
  }

  #store(rate_class: RateClass, rate_cost: number, bucket: Bucket): void {
    const left = (this.#ahead.get(rate_class) ?? 0) - rate_cost;
    if (left >= 0) {
      this.#ahead.set(rate_class, left);
      return;
    }
    const ahead = aheadOf(rate_class, this.#core.config.rate_limits[rate_class].burst);
    this.#core.object.transact(() => {
      this.#core.guards.saveBucket(rate_class, { ...bucket, tokens: bucket.tokens - ahead });
    });
    this.#ahead.set(rate_class, ahead);
  }
}
