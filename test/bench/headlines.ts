// What the two documents that Taskward began with claim, beside what this run has measured: here, against the bare
// runtime, for each core, and for each object or isolate.
import type { Row } from "./case.ts";
import { INPUT, PERMISSION } from "./isolate-cases.ts";
import { AWAKE, KEPT } from "./memory-cases.ts";
import { SIGN_IN } from "./password-cases.ts";
import { readSession, readSessionOfOne } from "./product-cases.ts";

export interface Headline {
  readonly what: string;
  readonly claimed: string;
  readonly measured: string;
  readonly compared: string;
  readonly per_core: string;
  readonly per_object: string;
}

const count = (value: number): string => Math.round(value).toLocaleString("en");

/** Those whose cases have run; the rest says "not run". */
export function headlines(rows: readonly Row[]): Headline[] {
  const find = (title: string, connections?: number) =>
    rows.find((row) => row.case === title && (connections === undefined || row.connections === connections));
  const crowd = (title: string) => rows.find((row) => row.case === title && (row.connections ?? 0) > 1);
  const line = (
    what: string,
    claimed: string,
    row: Row | undefined,
    tell: (row: Row) => Partial<Omit<Headline, "what" | "claimed">>,
  ): Headline => {
    const told = row ? tell(row) : { measured: "not run" };
    return { what, claimed, measured: "", compared: "", per_core: "", per_object: "", ...told };
  };
  const rate = (row: Row): number => (row.rounds[0] as { per_second: number }).per_second;
  const bytes = (row: Row): number => (row.rounds[0] as { bytes: number }).bytes;
  const ratio = (row: Row): string =>
    row.ratio === null ? "" : `${row.ratio.toFixed(2)} of ${row.baseline}`;
  const perCore = ({ cpu_us }: Row): string => (cpu_us ? `${count(1e6 / cpu_us)}/s` : "");
  const one = crowd(readSessionOfOne.title);
  const kept = (key: keyof typeof KEPT, claimed: string) =>
    line(`memory: ${KEPT[key].title}`, claimed, find(`${KEPT[key].title}, as they are stored`), (row) => ({
      measured: `${count(bytes(row) / 1024)} KiB in storage, with indexes`,
    }));
  return [
    line("sign-ins", "1,000/s", find(SIGN_IN), (row) => ({
      measured: `${row.requests_per_second!.toFixed(1)}/s, one after the other`,
      compared: `${row.ratio!.toFixed(2)} times ${row.baseline}`,
      per_core: `${(1000 / row.p50_ms!).toFixed(0)}/s`,
      per_object: "one hash at a time per isolate",
    })),
    line("session validation", "10,000/s", crowd(readSession.title), (row) => ({
      measured: `${count(row.requests_per_second!)}/s, whole requests`,
      compared: ratio(row),
      per_core: perCore(row),
      per_object: one ? `${count(one.requests_per_second!)}/s` : "",
    })),
    line("RBAC checks", "50,000/s", find(PERMISSION), (row) => ({
      measured: `${count(rate(row))}/s`,
      compared: ratio(row),
      per_core: `${count(rate(row))}/s`,
      per_object: "in the isolate or object that asks",
    })),
    line("input validation", "100,000/s", find(INPUT), (row) => ({
      measured: `${count(rate(row))}/s, a whole task with screening`,
      compared: ratio(row),
      per_core: `${count(rate(row))}/s`,
      per_object: "in the isolate",
    })),
    line(
      "audit logging",
      "5,000/s",
      rows.find((row) => row.case.includes("audit") && row.note?.includes("event")),
      (row) => ({ measured: row.note ?? "" }),
    ),
    line("latency: sign-in", "50 to 100 ms", find(SIGN_IN), (row) => ({
      measured: `${row.p50_ms!.toFixed(0)} ms, p99 ${row.p99_ms!.toFixed(0)}`,
    })),
    line("latency: session validation", "1 to 2 ms", find(readSession.title, 1), (row) => ({
      measured: `${row.p50_ms!.toFixed(2)} ms, p99 ${row.p99_ms!.toFixed(2)}, a whole request`,
      compared: ratio(row),
    })),
    line("latency: RBAC check", "0.1 ms", find(PERMISSION), (row) => ({
      measured: `${(1e9 / rate(row)).toFixed(0)} ns`,
    })),
    line("latency: input validation", "0.5 ms", find(INPUT), (row) => ({
      measured: `${(1e6 / rate(row)).toFixed(1)} µs`,
    })),
    kept("sessions", "100 KB"),
    kept("nonces", "50 KB"),
    kept("clients", "10 KB"),
    kept("events", "1 MB"),
    line("memory: a person who is there", "(none)", find(AWAKE), (row) => ({
      measured: `${count(bytes(row) / 1024)} KiB resident while awake; asleep, nothing`,
    })),
    {
      ...{ what: "concurrent users", claimed: "10,000, 100,000 sessions", compared: "", per_core: "" },
      measured: "npm run load: 34,000 with 100,000 sessions",
      per_object: "",
    },
  ];
}

export function headlinesText(rows: readonly Row[]): string {
  const columns = ["what", "claimed", "measured", "compared", "per_core", "per_object"] as const;
  const names = ["headline", "claimed", "measured here", "compared to", "per core", "per object"];
  const lines = headlines(rows).map((each) => columns.map((column) => each[column]));
  return [names, names.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
