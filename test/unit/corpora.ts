// Finds the public test corpora: the folder that TASKWARD_CORPORA names, else ../shared/corpora beside the
// repository. They are read as data and never copied in; tests that need them skip, and say so, without them.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const folder = process.env.TASKWARD_CORPORA ?? resolve(repository, "../shared/corpora");

/** The folder of the corpora, or null if this machine has none. */
export const corporaRoot: string | null = existsSync(folder) ? folder : null;

/** Why a test skips: put it into the title of `describe.skipIf(!corporaRoot)`. */
export const corporaNote = corporaRoot ? "" : " (skipped: no corpora; set TASKWARD_CORPORA to their folder)";

/** Reads one JSON file; the path is relative to the corpora's folder. Answers {} where there are none. */
export function readCorpus(path: string): unknown {
  return corporaRoot ? JSON.parse(readFileSync(join(corporaRoot, path), "utf8")) : {};
}

/** Reads one file of JSON Lines; the path is relative to the corpora's folder. Answers [] where there are none. */
export function readCorpusLines(path: string): unknown[] {
  if (!corporaRoot) return [];
  const lines = readFileSync(join(corporaRoot, path), "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
}
