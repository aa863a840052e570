// What the README says of tests is true: every test that it names is there.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const named = [...readme.matchAll(/`((?:unit|runtime|e2e)\/[a-z0-9/-]+)`/g)].map(([, path]) => path!);

test("every test that the README names exists", () => {
  expect(named.length).toBeGreaterThan(40);
  const missing = named.filter((path) => {
    const place = join(root, "test", path);
    return !["", ".test.ts", ".wide.test.ts"].some((ending) => existsSync(place + ending));
  });
  expect(missing).toEqual([]);
});

test("every identity control names a test that shows it", () => {
  const section = readme.split("## What each identity control stops")[1]!.split("\n## ")[0]!;
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:---|control )/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row.split(" | ").at(-1), row).toMatch(/`(?:unit|runtime|e2e)\//);
});
