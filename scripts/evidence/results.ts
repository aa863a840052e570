// What the tests said last, from the reports that `npm test` leaves in test-results/.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestResult, TestResults } from "./matrix.ts";

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
    readonly status: string;
  }[];
}

/** A test's path under `test`, without its ending. */
const pathOf = (file: string): string =>
  file
    .split("/test/")
    .at(-1)!
    .replace(/(?:\.wide)?\.test\.ts$/, "");

/** The results of every report that is there; a file that could not be loaded counts as one failure. */
export function readResults(root: string): TestResults {
  const results = new Map<string, TestResult>();
  for (const kind of ["unit", "runtime", "e2e"]) {
    const file = join(root, "test-results", `${kind}.json`);
    if (!existsSync(file)) continue;
    const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Report;
    for (const { name, assertionResults, status } of testResults) {
      const count = (wanted: string) => assertionResults.filter((each) => each.status === wanted).length;
      const passed = count("passed");
      const failed = count("failed") || Number(status === "failed");
      results.set(pathOf(name), { passed, failed, skipped: assertionResults.length - passed - failed });
    }
  }
  return results;
}
