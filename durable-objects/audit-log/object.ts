// The audit log of one workspace: gives every event its place in one order, publishes that order as a verifiable log,
// and writes it on to R2. Events of a log that was never opened are refused, so that no stranger can make one come to be.

import type { Env } from "../../src/config.ts";
import { allows } from "../../src/domain/role.ts";
import { inertJson } from "../../src/protocol/output-encoding.ts";
import { joined } from "../../src/protocol/tile-growth.ts";
import type { AuditEntry, AuditEvent } from "../../src/schema/audit-event.ts";
import type { LogLag } from "../../src/schema/audit-sink.ts";
import type {
  AuditLogRpc,
  Cosigned,
  DestinationsStatus,
  EventFilter,
  LocatedEntry,
  PublicLog,
  TreeHead,
} from "../../src/schema/messages/audit-log.ts";
import type { EventBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Actor, Page, PagePosition, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Settings } from "../../src/schema/settings.ts";
import { earliest } from "../earliest.ts";
import { LoggedObject } from "../logged-object.ts";
import { pageOf } from "../page.ts";
import { report } from "../report.ts";
import { SettingsStore } from "../workspace/settings-store.ts";
import { Configuration } from "./configuration.ts";
import { configuredSinks } from "./configured-sinks.ts";
import { takeIn } from "./intake.ts";
import { leaveOldEntries, withTexts } from "./older-entries.ts";
import { Personal } from "./personal.ts";
import { Publication } from "./publication.ts";
import { Retention } from "./retention.ts";
import schema from "./schema.sql";
import { Sinks } from "./sinks.ts";
import { AuditLogStore } from "./store.ts";
import { TreeStore } from "./tree-store.ts";
import { Witnesses } from "./witnesses.ts";

/** How long events wait for company before they are published. */
const DELAY_MS = 1_000;
/** After a refusal of R2. */
const RETRY_MS = 5_000;
/** Events that are in the order and not yet published; more are not taken. */
const WAITING_EVENTS_MAX = 50_000;

const indexOf = ({ index }: AuditEvent): number => index;

