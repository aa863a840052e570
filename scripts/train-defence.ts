// Trains the linear models of src/defence from the public corpora and our own grammar. The same corpora give the same
// bytes.
//   npm run train:defence                 trains on everything, writes src/defence/*weights.json and how texts were read
//   npm run train:defence -- --readings   writes that alone, after a change that the weights bear, such as new words
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readingDigests } from "./training/reading.ts";
import { readInjections, readPrompts } from "./training/samples.ts";
import { trainInjections, trainPrompts } from "./training/train.ts";

const repository = resolve(import.meta.dirname, "..");
const corpora = process.env.TASKWARD_CORPORA ?? resolve(repository, "../shared/corpora");

if (!process.argv.includes("--readings")) {
  for (const [file, weights] of [
    ["weights.json", trainInjections(readInjections(corpora))],
    ["prompt-weights.json", trainPrompts(readPrompts(corpora))],
  ] as const) {
    write(join("src/defence", file), weights);
    for (const [name, { terms }] of Object.entries(weights))
      console.log(`${name}: ${Object.keys(terms).length} terms`);
  }
}
write("scripts/training/readings.json", readingDigests());

function write(file: string, value: unknown): void {
  writeFileSync(join(repository, file), `${JSON.stringify(value, null, 2)}\n`);
}
