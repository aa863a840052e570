// The protocol for throughput. Every round starts each side in a fresh process over fresh storage and warms
// it up; then the sides take turns in short slices, forwards and backwards, one at a time. What counts is
// the median over all slices of the ratio between neighbours, so that drift of the machine cancels out.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Case, Comparison, Row, Side } from "./case.ts";
import { profiled } from "./profile.ts";
import type { Population } from "./seed.ts";
import type { Stage } from "./stage.ts";
import { median, percentile } from "./statistics.ts";
import type { Server } from "./workerd.ts";

interface Slice {
  readonly requests_per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** With the work that the server puts off until after its answers. */
  readonly cpu_us: number;
  readonly generator_cpu_us: number;
}

interface Started {
  readonly side: Side;
  readonly server: Server;
  readonly requests: readonly Buffer[];
  readonly end: () => void;
}

/** Per count of connections and title of a side: all slices of all rounds. */
type Measured = Map<string, Slice[]>;

const SLICES = 4;
/** So long the runtime goes on compiling what a fresh process runs most. */
const WARM_UP_SECONDS = 6;
/** No case is quicker than 50,000 requests a second. */
const REQUESTS_PER_SECOND_MAX = 50_000;
/** Nor are requests that have to be made one by one. */
const ONCE_PER_SECOND_MAX = 6_000;
/** Work put off is over once a server uses no more than a tick of CPU in such a pause. */
const PAUSE_MS = 50;
const PAUSES_MAX = 20;
const TICK_SECONDS = 0.01;

/** Makes a case of a comparison. */
export function throughputCase(comparison: Comparison): Case {
  const { name, title } = comparison;
  return {
    name,
    title,
    async run(bench) {
      const measured: Measured = new Map();
      for (let round = 0; round < bench.options.rounds; round++) {
        bench.say(`${name}, round ${round + 1} of ${bench.options.rounds}`);
        await playRound(bench, comparison, measured, round);
      }
      return crowds(bench).flatMap((connections) => rowsOf(comparison, connections, measured));
    },
  };
}

const crowds = ({ options }: Bench): number[] => [...new Set([options.connections, 1])];

const key = (connections: number, side: Side): string => `${connections} ${side.title}`;

async function playRound(
  bench: Bench,
  { sides }: Comparison,
  measured: Measured,
  round: number,
): Promise<void> {
  const started: Started[] = [];
  try {
    for (const { side } of sides) started.push(await start(bench, side));
    for (const each of started) await measure(bench, each, bench.options.connections, WARM_UP_SECONDS);
    for (const connections of crowds(bench)) {
      const seconds = connections === 1 ? bench.options.seconds / 3 : bench.options.seconds;
      for (let slice = 0; slice < SLICES; slice++)
        for (const each of slice % 2 === round % 2 ? started : started.toReversed()) {
          if (connections === 1 && each.side.crowd_only) continue;
          const figures = await measure(bench, each, connections, seconds / SLICES);
          const slot = key(connections, each.side);
          measured.set(slot, [...(measured.get(slot) ?? []), figures]);
        }
    }
    if (bench.options.profile_folder && round === 0) for (const each of started) await profile(bench, each);
    for (const { side, server } of started)
      if (server.complaints() !== "")
        bench.fail(`${side.title}: workerd complained:\n${server.complaints().slice(0, 2_000)}`);
  } finally {
    for (const { server, end } of started) {
      end();
      await server.stop();
    }
  }
}

const stageOf = (bench: Bench, side: Side): Stage => (side.is_before ? bench.before! : bench.stage);

const populationOf = async (bench: Bench, side: Side): Promise<Population | null> =>
  side.worker === "product" ? stageOf(bench, side).population() : null;

async function start(bench: Bench, side: Side): Promise<Started> {
  const { options } = bench;
  const stage = stageOf(bench, side);
  const population = await populationOf(bench, side);
  const requests = side.requests(population, options);
  const server = await stage.start([side.worker], { inspect: options.profile_folder !== null });
  const end = (await side.beside?.(server.ports[side.worker]!, population!)) ?? (() => {});
  return { side, requests, server, end };
}

async function measure(bench: Bench, started: Started, connections: number, seconds: number): Promise<Slice> {
  const { side, server } = started;
  const population = await populationOf(bench, side);
  // A multiple of the callers, so that none comes to a request of another.
  const once_max = connections * Math.ceil((seconds * ONCE_PER_SECOND_MAX) / connections);
  const requests = side.once ? await side.once(population, once_max) : started.requests;
  const cpu_before = server.cpuSeconds();
  const outcome = await bench.load.run({
    port: server.ports[side.worker]!,
    connections,
    requests,
    seconds,
    requests_max: side.once ? once_max : Math.ceil(seconds * REQUESTS_PER_SECOND_MAX),
    expected_status: side.expected_status,
  });
  if (outcome.failures > 0) {
    const statuses = JSON.stringify(outcome.statuses);
    bench.fail(
      `${side.title}: ${outcome.failures} unexpected replies, statuses ${statuses}, the first: ${outcome.sample}`,
    );
  }
  await quiet(server);
  return {
    requests_per_second: outcome.requests / outcome.seconds,
    p50_ms: outcome.p50_ms,
    p99_ms: outcome.p99_ms,
    generator_cpu_us: outcome.generator_cpu_us,
    cpu_us: ((server.cpuSeconds() - cpu_before) * 1e6) / outcome.requests,
  };
}

/** Waits until the server rests, so that what it put off falls into nobody else's slice. */
async function quiet(server: Server): Promise<void> {
  for (let pause = 0; pause < PAUSES_MAX; pause++) {
    const before = server.cpuSeconds();
    await sleep(PAUSE_MS);
    if (server.cpuSeconds() - before <= TICK_SECONDS) return;
  }
}

async function profile(bench: Bench, started: Started): Promise<void> {
  const { side, server } = started;
  const { connections, seconds, profile_folder } = bench.options;
  const file = join(profile_folder!, `${side.title.replaceAll(/[^a-z0-9]+/gi, "-")}.cpuprofile`);
  const told = await profiled(server.inspector_port!, side.worker, file, async () => {
    await measure(bench, started, connections, seconds);
  });
  bench.say(`${file}\n${told}`);
}

function rowsOf({ sides }: Comparison, connections: number, measured: Measured): Row[] {
  return sides.flatMap(({ side, baseline, target }) => {
    const slices = measured.get(key(connections, side));
    if (!slices) return [];
    const middle = (field: keyof Slice) => median(slices.map((slice) => slice[field]));
    const ratios = (field: keyof Slice) => {
      const reference = baseline ? measured.get(key(connections, baseline)) : undefined;
      return reference?.map((slice, i) => slices[i]![field] / slice[field]).toSorted((a, b) => a - b) ?? null;
    };
    const ratio = ratios("requests_per_second");
    return {
      case: side.title,
      connections,
      requests_per_second: middle("requests_per_second"),
      p50_ms: middle("p50_ms"),
      p99_ms: middle("p99_ms"),
      cpu_us: middle("cpu_us"),
      baseline: baseline?.title ?? null,
      ratio: ratio && median(ratio),
      quartiles: ratio && [percentile(ratio, 0.25), percentile(ratio, 0.75)],
      cpu_ratio: baseline && median(ratios("cpu_us")!),
      target: connections > 1 ? (target ?? null) : null,
      note: null,
      rounds: slices,
    };
  });
}
