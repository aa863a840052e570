// The command that tests the tests: what it draws, what it counts, and, on a small example, what it finds.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EQUIVALENTS, whyEquivalent } from "../mutation/equivalents.ts";
import { wilson } from "../mutation/figures.ts";
import { stratified } from "../mutation/sample.ts";

const root = resolve(import.meta.dirname, "../..");

describe("what is drawn", () => {
  const files = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  const mutantsOf = (sizes: number[]) =>
    sizes.flatMap((size, file) => Array.from({ length: size }, (_, at) => ({ file, at })));

  test("is as much as was asked for, nothing twice, and of each file its share", () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 100 }), fc.nat(), (sizes, count, seed) => {
        const all = mutantsOf(sizes);
        const drawn = stratified(all, count, seed);
        expect(new Set(drawn).size).toBe(Math.min(count, all.length));
        for (const [file, size] of sizes.entries()) {
          const share = (Math.min(count, all.length) * size) / all.length;
          const own = drawn.filter((mutant) => mutant.file === file).length;
          expect(Math.abs(own - share)).toBeLessThan(2);
        }
      }),
    );
  });

  test("follows from the seed, and another seed draws others", () => {
    const all = mutantsOf([500]);
    expect(stratified(all, 20, 1)).toEqual(stratified(all, 20, 1));
    expect(stratified(all, 20, 1)).not.toEqual(stratified(all, 20, 2));
  });
});

test("a share comes with its interval after Wilson", () => {
  expect(wilson(85, 100).low).toBeCloseTo(0.7672, 4);
  expect(wilson(85, 100).high).toBeCloseTo(0.907, 3);
  expect(wilson(10, 10)).toMatchObject({ share: 1, high: 1 });
});

test("every mutant that is said to change nothing names a line that is there, and why", () => {
  for (const { file, line, replacement, why } of EQUIVALENTS) {
    const at = readFileSync(resolve(root, file), "utf8")
      .split("\n")
      .findIndex((each) => each.includes(line));
    expect(at, `${file}: ${line}`).toBeGreaterThanOrEqual(0);
    const place = { fileName: resolve(root, file), replacement, location: { start: { line: at } } };
    expect(whyEquivalent(place)).toBe(why);
    expect(why.length).toBeGreaterThan(10);
  }
});

test("of a file whose tests look at one function alone, what changes the other survives and is shown", () => {
  const parameters = ["--sample", "all", "--seed", "1", "--tests", "test/mutation/fixture/vitest.config.ts"];
  const command = ["test/mutation/run.ts", ...parameters, "test/mutation/fixture/limit.ts"];
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  const listed = stdout.slice(stdout.indexOf("No test notices:")).split("\n\n")[0]!.split("\n").slice(1);
  expect(listed.map((line) => line.replace(/\s+/gu, " "))).toEqual([
    "Survived test/mutation/fixture/limit.ts:9:49 StringLiteral → ``",
  ]);
  expect(stdout).toMatch(/\nall +\d+ +1 /u);
  expect(stdout).not.toContain("a limit is not negative");
  expect(status, "below or above 85 %").toBe(0);
});
