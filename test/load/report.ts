// What a load test found, for people to read.
import type { memoryOf } from "./memory.ts";
import type { LoadOptions } from "./options.ts";
import type { TrafficReport } from "./traffic.ts";

export interface LoadReport {
  readonly options: LoadOptions;
  readonly seeded_seconds: number;
  readonly cpu_us_per_request: number;
  readonly storage_mib: number;
  readonly memory: ReturnType<typeof memoryOf>;
  readonly complaints: string;
  readonly traffic: TrafficReport;
}

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0).padStart(9);

export function reportText(report: LoadReport): string {
  const { options, traffic, memory, complaints } = report;
  const { principals, sessions } = options;
  const line = (name: string, count: number, { p50_ms, p95_ms, p99_ms }: TrafficReport["all"]) =>
    `  ${name.padEnd(44)}${String(count).padStart(9)}${ms(p50_ms)}${ms(p95_ms)}${ms(p99_ms)}`;
  const counted = (entries: Readonly<Record<string, number>>) =>
    Object.entries(entries).map(([what, count]) => `  ${what.padEnd(60)}${String(count).padStart(9)}`);
  const refused = Object.values(traffic.refusals).reduce((sum, count) => sum + count, 0);
  return [
    `${principals} principals with ${sessions} live sessions, made in ${report.seeded_seconds.toFixed(0)} s; ${report.storage_mib.toFixed(0)} MiB of storage at the end`,
    `${traffic.requests} requests in ${traffic.seconds.toFixed(0)} s (${(traffic.requests / traffic.seconds).toFixed(0)} a second), from ${traffic.sessions_used} sessions, ${report.cpu_us_per_request.toFixed(0)} µs of processor time each`,
    "",
    `  ${"ms".padEnd(44)}${"requests".padStart(9)}${"p50".padStart(9)}${"p95".padStart(9)}${"p99".padStart(9)}`,
    ...Object.entries(traffic.errands).map(([name, times]) =>
      line(name, times.count, { ...times, max_ms: 0 }),
    ),
    line("all", traffic.requests, traffic.all),
    `  at most ${traffic.all.max_ms.toFixed(0)} ms, ${traffic.waiting_max} waiting for a connection at once`,
    ...(traffic.left_out > 0
      ? [
          `  ${traffic.left_out} visits left out, since this machine did not bear the rate: its times say little`,
        ]
      : []),
    "",
    `${refused} refusals, all asked for:`,
    ...counted(traffic.refusals),
    "",
    `resident memory of workerd: ${memory.start_mib.toFixed(0)} MiB at first, ${memory.middle_mib.toFixed(0)} at half time, ${memory.end_mib.toFixed(0)} at the end, ${memory.max_mib.toFixed(0)} at most; second half ${memory.mib_per_hour.toFixed(0)} MiB an hour: ${memory.is_flat ? "flat" : "IT GROWS"}`,
    traffic.errors === 0
      ? "no error"
      : `${traffic.errors} ERRORS, such as:\n${traffic.error_samples.join("\n")}`,
    ...(complaints === "" ? [] : [`WORKERD COMPLAINED:\n${complaints.slice(0, 2_000)}`]),
  ].join("\n");
}
