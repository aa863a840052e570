// `npm run growth`: how requests fare as things grow over four decades; rows counted, times and memory measured, drawn
// into docs/growth. The check that nothing grows faster than logarithmically is the test's own, and decides the exit code.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numberOption, runTool } from "./command-line.ts";
import { documentOf } from "./growth/document.ts";
import { type Measured, measure } from "./growth/measure.ts";
import { plotOf, slugOf } from "./growth/plot.ts";

const HELP = `npm run growth [-- options]

Grows tasks of a project, people and workers of a workspace, events of a log, deliveries of a webhook and what a person
gathers, makes the same requests at each size, and writes docs/growth.md with a plot of each.

  --sizes N,N,…   what to grow to                          (10,100,1000,10000,100000)
  --only NAME     this one alone, by its name in the table
  --turns N       each request at each size; the middle one counts   (5)
  --help          show this

Exit code 1: something grows faster than logarithmically, or did not run. 2: wrong options.`;

await runTool({
  help: HELP,
  options: {
    sizes: { type: "string", default: "10,100,1000,10000,100000" },
    only: { type: "string" },
    turns: { type: "string", default: "5" },
  },
  async run({ sizes, turns, only = null }) {
    const { measured, failed } = await measure({
      sizes: sizes.split(",").map((size) => numberOption("sizes", size, { min: 10, max: 1_000_000 })),
      turns: numberOption("turns", turns, { min: 1, max: 1_000 }),
      only,
    });
    if (!only && measured.length > 0) write(measured);
    console.log(documentOf(measured));
    return failed ? 1 : 0;
  },
});

function write(measured: readonly Measured[]): void {
  const docs = join(import.meta.dirname, "..", "docs");
  mkdirSync(join(docs, "growth"), { recursive: true });
  for (const dimension of new Set(measured.map((each) => each.dimension))) {
    const own = measured.filter((each) => each.dimension === dimension);
    writeFileSync(join(docs, "growth", `${slugOf(dimension)}.svg`), plotOf(dimension, own));
  }
  writeFileSync(join(docs, "growth.md"), documentOf(measured));
}
