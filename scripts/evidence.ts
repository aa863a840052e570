// `npm run evidence`: writes which control answers what is asked for, and what its tests said last. With
// `--breakages N` it takes N controls away, chosen by a seed, and looks whether a test notices each.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numberOption, runTool } from "./command-line.ts";
import { breakages } from "./evidence/breakages.ts";
import { controls } from "./evidence/controls/index.ts";
import { markdown, summary } from "./evidence/document.ts";
import { controlRows, requirementRows } from "./evidence/matrix.ts";
import { frameworks } from "./evidence/requirements/index.ts";
import { readResults } from "./evidence/results.ts";
import { tryBreakage } from "./evidence/try-breakage.ts";

const root = join(import.meta.dirname, "..");

const HELP = `npm run evidence [-- options]

Writes test-results/evidence.md and .json: each control of the product with its code, its tests and what they said
when they last ran, and each requirement of the documents in scripts/evidence/requirements with the controls that
answer it. Run \`npm test\` before.

  --breakages N   instead: take N controls away, one after the other, and see a test fail   (0)
  --seed S        which ones                                                                 (today)
  --help          show this

Exit code 1: a test of a control failed or did not run, or nothing noticed that a control was gone. 2: wrong options.`;

await runTool({
  help: HELP,
  options: {
    breakages: { type: "string", default: "0" },
    seed: { type: "string", default: new Date().toISOString().slice(0, 10) },
  },
  run({ breakages: count, seed }) {
    const wanted = numberOption("breakages", count, { min: 0, max: breakages.length });
    return wanted > 0 ? breakSome(wanted, seed) : write();
  },
});

function write(): number {
  const rows = controlRows(controls, readResults(root));
  const evidence = {
    controls: rows,
    frameworks: frameworks.map((framework) => ({
      name: framework.name,
      requirements: requirementRows(framework, rows),
    })),
  };
  mkdirSync(join(root, "test-results"), { recursive: true });
  writeFileSync(join(root, "test-results", "evidence.json"), `${JSON.stringify(evidence, null, 2)}\n`);
  writeFileSync(join(root, "test-results", "evidence.md"), `${markdown(evidence)}\n`);
  console.log(`${summary(evidence)}\n\ntest-results/evidence.md and .json have it all.`);
  const unproved = rows.filter(({ verdict }) => verdict !== "proved");
  for (const { name, verdict, tests } of unproved) console.log(`${verdict}: ${name} (${tests.join(", ")})`);
  return unproved.length > 0 ? 1 : 0;
}

function breakSome(count: number, seed: string): number {
  let unnoticed = 0;
  for (const breakage of shuffled(seed).slice(0, count)) {
    const outcome = tryBreakage(root, breakage);
    if (outcome !== "caught") unnoticed += 1;
    console.log(`${outcome.padEnd(18)}${breakage.control.padEnd(18)}${breakage.test}`);
  }
  return unnoticed > 0 ? 1 : 0;
}

/** All breakages in an order that the seed decides alone. */
function shuffled(seed: string) {
  const rank = (text: string): number =>
    [...text].reduce(
      (hash, character) => Math.imul(hash ^ character.charCodeAt(0), 16_777_619),
      2_166_136_261,
    );
  return breakages.toSorted((a, b) => rank(seed + a.control) - rank(seed + b.control));
}
