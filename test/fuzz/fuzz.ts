// Fuzzing of every operation of the table against a real server: whatever is sent, no answer is a 5xx, every refusal is
// a problem, and nothing in the server throws unseen. Failures come with a seed, shrunk by fast-check.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { operationList } from "../../src/api/operations/index.ts";
import { type FuzzedRequest, requestOf } from "./requests.ts";
import { renewed, startTarget, type Target } from "./target.ts";

export interface Fuzzed {
  readonly requests: number;
  readonly cpu_seconds: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Empty where nothing is wrong. */
  readonly failures: readonly string[];
}

const RUNS = 4;
const FAILURES_MAX = 10;
/** Streams that never end by themselves are let go once they have begun. */
const ANSWER_MS = 20_000;
const UNSEEN = /unhandled|uncaught exception|"reason":"internal"/iu;

/** Until the server has worked for so many seconds of CPU, or twelve times as long has passed. */
export async function fuzz(
  cpu_seconds_max: number,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<Fuzzed> {
  let target = await startTarget();
  const statuses: Record<string, number> = {};
  const failures: string[] = [];
  let requests = 0;
  const began_ms = Date.now();
  const { worker } = target.server.pids;
  const before = cpuSecondsOf(worker) ?? 0;
  const spent = () => (cpuSecondsOf(worker) ?? (Date.now() - began_ms) / 1000) - before;
  const send = async (request: FuzzedRequest) => {
    requests += 1;
    const status = await answerTo(request, target);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const isOver = () => spent() >= cpu_seconds_max || Date.now() - began_ms > 12_000 * cpu_seconds_max;
  try {
    for (let round = 0; !isOver() && failures.length < FAILURES_MAX; round += 1) {
      if (round > 0) target = await renewed(target, round);
      for (const [id, operation] of operationList) {
        if (isOver()) break;
        const property = fc.asyncProperty(requestOf(id, operation, target), send);
        const details = await fc.check(property, {
          seed: seed + round,
          numRuns: RUNS,
          interruptAfterTimeLimit: 60_000,
        });
        if (details.failed && !details.interrupted)
          failures.push(
            `${id}, seed ${seed + round}: ${String(details.errorInstance)} ${JSON.stringify(details.counterexample)}`,
          );
      }
      say(`round ${round + 1}: ${requests} requests, ${Math.round(spent())} s of CPU`);
    }
    const unseen = target.server
      .output()
      .split("\n")
      .filter((line) => UNSEEN.test(line));
    failures.push(...unseen.slice(0, FAILURES_MAX));
    return { requests, cpu_seconds: spent(), statuses, failures };
  } finally {
    await target.server.stop();
  }
}

/** The status; throws where the answer is none that the service may give. */
async function answerTo(request: FuzzedRequest, { server, callers }: Target): Promise<number> {
  const { address, session_token } = callers[request.caller];
  const answer = await fetch(server.origin + request.path, {
    method: request.method,
    headers: {
      "CF-Connecting-IP": address,
      ...(session_token && { Authorization: `Bearer ${session_token}` }),
      ...request.headers,
    },
    ...(request.body !== null && { body: request.body }),
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { status, headers } = answer;
  if (headers.get("Content-Type") === "text/event-stream") await answer.body?.cancel();
  else await checkText(status, headers, await answer.text());
  return status;
}

function checkText(status: number, headers: Headers, text: string): void {
  if (status >= 500) throw new Error(`${status}: ${text.slice(0, 300)}`);
  if (status < 400) return;
  if (headers.get("Content-Type") !== "application/problem+json") throw new Error(`${status} is no problem`);
  const problem = JSON.parse(text) as { status?: number; request_id?: string };
  if (problem.status !== status || !problem.request_id) throw new Error(`${status}: ${text.slice(0, 300)}`);
}

const TICKS_PER_SECOND = 100;

/** CPU of a process group, as Linux counts it (proc(5)); null elsewhere. */
function cpuSecondsOf(group: number): number | null {
  try {
    let ticks = 0;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(pid);
      if (fields && Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

/** The fields behind the name, which is in brackets; null for a process that is gone. */
function statOf(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}
