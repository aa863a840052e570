// Token bucket: a burst of tokens that refills evenly. Time in ms; tokens are fractional.
// A clock that steps back refills nothing and takes nothing away.

export interface BucketLimit {
  readonly per_minute: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly updated_at_ms: number;
}

export interface Debit {
  readonly allowed: boolean;
  readonly bucket: Bucket;
  /** Whole tokens left after this debit. */
  readonly remaining: number;
  /** Whole seconds until the debit could succeed; 0 when it did. */
  readonly retry_after_seconds: number;
  /** Whole seconds until the bucket is full again. */
  readonly reset_seconds: number;
}

const MINUTE_MS = 60_000;
/** Many small refills add up to a hair less than one large one: nobody is refused for that. */
const ROUNDING = 1e-9;

/** The bucket at `now_ms`, refilled up to the burst; an unknown caller's bucket is full. */
export function refill(bucket: Bucket | undefined, limit: BucketLimit, now_ms: number): Bucket {
  if (!bucket) return { tokens: limit.burst, updated_at_ms: now_ms };
  const elapsed_ms = Math.max(0, now_ms - bucket.updated_at_ms);
  const tokens = Math.min(limit.burst, bucket.tokens + (elapsed_ms * limit.per_minute) / MINUTE_MS);
  return { tokens, updated_at_ms: Math.max(now_ms, bucket.updated_at_ms) };
}

/** Takes `cost` tokens or none. A cost above the burst can never succeed and is a defect of the caller. */
export function debit(bucket: Bucket | undefined, limit: BucketLimit, cost: number, now_ms: number): Debit {
  const full = refill(bucket, limit, now_ms);
  const allowed = full.tokens + ROUNDING >= cost;
  const left: Bucket = allowed ? { ...full, tokens: Math.max(0, full.tokens - cost) } : full;
  // After a step back nothing refills until the clock has caught up; 0 otherwise.
  const behind_seconds = (full.updated_at_ms - now_ms) / 1000;
  const secondsFor = (tokens: number) => Math.ceil(behind_seconds + (tokens * 60) / limit.per_minute - 1e-6);
  return {
    allowed,
    bucket: left,
    remaining: Math.floor(left.tokens + ROUNDING),
    retry_after_seconds: allowed ? 0 : Math.max(1, secondsFor(cost - left.tokens)),
    reset_seconds: secondsFor(limit.burst - left.tokens),
  };
}
