// Open streams of a project's feed: how many there may be, how long one lives without being confirmed, how far a
// reader may lag, and why one ends.

export const STREAM_LIMITS = {
  per_principal: 5,
  per_project: 500,
  /** A stream ends this long after its principal last confirmed that its credential lives. */
  lease_ms: 30_000,
  /** The last part of the lease, in which it is renewed: whoever cannot be asked for so long is not believed. */
  renewal_ms: 5_000,
  /** Between two attempts to renew a lease, or to close a stream elsewhere. */
  retry_ms: 1_000,
  /** Changes sent and not acknowledged. */
  window: 1_000,
  /** A reader whose window is full acknowledges within this. */
  stalled_ms: 5_000,
};

/** Why a stream ends, as WebSocket close codes of the private range (RFC 6455, section 7.4.2). */
export const STREAM_ENDS = {
  malformed_message: 4400,
  session_ended: 4401,
  access_lost: 4404,
  slow_reader: 4408,
  unconfirmed: 4503,
} as const;
export type StreamEnd = keyof typeof STREAM_ENDS;
