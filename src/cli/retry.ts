// What was not answered is asked again: while the service is away or busy, and as long as it asks to wait. For calls
// that may be made twice, or bear an Idempotency-Key.
import { setTimeout } from "node:timers/promises";
import { AnswerError, ConnectionError, ProblemError } from "../api/client.ts";

export const PATIENCE_MS = 300_000;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 5_000;

interface Settings {
  /** How long one call may go without its answer; what takes longer throws whatever came last. */
  readonly patience_ms?: number;
  /** Hears of every wait that people would notice. */
  readonly waiting?: (wait_ms: number, why: Error) => void;
}

/** Asks until it is answered or refused for good. */
export async function retry<Answer>(
  call: () => Promise<Answer>,
  { patience_ms = PATIENCE_MS, waiting }: Settings = {},
): Promise<Answer> {
  const give_up_ms = Date.now() + patience_ms;
  for (let pause_ms = PAUSE_MS_MIN; ; pause_ms = Math.min(2 * pause_ms, PAUSE_MS_MAX)) {
    try {
      return await call();
    } catch (error) {
      const wait_ms = waitOf(error, pause_ms);
      if (wait_ms === null || Date.now() + wait_ms > give_up_ms) throw error;
      if (wait_ms >= PAUSE_MS_MAX) waiting?.(wait_ms, error as Error);
      await setTimeout(wait_ms);
    }
  }
}

/** How long to wait before asking again; null where that would not help. */
function waitOf(error: unknown, pause_ms: number): number | null {
  if (error instanceof ConnectionError) return pause_ms;
  if (error instanceof AnswerError) return error.status >= 500 ? pause_ms : null;
  if (!(error instanceof ProblemError)) return null;
  const asked_ms = (error.retry_after_seconds ?? 0) * 1000;
  return error.status === 429 || error.status === 503 ? Math.max(asked_ms, pause_ms) : null;
}
