// How many permission checks an isolate makes in a second, beside the plain way: a Set of names.
import type { Case, Row } from "./case.ts";
import { requestBytes } from "./http.ts";
import { caller, interleave } from "./latency.ts";
import { median } from "./statistics.ts";

const CHECKS = 5_000_000;
const TRIES = 7;

const NAMES = "a Set of permission names has it";
const PARTS = [
  { title: NAMES, path: "/set" },
  { title: "permission check: allows(set, permission)", path: "/allows" },
  { title: "permission check: decideAccess, role and place", path: "/access" },
];

export const permissionCases: readonly Case[] = [
  {
    name: "permission",
    title: "permission checks a second inside an isolate",
    async run(bench) {
      const server = await bench.stage.start(["permission"]);
      const { send, close } = await caller(bench, "permission", server.ports.permission!, 200);
      const check = (path: string, n: number) => send(requestBytes("GET", `${path}?n=${n}`, {}));
      try {
        bench.say("permission");
        const [nothing, ...times] = await interleave(
          [
            { title: "no check", once: () => check("/allows", 0) },
            ...PARTS.map(({ title, path }) => ({ title, once: () => check(path, CHECKS) })),
          ],
          TRIES,
        );
        const rates = times.map(({ all_ms }) => (CHECKS * 1000) / (median(all_ms) - nothing!.p50_ms));
        return PARTS.map(({ title }, i) =>
          row(title, rates[i]!, title === NAMES ? null : rates[i]! / rates[0]!),
        );
      } finally {
        close();
        await server.stop();
      }
    },
  },
];

const row = (title: string, per_second: number, ratio: number | null): Row => ({
  case: title,
  connections: null,
  requests_per_second: null,
  p50_ms: null,
  p99_ms: null,
  cpu_us: null,
  baseline: ratio === null ? null : NAMES,
  ratio,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note: `${(per_second / 1e6).toFixed(0)} million checks/s`,
  rounds: [{ per_second }],
});
