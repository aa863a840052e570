// Takes one control away in a copy of the project, and runs the test that must notice.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Breakage } from "./breakages.ts";
import { inCopy } from "./in-copy.ts";

/** "caught" where the test fails without the control and passes with it; anything else is a finding. */
export type Outcome = "caught" | "not noticed" | "fails in any case";

/** Tests that pass while every control is there. */
const sound = new Map<string, boolean>();

/** Runs the test with the control and without it, each in a copy of its own. */
export function tryBreakage(root: string, breakage: Breakage): Outcome {
  const { test } = breakage;
  if (!sound.has(test))
    sound.set(
      test,
      passes(root, test, () => {}),
    );
  if (!sound.get(test)) return "fails in any case";
  const without = (folder: string) => {
    const file = join(folder, breakage.file);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(breakage.from, () => breakage.to),
    );
  };
  return passes(root, breakage.test, without) ? "not noticed" : "caught";
}

const passes = (root: string, test: string, change: (folder: string) => void): boolean =>
  inCopy(root, change, (folder) => {
    const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
    const config = `--config=vitest.${test.split("/")[0]}.config.ts`;
    const parameters = [vitest, "run", config, `test/${test}.`, "--bail=1"];
    return spawnSync(process.execPath, parameters, { cwd: folder, stdio: "ignore" }).status === 0;
  });
