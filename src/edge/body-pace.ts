// How long a body may take: so long until its first byte, then at a least rate, and not for ever. Whoever sends slower
// holds a request open for nothing (slow POST) and is cut off.

export const FIRST_BYTE_MS = 10_000;
/** From the first byte on, before the rate counts. */
export const GRACE_MS = 5_000;
export const BYTES_PER_SECOND_MIN = 1_024;
export const WHOLE_MS = 60_000;

/** Time as the reader of a body needs it. */
export interface Clock {
  now(): number;
  /** Calls back at that time, unless the answer is called before. */
  at(time_ms: number, call: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  at(time_ms, call) {
    const timer = setTimeout(call, Math.max(0, time_ms - Date.now()));
    return () => clearTimeout(timer);
  },
};

/** By when the next byte must come, with `size` bytes read and the first of them at `first_ms`. */
export const deadlineOf = (size: number, first_ms: number): number =>
  first_ms + Math.min(WHOLE_MS, GRACE_MS + (size / BYTES_PER_SECOND_MIN) * 1000);

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/** The next chunk, or null where it did not come by `deadline_ms`. */
export async function readBy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  deadline_ms: number,
  clock: Clock,
): Promise<Chunk | null> {
  const late = Promise.withResolvers<null>();
  const forget = clock.at(deadline_ms, () => late.resolve(null));
  try {
    return await Promise.race([reader.read(), late.promise]);
  } finally {
    forget();
  }
}
