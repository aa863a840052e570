// What lies in R2 of a log: entry bundles and hash tiles as objects, and what of them is to be remembered.
import { encodeBundle, TILE_WIDTH, type Tile, tilePath } from "../../src/protocol/tile.ts";
import type { Growth } from "../../src/protocol/tile-growth.ts";
import { logKey } from "../../src/schema/log-object.ts";
import type { Published } from "./tree-store.ts";

export interface StoredObject {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The bundles of entries from `first` on, which begins one, and the tiles of what has grown. */
export function objectsOf(first: number, entries: readonly Uint8Array[], { tiles }: Growth): StoredObject[] {
  const objects: StoredObject[] = [];
  for (let at = 0; at < entries.length; at += TILE_WIDTH) {
    const part = entries.slice(at, at + TILE_WIDTH);
    const tile: Tile = { level: "entries", index: (first + at) / TILE_WIDTH, width: part.length };
    objects.push({ path: tilePath(tile), bytes: encodeBundle(part) });
  }
  return [...objects, ...tiles.map(({ tile, bytes }) => ({ path: tilePath(tile), bytes }))];
}

/** Which of the objects are full, and which will be replaced. */
export function rowsOf(
  workspace: string,
  objects: readonly StoredObject[],
): Pick<Published, "full" | "partial"> {
  const paths = objects.map(({ path }) => path);
  const isPartial = (path: string) => path.includes(".p/");
  return {
    full: paths.filter((path) => !isPartial(path)),
    partial: paths.filter(isPartial).map((path) => ({
      key: logKey(workspace, path),
      full_path: path.slice(0, path.indexOf(".p/")),
    })),
  };
}
