// What all who act share: the server, its machine, the ledger, time, and chance from one seed.
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../scripts/training/random.ts";
import type { Server } from "../e2e/server.ts";
import type { Caller, Outages } from "./caller.ts";
import type { Ledger } from "./ledger.ts";
import type { Machine } from "./machine.ts";

export interface Stage {
  readonly server: Server;
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly caller: Caller;
  readonly outages: Outages;
  readonly isOver: () => boolean;
  /** Whether nobody does anything, so that objects leave memory. */
  readonly isQuiet: () => boolean;
  /** Between two steps of one actor, on average. */
  readonly pause_ms: number;
}

export type Step = () => Promise<void>;

/** One of the steps, with a chance in proportion to its weight. */
export function pick<T>(random: Random, weighted: readonly (readonly [number, T])[]): T {
  let left = random() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of weighted) {
    left -= weight;
    if (left < 0) return item;
  }
  return weighted.at(-1)![1];
}

/** One of them; undefined where there is none. */
export const oneOf = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];

/** Step after step, until the run is over. */
export async function act(
  stage: Stage,
  random: Random,
  steps: readonly (readonly [number, Step])[],
): Promise<void> {
  while (!stage.isOver()) {
    await wait(random() * 2 * stage.pause_ms);
    if (stage.isQuiet() || stage.isOver()) continue;
    await pick(random, steps)();
  }
}
