// A tiled log in memory, made as the sequencer makes one: for tests of whoever reads it.
import { utf8 } from "../../../src/protocol/base64url.ts";
import { formatCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { leafHash } from "../../../src/protocol/merkle-tree.ts";
import { formatVerifierKey, type NoteSigner, signNote } from "../../../src/protocol/signed-note.ts";
import { encodeBundle, tilePath } from "../../../src/protocol/tile.ts";
import { type Edge, grow } from "../../../src/protocol/tile-growth.ts";

export type Objects = Map<string, Uint8Array>;

/** The objects of a log of those entries, published whenever it had one of the sizes. */
export async function logOf(
  entries: readonly string[],
  sizes: readonly number[],
  signer: NoteSigner,
): Promise<Objects> {
  const bytes = entries.map(utf8);
  const objects: Objects = new Map();
  let [edge, before]: [Edge, number] = [[], 0];
  for (const size of sizes) {
    const growth = grow(edge, before, bytes.slice(before, size).map(leafHash));
    for (const { tile, bytes: hashes } of growth.tiles) {
      objects.set(tilePath(tile), hashes);
      if (tile.level !== 0) continue;
      const first = tile.index * 256;
      const bundle = encodeBundle(bytes.slice(first, first + tile.width));
      objects.set(tilePath({ ...tile, level: "entries" }), bundle);
    }
    const text = formatCheckpoint({ origin: signer.name, size, root: growth.root });
    objects.set("checkpoint", utf8(await signNote(text, [signer])));
    [edge, before] = [growth.edge, size];
  }
  objects.set("verifier-keys", utf8(`${formatVerifierKey(signer)}\n`));
  return objects;
}
