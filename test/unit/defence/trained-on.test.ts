// Weights hold for what they were trained on: texts are read as they were then.
import { expect, test } from "vitest";
import { readingDigests } from "../../../scripts/training/reading.ts";
import trainedOn from "../../../scripts/training/readings.json" with { type: "json" };

// Whoever changes how texts are read trains anew (`npm run train:defence`), or, where the weights bear it, runs
// `npm run bench:defence` and notes the new readings (`npm run train:defence -- --readings`).
test("every form and token of awkward texts is the one that the weights were trained on", () => {
  expect(readingDigests()).toEqual(trainedOn);
});
