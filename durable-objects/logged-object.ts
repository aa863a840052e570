// The base of every object: lazily created storage, a clock that never runs backward, an outbox whose rows
// commit with each change, batched observations, and one alarm for all that is due. Alarms never throw.
import { DurableObject } from "cloudflare:workers";
import { type Config, configure, type Env } from "../src/config.ts";
import { randomId } from "../src/protocol/random.ts";
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";
import { auditEvent, type Happening } from "./audit-event.ts";
import commonSchema from "./common.sql";
import { isCreated, migrate } from "./migrate.ts";
import type { ObjectSurface } from "./object-surface.ts";
import { FLUSH_MS, Observations } from "./observations.ts";
import { Outbox, type Send } from "./outbox.ts";

/** The workspace's audit log, as a destination. */
export const AUDIT = "audit";
/** How long a change waits for company before it is shipped: an alarm costs commits of its own. */
const SHIP_DELAY_MS = 1_000;
/** A shipment that failed is tried again after this, doubling up to the second. */
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;

/** The stored high-water mark of the clock may lag by this, so that it costs a commit no page of its own. */
const CLOCK_STALE_MS = 1_000;

interface ObjectRow extends Record<string, SqlStorageValue> {
  name: string;
  incarnation: string;
  clock_ms: number;
}

export abstract class LoggedObject extends DurableObject<Env> {
  protected readonly sql: SqlStorage;
  protected readonly config: Config;
  protected readonly outbox: Outbox;
  readonly #observations: Observations;
  readonly #schema: { name: string; script: string };
  #object: ObjectRow | null = null;
  #flush_timer: ReturnType<typeof setTimeout> | null = null;
  #alarm_at_ms = Number.POSITIVE_INFINITY;
  #failures = 0;
  #is_behind = false;
  #together: (() => void)[] = [];
  #stored_clock_ms = 0;

