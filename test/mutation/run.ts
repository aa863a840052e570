// `npm run mutation [-- --sample N --seed S] [path…]`: changes pure code in one place at a time and sees whether a unit
// test notices. Exit code 1 where fewer than 85 % are noticed, 2 for wrong options.
import { writeFileSync } from "node:fs";
import { numberOption, runTool, seedOption } from "../../scripts/command-line.ts";
import { describeMutant, figuresOf, isSurvivor } from "./figures.ts";
import { mutate } from "./mutate.ts";

const SHARE_MIN = 0.85;
const FOLDERS = ["src/domain", "src/protocol", "src/defence"];
const HELP = `npm run mutation [-- options] [path…]

Mutation testing of ${FOLDERS.join(", ")}, or of the files and folders that are named.

  --sample N    mutants to draw, spread over the files by their share; "all"   (300)
  --seed S      which ones                                                   (random)
  --tests FILE  Vitest's configuration          (test/mutation/vitest.config.ts)
  --json FILE   write the verdicts as JSON too
  --help        show this

Exit code 1: fewer than ${SHARE_MIN * 100} % were noticed. 2: wrong options.`;

await runTool({
  help: HELP,
  options: {
    sample: { type: "string", default: "300" },
    seed: { type: "string" },
    tests: { type: "string", default: "test/mutation/vitest.config.ts" },
    json: { type: "string" },
  },
  takes_words: true,
  run({ sample, seed, tests, json }, paths) {
    const count =
      sample === "all" ? Number.MAX_SAFE_INTEGER : numberOption("sample", sample, { min: 1, max: 1e6 });
    return run(paths.length > 0 ? paths : FOLDERS, count, seedOption(seed), tests, json);
  },
});

async function run(
  paths: readonly string[],
  sample: number,
  seed: number,
  tests: string,
  json_file?: string,
): Promise<number> {
  console.log(`Mutants of ${paths.join(", ")}, seed ${seed}. First the tests as they are.`);
  const patterns = paths.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.ts`));
  const results = await mutate({ mutate: patterns, tests, sample, seed });

  const survivors = results.filter(isSurvivor).map(describeMutant).sort();
  if (survivors.length > 0) console.log(`\nNo test notices:\n${survivors.join("\n")}`);
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(`\nfolder         killed  survived  broken    share   95 % interval   (seed ${seed})`);
  for (const { folder, killed, survived, broken, share, low, high } of figuresOf(results)) {
    const counts = [killed, survived, broken].map((count, at) => String(count).padStart([6, 10, 8][at]!));
    console.log(
      `${folder.padEnd(15)}${counts.join("")}  ${percent(share).padStart(8)}   ${percent(low)} – ${percent(high)}`,
    );
  }
  if (json_file) writeFileSync(json_file, JSON.stringify(results, null, 1));
  return (figuresOf(results).at(-1)?.share ?? 0) >= SHARE_MIN ? 0 : 1;
}
