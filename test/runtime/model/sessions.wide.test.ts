// Random sequences of what can happen to a principal, played on the object and in the reference model: they agree on
// every outcome, and on what is left. `npm run model -- --sequences 10000` plays as many as you say.
import fc from "fast-check";
import { beforeAll, it, vi } from "vitest";
import type { Sequence } from "./commands.ts";
import { sequence } from "./draws.ts";
import { EXAMPLES } from "./examples.ts";
import { Divergence, playSequence, type Tally } from "./play.ts";
import { openAuditLog } from "./product.ts";

const GROUPS_MAX = 30;
const SEED = 20_260_701;
const SEQUENCES = 150;
const variables = (import.meta as unknown as { env: object }).env as Readonly<
  Record<string, string | undefined>
>;
const asked_for = Number(variables.VITE_MODEL_SEQUENCES ?? 0);
const asked_seed = variables.VITE_MODEL_SEED;

beforeAll(async () => {
  // Refusals reach storage a second of machine time later, and an eviction waits for that: let it be at once.
  const real = globalThis.setTimeout;
  const hurried = (work: () => void, ms?: number) => real(work, ms === 1_000 ? 0 : ms);
  vi.stubGlobal("setTimeout", hurried);
  await openAuditLog();
});

async function check(seed: number, numRuns: number): Promise<void> {
  const tally: Tally = new Map();
  let played = 0;
  const property = fc.asyncProperty(sequence(GROUPS_MAX), async (each) => {
    await playSequence(each, tally);
    played += 1;
    if (played % 500 === 0) console.log(`model: ${played} of ${numRuns} sequences`);
  });
  const result = await fc.check(property, { seed, numRuns, examples: EXAMPLES.map((each) => [each]) });
  const steps = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.log(`model: seed ${seed}: ${played} sequences, ${steps} steps`);
  if (asked_for > 0) console.log(listOf(tally));
  if (result.failed) throw new Error(reportOf(seed, result));
}

const listOf = (tally: Tally): string =>
  [...tally]
    .sort()
    .map(([what, count]) => `model: ${String(count).padStart(8)} ${what}`)
    .join("\n");

function reportOf(
  seed: number,
  { counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Sequence]>,
) {
  const [{ commands, ...opening }] = counterexample!;
  const shrunk = [opening, ...commands].map((each) => `  ${JSON.stringify(each)}`);
  const why = errorInstance instanceof Divergence ? errorInstance.message : (errorInstance as Error).stack;
  return `seed ${seed}, path ${counterexamplePath}; shrunk to\n${shrunk.join("\n")}\nwhich went\n${why}`;
}

it(
  "the object does what the model foretells, by a fixed seed",
  () => check(asked_seed ? Number(asked_seed) : SEED, asked_for || SEQUENCES),
  3_600_000,
);
