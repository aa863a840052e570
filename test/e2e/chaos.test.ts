// A short run of chaos. `npm run chaos -- --minutes 60` does it for an hour.
import { expect, test } from "vitest";
import { chaos } from "../chaos/chaos.ts";
import { shortPlan } from "../chaos/plans.ts";

/** One with a disk that refuses, a clock that jumps and a kill within its first seconds. */
const SEED = 229;

test("what was promised holds through kills, refusing disks, jumping clocks and dead neighbours", async () => {
  const report = await chaos(shortPlan(SEED), () => undefined);
  expect(report.violations).toEqual([]);
  // Something did happen.
  expect(report.acknowledged).toBeGreaterThan(10);
  expect(report.faults.size).toBeGreaterThan(2);
  for (const lack of report.lacks) console.warn(`left out: ${lack}`);
});
