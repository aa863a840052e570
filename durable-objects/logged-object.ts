// The base of every object: lazily created storage, a clock that never runs backward, an outbox whose rows
// commit with each change, batched observations, and one alarm for all that is due. Alarms never throw.
import { DurableObject } from "cloudflare:workers";
import { auditEvent, type Happening } from "../src/audit/event.ts";
import { configure, type Env } from "../src/config.ts";
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";
import { Alarm } from "./alarm.ts";
import commonSchema from "./common.sql";
import { shipAudit } from "./destination.ts";
import { GroupCommit } from "./group-commit.ts";
import { IdempotencyKeys } from "./idempotency-keys.ts";
import { Identity } from "./identity.ts";
import { isCreated, isUpToDate, migrateAll, type ObjectSchema } from "./migrate.ts";
import type { ObjectSurface } from "./object-surface.ts";
import { Observations } from "./observations.ts";
import { Outbox, type Send } from "./outbox.ts";
import { report } from "./report.ts";
import { SHIP_DELAY_MS, Shipping } from "./shipping.ts";
import { Transactions } from "./transactions.ts";

/** The workspace's audit log, as a destination. */
export const AUDIT = "audit";

export abstract class LoggedObject extends DurableObject<Env> {
  protected readonly sql = this.ctx.storage.sql;
  protected readonly config = configure(this.env);
  protected readonly outbox: Outbox;
  protected readonly observations: Observations;
  readonly #kind: string;
  readonly #scripts: Readonly<Record<string, string>>;
  readonly #identity = new Identity(this.sql, this.ctx.id.name);
  protected readonly idempotency_keys = new IdempotencyKeys(this.sql);
  readonly #shipping: Shipping;
  readonly #group_commit = new GroupCommit(() => this.ctx.storage.sync());
  readonly #alarm = new Alarm(this.ctx.storage);
  readonly #send: Send = (to, batch) => this.send(to, batch);
  readonly #transactions: Transactions;

