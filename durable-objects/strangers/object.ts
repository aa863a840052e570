// One of 1,024 shards for callers without a name: token buckets and failed sign-ins by address.
// Every attempt is counted here before anything is tried, so that parallel guesses gain nothing. Any of them also keeps
// what a Worker has counted of reads.
import type { Happening } from "../../src/audit/event.ts";
import { MERGE_MS } from "../../src/audit/observed.ts";
import type { Env } from "../../src/config.ts";
import { countAttempt, withdrawAttempt } from "../../src/domain/lockout.ts";
import { networkOf } from "../../src/domain/network.ts";
import { debit } from "../../src/domain/token-bucket.ts";
import { encodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import { macSync } from "../../src/protocol/mac.ts";
import type { Batch, EventBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { AdmissionPolicy, RateLimitState, RequestContext } from "../../src/schema/messages/request.ts";
import type { ScreenedCaller, ScreeningNote } from "../../src/schema/messages/screening.ts";
import type {
  Claimant,
  ReadBatch,
  StrangerAdmission,
  StrangersRpc,
} from "../../src/schema/messages/strangers.ts";
import { type Refusal, refuse } from "../../src/schema/result.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import { screened } from "../screening.ts";
import { Sweepings } from "../sweepings.ts";
import { Blocks, OPERATORS } from "./blocks.ts";
import schema from "./schema.sql";
import { StrangersStore } from "./store.ts";

/** Expired rows are swept at most this often. */
const SWEEP_MS = 60_000;
/** Longer than a Worker tries to hand over a batch. */
const BATCH_KNOWN_MS = 120_000;

export class Strangers extends LoggedObject implements StrangersRpc {
  readonly #store: StrangersStore;
  readonly #sweepings: Sweepings;
  readonly #blocks: Blocks;
  #mac_key: Promise<Uint8Array> | null = null;
  /** The address that was asked about last: a request that asks twice does so at once. */
  #latest = { network: "", mac: new Uint8Array() };
  #swept_at_ms = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "strangers", script: schema });
    this.#store = new StrangersStore(this.sql);
    this.#sweepings = new Sweepings(this.surface());
    this.#blocks = new Blocks(this.surface(), this.#store);
  }

  async admit(
    policy: AdmissionPolicy,
    context: RequestContext,
    claimant?: Claimant,
  ): Promise<StrangerAdmission> {
    const address_key = await this.#keyOf(context.source.address);
    return this.#write((now_ms) => {
      const admission = this.#debit(address_key, policy, now_ms);
      if (admission.refusal || !claimant) return admission;
      return { ...admission, attempt: { refusal: this.#count(address_key, claimant, context, now_ms) } };
    });
  }

  async beginAttempt(
    workspace: string,
    principal_id: string,
    context: RequestContext,
  ): Promise<Refusal | null> {
    const address_key = await this.#keyOf(context.source.address);
    return this.#write((now_ms) => this.#count(address_key, { workspace, principal_id }, context, now_ms));
  }

  async attemptSucceeded(workspace: string, principal_id: string, context: RequestContext): Promise<void> {
    const address_key = await this.#keyOf(context.source.address);
    await this.#write(() => this.#store.forgetAttempts(address_key, `${workspace}/${principal_id}`));
  }

  async attemptWithdrawn(workspace: string, principal_id: string, context: RequestContext): Promise<void> {
    const address_key = await this.#keyOf(context.source.address);
    await this.#write((now_ms) => {
      const { lockout } = this.config;
      const name = `${workspace}/${principal_id}`;
      const before = this.#store.attempts(address_key, name);
      const rest = before && withdrawAttempt(before, lockout);
      if (rest) this.#store.saveAttempts(address_key, name, rest, now_ms + lockout.lockout_ms);
      else this.#store.forgetAttempts(address_key, name);
    });
  }

  async attemptFailed(
    workspace: string,
    principal_id: string,
    rule: string,
    context: RequestContext,
  ): Promise<void> {
    const type = rule === "nonce_replayed" ? "replay.refused" : "auth.sign_in_failed";
    const by = { ...context, principal_id };
    this.observe({ type, at_ms: this.now(), by, decision: "deny", rule }, auditOf(workspace));
  }

  async breachUnchecked(workspace: string, principal_id: string, context: RequestContext): Promise<void> {
    const by = { ...context, principal_id };
    const rule = "breach_service_unavailable";
    this.observe({ type: "auth.breach_unchecked", at_ms: this.now(), by, rule }, auditOf(workspace));
  }

  async noteRefusals(points: number, context: RequestContext): Promise<number> {
    const mac = await this.#macOf(context.source.address);
    const address_key = encodeBase64Url(mac);
    return this.#write((now_ms) => this.#blocks.note(mac, address_key, points, context, now_ms));
  }

  async liftBlock(address: string): Promise<void> {
    const address_key = await this.#keyOf(address);
    await this.#write(() => this.#store.forgetRefusals(address_key));
  }

  async noteScreening(workspace: string, note: ScreeningNote, by: ScreenedCaller): Promise<void> {
    await this.#write((now_ms) => {
      for (const happening of screened(note, by, now_ms)) this.observe(happening, auditOf(workspace));
    });
  }

  async keepReads({ id, reads }: ReadBatch): Promise<void> {
    await this.#write((now_ms) => {
      if (!this.#store.takeBatch(id, now_ms + BATCH_KNOWN_MS)) return;
      const until_ms = now_ms + MERGE_MS;
      for (const { workspace, ...read } of reads)
        this.observations.keep({ ...read, destination: auditOf(workspace), until_ms }, now_ms);
    });
  }

  // What concerns the shard itself, such as its clock, belongs to no tenant: the operator's log takes it, under the
  // one numbering that this log knows of the shard.
  protected override audit(happening: Happening, destination = auditOf("main")): string {
    return super.audit(happening, destination);
  }

  protected override observe(happening: Happening, destination = auditOf("main")): void {
    super.observe(happening, destination);
  }

  protected override send(destination: string, batch: EventBatch): Promise<Receipt> {
    if (destination === OPERATORS) return this.env.WORKSPACE.getByName("main").receive(batch as Batch<never>);
    return this.env.AUDIT_LOG.getByName(destination.slice(AUDIT.length + 1)).append(batch);
  }

  /** How many addresses it remembers is bounded too. */
  protected override mustClean(now_ms: number): boolean {
    return now_ms >= this.#swept_at_ms + SWEEP_MS;
  }

  protected override housekeep(now_ms: number): void {
    this.#swept_at_ms = now_ms;
    this.#sweepings.note(this.#store.clean(now_ms), now_ms);
  }

  protected override nextHousekeeping(): number | null {
    const due = [this.#store.nextDue(), this.#sweepings.nextDue()].filter((at_ms) => at_ms !== null);
    return due.length === 0 ? null : Math.max(Math.min(...due), this.#swept_at_ms + SWEEP_MS);
  }

  #write<Value>(work: (now_ms: number) => Value): Promise<Value> {
    return this.transactTogether((now_ms) => {
      if (!this.isCreated) this.createObject();
      this.wakeBy(now_ms + SWEEP_MS);
      return work(now_ms);
    });
  }

  #debit(address_key: string, policy: AdmissionPolicy, now_ms: number): StrangerAdmission {
    const { rate_class, rate_cost } = policy;
    const limit = this.config.rate_limits[rate_class];
    const result = debit(this.#store.bucket(address_key, rate_class), limit, rate_cost, now_ms);
    this.#store.saveBucket(address_key, rate_class, result.bucket, now_ms + result.reset_seconds * 1000);
    const rate_limit: RateLimitState = {
      rate_class,
      ...limit,
      remaining: result.remaining,
      reset_seconds: result.reset_seconds,
    };
    const blocked = this.#blocks.refusal(address_key, now_ms);
    if (blocked || result.allowed) return { rate_limit, refusal: blocked };
    const more = { rule: `bucket_${rate_class}`, retry_after_seconds: result.retry_after_seconds };
    return { rate_limit, refusal: refuse("rate_limited", more).refusal };
  }

  /** Counts an attempt; the refusal, if any, is the lockout. */
  #count(
    address_key: string,
    { workspace, principal_id }: Claimant,
    context: RequestContext,
    now_ms: number,
  ): Refusal | null {
    const { lockout } = this.config;
    const name = `${workspace}/${principal_id}`;
    const decision = countAttempt(this.#store.attempts(address_key, name), lockout, now_ms);
    this.#store.saveAttempts(address_key, name, decision.attempts, now_ms + lockout.lockout_ms);
    if (decision.allowed) return null;
    this.observe(
      {
        type: "auth.attempts_exceeded",
        at_ms: now_ms,
        by: { ...context, principal_id },
        decision: "deny",
        rule: "source_lockout",
        details: { failures: decision.attempts.failures },
      },
      auditOf(workspace),
    );
    const more = { rule: "source_lockout", retry_after_seconds: decision.retry_after_seconds };
    return refuse("locked_out", more).refusal;
  }

  /** Keyed hash of the address as one source: an IPv4 address, or an IPv6 /64. */
  async #keyOf(address: string): Promise<string> {
    return encodeBase64Url(await this.#macOf(address));
  }

  async #macOf(address: string): Promise<Uint8Array> {
    const { key_ring } = this.config;
    this.#mac_key ??= key_ring.deriveBytes(key_ring.newest.key_id, "address");
    const key = await this.#mac_key;
    const network = networkOf(address, "exact");
    if (this.#latest.network !== network)
      this.#latest = { network, mac: macSync(key, utf8(network)).slice(0, 16) };
    return this.#latest.mac;
  }
}

const auditOf = (workspace: string): string => `${AUDIT}:${workspace}`;
