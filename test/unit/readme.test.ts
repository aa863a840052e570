// What the documents say can be found: every test, command and operation that they name is there.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const DOCUMENTS = ["README.md", "SECURITY.md", "OPERATIONS.md"];

test.each([
  ["README.md", 40],
  ["SECURITY.md", 30],
])("every test that %s names exists", (document, at_least) => {
  const text = readFileSync(join(root, document), "utf8");
  const named = [...text.matchAll(/`((?:unit|runtime|e2e)\/[a-z0-9/-]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(at_least);
  const missing = named.filter((path) => {
    const place = join(root, "test", path);
    return !["", ".test.ts", ".wide.test.ts"].some((ending) => existsSync(place + ending));
  });
  expect(missing).toEqual([]);
});

test.each(DOCUMENTS)("every command and operation that %s names exists", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const commands = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name!);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const paths = new Set(operationList.map(([, { method, path }]) => `${method} ${shape(path)}`));
  const operations = [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/v1\/[a-z/{}-]+)/g)];
  const unknown = operations
    .map(([, method, path]) => `${method} ${shape(path!)}`)
    .filter((each) => !paths.has(each));
  expect(unknown).toEqual([]);
});

/** A path whatever its parameters are called. */
const shape = (path: string): string => path.replaceAll(/\{\+?\w+\}/g, "{}");

test("every threat names a test that shows what stops it", () => {
  const text = readFileSync(join(root, "SECURITY.md"), "utf8");
  const section = text.split("## Threats along")[1]!.split("\n## ")[0]!;
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:---|at )/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) expect(row.split(" | ").at(-1), row).toMatch(/`(?:unit|runtime|e2e)\//);
});

test("every identity control names a test that shows it", () => {
  const section = readme.split("## What each identity control stops")[1]!.split("\n## ")[0]!;
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:---|control )/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row.split(" | ").at(-1), row).toMatch(/`(?:unit|runtime|e2e)\//);
});

test("the list of what is on the page leads to each of its parts", () => {
  const anchors = [...readme.matchAll(/^## (.+)$/gmu)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
  expect([...readme.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor]) => anchor)).toEqual(anchors);
});