  constructor(ctx: DurableObjectState, env: Env, { name, script, shared }: ObjectSchema) {
    super(ctx, env);
    this.#kind = name;
    this.#scripts = { common: commonSchema, [name]: script, ...shared };
    const source = () => this.#identity.asSource(name);
    this.outbox = new Outbox(this.sql, source, () => this.#identity.renew());
    this.#shipping = new Shipping(this.outbox, this.#alarm, this.#send, () => this.ship());
    this.observations = new Observations(this.sql, this.outbox, () => void this.#deliverObservations());
    this.#transactions = new Transactions({
      ...{ alarm: this.#alarm, identity: this.#identity, shipping: this.#shipping },
      ...{ outbox: this.outbox, observations: this.observations },
      isStored: () => isCreated(this.sql),
      steppedBack: (by_ms) =>
        this.observe({ type: "clock.stepped_back", at_ms: this.now(), by: null, details: { by_ms } }),
      rolledBack: () => this.rolledBack(),
    });
    if (isCreated(this.sql)) this.#load();
  }

  /** Ships a batch to where `destination` points. */
  protected abstract send(destination: string, batch: Parameters<Send>[1]): Promise<Receipt>;
  protected sendAudit(batch: Batch<never>): Promise<Receipt> {
    return shipAudit(this.env, this.workspace, batch);
  }

  /** When housekeeping is next due; null when nothing is. */
  protected nextHousekeeping(): number | null {
    return null;
  }
  /** Deletes what has expired, in a transaction. */
  protected housekeep(_now_ms: number): void {}

  /** Whether an alarm is to clean. It costs a commit, so most alarms, which only ship, do not. */
  protected mustClean(now_ms: number): boolean {
    return this.#dueAt() <= now_ms;
  }

  /** A transaction was undone, or everything went: memory that followed it must be read anew. */
  protected rolledBack(): void {}

  protected get isCreated(): boolean {
    return this.#identity.exists;
  }

  protected get workspace(): string {
    return this.#identity.workspace;
  }

  protected get id(): string {
    return this.#identity.id;
  }

  /** The object's time in ms: never before any time it has already recorded. */
  protected now(): number {
    return this.#identity.now();
  }

  /** The object as its parts see it. */
  protected surface(): ObjectSurface {
    return {
      sql: this.sql,
      config: this.config,
      env: this.env,
      name: () => this.#identity.name,
      workspace: () => this.workspace,
      id: () => this.id,
      isCreated: () => this.isCreated,
      create: () => this.createObject(),
      now: () => this.now(),
      transact: (work) => this.transact(work),
      write: (statement) => this.write(statement),
      transactTogether: (work) => this.transactTogether(work),
      once: this.idempotency_keys.once.bind(this.idempotency_keys),
      answered: this.idempotency_keys.answered.bind(this.idempotency_keys),
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
    migrateAll(this.sql, this.#scripts);
    this.#identity.create();
  }

  /** Decide and save: synchronous, all or nothing. What it appended to the outbox is shipped soon after. */
  protected transact<Value>(work: (now_ms: number) => Value): Value {
    return this.#transactions.run(work);
  }

  /** Like `transact`, for one statement and nothing else: by itself it is all or nothing, for less. */
  protected write(work: () => void): void {
    if (this.#transactions.takeMoreAlong) this.transact(work);
    else this.#transactions.runAlone(work);
  }

  /**
   * Like `transact`, in one commit with whatever others ask while one is under way: each still decides alone,
   * and each answer still waits for the commit. For objects that many write to at once.
   */
  protected transactTogether<Value>(work: (now_ms: number) => Value): Promise<Value> {
    return this.#group_commit.join(() => this.transact(work));
  }

  /** Appends an audit event in the caller's transaction and answers its id. A caller's throws while too many wait. */
  protected audit(happening: Happening, destination = AUDIT): string {
    if (happening.by !== null) this.outbox.refuseWhenFull(destination);
    const event = auditEvent(happening);
    this.outbox.append(destination, event);
    return event.id;
  }

  /** Records a refusal or a read without costing the request a commit, nor, the first of its kind, a row. */
  protected observe(happening: Happening, destination = AUDIT): void {
    this.observations.note(happening, destination);
  }

  /** Ships one destination now, so that the caller's next read finds it; after failure or five seconds it goes on later. */
  protected shipNow(destination: string): Promise<boolean> {
    return this.#shipping.now(destination);
  }

  /** Forgets everything, its alarm too, so that the name is free again. The caller has drained the outbox. */
  protected async destroyObject(): Promise<void> {
    await this.ctx.storage.deleteAll();
    for (const part of [this.#identity, this.outbox, this.#alarm]) part.forget();
    this.rolledBack();
  }

  /** Tells others what has changed; answers in how many ms what failed is to be tried again, or null. Never throws. */
  protected async ship(): Promise<number | null> {
    return this.isCreated ? this.#shipping.all() : null;
  }

  /** Rings again by itself if it is cut off: the runtime keeps an alarm until its handler has come to an end. */
  override async alarm(): Promise<void> {
    this.#alarm.forget();
    if (!this.isCreated) return;
    this.#shipping.trim(this.ctx.storage);
    this.#clean();
    const [retry_ms] = await Promise.all([this.#shipping.all(), this.#deliverObservations()]);
    if (this.isCreated) this.#rearm(retry_ms ?? SHIP_DELAY_MS);
  }

  #clean(): void {
    if (!this.mustClean(this.now())) return;
    try {
      // What is forgotten here must stay past, so its time is recorded with it.
      this.transact((now_ms) => {
        this.observations.settle(now_ms);
        this.idempotency_keys.forget(now_ms);
        this.housekeep(now_ms);
        this.#identity.storeClock();
      });
    } catch (defect) {
      report(this.#kind, "housekeeping failed", defect);
    }
  }

  /** When the next thing is to be forgotten. */
  #dueAt(): number {
    const parts = [this.observations, this.idempotency_keys].map((part) => part.nextDue());
    return Math.min(...[...parts, this.nextHousekeeping()].map((at_ms) => at_ms ?? Number.POSITIVE_INFINITY));
  }

  /** The earliest of all that is due becomes the one alarm; never at once, since what could not be done is still due. */
  #rearm(wait_ms: number): void {
    this.#shipping.trim(this.ctx.storage); // nothing that has been taken may lie here until another alarm
    const due_ms = this.outbox.destinations().length > 0 ? 0 : this.#dueAt();
    if (due_ms < Number.POSITIVE_INFINITY) this.wakeBy(Math.max(due_ms, Date.now() + wait_ms));
  }

  /** Sees to it that the alarm rings at that time or before. */
  protected wakeBy(at_ms: number): void {
    this.#alarm.wakeBy(at_ms);
  }

  /** Never throws: what cannot be stored now goes with the next commit that can. */
  async #deliverObservations(): Promise<void> {
    try {
      if (this.isCreated && (await this.observations.send(this.#send, this.now())) && this.isCreated)
        this.transact(() => {});
    } catch (defect) {
      report(this.#kind, "observations wait", defect);
    }
  }

  #load(): void {
    if (!isUpToDate(this.sql, this.#scripts))
      this.ctx.storage.transactionSync(() => migrateAll(this.sql, this.#scripts));
    this.#identity.load();
    if (!this.isCreated) return;
    // What was due before the object was last evicted is due still: its alarm stands, or is set anew.
    void this.ctx.blockConcurrencyWhile(async () => {
      if (!(await this.#alarm.find())) this.#rearm(SHIP_DELAY_MS);
      else if (this.outbox.destinations().length > 0) this.#shipping.soon();
    });
  }
}
