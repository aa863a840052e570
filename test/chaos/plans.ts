// How long, how dense: what a run of chaos is asked for.
import type { Plan } from "./chaos.ts";

/** Moderate for as long as one likes: about ten requests a second, and a fault of the server every half minute. */
export const longPlan = (minutes: number, seed: number): Plan => ({
  ...{ seconds: 60 * minutes, changes: 0, seed, people: 5, agents: 4 },
  ...{ calm_ms: 25_000, pause_ms: 2_000, progress_ms: 30_000 },
});

/** As much as goes into half a minute. */
export const shortPlan = (seed: number): Plan => ({
  ...{ seconds: 20, changes: 20, seed, people: 2, agents: 2 },
  ...{ calm_ms: 4_000, pause_ms: 300, progress_ms: 10_000 },
});
