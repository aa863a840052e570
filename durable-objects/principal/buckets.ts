// The principal's token buckets. Debits are durable before the answer, but for class `api`: that bucket is stored
// ten tokens ahead while it is in use, so that nine debits of ten cost no commit and a crash only loses allowance.
// A second after the last debit it is stored exactly, so that an idle object loses nothing when it is evicted.
import { type Bucket, debit, refill } from "../../src/domain/token-bucket.ts";
import type { Actor, AdmissionPolicy, Changed, RateLimitState } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { RATE_CLASSES, type RateClass } from "../../src/schema/role.ts";
import type { Core } from "./core.ts";

const TOKENS_AHEAD = 10;
const IDLE_MS = 1_000;

export class Buckets {
  readonly #core: Core;
  readonly #memory = new Map<RateClass, Bucket>();
  /** Tokens that the stored `api` bucket is still ahead of the one in memory. */
  #ahead = 0;
  #idle_timer: ReturnType<typeof setTimeout> | null = null;

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
    this.#ahead = 0;
    return reset;
  }

  /** A full bucket says nothing: its row goes. Answers how many did. In a transaction. */
  deleteFull(now_ms: number): number {
    const full = RATE_CLASSES.filter((rate_class) => {
      const limit = this.#core.config.rate_limits[rate_class];
      return refill(this.#bucket(rate_class), limit, now_ms).tokens >= limit.burst;
    });
    const deleted = full.filter((rate_class) => {
      this.#memory.delete(rate_class);
      if (rate_class === "api") this.#ahead = 0;
      return this.#core.guards.deleteBucket(rate_class);
    });
    return deleted.length;
  }

  #bucket(rate_class: RateClass): Bucket | undefined {
    return this.#memory.get(rate_class) ?? this.#core.guards.bucket(rate_class);
  }

  #store(rate_class: RateClass, rate_cost: number, bucket: Bucket): void {
    if (rate_class !== "api") {
      this.#save(rate_class, bucket);
      return;
    }
    this.#ahead -= rate_cost;
    if (this.#ahead < 0) {
      this.#save("api", { ...bucket, tokens: bucket.tokens - TOKENS_AHEAD });
      this.#ahead = TOKENS_AHEAD;
    }
    if (this.#idle_timer !== null) clearTimeout(this.#idle_timer);
    this.#idle_timer = setTimeout(() => this.#storeExactly(), IDLE_MS);
  }

  #storeExactly(): void {
    const bucket = this.#memory.get("api");
    if (!bucket || this.#ahead === 0 || !this.#core.object.isCreated()) return;
    this.#ahead = 0;
    this.#save("api", bucket);
  }

  #save(rate_class: RateClass, bucket: Bucket): void {
    this.#core.object.transact(() => this.#core.guards.saveBucket(rate_class, bucket));
  }
}
