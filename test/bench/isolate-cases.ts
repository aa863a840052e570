// What an isolate does in a second without leaving it: permission checks beside the plain way, a Set of names; and
// validation of a task beside parsing it alone.
import type { Case, Row } from "./case.ts";
import { requestBytes } from "./http.ts";
import { caller, interleave } from "./latency.ts";
import type { WorkerName } from "./stage.ts";
import { median } from "./statistics.ts";

const TRIES = 7;

interface Part {
  readonly title: string;
  /** Of the worker, which does it `n` times. */
  readonly path: string;
}

interface Rates {
  readonly name: string;
  readonly title: string;
  readonly worker: WorkerName;
  readonly unit: string;
  readonly times: number;
  readonly baseline: Part;
  readonly parts: readonly Part[];
}

export const PERMISSION = "permission check: decideAccess, role and place";
export const INPUT = "input: JSON, schema and screening of a task";

const isolateCase = ({ name, title, worker, unit, times, baseline, parts }: Rates): Case => ({
  name,
  title,
  async run(bench) {
    const server = await bench.stage.start([worker]);
    const { send, close } = await caller(bench, name, server.ports[worker]!, 200);
    const ask = ({ path }: Part, n: number) => send(requestBytes("GET", `${path}?n=${n}`, {}));
    const all = [baseline, ...parts];
    try {
      bench.say(name);
      const [nothing, ...measured] = await interleave(
        [
          { title: "nothing", once: () => ask(baseline, 0) },
          ...all.map((part) => ({ title: part.title, once: () => ask(part, times) })),
        ],
        TRIES,
      );
      const rates = measured.map(({ all_ms }) => (times * 1000) / (median(all_ms) - nothing!.p50_ms));
      return all.map((part, i) => {
        const ratio = part === baseline ? null : rates[i]! / rates[0]!;
        return row(part.title, rates[i]!, unit, ratio === null ? null : baseline.title, ratio);
      });
    } finally {
      close();
      await server.stop();
    }
  },
});

export const isolateCases: readonly Case[] = [
  isolateCase({
    name: "permission",
    title: "permission checks a second inside an isolate",
    worker: "permission",
    unit: "checks",
    times: 5_000_000,
    baseline: { title: "a Set of permission names has it", path: "/set" },
    parts: [
      { title: "permission check: allows(set, permission)", path: "/allows" },
      { title: PERMISSION, path: "/access" },
    ],
  }),
  isolateCase({
    name: "input",
    title: "validations of a task a second inside an isolate",
    worker: "input",
    unit: "validations",
    times: 20_000,
    baseline: { title: "input: JSON of a task", path: "/parse" },
    parts: [
      { title: "input: JSON and schema of a task", path: "/validate" },
      { title: INPUT, path: "/screen" },
    ],
  }),
];

const row = (
  title: string,
  per_second: number,
  unit: string,
  baseline: string | null,
  ratio: number | null,
): Row => ({
  case: title,
  connections: null,
  requests_per_second: null,
  p50_ms: null,
  p99_ms: null,
  cpu_us: null,
  baseline,
  ratio,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note: `${Math.round(per_second).toLocaleString("en")} ${unit}/s`,
  rounds: [{ per_second }],
});
