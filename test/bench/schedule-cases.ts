// How long an isolate takes for a schedule, and how that grows with the project. The target, 100 ms for 10,000 tasks,
// is one of time; the ratio says that time per task stays what it is.
import type { Case, Row } from "./case.ts";
import { requestBytes } from "./http.ts";
import { caller, interleave } from "./latency.ts";
import { median } from "./statistics.ts";

const SIZES = [1_000, 10_000];
const TRIES = 15;

export const scheduleCases: readonly Case[] = [
  {
    name: "schedule",
    title: "the schedule of a project inside an isolate",
    async run(bench) {
      const server = await bench.stage.start(["schedule"]);
      const { send, close } = await caller(bench, "schedule", server.ports.schedule!, 200);
      const compute = (size: number) => send(requestBytes("GET", `/${size}`, {}));
      try {
        bench.say("schedule");
        const [nothing, ...times] = await interleave(
          [0, ...SIZES].map((size) => ({ title: String(size), once: () => compute(size) })),
          TRIES,
        );
        const ms = times.map(({ all_ms }) => median(all_ms) - nothing!.p50_ms);
        return SIZES.map((size, at) =>
          row(size, ms[at]!, at === 0 ? null : ms[at]! / size / (ms[0]! / SIZES[0]!)),
        );
      } finally {
        close();
        await server.stop();
      }
    },
  },
];

const titleOf = (size: number): string => `schedule of ${size.toLocaleString("en-GB")} tasks`;

const row = (size: number, ms: number, ratio: number | null): Row => ({
  case: titleOf(size),
  connections: null,
  requests_per_second: null,
  p50_ms: ms,
  p99_ms: null,
  cpu_us: null,
  baseline: ratio === null ? null : `${titleOf(SIZES[0]!)}, per task`,
  ratio,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note: size === 10_000 ? "wanted: under 100 ms" : null,
  rounds: [{ ms }],
});
