// Publishes the log to R2: entry bundles and hash tiles first, the signed checkpoint last. What a publication covers is
// planned durably before anything is put, and everything put follows from the plan alone: whatever is cut off runs again
// and puts the same. Where R2 is ahead under this log's own signature, as after this object's storage was taken back in
// time, it goes on from there, or signs nothing.

import { utf8 } from "../../src/protocol/base64url.ts";
import { formatCheckpoint, parseCheckpoint } from "../../src/protocol/checkpoint.ts";
import { leafHash } from "../../src/protocol/merkle-tree.ts";
import {
  formatVerifierKey,
  type NoteSigner,
  openNote,
  parseVerifierKey,
  signNote,
} from "../../src/protocol/signed-note.ts";
import { TILE_WIDTH } from "../../src/protocol/tile.ts";
import { grow } from "../../src/protocol/tile-growth.ts";
import { CHECKPOINT, logKey, VERIFIER_KEYS } from "../../src/schema/log-object.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { checkpointSigners } from "./checkpoint-keys.ts";
import { objectsOf, rowsOf, type StoredObject } from "./published-objects.ts";
import { type RecoveredLog, recover } from "./recovery.ts";
import type { Tree } from "./tree-store.ts";

/** Entries under one checkpoint at most, and their bytes: what is held in memory at once. */
const ENTRIES_MAX = 8_192;
const ENTRY_BYTES_SUM_MAX = 16 * 1_048_576;
/** Puts under way at once. */
const PUTS_MAX = 16;
/** What R2 deletes in one call. */
const DELETES_MAX = 1_000;

interface Plan extends Tree {
  readonly planned_size: number;
}

export interface PublishedLog extends RecoveredLog {
  /** Resolves once everything written so far is stored for good. */
  readonly sync: () => Promise<void>;
}

export class Publication {
  readonly #object: ObjectSurface;
  readonly #log: PublishedLog;
  /** Of the checkpoint in R2; null where there is none, undefined where this object has not looked. */
  #etag: string | null | undefined;

  constructor(object: ObjectSurface, log: PublishedLog) {
    this.#object = object;
    this.#log = log;
  }

  /** Publishes all that is in the order by now. Throws what R2 throws, and Diverged. */
  async run(): Promise<void> {
    for (let plan = this.#plan(); plan; plan = this.#plan()) await this.#publish(plan);
    await this.#sweep();
  }

  #plan(): Plan | null {
    const tree = this.#log.tree.tree();
    const published = tree?.size ?? 0;
    if (tree?.planned_size) return { ...tree, planned_size: tree.planned_size };
    if (this.#log.events.size() <= published) return null;
    return this.#object.transact(() => {
      this.#log.tree.begin(originOf(this.#object.config.public_host, this.#log.workspace()));
      const planned_size = this.#log.events.endOfBatch(published, ENTRIES_MAX, ENTRY_BYTES_SUM_MAX);
      this.#log.tree.plan(planned_size);
      return { ...this.#log.tree.tree()!, planned_size };
    });
  }

  async #publish(plan: Plan): Promise<void> {
    const { origin, size, planned_size } = plan;
    const first = size - (size % TILE_WIDTH);
    const entries = this.#log.events.entries(first, planned_size).map((entry) => utf8(entry));
    const growth = grow(this.#log.tree.edge(), size, entries.slice(size - first).map(leafHash));
    const text = formatCheckpoint({ origin, size: planned_size, root: growth.root });
    const signers = await checkpointSigners(this.#object.config.key_ring, this.#log.workspace(), origin);
    if (this.#etag === undefined && (await this.#lookBack(plan, text, signers))) return;
    // What is signed must be stored for good before anybody can see it.
    await this.#log.sync();
    const objects = objectsOf(first, entries, growth);
    await this.#putAll([...objects, ...this.#newKeys(signers)]);
    const checkpoint = await signNote(text, signers);
    await this.#putCheckpoint(checkpoint);
    this.#object.transact(() => {
      this.#log.tree.record({
        ...{ size: planned_size, checkpoint, edge: growth.edge },
        ...rowsOf(this.#log.workspace(), objects),
        signed_by: signers.map(formatVerifierKey),
      });
    });
  }

  /**
   * What R2 shows must be this tree as it was last published or is now planned, or an older one. Where it is ahead, this
   * object was taken back in time: it goes on from there, and what was planned is planned anew, which this answers. A
   * checkpoint that this log has not signed is nobody's history: the next one takes its place.
   */
  async #lookBack(
    { size, checkpoint }: Plan,
    text: string,
    signers: readonly NoteSigner[],
  ): Promise<boolean> {
    const stored = await this.#object.env.AUDIT_BUCKET.get(logKey(this.#log.workspace(), CHECKPOINT));
    const texts = [...signers.map(formatVerifierKey), ...this.#log.tree.verifierKeys()];
    const known = [...new Set(texts)].map((each) => parseVerifierKey(each)!);
    const note = stored && (await stored.text());
    const opened = note === null ? null : await openNote(note, known);
    const isOther = opened !== null && opened.text !== text && opened.text !== textOf(checkpoint);
    const shown = isOther ? parseCheckpoint(opened.text) : null;
    const isAhead = isOther && (shown === null || shown.size >= size);
    if (isAhead) await recover(this.#object, this.#log, note!, shown);
    this.#etag = stored?.etag ?? null;
    return isAhead;
  }

  async #putCheckpoint(checkpoint: string): Promise<void> {
    const onlyIf = this.#etag === null ? { etagDoesNotMatch: "*" } : { etagMatches: this.#etag! };
    this.#etag = undefined;
    const put = await this.#object.env.AUDIT_BUCKET.put(
      logKey(this.#log.workspace(), CHECKPOINT),
      checkpoint,
      {
        onlyIf,
        httpMetadata: { contentType: "text/plain; charset=utf-8" },
      },
    );
    if (!put) throw new Error("somebody else has put a checkpoint");
    this.#etag = put.etag;
  }

  /** The list of verifier keys, where one signs that never has. */
  #newKeys(signers: readonly NoteSigner[]): StoredObject[] {
    const known = this.#log.tree.verifierKeys();
    const fresh = signers.map(formatVerifierKey).filter((text) => !known.includes(text));
    if (fresh.length === 0) return [];
    return [{ path: VERIFIER_KEYS, bytes: utf8([...fresh, ...known].map((text) => `${text}\n`).join("")) }];
  }

  async #putAll(objects: readonly StoredObject[]): Promise<void> {
    for (let at = 0; at < objects.length; at += PUTS_MAX) {
      await Promise.all(
        objects.slice(at, at + PUTS_MAX).map(({ path, bytes }) =>
          this.#object.env.AUDIT_BUCKET.put(logKey(this.#log.workspace(), path), bytes, {
            httpMetadata: { contentType: "application/octet-stream" },
          }),
        ),
      );
    }
  }

  /** Partial tiles go once full ones stand for them. */
  async #sweep(): Promise<void> {
    for (let keys = this.#log.tree.superseded(DELETES_MAX); keys.length > 0; ) {
      await this.#object.env.AUDIT_BUCKET.delete(keys);
      const gone = keys;
      this.#object.transact(() => this.#log.tree.forget(gone));
      keys = this.#log.tree.superseded(DELETES_MAX);
    }
  }
}

/** As a client would find the log, without the scheme (C2SP tlog-tiles). */
const originOf = (host: string, workspace: string): string => `${host}/v1/audit/${workspace}`;
/** The text of a note, with its last newline. */
const textOf = (note: string | null): string | undefined => note?.slice(0, note.lastIndexOf("\n\n") + 1);
