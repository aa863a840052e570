// One run of Stryker over some files: it puts all mutants into a copy of the project at once, runs the unit tests to
// see which test meets which mutant, and then, mutant by mutant, those tests alone.
// The copy does not find the public corpora, so that figures are the same on every machine.
import { resolve } from "node:path";
import type { LogLevel, MutantResult, PartialStrykerOptions } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import type { Draw } from "./sample.ts";

export interface Mutation extends Draw {
  /** Files and patterns to mutate, from the project's folder. */
  readonly mutate: readonly string[];
  /** Vitest's configuration, from the project's folder. */
  readonly tests: string;
}

/** Every mutant with its verdict; those that were not drawn count as such that do not compile. */
export async function mutate({ mutate, tests, sample, seed }: Mutation): Promise<MutantResult[]> {
  const options: PartialStrykerOptions & { draw: Draw } = {
    mutate: [...mutate],
    testRunner: "vitest",
    vitest: { configFile: tests },
    plugins: ["@stryker-mutator/vitest-runner", resolve(import.meta.dirname, "plugin.ts")],
    checkers: ["sample"],
    ignorers: ["thrown-words"],
    draw: { sample, seed },
    reporters: ["survivors"],
    logLevel: "warn" as LogLevel,
    warnings: false,
    concurrency: 1,
    tempDirName: ".mutants",
    ignorePatterns: ["dist", ".data", ".wrangler", "test-results"],
    // Stryker would rewrite paths in it by TypeScript's API, which version 7 has not; nothing here reads it
    tsconfigFile: "none",
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 15,
  };
  return new Stryker(options).runMutationTest();
}
