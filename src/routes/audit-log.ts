// The verifiable log as its readers want it: what is published comes straight from R2, and proofs are made here, from
// the sequencer's right edge and at most one tile of each level beside it.
import type { Handlers } from "../edge/call.ts";
import { encodeBase64 } from "../protocol/base64.ts";
import { utf8 } from "../protocol/base64url.ts";
import { cutTile } from "../protocol/log-verification.ts";
import {
  consistencyRanges,
  type Hash,
  inclusionRanges,
  type LeafRange,
  leafHash,
  rangeHash,
} from "../protocol/merkle-tree.ts";
import {
  decodeBundle,
  parseTilePath,
  subtreesFromTiles,
  TILE_WIDTH,
  type Tile,
  tileIn,
  tilePath,
  tilesFor,
} from "../protocol/tile.ts";
import { CHECKPOINT, logKey, VERIFIER_KEYS } from "../schema/log-object.ts";
import type { TreeHead } from "../schema/messages/audit-log.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

const PENDING_SECONDS = 1;

interface Place {
  readonly bucket: R2Bucket;
  readonly workspace: string;
}

const placeOf = ({
  env,
  actor,
}: {
  env: { AUDIT_BUCKET: R2Bucket };
  actor: { workspace: string };
}): Place => ({
  bucket: env.AUDIT_BUCKET,
  workspace: actor.workspace,
});

async function read({ bucket, workspace }: Place, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await bucket.get(logKey(workspace, path));
  return object && new Uint8Array(await object.arrayBuffer());
}

/** A tile or bundle; what is left of a partial one is in the full one. */
export async function readTile(place: Place, tile: Tile): Promise<Uint8Array | null> {
  const bytes = await read(place, tilePath(tile));
  if (bytes || tile.width === TILE_WIDTH) return bytes;
  const full = await read(place, tilePath({ ...tile, width: TILE_WIDTH }));
  return full && cutTile(tile, full);
}

export async function replyRaw(
  bytes: Promise<Uint8Array | null>,
): Promise<Result<{ body: Uint8Array<ArrayBuffer> }>> {
  const body = await bytes;
  return body ? ok({ body: body as Uint8Array<ArrayBuffer> }) : refuse("not_found");
}

/** The hashes of ranges of the published tree. */
async function hashesOf(place: Place, head: TreeHead, ranges: readonly LeafRange[]): Promise<Hash[]> {
  const { size, edge } = head;
  const tiles = await Promise.all(
    tilesFor(ranges, size).map(async (tile): Promise<[string, Uint8Array]> => {
      const bytes = tile.width < TILE_WIDTH ? edge[tile.level as number] : await read(place, tilePath(tile));
      if (!bytes) throw new Error(`the log lacks ${tilePath(tile)}`);
      return [tilePath(tile), bytes];
    }),
  );
  const byPath = new Map(tiles);
  const subtree = subtreesFromTiles(size, (tile) => byPath.get(tilePath(tile))!);
  return ranges.map((range) => rangeHash(range, subtree));
}

/** An entry that the sequencer no longer keeps itself. */
async function entryAt(place: Place, { size }: TreeHead, index: number): Promise<string> {
  const bundle = tileIn(size, "entries", Math.floor(index / TILE_WIDTH))!;
  const bytes = await readTile(place, bundle);
  const entry = bytes && decodeBundle(bytes)?.[index % TILE_WIDTH];
  if (!entry) throw new Error(`the log lacks entry ${index}`);
  return new TextDecoder().decode(entry);
}

export const auditLogHandlers: Handlers<
  "readCheckpoint" | "listVerifierKeys" | "readEntryBundle" | "readTile" | "proveEntry" | "proveConsistency"
> = {
  readCheckpoint: (call) => replyRaw(read(placeOf(call), CHECKPOINT)),

  async listVerifierKeys(call) {
    const bytes = await read(placeOf(call), VERIFIER_KEYS);
    if (!bytes) return refuse("not_found");
    return ok({ body: { verifier_keys: new TextDecoder().decode(bytes).trimEnd().split("\n") } });
  },

  async readEntryBundle(call) {
    const tile = parseTilePath(`tile/entries/${call.params.path}`);
    return tile ? replyRaw(readTile(placeOf(call), tile)) : refuse("not_found");
  },

  async readTile(call) {
    const tile = parseTilePath(`tile/${call.params.level}/${call.params.path}`);
    return tile ? replyRaw(readTile(placeOf(call), tile)) : refuse("not_found");
  },

  async proveEntry(call) {
    const log = call.env.AUDIT_LOG.getByName(call.actor.workspace);
    const located = await log.locate(call.actor, call.params.entry);
    if (!located.ok) return located;
    if (!located.value) {
      const headers = [["Retry-After", String(PENDING_SECONDS)]] as const;
      return ok({ status: 202, headers, body: { proof: null } });
    }
    const { index, head } = located.value;
    const place = placeOf(call);
    const [hashes, entry] = await Promise.all([
      hashesOf(place, head, inclusionRanges(index, head.size)),
      located.value.entry || entryAt(place, head, index),
    ]);
    const leaf_hash = encodeBase64(leafHash(utf8(entry)));
    const { checkpoint } = head;
    return ok({ body: { proof: { index, entry, leaf_hash, hashes: hashes.map(encodeBase64), checkpoint } } });
  },

  async proveConsistency(call) {
    const head = await call.env.AUDIT_LOG.getByName(call.actor.workspace).head();
    const { from, to = head?.size ?? 0 } = call.query;
    if (!head || from > to || to > head.size) return refuse("not_found");
    const hashes = await hashesOf(placeOf(call), head, consistencyRanges(from, to));
    const { checkpoint } = head;
    return ok({ body: { proof: { from, to, hashes: hashes.map(encodeBase64), checkpoint } } });
  },
};
