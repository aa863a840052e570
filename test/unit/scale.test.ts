// The growth that is computed on paper: sums that can be checked by hand.
import { expect, test } from "vitest";
import { monthlyCost, saturation, waiting } from "../../scripts/scale/compute.ts";
import { CAPACITY, OPERATIONS, type OperationCost } from "../../scripts/scale/operations.ts";
import { REGIONS, roundTrip } from "../../scripts/scale/regions.ts";

const one: OperationCost = {
  name: "one",
  share: 1,
  object_calls: 2,
  rows_read: 10,
  rows_written: 20,
  events: 2,
  changes_project: true,
  cpu_ms: 1,
  own_calls: 1,
  project_calls: 1,
};

test("shares of requests make a whole", () => {
  expect(OPERATIONS.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
});

test("each line is its count times its price", () => {
  // 100 a second at the peak, 35 in the mean: 90.72 million a month.
  const lines = Object.fromEntries(monthlyCost([one], 100, 1_000_000).map((line) => [line.what, line]));
  expect(lines["requests to the Worker"]!.millions).toBeCloseTo(90.72, 6);
  expect(lines["requests to the Worker"]!.dollars).toBeCloseTo(27.216, 6);
  expect(lines["rows written"]!.dollars).toBeCloseTo(1_814.4, 4);
  expect(lines["calls to objects"]!.millions).toBeCloseTo(181.44, 6);
});

test("twice the load costs twice as much, and takes twice as much of everything but one's own object", () => {
  const total = (rps: number) =>
    monthlyCost(OPERATIONS, rps, 1_000_000).reduce((sum, each) => sum + each.dollars, 0);
  expect(total(2_000)).toBeCloseTo(2 * total(1_000), 6);
  const parts = { tenant: 0.05, project: 0.005, audit_events_per_second: 5_000 };
  const used = (rps: number) =>
    Object.fromEntries(saturation(OPERATIONS, rps, parts).map((each) => [each.what, each.used]));
  const [before, after] = [used(1_000), used(2_000)];
  expect(after["the busiest project's changes"]).toBeCloseTo(2 * before["the busiest project's changes"]!, 9);
  expect(after["one caller's principal"]).toBe(before["one caller's principal"]);
});

test("what is only read is an event of the audit log, and no change of a project", () => {
  const parts = { tenant: 0.1, project: 0.1, audit_events_per_second: 1_000 };
  const read = { ...one, share: 0.75, events: 1, changes_project: false };
  const used = Object.fromEntries(
    saturation([{ ...one, share: 0.25 }, read], 100, parts).map((each) => [each.what, each.used]),
  );
  // 10 of the 100 a second: 2.5 changes, 7.5 reads; two events of each change.
  expect(used["the busiest project's changes"]).toBeCloseTo(2.5 / CAPACITY.project_changes, 9);
  expect(used["the busiest project's reads"]).toBeCloseTo(7.5 / CAPACITY.project_reads, 9);
  expect(used["the largest tenant's audit log"]).toBeCloseTo(12.5 / 1_000, 9);
});

test("what is nearest to its end comes first", () => {
  const parts = { tenant: 1, project: 0.001, audit_events_per_second: 10 };
  expect(saturation(OPERATIONS, 10_000, parts)[0]!.what).toBe("the largest tenant's audit log");
});

test("a reader far from their team waits for one more way there and back, and ways are as long in both directions", () => {
  const near = waiting(one, "Frankfurt", "Frankfurt");
  expect(waiting(one, "Frankfurt", "Sydney") - near).toBe(roundTrip("Frankfurt", "Sydney") - 2);
  for (const a of REGIONS) for (const b of REGIONS) expect(roundTrip(a, b)).toBe(roundTrip(b, a));
});
