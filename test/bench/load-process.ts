// The load generator's own process: closed-loop callers, each on its keep-alive connection with one request
// under way. Takes one job at a time over IPC, answers one outcome, and ends with its parent.
import { Connection, type Reply } from "./http.ts";
import type { LoadJob, LoadOutcome } from "./load.ts";
import { percentile } from "./statistics.ts";

/** How long replies may take after the last request was sent. */
const DRAIN_MS = 10_000;

process.on("message", async (job: LoadJob) => {
  process.send!(await run(job).catch((error: Error): LoadOutcome => failedOutcome(error.message)));
});
process.on("disconnect", () => process.exit());

async function run(job: LoadJob): Promise<LoadOutcome> {
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => Connection.open(job.port)),
  );
  const latencies_ms = new Float64Array(job.requests_max);
  const statuses: Record<number, number> = {};
  let issued = 0;
  let completed = 0;
  let failures = 0;
  let sample: string | null = null;

  const failed = (text: string) => {
    failures++;
    sample ??= text;
  };
  const record = (reply: Reply) => {
    statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
    if (reply.status !== job.expected_status)
      failed(`${reply.head.split("\r\n", 1)[0]} ${reply.body.toString("utf8", 0, 500)}`);
  };

  const cpu = process.cpuUsage();
  const started_ms = performance.now();
  const end_ms = started_ms + job.seconds * 1000;
  let ended_ms = started_ms;
  await new Promise<void>((resolve) => {
    let running = connections.length;
    const deadline = setTimeout(
      () => {
        failed(`${running} requests had no reply ${DRAIN_MS} ms after the end`);
        resolve();
      },
      job.seconds * 1000 + DRAIN_MS,
    );
    const done = () => {
      if (--running > 0) return;
      clearTimeout(deadline);
      resolve();
    };
    connections.forEach((connection, first) => {
      let next = first % job.requests.length;
      const call = () => {
        const sent_ms = performance.now();
        if (sent_ms >= end_ms || issued >= job.requests_max) return done();
        issued++;
        const request = job.requests[next]!;
        next = (next + job.connections) % job.requests.length;
        connection.send(request, (failure, reply) => {
          ended_ms = performance.now();
          if (!reply) {
            failed(failure?.message ?? "no reply");
            return done();
          }
          latencies_ms[completed++] = ended_ms - sent_ms;
          record(reply);
          call();
        });
      };
      call();
    });
  });
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();

  const ascending = latencies_ms.subarray(0, completed).sort();
  return {
    requests: completed,
    seconds: (ended_ms - started_ms) / 1000,
    statuses,
    failures,
    sample,
    p50_ms: percentile(ascending, 0.5),
    p99_ms: percentile(ascending, 0.99),
    generator_cpu_us: (user + system) / completed,
  };
}

function failedOutcome(sample: string): LoadOutcome {
  const nothing = { requests: 0, seconds: 0, statuses: {}, generator_cpu_us: 0 };
  return { ...nothing, failures: 1, sample, p50_ms: Number.NaN, p99_ms: Number.NaN };
}
