// What the verdicts on mutants come to: for each folder the share that tests noticed, with its 95 % interval.
import { relative } from "node:path";
import type { MutantResult } from "@stryker-mutator/api/core";

export interface Figures {
  readonly folder: string;
  /** Some test failed, or ran for ever. */
  readonly killed: number;
  /** All tests passed, or none runs that code. */
  readonly survived: number;
  /** No test file could be loaded any more: noticed, but by no test, so these do not count. */
  readonly broken: number;
  /** Share of the killed, and its 95 % interval. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const KILLED: readonly string[] = ["Killed", "Timeout"];
const SURVIVED: readonly string[] = ["Survived", "NoCoverage"];

/** Whether the mutant was drawn and tried. */
export const isVerdict = ({ status }: Pick<MutantResult, "status">): boolean =>
  [...KILLED, ...SURVIVED, "RuntimeError"].includes(status);

export const isSurvivor = ({ status }: Pick<MutantResult, "status">): boolean => SURVIVED.includes(status);

/** One row for each folder of `src`, by name, and one for all. */
export function figuresOf(results: readonly MutantResult[]): Figures[] {
  const folders = Map.groupBy(results.filter(isVerdict), folderOf);
  const rows = [...folders].map(([folder, own]) => row(folder, own));
  return [...rows.sort((a, b) => (a.folder < b.folder ? -1 : 1)), row("all", results)];
}

function row(folder: string, results: readonly MutantResult[]): Figures {
  const count = (statuses: readonly string[]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const [killed, survived, broken] = [count(KILLED), count(SURVIVED), count(["RuntimeError"])];
  return { folder, killed, survived, broken, ...wilson(killed, killed + survived) };
}

const folderOf = ({ fileName }: MutantResult): string => fileName.match(/\/(\w+\/\w+)\/[^/]+$/u)?.[1] ?? "";

/** A share and its 95 % interval after Wilson (1927), which holds for few and for shares near 0 and 1 as well. */
export function wilson(part: number, whole: number): { share: number; low: number; high: number } {
  if (whole === 0) return { share: Number.NaN, low: 0, high: 1 };
  const z2 = 1.96 ** 2;
  const share = part / whole;
  const middle = (part + z2 / 2) / (whole + z2);
  const half = (Math.sqrt(z2) / (whole + z2)) * Math.sqrt(whole * share * (1 - share) + z2 / 4);
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Where the mutant is and what it changes, on one line. `location` counts from 1, as editors do. */
export function describeMutant({
  fileName,
  location,
  mutatorName,
  replacement,
  status,
}: Readonly<MutantResult>): string {
  const place = `${relative(process.cwd(), fileName)}:${location.start.line}:${location.start.column}`;
  return `${status.padEnd(12)} ${place}  ${mutatorName} → ${(replacement ?? "").replace(/\s+/gu, " ").slice(0, 100)}`;
}
