// The principal's token buckets. A debit is durable before its answer. While a bucket is in use, what refills in ten
// seconds is stored as taken ahead of time, so that most debits cost no commit and a crash only loses allowance. An object
// that nobody asks stays in memory for those ten seconds: who comes after its eviction has no less than they were told.
import { type Bucket, type BucketLimit, debit, refill } from "../../src/domain/token-bucket.ts";
import type { Actor, AdmissionPolicy, Changed, RateLimitState } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { RATE_CLASSES, type RateClass } from "../../src/schema/role.ts";
import type { Core } from "./core.ts";

/** What a crash may cost: a tenth of the burst at most, and what this long brings back. */
const AHEAD_SHARE = 0.1;
const AHEAD_SECONDS = 10;

interface Kept {
  bucket: Bucket | undefined;
  /** As a crash would find it: never more than there is. */
  stored: Bucket | undefined;
  /** Whether its latest debit came within those ten seconds of the one before. */
  in_use: boolean;
}

export class Buckets {
  readonly #core: Core;
  readonly #memory = new Map<RateClass, Kept>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes the policy's tokens or refuses; says how the bucket stands either way. Call `keep` before the answer. */
  debit(
    { rate_class, rate_cost }: AdmissionPolicy,
    now_ms: number,
  ): { refusal: Refusal | null; rate_limit: RateLimitState } {
    const limit = this.#limit(rate_class);
    const kept = this.#kept(rate_class);
    const result = debit(kept.bucket, limit, rate_cost, now_ms);
    kept.in_use = kept.bucket !== undefined && now_ms - kept.bucket.updated_at_ms < AHEAD_SECONDS * 1000;
    kept.bucket = result.bucket;
    const { remaining, reset_seconds, retry_after_seconds } = result;
    const { burst, per_minute } = limit;
    const rate_limit = { rate_class, burst, per_minute, remaining, reset_seconds };
    if (result.allowed) return { refusal: null, rate_limit };
    const rule = `bucket_${rate_class}`;
    return { refusal: refuse("rate_limited", { rule, retry_after_seconds }).refusal, rate_limit };
  }

  /** Makes the debits of a class durable that are not yet; the commit takes along whatever else is pending. */
  keep({ rate_class }: AdmissionPolicy): void {
    const kept = this.#kept(rate_class);
    const { bucket, stored, in_use } = kept;
    const limit = this.#limit(rate_class);
    if (!bucket || refill(stored, limit, bucket.updated_at_ms).tokens <= bucket.tokens) return;
    const share = Math.floor(Math.min(limit.burst * AHEAD_SHARE, (limit.per_minute / 60) * AHEAD_SECONDS));
    const ahead = in_use ? Math.min(share, Math.floor(bucket.tokens)) : 0;
    const fresh = { ...bucket, tokens: bucket.tokens - ahead };
    this.#core.object.write(() => this.#core.guards.saveBucket(rate_class, fresh));
    kept.stored = fresh;
  }

  /** Every class as it stands now, without taking a token. */
  states(): RateLimitState[] {
    const now_ms = this.#core.object.now();
    return RATE_CLASSES.map((rate_class) => {
      const limit = this.#limit(rate_class);
      const { remaining, reset_seconds } = debit(this.#kept(rate_class).bucket, limit, 0, now_ms);
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
    return reset;
  }

  /** A full bucket says nothing: its row goes. Answers how many did. In a transaction. */
  deleteFull(now_ms: number): number {
    const full = RATE_CLASSES.filter((rate_class) => {
      const limit = this.#limit(rate_class);
      return refill(this.#kept(rate_class).bucket, limit, now_ms).tokens >= limit.burst;
    });
    for (const rate_class of full) this.#memory.delete(rate_class);
    return full.filter((rate_class) => this.#core.guards.deleteBucket(rate_class)).length;
  }

  #limit(rate_class: RateClass): BucketLimit {
    return this.#core.config.rate_limits[rate_class];
  }

  #kept(rate_class: RateClass): Kept {
    let kept = this.#memory.get(rate_class);
    if (!kept) {
      const stored = this.#core.guards.bucket(rate_class);
      kept = { bucket: stored, stored, in_use: false };
      this.#memory.set(rate_class, kept);
    }
    return kept;
  }
}
