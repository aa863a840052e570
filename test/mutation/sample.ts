// Draws mutants evenly over the files: of each its share, and others with another seed.
import { generator } from "../../scripts/training/random.ts";

export interface Draw {
  /** How many mutants; Infinity for all. */
  readonly sample: number;
  readonly seed: number;
}

/**
 * One of each of `count` consecutive runs of equal length, drawn by `seed`; all where there are no more than that.
 * The order of `all` makes the strata: in that of files and lines, each file gives its share to within one.
 */
export function stratified<T>(all: readonly T[], count: number, seed: number): T[] {
  if (count >= all.length) return [...all];
  const random = generator(seed);
  const run = all.length / count;
  return Array.from({ length: count }, (_, at) => all[Math.floor((at + random()) * run)]!);
}
