// `npm run model -- --sequences 10000`: plays random sequences on the principal object and in the reference model of
// test/runtime/model, or with `--project` on the project and in that of test/runtime/project-model, in slices of which each is a fresh run. Ends with 1, and the smallest sequence that it found,
// where they part. The short form of it runs with the tests.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ensureInstalled, node, Refusal, root, run, toolEnvironment } from "./install.mjs";

const SEQUENCES_DEFAULT = 1_000;
const SLICE_MAX = 1_000;
/** Storage in memory, where the system has it: commits are what costs. */
const MEMORY = "/dev/shm";
const help = `Plays random sequences on the product and in its reference model, and compares.

  npm run model                           ${SEQUENCES_DEFAULT} sequences by a new seed
  npm run model -- --sequences 10000      as many as you say
  npm run model -- --project              of a project with many actors, instead of a principal
  npm run model -- --seed 7               the same again
  npm run model -- --seed 7 --path 41:0   the one that failed`;

/** @typedef {{seed: number, sequences: number, path: string, project: boolean}} Slice */
/** @typedef {Map<string, number>} Tally */

await run(async () => {
  const { sequences, seed, path, project, help: wantsHelp } = parseOptions();
  if (wantsHelp) return console.log(help);
  ensureInstalled();
  console.log(`${sequences} sequences from seed ${seed} on`);
  const started_ms = Date.now();
  /** @type {Tally} */
  const tally = new Map();
  for (let played = 0; played < sequences; played += SLICE_MAX) {
    // The seed rises from slice to slice, so that each can be played again by itself.
    const slice = {
      seed: seed + played / SLICE_MAX,
      sequences: Math.min(SLICE_MAX, sequences - played),
      path,
      project,
    };
    if (!(await plays(slice, tally))) {
      process.exitCode = 1;
      return;
    }
  }
  console.log(
    [...tally]
      .sort()
      .map(([what, count]) => `${String(count).padStart(9)}  ${what}`)
      .join("\n"),
  );
  const outcomes = [...tally.values()].reduce((sum, count) => sum + count, 0);
  const minutes = ((Date.now() - started_ms) / 60_000).toFixed(1);
  console.log(`${sequences} sequences, ${outcomes} outcomes, no divergence (${minutes} min).`);
});

/**
 * Plays one slice; tells how it goes, and adds up what came of it.
 * @param {Slice} slice
 * @param {Tally} tally
 * @returns {Promise<boolean>} whether product and model agreed
 */
async function plays({ seed, sequences, path, project }, tally) {
  const folder_of_tests = `test/runtime/${project ? "project-model" : "model"}`;
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "taskward-model-"));
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config=vitest.runtime.config.ts"];
  const child = spawn(node, [...vitest, "--project=runtime-wide", folder_of_tests], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...toolEnvironment(),
      NO_COLOR: "1",
      TMPDIR: folder,
      VITE_MODEL_SEED: String(seed),
      VITE_MODEL_SEQUENCES: String(sequences),
      VITE_MODEL_PATH: path,
    },
  });
  /** @type {string[]} */
  const others = [];
  let has_told = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("model: tally ")) add(tally, JSON.parse(line.slice("model: tally ".length)));
    else if (line.startsWith("model: ")) console.log(line.slice("model: ".length));
    else others.push(line);
    has_told ||= line.startsWith("model: product and model part");
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.once("exit", resolve)));
  rmSync(folder, { recursive: true, force: true });
  // Whatever else went wrong, Vitest has said.
  if (code !== 0 && !has_told) console.log(others.join("\n"));
  return code === 0;
}

/**
 * @param {Tally} tally
 * @param {[string, number][]} counts
 */
function add(tally, counts) {
  for (const [what, count] of counts) tally.set(what, (tally.get(what) ?? 0) + count);
}

function parseOptions() {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    const options = {
      sequences: text,
      seed: text,
      path: text,
      project: /** @type {const} */ ({ type: "boolean" }),
      help: /** @type {const} */ ({ type: "boolean" }),
    };
    const { values } = parseArgs({ options });
    const sequences = Number(values.sequences ?? (values.path ? 1 : SEQUENCES_DEFAULT));
    const seed = Number(values.seed ?? randomInt(2 ** 30));
    if (!Number.isSafeInteger(sequences) || sequences < 1)
      throw new Error("--sequences wants a number from 1 on");
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error("--seed wants a number from 0 on");
    return {
      sequences,
      seed,
      path: values.path ?? "",
      project: values.project ?? false,
      help: values.help,
    };
  } catch (error) {
    throw new Refusal(`${/** @type {Error} */ (error).message}\n${help}`);
  }
}
