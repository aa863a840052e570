// Random sequences, played on the product and in a reference model. As a test for two fixed seeds, as many as fit into
// some seconds; as many as were asked for where `npm run model` asks.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

/** Fixed, so that a failure is the change's own; `npm run model` takes a new one each time. */
const SEEDS = [20_260_701, 20_260_702];
const SEQUENCES = 80;
/** Of machine time; a loaded machine plays fewer. */
const SHORT_MS = 18_000;
/** Finding the smallest sequence that fails may take long. */
const TIMEOUT_MS = 3_600_000;

interface Asked {
  readonly VITE_MODEL_SEQUENCES?: string;
  readonly VITE_MODEL_SEED?: string;
  /** fast-check's own, to a sequence that failed. */
  readonly VITE_MODEL_PATH?: string;
}
const asked = (import.meta as unknown as { env: Asked }).env;

/** How often each kind of command came to which outcome. */
export type Tally = Map<string, number>;

/** Product and model have parted: the message tells all that led to it. */
export class Divergence extends Error {
  override readonly name = "Divergence";
}

export interface Game<Sequence> {
  readonly sequence: fc.Arbitrary<Sequence>;
  /** Played before all others. */
  readonly examples: readonly Sequence[];
  /** Throws a Divergence where the product does what the model did not foretell. */
  readonly play: (sequence: Sequence, tally: Tally) => Promise<void>;
  /** What a sequence is made of, a line each. */
  readonly linesOf: (sequence: Sequence) => readonly unknown[];
}

/**
 * Refusals reach storage a second of machine time later, and an eviction waits for that: lets it be at once.
 * For `beforeAll`.
 */
export function hurryRefusals(): void {
  const real = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", (work: () => void, ms?: number) => real(work, ms === 1_000 ? 0 : ms));
}

export function playRandomly<Sequence>(game: Game<Sequence>): void {
  describe("the object does what the model foretells", () => {
    if (asked.VITE_MODEL_SEQUENCES !== undefined)
      it("as often as was asked for", () => asAskedFor(game), TIMEOUT_MS);
    else it.each(SEEDS)("by seed %i", (seed) => inShort(game, seed), TIMEOUT_MS);
  });
}

interface Run {
  readonly seed: number;
  readonly sequences: number;
  readonly path?: string | undefined;
  readonly limit_ms: number;
}

/** Plays, and answers what went wrong; null when nothing did. */
async function check<Sequence>(
  { sequence, examples, play, linesOf }: Game<Sequence>,
  { seed, sequences, path, limit_ms }: Run,
): Promise<string | null> {
  const until_ms = performance.now() + limit_ms;
  const tally: Tally = new Map();
  let played = 0;
  const property = fc.asyncProperty(sequence, async (each) => {
    if (performance.now() > until_ms) return;
    await play(each, tally);
    played += 1;
    if (played % 250 === 0) console.log(`model: seed ${seed}: ${played} of ${sequences}`);
  });
  const first = examples.map((each) => [each] as [Sequence]);
  const result = await fc.check(property, {
    seed,
    numRuns: sequences,
    examples: first,
    ...(path && { path }),
  });
  const steps = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.log(`model: seed ${seed}: ${played} sequences, ${steps} outcomes compared`);
  if (asked.VITE_MODEL_SEQUENCES !== undefined) console.log(`model: tally ${JSON.stringify([...tally])}`);
  return result.failed ? reportOf(result, linesOf) : null;
}

function reportOf<Sequence>(
  { seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Sequence]>,
  linesOf: Game<Sequence>["linesOf"],
): string {
  const shrunk = linesOf(counterexample![0]).map((each) => `  ${JSON.stringify(each)}`);
  const why = errorInstance instanceof Divergence ? errorInstance.message : (errorInstance as Error).stack;
  const again = `--seed ${seed} --path ${counterexamplePath}`;
  return `product and model part (again: ${again}); shrunk to\n${shrunk.join("\n")}\nwhich went\n${why}`;
}

async function asAskedFor<Sequence>(game: Game<Sequence>): Promise<void> {
  const seed = Number(asked.VITE_MODEL_SEED);
  const sequences = Number(asked.VITE_MODEL_SEQUENCES);
  const path = asked.VITE_MODEL_PATH || undefined;
  const report = await check(game, { seed, sequences, path, limit_ms: TIMEOUT_MS });
  for (const line of report?.split("\n") ?? []) console.log(`model: ${line}`);
  expect(report === null).toBe(true);
}

async function inShort<Sequence>(game: Game<Sequence>, seed: number): Promise<void> {
  expect(await check(game, { seed, sequences: SEQUENCES, limit_ms: SHORT_MS })).toBeNull();
}
