// Random sequences of what can happen to a principal, played on the object and in the reference model: they agree on
// every outcome, and on what is left. `npm run model -- --sequences 10000` plays as many as you say.
import fc from "fast-check";
import { beforeAll, expect, it, vi } from "vitest";
import { sequence } from "./commands.ts";
import { playSequence, type Tally } from "./play.ts";
import { openAuditLog } from "./product.ts";

const COMMANDS_MAX = 40;
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
  const property = fc.asyncProperty(sequence(COMMANDS_MAX), async (each) => {
    await playSequence(each, tally);
    played += 1;
    if (played % 500 === 0) console.log(`model: ${played} of ${numRuns} sequences`);
  });
  const result = await fc.check(property, { seed, numRuns });
  const steps = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.log(`model: seed ${seed}: ${played} sequences, ${steps} steps`);
  if (numRuns > 0)
    console.log(
      [...tally]
        .sort()
        .map(([what, count]) => `${what}: ${count}`)
        .join("\n"),
    );
  expect.soft(result.failed).toBe(false);
  if (result.failed)
    throw new Error(
      `seed ${seed}, path ${result.counterexamplePath}\n${result.errorInstance}\n${JSON.stringify(result.counterexample)}`,
    );
}

it(
  "the object does what the model foretells, by a fixed seed",
  () => check(asked_seed ? Number(asked_seed) : SEED, asked_for || SEQUENCES),
  3_600_000,
);
