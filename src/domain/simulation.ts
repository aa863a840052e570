// How long a project may take: Monte Carlo over the critical path method. Each run draws every task's duration from
// the beta distribution of its estimate (PERT: mean (o + 4m + p) / 6). Reproducible: the seed decides all draws.
import type { Estimate } from "../schema/project.ts";
import { ordered } from "./task-graph.ts";

/** Estimate in hours; `waits_for` are indexes of tasks. */
export interface UncertainTask {
  readonly estimate: Estimate;
  readonly waits_for: readonly number[];
}

export interface Simulation {
  readonly runs: number;
  readonly mean_hours: number;
  readonly deviation_hours: number;
  /** Half, four fifths, nineteen twentieths of all runs took at most so long. */
  readonly p50_hours: number;
  readonly p80_hours: number;
  readonly p95_hours: number;
  /** For each task, in the order given: the part of all runs in which it was on a longest chain. */
  readonly criticality: readonly number[];
}

/** Points at which a distribution is tabulated. */
const GRID = 512;

/**
 * Plays the project `runs` times. Time grows with runs × (tasks + dependencies); 1,000 tasks and 10,000 runs take
 * about a second. Throws RangeError where dependencies form a cycle.
 */
export function simulate(tasks: readonly UncertainTask[], runs: number, seed: number): Simulation {
  const { order } = ordered(tasks.map(({ waits_for }) => waits_for));
  const quantiles = tasks.map(({ estimate }) => quantilesOf(estimate));
  const random = generator(seed);
  const totals = new Float64Array(runs);
  const critical = new Uint32Array(tasks.length);
  const finish = new Float64Array(tasks.length);
  const through = new Int32Array(tasks.length);
  for (let run = 0; run < runs; run += 1) {
    let last = -1;
    for (const at of order) {
      let start = 0;
      let from = -1;
      for (const before of tasks[at]!.waits_for) {
        if (finish[before]! >= start) {
          start = finish[before]!;
          from = before;
        }
      }
      through[at] = from;
      finish[at] = start + draw(quantiles[at]!, random());
      if (last === -1 || finish[at]! > finish[last]!) last = at;
    }
    totals[run] = last === -1 ? 0 : finish[last]!;
    for (let at = last; at !== -1; at = through[at]!) critical[at]! += 1;
  }
  return summary(
    totals,
    Array.from(critical, (count) => count / runs),
  );
}

function summary(totals: Float64Array, criticality: readonly number[]): Simulation {
  const runs = totals.length;
  const mean = totals.reduce((sum, each) => sum + each, 0) / runs;
  const squares = totals.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const ascending = totals.toSorted();
  const at = (part: number): number => ascending[Math.ceil(part * runs) - 1]!;
  return {
    runs,
    mean_hours: mean,
    deviation_hours: Math.sqrt(squares / runs),
    p50_hours: at(0.5),
    p80_hours: at(0.8),
    p95_hours: at(0.95),
    criticality,
  };
}

/** The distribution's inverse at GRID + 1 even steps, so that a draw costs no more than a look. */
function quantilesOf({ optimistic, likely, pessimistic }: Estimate): Float64Array {
  const quantiles = new Float64Array(GRID + 1).fill(likely);
  const width = pessimistic - optimistic;
  if (width === 0) return quantiles;
  const alpha = 4 * ((likely - optimistic) / width);
  const beta = 4 * ((pessimistic - likely) / width);
  const density = (x: number): number => x ** alpha * (1 - x) ** beta;
  const sums = new Float64Array(GRID + 1);
  for (let at = 1; at <= GRID; at += 1) sums[at] = sums[at - 1]! + density((at - 0.5) / GRID);
  const whole = sums[GRID]!;
  let cell = 1;
  for (let step = 0; step <= GRID; step += 1) {
    const wanted = (step / GRID) * whole;
    while (cell < GRID && sums[cell]! < wanted) cell += 1;
    const inside = sums[cell]! - sums[cell - 1]!;
    const x = (cell - 1 + (inside === 0 ? 0 : (wanted - sums[cell - 1]!) / inside)) / GRID;
    quantiles[step] = optimistic + width * Math.min(1, Math.max(0, x));
  }
  return quantiles;
}

function draw(quantiles: Float64Array, uniform: number): number {
  const place = uniform * GRID;
  const at = Math.floor(place);
  return quantiles[at]! + (quantiles[at + 1]! - quantiles[at]!) * (place - at);
}

/** Uniform in [0, 1): xoshiro128** (Blackman and Vigna 2018), its state spread from the seed by SplitMix32. */
function generator(seed: number): () => number {
  let spread = seed | 0;
  const next = (): number => {
    spread = (spread + 0x9e3779b9) | 0;
    let mixed = Math.imul(spread ^ (spread >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [next(), next(), next(), next()];
  return () => {
    const scaled = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return scaled / 2 ** 32;
  };
}

const rotated = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));