  constructor(ctx: DurableObjectState, env: Env, schema: { name: string; script: string }) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.config = configure(env);
    this.#schema = schema;
    this.outbox = new Outbox(this.sql, () => ({
      source: `${schema.name}/${this.#object!.name}`,
      incarnation: this.#object!.incarnation,
    }));
    this.#observations = new Observations(this.sql, this.outbox);
    if (isCreated(this.sql)) this.#load();
  }

  /** Ships a batch to where `destination` points. */
  protected abstract send(destination: string, batch: Parameters<Send>[1]): Promise<Receipt>;
  /**
   * Ships events to the workspace's audit log. Its workspace opens it before anybody can register there, so a log
   * that is not open is a passing fault: the rows stay.
   */
  protected async sendAudit(batch: Batch<never>): Promise<Receipt> {
    const receipt = await this.env.AUDIT_LOG.getByName(this.workspace).append(batch);
    if (receipt.gone) throw new Error("the audit log is not open");
    return receipt;
  }

  /** When housekeeping is next due; null when nothing is. */
  protected nextHousekeeping(): number | null {
    return null;
  }
  /** Deletes what has expired, in a transaction. */
  protected housekeep(_now_ms: number): void {}

  /** A transaction was undone: memory that followed it must be read anew. */
  protected rolledBack(): void {}

  protected get isCreated(): boolean {
    return this.#object !== null;
  }

  /** `<workspace>/<id>`. */
  protected get objectName(): string {
    return this.#object?.name ?? this.ctx.id.name ?? "";
  }

  protected get workspace(): string {
    return this.objectName.split("/")[0]!;
  }

  /** The object's time in ms: never before any time it has already recorded. */
  protected now(): number {
    return Math.max(Date.now(), this.#object?.clock_ms ?? 0);
  }

  /** The object as its parts see it. */
  protected surface(): ObjectSurface {
    return {
      sql: this.sql,
      config: this.config,
      env: this.env,
      name: () => this.objectName,
      isCreated: () => this.isCreated,
      create: () => this.createObject(),
      now: () => this.now(),
      transact: (work) => this.transact(work),
      transactTogether: (work) => this.transactTogether(work),
      audit: (happening) => this.audit(happening),
      observe: (happening) => this.observe(happening),
      append: (destination, row) => this.outbox.append(destination, row),
      wakeBy: (at_ms) => this.wakeBy(at_ms),
      shipNow: (destination) => this.shipNow(destination),
      destroy: () => this.destroyObject(),
    };
  }

  /** Makes the tables; the first write of an object's life, in the caller's transaction. */
  protected createObject(): void {
    this.#migrate();
    const now_ms = Date.now();
    this.sql.exec(
      "INSERT INTO object (one, name, incarnation, created_at_ms, clock_ms) VALUES (1, ?, ?, ?, ?)",
      this.ctx.id.name!,
      randomId("inc_"),
      now_ms,
      now_ms,
    );
    this.#object = this.#readObject();
  }

  /** Decide and save: synchronous, all or nothing. What it appended to the outbox is shipped soon after. */
  protected transact<Value>(work: (now_ms: number) => Value): Value {
    const before = this.#object;
    try {
      return this.ctx.storage.transactionSync(() => {
        const value = work(this.now());
        if (this.#object) this.#keepTime();
        return value;
      });
    } catch (defect) {
      this.#object = before;
      this.outbox.forget();
      this.rolledBack();
      throw defect;
    } finally {
      if (this.outbox.takeAppended()) this.wakeBy(Date.now() + SHIP_DELAY_MS);
    }
  }

  /**
   * Like `transact`, in one commit with whatever other callers ask within the same turn: each still decides alone,
   * and each answer still waits for the commit. For objects that many write to at once.
   */
  protected transactTogether<Value>(work: (now_ms: number) => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#together.push(() => {
        try {
          resolve(this.transact(work));
        } catch (defect) {
          reject(defect);
        }
      });
      if (this.#together.length === 1) setTimeout(() => this.#runTogether(), 0);
    });
  }

  /** Appends an audit event in the caller's transaction and answers its id. */
  protected audit(happening: Happening, destination = AUDIT): string {
    const event = auditEvent(happening);
    this.outbox.append(destination, event);
    return event.id;
  }

  /** Records a refusal or a read without costing the request a commit. */
  protected observe(happening: Happening, destination = AUDIT): void {
    this.#observations.note(happening, destination);
    this.#flush_timer ??= setTimeout(() => this.#flushObservations(), FLUSH_MS);
  }

  /** Ships one destination now, so that the caller's next read finds it; on failure the alarm goes on. */
  protected async shipNow(destination: string): Promise<boolean> {
    try {
      await this.outbox.ship(destination, (to, batch) => this.send(to, batch));
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets everything, so that the name is free again. The caller has drained the outbox. */
  protected async destroyObject(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#object = null;
    this.outbox.forget();
    // The alarm went with the rest: whoever takes the name next sets its own.
    this.#alarm_at_ms = Number.POSITIVE_INFINITY;
  }

  /** Rings again by itself if it is cut off: the runtime keeps an alarm until its handler has come to an end. */
  override async alarm(): Promise<void> {
    this.#alarm_at_ms = Number.POSITIVE_INFINITY;
    if (!this.#object) return;
    try {
      // What is forgotten here must stay past, so its time is recorded with it.
      this.transact((now_ms) => {
        this.#observations.settle(now_ms);
        this.housekeep(now_ms);
        this.#storeClock();
      });
    } catch (defect) {
      this.#report("housekeeping failed", defect);
    }
    const shipped = await this.#shipAll();
    if (!this.#object) return;
    this.#failures = shipped ? 0 : this.#failures + 1;
    this.#rearm(
      shipped ? SHIP_DELAY_MS : Math.min(RETRY_FIRST_MS * 2 ** (this.#failures - 1), RETRY_LAST_MS),
    );
  }

  async #shipAll(): Promise<boolean> {
    const results = await Promise.all(
      this.outbox.destinations().map((destination) => this.shipNow(destination)),
    );
    return results.every(Boolean);
  }

  /** The earliest of all that is due becomes the one alarm; never at once, since what could not be done is still due. */
  #rearm(wait_ms: number): void {
    const shipping_ms = this.outbox.destinations().length > 0 ? 0 : null;
    const due = [shipping_ms, this.#observations.nextDue(), this.nextHousekeeping()].filter(
      (at_ms) => at_ms !== null,
    );
    if (due.length > 0) this.wakeBy(Math.max(Math.min(...due), Date.now() + wait_ms));
  }

  /** Sees to it that the alarm rings at that time or before. */
  protected wakeBy(at_ms: number): void {
    if (at_ms >= this.#alarm_at_ms) return;
    this.#alarm_at_ms = at_ms;
    void this.ctx.storage.setAlarm(at_ms);
  }

  /** Without an await between them, all these transactions are one commit. */
  #runTogether(): void {
    const waiting = this.#together;
    this.#together = [];
    for (const run of waiting) run();
  }

  #flushObservations(): void {
    this.#flush_timer = null;
    if (!this.#object || this.#observations.isEmpty) return;
    this.transact((now_ms) => this.#observations.flush(now_ms));
  }

  #load(): void {
    this.ctx.storage.transactionSync(() => this.#migrate());
    this.#object = this.#readObject();
    // What was due before the object was last evicted is due still.
    if (this.#object) this.wakeBy(Date.now() + SHIP_DELAY_MS);
  }

  #migrate(): void {
    migrate(this.sql, "common", commonSchema);
    migrate(this.sql, this.#schema.name, this.#schema.script);
  }

  #readObject(): ObjectRow | null {
    return this.sql.exec<ObjectRow>("SELECT name, incarnation, clock_ms FROM object").toArray()[0] ?? null;
  }

  #keepTime(): void {
    const wall_ms = Date.now();
    const { clock_ms } = this.#object!;
    const stepped_back = wall_ms < clock_ms - 1_000;
    // Once for each step: recording it takes a transaction, which would find the clock behind again.
    if (stepped_back && !this.#is_behind) {
      this.observe({
        type: "clock.stepped_back",
        at_ms: clock_ms,
        by: null,
        details: { by_ms: clock_ms - wall_ms },
      });
    }
    this.#is_behind = stepped_back;
    if (wall_ms <= clock_ms) return;
    this.#object!.clock_ms = wall_ms;
    if (wall_ms - this.#stored_clock_ms >= CLOCK_STALE_MS) this.#storeClock();
  }

  #storeClock(): void {
    this.#stored_clock_ms = this.#object!.clock_ms;
    this.sql.exec("UPDATE object SET clock_ms = ?", this.#stored_clock_ms);
  }

  #report(what: string, defect: unknown): void {
    const message = defect instanceof Error ? defect.message : String(defect);
    // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
    console.error(JSON.stringify({ level: "error", object: this.#schema.name, what, message }));
  }
}
