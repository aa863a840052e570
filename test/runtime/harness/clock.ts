// Time as the tests tell it: frozen, and moved only forward and on purpose, in worker and objects alike.
// It starts more than a day ahead of the machine's, so that no alarm rings by itself: tests ring them (objects.ts); and
// at noon, so that no test meets the end of a day at some hours and not at others.
import { vi } from "vitest";

const DAY_MS = 86_400_000;
export const STEP_MS = 30_000;

let now_ms = (Math.floor(Date.now() / DAY_MS) + 2.5) * DAY_MS;
vi.setSystemTime(now_ms);

export const clock = {
  now_ms: (): number => now_ms,

  /** Moves time on. Objects never go back in time, so neither does this. */
  advance(seconds: number): void {
    if (seconds < 0) throw new RangeError("time moves forward only; see clock.stepBack");
    now_ms += seconds * 1000;
    vi.setSystemTime(now_ms);
  },

  /** What a machine with a wrong clock does: for tests of that alone. */
  stepBack(seconds: number): void {
    now_ms -= seconds * 1000;
    vi.setSystemTime(now_ms);
  },
};
