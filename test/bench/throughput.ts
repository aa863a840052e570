// The protocol for throughput: every round measures each side in a fresh process over fresh storage, after
// a warm-up, in alternating order; what counts is the median over the rounds of the ratio within a round.
import { join } from "node:path";
import type { Bench, Case, Comparison, Row, Side } from "./case.ts";
import { profiled } from "./profile.ts";
import { median } from "./statistics.ts";
import type { Server } from "./workerd.ts";

interface Figures {
  readonly requests_per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly cpu_us: number;
  readonly generator_cpu_us: number;
}

/** Per title of a side and count of connections: one entry a round. */
type Measured = Map<string, Figures[]>;

/** No case is quicker than 50,000 requests a second. */
const REQUESTS_PER_SECOND_MAX = 50_000;

/** Makes a case of a comparison. */
export function throughputCase(comparison: Comparison): Case {
  const { name, title, sides } = comparison;
  return {
    name,
    title,
    async run(bench) {
      const measured: Measured = new Map();
      for (let round = 0; round < bench.options.rounds; round++) {
        const order = sides.map(({ side }) => side);
        if (round % 2 === 1) order.reverse();
        for (const side of order) {
          bench.say(`${name}, round ${round + 1} of ${bench.options.rounds}: ${side.title}`);
          await measureSide(bench, side, measured, round);
        }
      }
      return crowds(bench).flatMap((connections) => rowsOf(comparison, connections, measured));
    },
  };
}

const crowds = ({ options }: Bench): number[] => [...new Set([options.connections, 1])];

async function measureSide(bench: Bench, side: Side, measured: Measured, round: number): Promise<void> {
  const { options, stage } = bench;
  const population = side.worker === "product" ? await stage.population() : null;
  const requests = side.requests(population, options);
  const inspect = options.profile_folder !== null && side.worker === "product";
  const server = await stage.start([side.worker], { inspect });
  try {
    await measure(bench, server, side, requests, options.connections, Math.max(1, options.seconds / 2));
    for (const connections of side.crowd_only ? [options.connections] : crowds(bench)) {
      const seconds = connections === 1 ? Math.max(0.5, options.seconds / 3) : options.seconds;
      const run = () => measure(bench, server, side, requests, connections, seconds);
      const file = `${side.title.replaceAll(/[^a-z0-9]+/gi, "-")}-${connections}-${round + 1}.cpuprofile`;
      const figures = inspect
        ? await profiled(
            server.inspector_port!,
            side.worker,
            join(options.profile_folder!, file),
            bench.say,
            run,
          )
        : await run();
      const key = `${connections} ${side.title}`;
      measured.set(key, [...(measured.get(key) ?? []), figures]);
    }
    if (server.complaints() !== "")
      bench.fail(`${side.title}: workerd complained:\n${server.complaints().slice(0, 2_000)}`);
  } finally {
    await server.stop();
  }
}

async function measure(
  bench: Bench,
  server: Server,
  side: Side,
  requests: readonly Buffer[],
  connections: number,
  seconds: number,
): Promise<Figures> {
  const cpu_before = server.cpuSeconds();
  const outcome = await bench.load.run({
    port: server.ports[side.worker]!,
    connections,
    requests,
    seconds,
    requests_max: Math.ceil(seconds * REQUESTS_PER_SECOND_MAX),
    expected_status: side.expected_status,
  });
  if (outcome.failures > 0) {
    const statuses = JSON.stringify(outcome.statuses);
    bench.fail(
      `${side.title}: ${outcome.failures} unexpected replies, statuses ${statuses}, the first: ${outcome.sample}`,
    );
  }
  return {
    requests_per_second: outcome.requests / outcome.seconds,
    p50_ms: outcome.p50_ms,
    p99_ms: outcome.p99_ms,
    generator_cpu_us: outcome.generator_cpu_us,
    cpu_us: ((server.cpuSeconds() - cpu_before) * 1e6) / outcome.requests,
  };
}

function rowsOf({ sides }: Comparison, connections: number, measured: Measured): Row[] {
  return sides.flatMap(({ side, baseline, target }) => {
    const rounds = measured.get(`${connections} ${side.title}`);
    if (!rounds) return [];
    const reference = baseline ? measured.get(`${connections} ${baseline.title}`)! : null;
    const middle = (field: keyof Figures) => median(rounds.map((figures) => figures[field]));
    const ratio = (field: keyof Figures) =>
      reference ? median(rounds.map((figures, i) => figures[field] / reference[i]![field])) : null;
    return {
      case: side.title,
      connections,
      requests_per_second: middle("requests_per_second"),
      p50_ms: middle("p50_ms"),
      p99_ms: middle("p99_ms"),
      cpu_us: middle("cpu_us"),
      baseline: baseline?.title ?? null,
      ratio: ratio("requests_per_second"),
      cpu_ratio: ratio("cpu_us"),
      target: connections > 1 ? (target ?? null) : null,
      note: null,
      rounds,
    };
  });
}
