// Trains the linear models of src/defence from the public corpora and our own grammar. The same corpora give the same
// bytes.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runTool } from "./command-line.ts";
import { readingDigests } from "./training/reading.ts";
import { readInjections, readPrompts } from "./training/samples.ts";
import { trainInjections, trainPrompts } from "./training/train.ts";

const repository = resolve(import.meta.dirname, "..");
const corpora = process.env.TASKWARD_CORPORA ?? resolve(repository, "../shared/corpora");

const HELP = `npm run train:defence [-- options]

Trains on everything, and writes src/defence/*weights.json and how texts were read. Takes minutes.

  --readings   write how texts were read alone, after a change that the weights bear, such as new words
  --help       show this`;

await runTool({
  help: HELP,
  options: { readings: { type: "boolean", default: false } },
  run({ readings }) {
    if (!readings) train();
    write("scripts/training/readings.json", readingDigests());
  },
});

function train(): void {
  for (const [file, weights] of [
    ["weights.json", trainInjections(readInjections(corpora))],
    ["prompt-weights.json", trainPrompts(readPrompts(corpora))],
  ] as const) {
    write(join("src/defence", file), weights);
    for (const [name, { terms }] of Object.entries(weights))
      console.log(`${name}: ${Object.keys(terms).length} terms`);
  }
}

function write(file: string, value: unknown): void {
  writeFileSync(join(repository, file), `${JSON.stringify(value, null, 2)}\n`);
}
