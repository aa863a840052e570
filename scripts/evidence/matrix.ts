// The matrix: requirements beside the controls that answer them, and the controls beside their code, their tests
// and what those tests said last. Pure; whoever calls it has read the files.
import type { Controls } from "./control.ts";
import type { Framework, Requirement } from "./requirement.ts";

/** How the tests of one file ended. */
export interface TestResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** By the test's path under `test`, without its ending; files that did not run are not there. */
export type TestResults = ReadonlyMap<string, TestResult>;

export type Verdict = "proved" | "failing" | "not run" | "operator" | "not applicable" | "open";

export interface ControlRow {
  readonly name: string;
  readonly says: string;
  readonly code: readonly string[];
  readonly tests: readonly string[];
  readonly result: TestResult;
  readonly verdict: Verdict;
}

export interface RequirementRow extends Requirement {
  readonly verdict: Verdict;
}

const NONE: TestResult = { passed: 0, failed: 0, skipped: 0 };

/** Each control with what its tests said: proved where all that it names ran, and none failed. */
export function controlRows(controls: Controls, results: TestResults): ControlRow[] {
  return Object.entries(controls).map(([name, { says, code, tests }]) => {
    const found = tests.map((test) => resultsUnder(test, results));
    const result = found.flat().reduce(sum, NONE);
    const ran = found.every((each) => each.some(({ passed }) => passed > 0));
    const verdict = result.failed > 0 ? "failing" : ran ? "proved" : "not run";
    return { name, says, code, tests, result, verdict };
  });
}

/** Each requirement with the verdict of the weakest of its controls; what is open stays open whatever is proved. */
export function requirementRows(framework: Framework, rows: readonly ControlRow[]): RequirementRow[] {
  const verdicts = new Map(rows.map(({ name, verdict }) => [name, verdict]));
  return framework.requirements.map((requirement) => {
    const found = requirement.controls.map((name) => verdicts.get(name) ?? "not run");
    return { ...requirement, verdict: verdictOf(requirement, found) };
  });
}

function verdictOf({ open, operator, not_applicable }: Requirement, found: readonly Verdict[]): Verdict {
  if (open !== null) return "open";
  for (const weaker of ["failing", "not run"] as const) if (found.includes(weaker)) return weaker;
  if (found.length > 0) return "proved";
  if (operator !== null) return "operator";
  return not_applicable === null ? "open" : "not applicable";
}

/** A test file's result, or those of all files in a folder. */
function resultsUnder(test: string, results: TestResults): TestResult[] {
  const own = results.get(test);
  if (own) return [own];
  return [...results].filter(([path]) => path.startsWith(`${test}/`)).map(([, result]) => result);
}

const sum = (a: TestResult, b: TestResult): TestResult => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
