// Retention: entries older than the configuration allows are dropped by whole bundles, from here and from R2, day by day.
// That they will be is an event first, and published: whoever verifies the log finds in it how much may be missing.
// Hash tiles and checkpoints stay, so that all that is left is proved as before. Cut off anywhere, the same is dropped again.
import { TILE_WIDTH, tilePath } from "../../src/protocol/tile.ts";
import { logKey } from "../../src/schema/log-object.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { AuditLogStore } from "./store.ts";
import type { Tree, TreeStore } from "./tree-store.ts";

/** Bundles that are dropped under one event. */
const BUNDLES_MAX = 256;
const DAY_MS = 86_400_000;
/** Objects of sinks in R2, named by their first and last index. */
const SINK_FOLDERS = ["events", "csv"];
const RANGE = /\/[0-9]{12}-([0-9]{12})\.[a-z]+$/;
const LIST_MAX = 1_000;

export class Retention {
  readonly #object: ObjectSurface;
  readonly #events: AuditLogStore;
  readonly #tree: TreeStore;
  /** Every event below has been delivered to all sinks. */
  readonly #delivered: () => number;

  constructor(object: ObjectSurface, events: AuditLogStore, tree: TreeStore, delivered: () => number) {
    this.#object = object;
    this.#events = events;
    this.#tree = tree;
    this.#delivered = delivered;
  }

  /** Does what is due. Throws what R2 throws. */
  async run(): Promise<void> {
    const tree = this.#tree.tree();
    if (!tree) return;
    if (tree.trim_to === null) this.#plan(tree);
    else if (this.#isPublished(tree)) await this.#drop(tree.trimmed, tree.trim_to);
  }

  /** When the oldest bundle is past its time; null where nothing can be dropped before something else happens. */
  nextDue(): number | null {
    const tree = this.#tree.tree();
    const { retention_ms } = this.#object.config.audit;
    if (!tree || tree.trim_to !== null || retention_ms === null) return null;
    if (tree.trimmed + TILE_WIDTH > this.#droppable(tree)) return null;
    const latest_ms = Date.parse(this.#events.latestIn(tree.trimmed, tree.trimmed + TILE_WIDTH)!);
    return (Math.floor((latest_ms + retention_ms) / DAY_MS) + 1) * DAY_MS;
  }

  #droppable({ size }: Tree): number {
    return Math.min(size, this.#delivered());
  }

  #plan(tree: Tree): void {
    const { retention_ms } = this.#object.config.audit;
    if (retention_ms === null) return;
    const now_ms = this.#object.now();
    // By whole days, so that it is done once a day.
    const cutoff = new Date(Math.floor((now_ms - retention_ms) / DAY_MS) * DAY_MS).toISOString();
    const last = Math.min(this.#droppable(tree), tree.trimmed + BUNDLES_MAX * TILE_WIDTH);
    let end = tree.trimmed;
    while (end + TILE_WIDTH <= last && (this.#events.latestIn(end, end + TILE_WIDTH) ?? cutoff) < cutoff) {
      end += TILE_WIDTH;
    }
    if (end === tree.trimmed) return;
    this.#object.transact(() => {
      const details = { before_index: end };
      const event_id = this.#object.audit({ type: "audit.trimmed", at_ms: now_ms, by: null, details });
      this.#tree.planTrim(end, event_id);
    });
  }

  #isPublished({ size, trim_event }: Tree): boolean {
    const event = this.#events.find(trim_event!);
    return event !== null && event.idx < size;
  }

  async #drop(first: number, end: number): Promise<void> {
    const { AUDIT_BUCKET: bucket } = this.#object.env;
    const bundles: string[] = [];
    for (let index = first / TILE_WIDTH; index < end / TILE_WIDTH; index += 1) {
      bundles.push(logKey(this.#workspace, tilePath({ level: "entries", index, width: TILE_WIDTH })));
    }
    await bucket.delete(bundles);
    for (const folder of SINK_FOLDERS) await this.#dropObjects(bucket, folder, end);
    this.#object.transact(() => {
      this.#events.drop(first, end);
      this.#tree.trimmed();
    });
    this.#plan(this.#tree.tree()!);
    if (this.#tree.tree()!.trim_to === null) this.#object.transact(() => this.#events.dropPlaces(end));
  }

  /** Those of a sink's objects that hold no entry from `end` on; names sort by index. */
  async #dropObjects(bucket: R2Bucket, folder: string, end: number): Promise<void> {
    for (;;) {
      const prefix = `audit/${this.#workspace}/${folder}/`;
      const { objects, truncated } = await bucket.list({ prefix, limit: LIST_MAX });
      const old = objects.filter(({ key }) => Number(key.match(RANGE)?.[1] ?? Number.NaN) < end);
      if (old.length > 0) await bucket.delete(old.map(({ key }) => key));
      if (!truncated || old.length < objects.length) return;
    }
  }

  get #workspace(): string {
    return this.#object.name();
  }
}
