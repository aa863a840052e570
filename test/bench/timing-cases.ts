// Does the time of a failed sign-in tell whether the user exists? Known and unknown names in random order,
// every try from another address; the area under the ROC curve is 0.5 where nobody can tell.
import { randomBytes, randomInt } from "node:crypto";
import type { Bench, Case, Row } from "./case.ts";
import { requestBytes } from "./http.ts";
import { caller } from "./latency.ts";
import { address, clientHeaders, type Principal, signInBody } from "./seed.ts";
import { areaUnderCurve, chanceInterval, percentile } from "./statistics.ts";

const TRIES = 500;
/** Below the account-wide ceiling of twenty failures an hour. */
const TRIES_PER_NAME_MAX = 15;
const WARM_UP_TRIES = 20;
/** Clear of the addresses, and networks, that the users signed in from. */
const FIRST_ADDRESS = 5_000;

const timingCase = (name: string, title: string, variables: Readonly<Record<string, string>>): Case => ({
  name,
  title,
  by_name_only: true,
  async run(bench) {
    const { principals } = await bench.stage.population();
    const tries = Math.min(TRIES, principals.length * TRIES_PER_NAME_MAX - WARM_UP_TRIES);
    bench.say(`${name}: ${tries} tries of known and of unknown names`);
    const server = await bench.stage.start(["product"], { variables });
    try {
      const { known, unknown } = await attempt(bench, title, server.ports.product!, principals, tries);
      const area = areaUnderCurve(known, unknown);
      const chance = chanceInterval(known.length, unknown.length);
      const verdict = Math.abs(area - 0.5) <= chance ? "cannot be told apart" : "CAN BE TOLD APART";
      const note = `AUC ${area.toFixed(3)}, chance 0.5 ± ${chance.toFixed(3)}: ${verdict}`;
      return [row(`${title}, known user`, known, null), row(`${title}, unknown user`, unknown, note)];
    } finally {
      await server.stop();
    }
  },
});

export const timingCases: readonly Case[] = [
  timingCase("timing", "failed sign-in", {}),
  timingCase("timing-raw", "failed sign-in without its quantum", { SIGN_IN_FAILURE_QUANTUM_MS: "0" }),
];

async function attempt(
  bench: Bench,
  title: string,
  port: number,
  principals: readonly Principal[],
  tries: number,
) {
  const { send, close } = await caller(bench, title, port, 401);
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let i = -WARM_UP_TRIES; times.known.length < tries || times.unknown.length < tries; i++) {
    const kind = pick(times.known.length, times.unknown.length, tries);
    const index = i < 0 ? i + WARM_UP_TRIES : times[kind].length;
    const principal = principals[index % principals.length]!;
    const username = kind === "known" ? principal.username : principal.username.replace("bench-", "nobody-");
    const from = address(FIRST_ADDRESS + WARM_UP_TRIES + i);
    const body = signInBody(username, randomBytes(18).toString("base64url"));
    const request = requestBytes("POST", "/v1/auth/login", clientHeaders(from), body);
    const started_ms = performance.now();
    await send(request);
    if (i >= 0) times[kind].push(performance.now() - started_ms);
  }
  close();
  return times;
}

/** A coin weighed by what is still missing of each. */
function pick(known: number, unknown: number, tries: number): "known" | "unknown" {
  const missing_known = tries - known;
  return randomInt(missing_known + tries - unknown) < missing_known ? "known" : "unknown";
}

function row(title: string, times_ms: readonly number[], note: string | null): Row {
  const ascending = times_ms.toSorted((a, b) => a - b);
  return {
    case: title,
    connections: 1,
    requests_per_second: null,
    p50_ms: percentile(ascending, 0.5),
    p99_ms: percentile(ascending, 0.99),
    cpu_us: null,
    baseline: null,
    ratio: null,
    quartiles: null,
    cpu_ratio: null,
    target: null,
    note,
    rounds: [{ times_ms }],
  };
}
