// Replay protection: how old a nonce's timestamp may be, and how long the nonce is remembered.
// A nonce is kept until its timestamp leaves the window for certain, and the latest timestamp of those forgotten is
// kept for good: a window that is made wider afterwards does not make them fresh again.

/** Clocks of clients may be ahead by this much. */
export const SKEW_MS = 60_000;
/** A full memory refuses: a live nonce is never forgotten to make room. */
export const NONCES_MAX = 100_000;

export type NonceVerdict = "fresh" | "too_old" | "from_the_future";

/** Whether a timestamp lies within [now − window, now + skew], and after all whose nonces may be forgotten. */
export function judgeTimestamp(
  timestamp_ms: number,
  now_ms: number,
  window_ms: number,
  forgotten_ms: number,
): NonceVerdict {
  if (!(timestamp_ms >= now_ms - window_ms) || timestamp_ms <= forgotten_ms) return "too_old";
  if (timestamp_ms > now_ms + SKEW_MS) return "from_the_future";
  return "fresh";
}

/** When a nonce with this timestamp may be forgotten: window and skew past its timestamp, in whole ms. */
export const forgetAt = (timestamp_ms: number, window_ms: number): number =>
  Math.ceil(timestamp_ms) + window_ms + SKEW_MS;
