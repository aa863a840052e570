// Fuzzing of every operation of the table against a real server: whatever is sent, no answer is a 5xx, every refusal is
// a problem, and nothing in the server throws unseen. Failures come with a seed, shrunk by fast-check.
import fc from "fast-check";
import { operationList } from "../../src/api/operations/index.ts";
import { cpuSecondsOf } from "./cpu.ts";
import { ENDING, Player } from "./player.ts";
import { requestOf } from "./requests.ts";
import { Tally } from "./tally.ts";
import { Stage } from "./world.ts";

export interface Fuzzed {
  readonly tally: Tally;
  readonly cpu_seconds: number;
  /** How many workspaces it took. */
  readonly worlds: number;
  /** Empty where nothing is wrong. */
  readonly failures: readonly string[];
}

/** Requests to an operation in a round; a quarter of them where each success takes a new workspace. */
const RUNS = 8;
const ENDING_SHARE = 0.25;
const FAILURES_MAX = 10;
const UNSEEN = /unhandled|uncaught exception|"reason":"internal"/iu;

/** What takes something away comes last. */
const ENDING_LAST = operationList.toSorted(([one], [other]) => +ENDING.test(one) - +ENDING.test(other));

/** Until the server has worked for so many seconds of CPU, or twelve times as long has passed. */
export async function fuzz(
  cpu_seconds_max: number,
  seed: number,
  { runs = RUNS, say = () => {} }: { runs?: number; say?: (line: string) => void } = {},
): Promise<Fuzzed> {
  const stage = await Stage.start();
  const failures: string[] = [];
  const tally = new Tally();
  const began_ms = Date.now();
  const { worker } = stage.server.pids;
  const before = cpuSecondsOf(worker) ?? 0;
  const spent = () => (cpuSecondsOf(worker) ?? (Date.now() - began_ms) / 1000) - before;
  const isOver = () => spent() >= cpu_seconds_max || Date.now() - began_ms > 12_000 * cpu_seconds_max;
  const player = new Player(stage);
  try {
    for (let round = 0; !isOver() && failures.length < FAILURES_MAX; round += 1) {
      for (const [index, [id, operation]] of ENDING_LAST.entries()) {
        if (isOver()) break;
        const own_seed = seed + round * ENDING_LAST.length + index;
        const property = fc.asyncProperty(requestOf(id, operation), async (request) =>
          tally.count(id, await player.play(operation, request)),
        );
        const numRuns = ENDING.test(id) ? Math.ceil(runs * ENDING_SHARE) : runs;
        const bounds = { numRuns, interruptAfterTimeLimit: 60_000 };
        const details = await fc.check(property, { seed: own_seed, ...bounds });
        if (!details.failed || details.interrupted) continue;
        const how = `${String(details.errorInstance)} ${JSON.stringify(details.counterexample)}`;
        failures.push(`${id}, seed ${own_seed}: ${how}`);
        say(`✗ ${failures.at(-1)}`);
      }
      say(`round ${round + 1}: ${tally.requests} requests, ${Math.round(spent())} s of CPU`);
    }
    const unseen = stage.server.output().split("\n");
    failures.push(...unseen.filter((line) => UNSEEN.test(line)).slice(0, FAILURES_MAX));
    return { tally, cpu_seconds: spent(), worlds: stage.worlds, failures };
  } finally {
    await stage.server.stop();
  }
}
