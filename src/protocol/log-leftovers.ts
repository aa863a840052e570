// What lies beside a tiled log that was verified: partial tiles of older checkpoints must be the beginnings of the
// present ones, and nothing else belongs there.

import { equalBytes } from "./constant-time.ts";
import { cutTile, type Fault, type LogSource } from "./log-verification.ts";
import { parseTilePath, tileIn, tilePath } from "./tile.ts";

/** Looks at every path that the log's tree of `size` entries does not name itself; null where all is well. */
export async function verifyLeftovers(
  { read }: Pick<LogSource, "read">,
  paths: readonly string[],
  size: number,
): Promise<Fault | null> {
  for (const path of paths) {
    if (path === "checkpoint" || path === "verifier-keys") continue;
    const tile = parseTilePath(path);
    const present = tile && tileIn(size, tile.level, tile.index);
    if (!tile || !present || tile.width > present.width)
      return { index: null, path, problem: "no part of the log" };
    if (tile.width === present.width) continue;
    const [bytes, fuller] = await Promise.all([read(path), read(tilePath(present))]);
    const expected = fuller && cutTile(tile, fuller);
    if (!bytes || !expected || !equalBytes(bytes, expected))
      return { index: null, path, problem: "not the beginning of the present one" };
  }
  return null;
}