export class AuditLog extends LoggedObject implements AuditLogRpc {
  readonly #store: AuditLogStore;
  readonly #tree: TreeStore;
  readonly #personal: Personal;
  readonly #publication: Publication;
  readonly #sinks: Sinks;
  readonly #retention: Retention;
  readonly #configuration: Configuration;
  readonly #settings: SettingsStore;
  readonly #witnesses: Witnesses;
  #due_ms: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "audit-log", script: schema });
    this.#store = new AuditLogStore(this.sql);
    this.#tree = new TreeStore(this.sql);
    this.#personal = new Personal(this.surface());
    // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
    const print = (line: string): void => console.log(inertJson(line));
    const bucket = { put: (...args: Parameters<R2Bucket["put"]>) => this.env.AUDIT_BUCKET.put(...args) };
    const sinks = configuredSinks(this.config, bucket as R2Bucket, print);
    this.#settings = new SettingsStore(this.sql);
    this.#witnesses = new Witnesses(this.surface());
    this.#configuration = new Configuration(this.surface());
    this.#sinks = new Sinks(this.surface(), { workspace: () => this.workspace, events: this.#store }, sinks, {
      isWanted: () => this.#settings.read()?.settings.sinks_in_clear ?? false,
      open: (entries) => this.#opened(entries),
    });
    const delivered = () => this.#sinks.deliveredByAll();
    this.#retention = new Retention(this.surface(), this.#store, this.#tree, delivered);
    this.#publication = new Publication(this.surface(), {
      workspace: () => this.workspace,
      events: this.#store,
      tree: this.#tree,
      erase: (subject) => this.#personal.destroy(subject),
      sync: () => ctx.storage.sync(),
    });
  }

  async open(): Promise<void> {
    if (this.isCreated) return;
    this.transact(() => this.createObject());
    this.#configuration.note();
  }

  async append(batch: EventBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    // What cannot be published yet stays with those who send it; they try again later and later.
    if (this.#store.size() - (this.#tree.tree()?.size ?? 0) >= WAITING_EVENTS_MAX)
      throw new Error("the audit log is behind");
    const rows = await this.#personal.seal(batch.rows);
    return this.transactTogether((now_ms) => {
      const receipt = takeIn(this.surface(), this.#store, batch, rows, now_ms);
      this.#due_ms ??= now_ms + DELAY_MS;
      this.#sinks.noticed(now_ms);
      this.wakeBy(this.#due_ms);
      return receipt;
    });
  }

  async events(
    filter: EventFilter,
    limit: number,
    before: PagePosition | null,
  ): Promise<Result<Page<AuditEvent>>> {
    if (!this.isCreated) return refuse("not_found");
    const below = typeof before === "number" ? before : Number.MAX_SAFE_INTEGER;
    const rows = this.#store.page(filter, limit, below);
    const texts = await withTexts(this.env.AUDIT_BUCKET, this.workspace, rows);
    const items = await this.#personal.open(texts.map(({ entry }) => JSON.parse(entry) as AuditEntry));
    // A page that R2 made shorter goes on where it ends, like a full one.
    return ok(
      texts.length < rows.length ? { items, next: items.at(-1)!.index } : pageOf(items, limit, indexOf),
    );
  }

  async head(): Promise<TreeHead | null> {
    if (!this.isCreated) return null;
    const tree = this.#tree.tree();
    if (!tree?.checkpoint) return null;
    return { size: tree.size, checkpoint: tree.checkpoint, edge: this.#tree.edge().map(joined) };
  }

  async locate(actor: Actor, entry: string): Promise<Result<LocatedEntry | null>> {
    if (!this.isCreated) return refuse("not_found");
    const found = this.#store.find(entry);
    const isId = entry.startsWith("evt_");
    if (!found) return isId ? ok(null) : refuse("not_found");
    if (found.user_id !== actor.principal_id && !allows(actor.permissions, "system:audit")) {
      return refuse("not_found");
    }
    const head = await this.head();
    return ok(head && found.idx < head.size ? { index: found.idx, entry: found.entry, head } : null);
  }

  async sinks(): Promise<Result<DestinationsStatus>> {
    if (!this.isCreated) return refuse("not_found");
    return ok({ log: this.#lag(), sinks: this.#sinks.status() });
  }

  async lag(): Promise<LogLag | null> {
    return this.isCreated ? this.#lag() : null;
  }

  async adopt(settings: Settings, version: number): Promise<void> {
    if (!this.isCreated || version <= (this.#settings.read()?.version ?? 0)) return;
    this.transact(() => this.#settings.save({ settings, version }));
  }

  async published(): Promise<PublicLog | null> {
    const checkpoint = this.#publicCheckpoint();
    if (checkpoint === null) return null;
    const verifier_keys = this.#tree.verifierKeys();
    const cosigned = this.#witnesses.cosigned();
    return { checkpoint: this.#witnesses.withLines(checkpoint), cosigned, verifier_keys };
  }

  async cosign(note: string, context: RequestContext): Promise<Result<Cosigned>> {
    if (this.#publicCheckpoint() === null) return refuse("not_found");
    const { witnesses } = this.#settings.read()!.settings;
    return this.#witnesses.cosign(note, this.#tree.verifierKeys(), witnesses, context);
  }

  async eraseSubject(subject: string): Promise<void> {
    if (this.isCreated) this.transact(() => this.#personal.destroy(subject));
  }

  override async alarm(): Promise<void> {
    if (this.isCreated) {
      // What comes while these run is due anew.
      this.#due_ms = null;
      // Side by side: publication waits for no sink.
      const first = [() => this.#publication.run(), () => this.#sinks.run()];
      const then = [
        () => this.#personal.reseal(),
        async () => this.#leaveOldEntries(),
        () => this.#retention.run(),
        async () => this.#configuration.note(),
      ];
      const succeeded = await Promise.all(first.map((work) => this.#succeeds(work)));
      for (const work of then) succeeded.push(await this.#succeeds(work));
      if (!succeeded.every(Boolean)) this.#due_ms = Date.now() + RETRY_MS;
    }
    await super.alarm();
  }

  protected override nextHousekeeping(): number | null {
    const looks = [this.#retention.nextDue(), this.#personal.nextLook()];
    return earliest(this.#due_ms, this.#sinks.nextDue(), ...looks);
  }

  /** The outboxes end here; the log's own few events go the same way as all others. */
  protected override send(_destination: string, batch: EventBatch): Promise<Receipt> {
    return this.append(batch);
  }

  async #opened(entries: readonly string[]): Promise<string[]> {
    const events = await this.#personal.open(entries.map((entry) => JSON.parse(entry) as AuditEntry));
    return events.map((event) => JSON.stringify(event));
  }

  /** Null where there is none, or not for everybody. */
  #publicCheckpoint(): string | null {
    if (!this.isCreated || !this.#settings.read()?.settings.publish_audit) return null;
    return this.#tree.tree()?.checkpoint ?? null;
  }

  /** How much is in the order and not yet under a checkpoint, and for how long. */
  #lag(): LogLag {
    const size = this.#store.size();
    const published = this.#tree.tree()?.size ?? 0;
    const oldest = published < size ? this.#store.latestIn(published, published + 1) : null;
    const waiting_ms = oldest === null ? 0 : Math.max(0, this.now() - Date.parse(oldest));
    const waiting = { waiting_events: size - published, waiting_seconds: Math.floor(waiting_ms / 1000) };
    return { size, published_size: published, ...waiting };
  }

  #leaveOldEntries(): void {
    const { recent_events_max } = this.config.audit;
    const bounds = { kept_max: recent_events_max, before: this.#sinks.deliveredByAll() };
    leaveOldEntries(this.surface(), this.#store, this.#tree, bounds);
  }

  /** Works of the alarm fail alone, and none for good. */
  async #succeeds(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (defect) {
      report("audit-log", "work of the alarm failed", defect);
      return false;
    }
  }
}
