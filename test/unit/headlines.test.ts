// What the founding documents claim beside what a run measured: figures come from rows alone, and nothing is made up.
import { expect, test } from "vitest";
import type { Row } from "../bench/case.ts";
import { headlines } from "../bench/headlines.ts";

const row = (fields: Partial<Row>): Row => ({
  case: "",
  connections: null,
  requests_per_second: null,
  p50_ms: null,
  p99_ms: null,
  cpu_us: null,
  baseline: null,
  ratio: null,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note: null,
  rounds: [],
  ...fields,
});
const lineOf = (what: string, rows: readonly Row[]) => headlines(rows).find((each) => each.what === what)!;

test("a figure whose case has not run says so", () => {
  const told = headlines([]).filter(({ what }) => what !== "concurrent users");
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ measured }) => measured !== "not run")).toEqual([]);
});

test("a second of one core holds as many requests as their processor time allows", () => {
  const crowd = { case: "GET /v1/session", connections: 32, requests_per_second: 5_000, cpu_us: 250 };
  const one = { case: "GET /v1/session, one person for all", connections: 32, requests_per_second: 6_000 };
  const rows = [
    row({ ...crowd, baseline: "bare: one call", ratio: 0.61 }),
    row({ ...crowd, connections: 1, p50_ms: 0.5, p99_ms: 2 }),
    row(one),
  ];
  expect(lineOf("session validation", rows)).toMatchObject({
    measured: "5,000/s, whole requests",
    compared: "0.61 of bare: one call",
    per_core: "4,000/s",
    per_object: "6,000/s",
  });
  expect(lineOf("latency: session validation", rows).measured).toBe("0.50 ms, p99 2.00, a whole request");
});

test("a check's time is what a second holds of them", () => {
  const rows = [
    row({ case: "permission check: decideAccess, role and place", rounds: [{ per_second: 20_000_000 }] }),
    row({ case: "input: JSON, schema and screening of a task", rounds: [{ per_second: 80_000 }] }),
  ];
  expect(lineOf("latency: RBAC check", rows).measured).toBe("50 ns");
  expect(lineOf("latency: input validation", rows).measured).toBe("12.5 µs");
});
