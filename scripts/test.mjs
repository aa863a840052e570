// `npm test`: every check, one after the other, whatever the one before said. The last line is always
// "N passed, N failed", and ", N skipped" where some were. `npm test -- unit runtime` runs only those.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureConsole } from "./console.mjs";
import { ensureInstalled, node, Refusal, root, run, toolEnvironment } from "./install.mjs";

/** @typedef {{passed: number, failed: number, skipped: number}} Count */
/** @typedef {{meaning: string, run: () => Count}} Step */

const biome = ["@biomejs/biome/bin/biome", "ci", "--error-on-warnings"];
const tsc = "typescript/bin/tsc";
const nothing = { passed: 0, failed: 0, skipped: 0 };
/** What failed, told once more at the end: whoever sees only that must not have to search. @type {string[]} */
const failures = [];

/** @type {Record<string, Step>} */
const steps = {
  format: {
    meaning: "formatting and order of imports (Biome)",
    run: () => check([...biome, "--linter-enabled=false"]),
  },
  lint: {
    meaning: "lint rules (Biome)",
    run: () => check([...biome, "--formatter-enabled=false", "--assist-enabled=false"]),
  },
  types: {
    meaning: "types of the Worker, of what runs on Node, and of the console (TypeScript)",
    run: () => check(...["", ".node", ".console"].map((part) => [tsc, "-p", `tsconfig${part}.json`])),
  },
  unit: { meaning: "pure code, in Node", run: () => vitest("unit") },
  runtime: { meaning: "the Worker and its objects, in workerd", run: () => vitest("runtime") },
  e2e: { meaning: "a real server, from outside", run: () => vitest("e2e") },
};

const help = `Runs the checks of Taskward; all of them, unless some are named.

  npm test
  npm test -- unit runtime

${Object.entries(steps)
  .map(([name, { meaning }]) => `  ${name.padEnd(8)}  ${meaning}`)
  .join("\n")}

Vitest's reports go to test-results/. The last line is "N passed, N failed"; exit code 1 where any failed.`;

await run(() => {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) return console.log(help);
  const unknown = args.filter((name) => !(name in steps));
  if (unknown.length > 0)
    throw new Refusal(`No such check: ${unknown.join(", ")}. There are: ${Object.keys(steps).join(", ")}.`);

  ensureInstalled();
  ensureConsole();
  const results = Object.entries(steps)
    .filter(([name]) => args.length === 0 || args.includes(name))
    .map(([name, step]) => {
      console.log(`\n== ${name}: ${step.meaning}`);
      return { name, ...step.run() };
    });

  for (const failure of failures) console.log(`\n${failure}`);
  console.log("");
  for (const { name, ...count } of results) console.log(`${name.padEnd(8)}  ${summary(count)}`);
  const total = results.reduce(add, nothing);
  process.exitCode = total.failed > 0 ? 1 : 0;
  console.log(`\n${summary(total)}`);
});

/**
 * Runs tools one after the other, all of them; together they count as one.
 * @param {string[][]} commands
 * @returns {Count}
 */
function check(...commands) {
  const passed = commands.map(succeeds).every(Boolean);
  return { passed: Number(passed), failed: Number(!passed), skipped: 0 };
}

/**
 * Counts the tests of one Vitest project by its report. A file that could not be loaded counts as one
 * failure, and so does a run that ends badly without any failed test, or that finds no test at all.
 * @param {string} project
 * @returns {Count}
 */
function vitest(project) {
  const report = join("test-results", `${project}.json`);
  mkdirSync(join(root, "test-results"), { recursive: true });
  rmSync(join(root, report), { force: true });
  const succeeded = succeeds([
    "vitest/vitest.mjs",
    "run",
    `--config=vitest.${project}.config.ts`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const files = readReport(report);
  failures.push(...files.flatMap(failuresOf));
  const count = files.map(countFile).reduce(add, nothing);
  const nothing_ran = count.passed + count.failed + count.skipped === 0;
  const ended_badly = !succeeded && count.failed === 0;
  return ended_badly || nothing_ran ? add(count, { ...nothing, failed: 1 }) : count;
}

/** @typedef {{status: string, fullName: string, failureMessages: string[]}} TestReport */
/** @typedef {{name: string, status: string, message: string, assertionResults: TestReport[]}} FileReport */

/**
 * @param {string} report
 * @returns {FileReport[]} empty when there is no report
 */
function readReport(report) {
  try {
    return JSON.parse(readFileSync(join(root, report), "utf8")).testResults;
  } catch {
    return [];
  }
}

/**
 * @param {FileReport} file
 * @returns {string[]}
 */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`FAILED ${file}\n${shorten(message)}`] : [];
  return failed.map(
    (test) => `FAILED ${file} > ${test.fullName}\n${shorten(test.failureMessages.join("\n"))}`,
  );
}

/** @param {string} message */
function shorten(message) {
  return message.slice(0, 2000);
}

/**
 * @param {FileReport} file
 * @returns {Count}
 */
function countFile({ status, assertionResults }) {
  const passed = assertionResults.filter((test) => test.status === "passed").length;
  const failed = assertionResults.filter((test) => test.status === "failed").length;
  const skipped = assertionResults.length - passed - failed;
  return { passed, failed: failed || Number(status === "failed"), skipped };
}

/**
 * Runs a tool of node_modules with the newer Node; it writes to our output as it goes.
 * @param {string[]} command
 */
function succeeds([tool, ...args]) {
  const { status } = spawnSync(node, [join(root, "node_modules", tool ?? ""), ...args], {
    cwd: root,
    stdio: "inherit",
    env: toolEnvironment(),
  });
  return status === 0;
}

/**
 * @param {Count} a
 * @param {Count} b
 * @returns {Count}
 */
function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** @param {Count} count */
function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
