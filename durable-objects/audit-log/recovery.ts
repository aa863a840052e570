// A log whose object was taken back in time goes on where R2 is. The entries that it published since are read from there,
// held against the checkpoint that this log itself has signed, and take their places again; what came in meanwhile
// follows them. Refuses what the stored tree cannot have grown to: then nothing is signed at all.

import type { Checkpoint } from "../../src/protocol/checkpoint.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { leafHash } from "../../src/protocol/merkle-tree.ts";
import { decodeBundle, TILE_WIDTH, tileIn, tilePath } from "../../src/protocol/tile.ts";
import { grow } from "../../src/protocol/tile-growth.ts";
import type { AuditEntry } from "../../src/schema/audit-event.ts";
import { logKey } from "../../src/schema/log-object.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { objectsOf, rowsOf } from "./published-objects.ts";
import { SinkStore } from "./sink-store.ts";
import type { AuditLogStore } from "./store.ts";
import type { TreeStore } from "./tree-store.ts";

/** Entries that are read back, all held in memory at once: more is a matter for people. */
const ENTRIES_MAX = 32_768;
const ENTRY_BYTES_SUM_MAX = 32 * 1_048_576;
/** Bundles read at once. */
const GETS_MAX = 16;

/** R2 holds a checkpoint of this log that what this object stores cannot have led to. */
export class Diverged extends Error {
  override readonly name = "Diverged";
}

export interface RecoveredLog {
  readonly workspace: () => string;
  readonly events: AuditLogStore;
  readonly tree: TreeStore;
  /** Destroys a subject's secret, in the caller's transaction. */
  readonly erase: (subject: string) => void;
}

/** Goes on from the checkpoint in R2, a note that this log has signed. Throws Diverged, and what R2 throws. */
export async function recover(
  object: ObjectSurface,
  log: RecoveredLog,
  note: string,
  shown: Checkpoint | null,
): Promise<void> {
  const { origin, size } = log.tree.tree()!;
  const refuse = () => new Diverged(`R2 shows another tree of ${shown?.size} leaves; stored are ${size}`);
  if (shown === null || shown.origin !== origin || shown.size < size) throw refuse();
  if (shown.size - size > ENTRIES_MAX) throw refuse();
  const first = size - (size % TILE_WIDTH);
  const entries = await readEntries(object, log.workspace(), first, shown.size);
  const growth = grow(log.tree.edge(), size, entries.slice(size - first).map(leafHash));
  if (!equalBytes(growth.root, shown.root)) throw refuse();
  const decoder = new TextDecoder();
  const texts = entries.slice(size - first).map((entry) => decoder.decode(entry));
  object.transact((now_ms) => {
    log.events.replaceFrom(size, texts);
    new SinkStore(object.sql).takeBack(size);
    // Who was erased since is forgotten again.
    for (const { event_type, targets } of texts.map((text) => JSON.parse(text) as AuditEntry)) {
      if (event_type === "user.erased") for (const target of targets) log.erase(target);
    }
    log.tree.record({
      ...{ size: shown.size, checkpoint: note, edge: growth.edge, signed_by: [] },
      ...rowsOf(log.workspace(), objectsOf(first, entries, growth)),
    });
    const details = { from_index: size, to_index: shown.size };
    object.audit({ type: "audit.recovered", at_ms: now_ms, by: null, details });
  });
}

async function readEntries(
  { env: { AUDIT_BUCKET: bucket } }: ObjectSurface,
  workspace: string,
  first: number,
  end: number,
): Promise<Uint8Array[]> {
  const read = async (index: number) => {
    const path = tilePath(tileIn(end, "entries", index)!);
    const stored = await bucket.get(logKey(workspace, path));
    const entries = stored && decodeBundle(new Uint8Array(await stored.arrayBuffer()));
    if (!entries) throw new Diverged(`R2 lacks ${path}, which its checkpoint is about`);
    return entries;
  };
  const entries: Uint8Array[] = [];
  let bytes = 0;
  for (let index = first / TILE_WIDTH; index * TILE_WIDTH < end; index += GETS_MAX) {
    const indexes = Array.from({ length: GETS_MAX }, (_, at) => index + at);
    const wanted = indexes.filter((each) => each * TILE_WIDTH < end);
    for (const each of (await Promise.all(wanted.map(read))).flat()) {
      entries.push(each);
      bytes += each.length;
    }
    if (bytes > ENTRY_BYTES_SUM_MAX) throw new Diverged(`R2 is too far ahead: more than ${bytes} bytes`);
  }
  return entries;
}
