// Monte Carlo over a project: reproducible, and equal to what other ways of computing give.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedHours, varianceHours } from "../../../src/domain/estimate.ts";
import { schedule } from "../../../src/domain/schedule.ts";
import { simulate, type UncertainTask } from "../../../src/domain/simulation.ts";
import type { Estimate } from "../../../src/schema/project.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const task = (estimate: Estimate, waits_for: number[] = []): UncertainTask => ({ estimate, waits_for });
const estimate = (optimistic: number, likely: number, pessimistic: number): Estimate => ({
  optimistic,
  likely,
  pessimistic,
});

it("the same seed gives the same figures, another one others", () => {
  const tasks = [task(estimate(1, 2, 9)), task(estimate(2, 3, 4), [0])];
  expect(simulate(tasks, 1_000, 7)).toEqual(simulate(tasks, 1_000, 7));
  expect(simulate(tasks, 1_000, 7).mean_hours).not.toBe(simulate(tasks, 1_000, 8).mean_hours);
});

it("without uncertainty it is the critical path method", () => {
  const hours = fc.nat(50).map((value) => estimate(value, value, value));
  const plans = fc.array(fc.tuple(hours, fc.array(fc.nat(), { maxLength: 3 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(plans, (plan) => {
      const tasks = plan.map(([each, picks], at) =>
        task(each, at === 0 ? [] : [...new Set(picks.map((pick) => pick % at))]),
      );
      const activities = tasks.map((each, at) => ({
        id: String(at),
        minutes: each.estimate.likely,
        waits_for: each.waits_for.map(String),
      }));
      const { minutes } = schedule(activities);
      expect(simulate(tasks, 3, 1)).toMatchObject({
        mean_hours: minutes,
        p50_hours: minutes,
        p95_hours: minutes,
      });
    }),
  );
});

it.each([[estimate(1, 2, 9)], [estimate(0, 0, 10)], [estimate(0, 10, 10)], [estimate(4, 5, 6)]])(
  "one task of %j has the mean of PERT within 1 %, and stays within its bounds",
  (each) => {
    const { mean_hours, p50_hours, p95_hours } = simulate([task(each)], 100_000, 3);
    expect(mean_hours / expectedHours(each)).toBeCloseTo(1, 2);
    expect(p50_hours).toBeGreaterThanOrEqual(each.optimistic);
    expect(p95_hours).toBeLessThanOrEqual(each.pessimistic);
  },
);

it("the median of one task is that of its beta distribution within 1 %", () => {
  // Integrated here by the trapezoid rule over a fine grid, which the product does not do.
  const { optimistic, likely, pessimistic } = estimate(2, 5, 16);
  const width = pessimistic - optimistic;
  const [alpha, beta] = [(4 * (likely - optimistic)) / width, (4 * (pessimistic - likely)) / width];
  const density = (x: number) => x ** alpha * (1 - x) ** beta;
  const steps = 1_000_000;
  let whole = 0;
  for (let at = 0; at < steps; at += 1) whole += (density(at / steps) + density((at + 1) / steps)) / 2;
  let [sum, at] = [0, 0];
  for (; sum < whole / 2; at += 1) sum += (density(at / steps) + density((at + 1) / steps)) / 2;
  const median = optimistic + (width * at) / steps;
  expect(simulate([task(estimate(2, 5, 16))], 100_000, 5).p50_hours / median).toBeCloseTo(1, 2);
});

/** Part of the distribution of an estimate in each hundredth of an hour from 0 on. */
function massesOf({ optimistic, likely, pessimistic }: Estimate): number[] {
  const width = pessimistic - optimistic;
  const [alpha, beta] = [(4 * (likely - optimistic)) / width, (4 * (pessimistic - likely)) / width];
  const masses = Array.from({ length: Math.ceil(pessimistic * 100) }, (_, at) => {
    const x = ((at + 0.5) / 100 - optimistic) / width;
    return x <= 0 || x >= 1 ? 0 : x ** alpha * (1 - x) ** beta;
  });
  const whole = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / whole);
}

/** One after the other: the convolution. */
function inSeries(first: number[], second: number[]): number[] {
  const masses = new Array<number>(first.length + second.length).fill(0);
  first.forEach((mass, at) => {
    for (const [further, other] of second.entries()) masses[at + further]! += mass * other;
  });
  return masses;
}

/** Side by side: the product of both distribution functions. */
function inParallel(first: number[], second: number[]): number[] {
  let [below_first, below_second, below_both] = [0, 0, 0];
  return Array.from({ length: Math.max(first.length, second.length) }, (_, at) => {
    below_first += first[at] ?? 0;
    below_second += second[at] ?? 0;
    const mass = below_first * below_second - below_both;
    below_both += mass;
    return mass;
  });
}

function quantileOf(masses: readonly number[], part: number): number {
  let below = 0;
  const at = masses.findIndex((mass) => {
    below += mass;
    return below >= part;
  });
  return at / 100;
}

it("half, four fifths and most of a project's runs end when its distribution says, within 1 %", () => {
  const [start, wide, narrow, end] = [
    estimate(1, 3, 11),
    estimate(2, 5, 14),
    estimate(4, 6, 9),
    estimate(1, 2, 6),
  ];
  const { p50_hours, p80_hours, p95_hours } = simulate(
    [task(start), task(wide, [0]), task(narrow, [0]), task(end, [1, 2])],
    100_000,
    17,
  );
  const branches = inParallel(massesOf(wide), massesOf(narrow));
  const whole = inSeries(inSeries(massesOf(start), branches), massesOf(end));
  expect(p50_hours / quantileOf(whole, 0.5)).toBeCloseTo(1, 2);
  expect(p80_hours / quantileOf(whole, 0.8)).toBeCloseTo(1, 2);
  expect(p95_hours / quantileOf(whole, 0.95)).toBeCloseTo(1, 2);
});

it("means and variances of a chain add up", () => {
  const all = [estimate(1, 2, 9), estimate(2, 4, 6), estimate(0, 3, 3), estimate(5, 8, 20)];
  const chain = all.map((each, at) => task(each, at === 0 ? [] : [at - 1]));
  const { mean_hours, deviation_hours, criticality } = simulate(chain, 50_000, 11);
  expect(mean_hours / all.reduce((sum, each) => sum + expectedHours(each), 0)).toBeCloseTo(1, 2);
  // The textbook's ((p − o) / 6)² is an approximation of a beta distribution's variance.
  const textbook = Math.sqrt(all.reduce((sum, each) => sum + varianceHours(each), 0));
  expect(deviation_hours / textbook).toBeGreaterThan(0.9);
  expect(deviation_hours / textbook).toBeLessThan(1.2);
  expect(criticality).toEqual([1, 1, 1, 1]);
});

it("of two equal branches each is critical half the time, and the whole takes longer than one", () => {
  const branch = estimate(1, 5, 9);
  const { criticality, mean_hours } = simulate([task(branch), task(branch)], 50_000, 13);
  expect(criticality[0]! + criticality[1]!).toBeCloseTo(1, 6);
  expect(criticality[0]).toBeCloseTo(0.5, 1);
  expect(mean_hours).toBeGreaterThan(expectedHours(branch) * 1.05);
});

it("nothing takes no time; a cycle is a defect", () => {
  expect(simulate([], 10, 1)).toMatchObject({ mean_hours: 0, p95_hours: 0, criticality: [] });
  const each = estimate(1, 1, 1);
  expect(() => simulate([task(each, [1]), task(each, [0])], 10, 1)).toThrow(RangeError);
});

interface Psplib {
  readonly mpm_time: number;
  readonly jobs: readonly [id: number, duration: number, successors: number[], demand: number[]][];
}

describe.skipIf(!corporaRoot)(`PSPLIB instances with certain durations${corporaNote}`, () => {
  it("are as long as published, in every run", () => {
    for (const { mpm_time, jobs } of readCorpusLines("workload/psplib_j30.jsonl") as Psplib[]) {
      const place = new Map(jobs.map(([id], at) => [id, at]));
      const waits: number[][] = jobs.map(() => []);
      jobs.forEach(([, , successors], at) => {
        for (const after of successors) waits[place.get(after)!]!.push(at);
      });
      const tasks = jobs.map(([, hours], at) => task(estimate(hours, hours, hours), waits[at]));
      expect(simulate(tasks, 2, 1)).toMatchObject({ p50_hours: mpm_time, p95_hours: mpm_time });
    }
  });
});
