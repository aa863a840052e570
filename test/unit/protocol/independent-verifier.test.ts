// Go's own verifier accepts logs of many sizes that were made here, with proofs between them, and no altered one.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { save } from "../../../src/cli/log-source.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { consistencyRanges, inclusionRanges, rangeHash } from "../../../src/protocol/merkle-tree.ts";
import { signerOf } from "../../../src/protocol/signed-note.ts";
import { subtreesFromTiles, tilePath } from "../../../src/protocol/tile.ts";
import { independentNote, verifyIndependently } from "../../independent/verifier.ts";
import { flipBit, KEY_1 } from "./fixtures.ts";
import { logOf, type Objects } from "./log-in-memory.ts";

const signer = await signerOf("log.example/main", KEY_1);
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function written(objects: Objects): string {
  const folder = mkdtempSync(join(tmpdir(), "taskward-log-"));
  folders.push(folder);
  for (const [path, bytes] of objects) save(folder, path, bytes);
  return folder;
}

const entries = Array.from({ length: 65_537 }, (_, index) => `entry ${index}`);
const noteOf = (objects: Objects) => new TextDecoder().decode(objects.get("checkpoint"));

/** Proofs from a log's tiles as a reader would make them. */
function proofsOf(log: Objects, size: number, old: Objects, old_size: number) {
  const read = subtreesFromTiles(size, (tile) => log.get(tilePath(tile))!);
  const hashes = (ranges: ReturnType<typeof inclusionRanges>) =>
    ranges.map((range) => encodeBase64(rangeHash(range, read)));
  const indexes = [0, Math.floor(size / 2), size - 1];
  return {
    inclusion: indexes.map((index) => ({
      index,
      entry: entries[index]!,
      hashes: hashes(inclusionRanges(index, size)),
      checkpoint: noteOf(log),
    })),
    consistency: [
      {
        old_checkpoint: noteOf(old),
        checkpoint: noteOf(log),
        hashes: hashes(consistencyRanges(old_size, size)),
      },
    ],
  };
}

describe.skipIf(independentNote !== "")(`an independent verifier${independentNote}`, () => {
  it("accepts logs, tiles and proofs of many sizes", async () => {
    for (const size of [1, 2, 3, 255, 256, 257, 1_000, 65_537]) {
      const old_size = Math.ceil(size / 3);
      const log = await logOf(entries, [old_size, size], signer);
      const folder = written(log);
      const file = join(folder, "proofs.json");
      const old = await logOf(entries, [old_size], signer);
      writeFileSync(file, JSON.stringify(proofsOf(log, size, old, old_size)));
      expect(verifyIndependently(folder, file)).toBe(`ok ${size}`);
    }
  });

  it("refuses what is refused here: altered entries, hashes, checkpoints and proofs", async () => {
    const log = await logOf(entries, [300], signer);
    for (const path of [
      "tile/entries/000",
      "tile/0/000",
      "tile/0/001.p/44",
      "tile/1/000.p/1",
      "checkpoint",
    ]) {
      const folder = written(new Map([...log, [path, flipBit(log.get(path)!, 8 * 31)]]));
      expect(verifyIndependently(folder), path).toMatch(/^not ok: ./);
    }
    const folder = written(log);
    const proofs = proofsOf(log, 300, await logOf(entries, [100], signer), 100);
    proofs.inclusion[0]!.entry = "another entry";
    const file = join(folder, "proofs.json");
    writeFileSync(file, JSON.stringify(proofs));
    expect(verifyIndependently(folder, file)).toMatch(/^not ok: ./);
  });
});
