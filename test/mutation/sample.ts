// Draws mutants evenly over the files: of each its share, and others with another seed.
import { generator } from "../../scripts/training/random.ts";

export interface Draw {
  /** How many mutants; a number, since it travels as JSON. */
  readonly sample: number;
  readonly seed: number;
}

/**
 * One of each of `count` consecutive runs, equally long to within one, drawn by `seed`; all where there are no more than that.
 * The order of `all` makes the strata: in that of files and lines, each file gives its share to within two.
 */
export function stratified<T>(all: readonly T[], count: number, seed: number): T[] {
  if (count >= all.length) return [...all];
  const random = generator(seed);
  const end = (run: number): number => Math.floor((run * all.length) / count);
  return Array.from(
    { length: count },
    (_, run) => all[end(run) + Math.floor(random() * (end(run + 1) - end(run)))]!,
  );
}
