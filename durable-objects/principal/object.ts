// A principal: one person's credentials, sessions, buckets, nonces and roles, and the index of their projects.
// Thin: it opens what is sealed, lets the parts decide, and saves change and event in one transaction.
import type { Config, Env } from "../../src/config.ts";
import { accountAdmits, HOUR_MS } from "../../src/domain/lockout.ts";
import { networkOf } from "../../src/domain/network.ts";
import { encodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type { Session, User } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Batch, Order, PrincipalBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type {
  Admission,
  Attempt,
  NewAccount,
  NewEnrolment,
  PrincipalRpc,
  Proof,
  SignedIn,
} from "../../src/schema/messages/principal.ts";
import type {
  Actor,
  AdmissionPolicy,
  Changed,
  Page,
  PagePosition,
  RequestContext,
} from "../../src/schema/messages/request.ts";
import type { ProjectSummary } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import { Admissions } from "./admission.ts";
import { Factors } from "./factors.ts";
import { GuardStore } from "./guard-store.ts";
import { Proofs } from "./proofs.ts";
import schema from "./schema.sql";
import { Sealing } from "./sealing.ts";
import { type SessionRow, SessionStore } from "./session-store.ts";
import { type SessionDraft, Sessions } from "./sessions.ts";
import { type Account, directoryEntryOf, PrincipalStore, userOf } from "./store.ts";

/** An account that nobody confirmed goes after this. */
const UNCONFIRMED_MS = 24 * 3_600_000;
const DIRECTORY = "directory";

export class Principal extends LoggedObject implements PrincipalRpc {
  readonly #store: PrincipalStore;
  readonly #guards: GuardStore;
  readonly #rows: SessionStore;
  readonly #proofs: Proofs;
  readonly #factors: Factors;
  readonly #sessions: Sessions;
  readonly #admissions: Admissions;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "principal", script: schema });
    const config: Config = this.config;
    const sealing = new Sealing(config.key_ring, () => this.objectName);
    this.#store = new PrincipalStore(this.sql);
    this.#guards = new GuardStore(this.sql);
    this.#rows = new SessionStore(this.sql);
    this.#proofs = new Proofs(this.#store, this.#guards, sealing, config.nonce_ttl_ms);
    this.#factors = new Factors(this.#store, sealing, config);
    this.#sessions = new Sessions(this.#rows, sealing, config);
    const self = this;
    this.#admissions = new Admissions(
      {
        get workspace() {
          return self.workspace;
        },
        now: () => this.now(),
        account: () => this.#store.account(),
        rolesInForce: () => this.#proofs.rolesInForce(),
        transact: (work) => this.transact(work),
        audit: (happening) => this.audit(happening),
        observe: (happening) => this.observe(happening),
      },
      config,
      { rows: this.#rows, guards: this.#guards, sealing },
    );
  }

  async create(
    account: NewAccount,
    context: RequestContext,
  ): Promise<Result<Changed<{ user: User; mfa: NewEnrolment | null }>>> {
    const factor = account.enable_mfa ? await this.#factors.draft(account.username) : null;
    const created = this.transact((now_ms) => {
      if (this.isCreated) return refuse("username_taken");
      this.createObject();
      const row = this.#newAccount(account, now_ms);
      this.#store.insertAccount(row);
      if (factor) this.#factors.savePending(factor);
      if (row.expires_at_ms !== null) this.wakeBy(row.expires_at_ms);
      this.#tellDirectory();
      const event_id = this.audit({
        type: "auth.registered",
        at_ms: now_ms,
        by: { ...context, principal_id: row.id },
        targets: [row.id],
        details: { roles: [...row.roles], mfa: account.enable_mfa, bootstrap: account.bootstrap },
      });
      return ok({ value: { user: this.#user(), mfa: factor && enrolmentOf(factor) }, event_id });
    });
    if (created.ok) await this.shipNow(DIRECTORY);
    return created;
  }

  async beginAttempt(context: RequestContext): Promise<Attempt> {
    if (!this.isCreated) return { phc: null, attempt_id: null, rule: "unknown_name" };
    const network = networkKey(context);
    return this.transact((now_ms) => {
      const ceiling = this.config.lockout.account_failures_max;
      const failures = this.#guards.failures();
      const admitted = accountAdmits(failures, ceiling, this.#guards.knowsNetwork(network), now_ms);
      if (failures.length + 1 === ceiling) {
        this.audit({
          type: "auth.attempts_exceeded",
          at_ms: now_ms,
          by: { ...context, principal_id: this.#store.account().id },
          decision: "deny",
          rule: "account_ceiling",
        });
      }
      const attempt_id = this.#guards.insertFailure(now_ms);
      this.wakeBy(now_ms + HOUR_MS);
      if (!admitted) return { phc: null, attempt_id, rule: "account_ceiling" };
      return { phc: this.#store.account().phc, attempt_id, rule: null };
    });
  }

  async signIn(proof: Proof, context: RequestContext): Promise<Result<Changed<SignedIn>>> {
    if (!this.isCreated) return failed("unknown_name");
    const draft = await this.#sessions.draft(this.workspace, this.#store.account().id, context);
    const network = networkKey(context);
    return this.#prove(proof, (now_ms) => {
      const confirming = this.#store.account().status === "unconfirmed";
      if (confirming) this.#confirmAccount(context, now_ms);
      if (proof.rehashed_phc !== null) this.#saveAccount({ phc: proof.rehashed_phc });
      this.#guards.saveNetwork(network, now_ms);
      const { row, evicted } = this.#sessions.begin(draft, this.#proofs.rolesInForce(), now_ms);
      this.#wakeForSession(row);
      const by = { ...context, principal_id: this.#store.account().id, session_id: row.id };
      for (const id of evicted) {
        this.audit({ type: "session.evicted", at_ms: now_ms, by, rule: "sessions_max", targets: [id] });
      }
      const details = { mfa: this.#store.totp("active") !== null, backup_code: proof.use_backup_code };
      const event_id = this.audit({ type: "auth.signed_in", at_ms: now_ms, by, targets: [row.id], details });
      return { value: this.#signedIn(draft, row), event_id };
    });
  }

  admit(
    session_id: string,
    secret: Uint8Array,
    policy: AdmissionPolicy,
    context: RequestContext,
    target: string,
  ): Promise<Admission> {
    if (this.isCreated) return this.#admissions.admit(session_id, secret, policy, context, target);
    const decision = refuse("session_ended", { rule: "no_such_principal" });
    return Promise.resolve({ rate_limit: null, decision });
  }

  async user(): Promise<Result<User>> {
    return this.isCreated ? ok(this.#user()) : refuse("not_found");
  }

  async current(session_id: string): Promise<Result<{ session: Session; user: User }>> {
    const row = this.#rows.find(session_id);
    return row
      ? ok({ session: await this.#view(row, session_id), user: this.#user() })
      : refuse("session_ended");
  }

  async sessions(current_id: string): Promise<Result<readonly Session[]>> {
    return ok(await Promise.all(this.#rows.all().map((row) => this.#view(row, current_id))));
  }

  async signOut(actor: Actor): Promise<Result<Changed<null>>> {
    return this.#endFamilyOf(actor, actor.session_id, "auth.signed_out");
  }

  async endSession(actor: Actor, session_id: string): Promise<Result<Changed<null>>> {
    return this.#endFamilyOf(actor, session_id, "session.revoked");
  }

  async endOtherSessions(actor: Actor): Promise<Result<Changed<{ ended: number }>>> {
    return this.#change(actor, "session.revoked", () => ok({ ended: this.#endAllBut(actor.session_id) }));
  }

  async endAllSessions(actor: Actor): Promise<Result<Changed<{ ended: number }>>> {
    if (!this.isCreated) return refuse("not_found");
    return this.#change(actor, "user.sessions_ended", () => ok({ ended: this.#endAllBut(null) }));
  }

  async renew(actor: Actor, context: RequestContext): Promise<Result<Changed<SignedIn>>> {
    const draft = await this.#sessions.draft(this.workspace, actor.principal_id, context);
    return this.#change(actor, "session.renewed", (now_ms) => {
      const parent = this.#rows.find(actor.session_id);
      if (!parent) return refuse("session_ended");
      if (parent.replaced_at_ms !== null)
        return refuse("conflict", { detail: "this session was renewed already" });
      const row = this.#sessions.renew(draft, parent, now_ms);
      this.#wakeForSession(row);
      return ok(this.#signedIn(draft, row));
    });
  }

  async stepUp(actor: Actor, proof: Proof): Promise<Result<Changed<Session>>> {
    const stepped = await this.#prove(proof, (now_ms) => {
      this.#rows.saveAuthentication(actor.session_id, now_ms);
      const event_id = this.audit({
        type: "session.stepped_up",
        at_ms: now_ms,
        by: actor,
        targets: [actor.session_id],
      });
      return { value: null, event_id };
    });
    if (!stepped.ok) return stepped;
    const current = await this.current(actor.session_id);
    return current.ok ? ok({ value: current.value.session, event_id: stepped.value.event_id }) : current;
  }

  async beginMfa(actor: Actor): Promise<Result<Changed<NewEnrolment>>> {
    const draft = await this.#factors.draft(actor.username);
    return this.#change(actor, "auth.mfa_enrolment_begun", () => {
      this.#factors.savePending(draft);
      return ok(enrolmentOf(draft));
    });
  }

  async confirmMfa(actor: Actor, code: string, attempt: Attempt): Promise<Result<Changed<User>>> {
    const factor = await this.#factors.preparePending();
    return this.#change(actor, "auth.mfa_enabled", (now_ms) => {
      if (attempt.rule !== null) return failed(attempt.rule);
      const confirmed = this.#factors.confirm(this.#proofs, factor, code, now_ms);
      if (!confirmed.ok) return confirmed;
      if (attempt.attempt_id !== null) this.#guards.deleteFailure(attempt.attempt_id);
      this.#endAllBut(actor.session_id);
      return ok(this.#saveAccount({}));
    });
  }

  async removeMfa(actor: Actor, phc: string): Promise<Result<Changed<User>>> {
    return this.#change(actor, "auth.mfa_removed", () => {
      const removed = this.#factors.remove();
      if (!removed.ok) return removed;
      this.#endAllBut(actor.session_id);
      return ok(this.#saveAccount({ phc }));
    });
  }

  async newBackupCodes(actor: Actor): Promise<Result<Changed<{ backup_codes: string[] }>>> {
    const { codes, macs } = await this.#factors.draftBackupCodes();
    return this.#change(actor, "auth.backup_codes_renewed", () => {
      const saved = this.#factors.saveBackupCodes(macs);
      return saved.ok ? ok({ backup_codes: codes }) : saved;
    });
  }

  async changePassword(actor: Actor, proof: Proof, phc: string): Promise<Result<Changed<null>>> {
    return this.#prove(proof, (now_ms) => {
      this.#saveAccount({ phc });
      const ended = this.#endAllBut(actor.session_id);
      const event_id = this.audit({
        type: "auth.password_changed",
        at_ms: now_ms,
        by: actor,
        details: { ended },
      });
      return { value: null, event_id };
    });
  }

  async projects(limit: number, after: PagePosition | null): Promise<Result<Page<ProjectSummary>>> {
    const items = this.#store.projects(limit, String(after ?? ""));
    return ok({ items, next: items.length === limit ? items.at(-1)!.id : null });
  }

  async receive(batch: PrincipalBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    return this.transact(() =>
      takeOnce(this.sql, batch, (entry) => {
        if (entry.kind === "project") this.#store.saveProject(entry);
        else this.#obey(entry);
      }),
    );
  }

  override async alarm(): Promise<void> {
    await super.alarm();
    if (!this.isCreated) return;
    const { status, expires_at_ms } = this.#store.account();
    if (status === "unconfirmed" && expires_at_ms !== null && expires_at_ms <= this.now())
      await this.#expire();
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    return destination === AUDIT
      ? this.env.AUDIT_LOG.getByName(this.workspace).append(batch)
      : this.env.WORKSPACE.getByName(this.workspace).receive(batch);
  }

  protected override housekeep(now_ms: number): void {
    this.#guards.forget(now_ms);
    this.#rows.deleteExpired(now_ms, this.config.session.idle_ms);
    this.#admissions.forget();
  }

  protected override nextHousekeeping(): number | null {
    const expires_at_ms = this.#store.account().expires_at_ms;
    const due = [this.#guards.nextDue(), this.#rows.nextDue(this.config.session.idle_ms), expires_at_ms];
    const times = due.filter((at_ms) => at_ms !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** Proves, then does the work in the same transaction. A bootstrapped ADMIN is confirmed with the workspace between. */
  async #prove<Value>(
    proof: Proof,
    work: (now_ms: number) => Changed<Value>,
  ): Promise<Result<Changed<Value>>> {
    for (;;) {
      const prepared = await this.#proofs.prepare(proof);
      const foreseen = this.#proofs.decide(prepared, this.now());
      if (foreseen === "stale") continue;
      if (!foreseen.holds) return failed(foreseen.rule);
      const { bootstrap, id } = this.#store.account();
      if (bootstrap && !(await this.env.WORKSPACE.getByName(this.workspace).confirmAdmin(id))) {
        return failed("bootstrap_superseded");
      }
      const proven = this.transact((now_ms) => {
        const verdict = this.#proofs.decide(prepared, now_ms);
        if (verdict === "stale") return verdict;
        if (!verdict.holds) return failed(verdict.rule);
        verdict.settle();
        this.wakeBy(now_ms + HOUR_MS);
        return ok(work(now_ms));
      });
      this.#admissions.forget();
      if (proven !== "stale") return proven;
    }
  }

  /** Decide, save and audit in one transaction; memory is read anew afterwards. */
  #change<Value>(
    actor: Actor,
    type: EventType,
    work: (now_ms: number) => Result<Value>,
    targets: readonly string[] = [this.#store.account().id],
  ): Result<Changed<Value>> {
    const changed = this.transact((now_ms) => {
      const result = work(now_ms);
      if (!result.ok) return result;
      return ok({ value: result.value, event_id: this.audit({ type, at_ms: now_ms, by: actor, targets }) });
    });
    this.#admissions.forget();
    return changed;
  }

  #endFamilyOf(actor: Actor, session_id: string, type: EventType): Result<Changed<null>> {
    return this.#change(
      actor,
      type,
      () => {
        const row = this.#rows.find(session_id);
        if (!row) return refuse("not_found");
        this.#rows.deleteFamily(row.family);
        return ok(null);
      },
      [session_id],
    );
  }

  /** Ends all sessions but that one's family; answers how many. */
  #endAllBut(session_id: string | null): number {
    const kept = session_id === null ? null : this.#rows.find(session_id);
    return this.#rows.deleteAllBut(kept?.family ?? null);
  }

  #newAccount(account: NewAccount, now_ms: number): Account {
    return {
      id: account.id,
      username: account.username,
      email: account.email,
      status: account.enable_mfa ? "unconfirmed" : "active",
      roles: account.roles,
      bootstrap: account.bootstrap,
      phc: account.phc,
      version: 1,
      order_version: 0,
      created_at_ms: now_ms,
      expires_at_ms: account.enable_mfa ? now_ms + UNCONFIRMED_MS : null,
    };
  }

  #confirmAccount(context: RequestContext, now_ms: number): void {
    this.#store.activateFactor();
    this.#saveAccount({ status: "active", bootstrap: false, expires_at_ms: null });
    const { id } = this.#store.account();
    this.audit({
      type: "auth.account_confirmed",
      at_ms: now_ms,
      by: { ...context, principal_id: id },
      targets: [id],
    });
  }

  /** What the workspace decided takes effect: the subject's sessions end, a lower version is ignored. */
  #obey(order: Order): void {
    if (order.version <= this.#store.account().order_version) return;
    const { roles, status, version } = order;
    this.#saveAccount({ ...(roles && { roles }), ...(status && { status }), order_version: version });
    this.#endAllBut(null);
    this.#admissions.forget();
  }

  #saveAccount(change: Partial<Account>): User {
    const account = this.#store.account();
    this.#store.saveAccount({ ...account, ...change, version: account.version + 1 });
    this.#tellDirectory();
    return this.#user();
  }

  #tellDirectory(): void {
    this.outbox.append(
      DIRECTORY,
      directoryEntryOf(this.#store.account(), this.#store.totp("active") !== null),
    );
  }

  #user(): User {
    return userOf(this.#store.account(), this.#store.totp("active") !== null);
  }

  #signedIn(draft: SessionDraft, row: SessionRow): SignedIn {
    const user = { ...this.#user(), roles: this.#proofs.rolesInForce() };
    return { session_token: draft.token, session: this.#sessions.times(row), user };
  }

  #view(row: SessionRow, current_id: string): Promise<Session> {
    return this.#sessions.view({ ...row, last_used_at_ms: this.#admissions.lastUseOf(row) }, current_id);
  }

  #wakeForSession(row: SessionRow): void {
    this.wakeBy(Math.min(row.absolute_deadline_ms, row.last_used_at_ms + this.config.session.idle_ms));
  }

  /** An account that nobody confirmed goes, and frees its name, once its last rows have been shipped. */
  async #expire(): Promise<void> {
    this.transact((now_ms) => {
      const account = this.#store.account();
      this.outbox.append(DIRECTORY, {
        ...directoryEntryOf(account, false),
        status: "erased",
        version: account.version + 1,
      });
      this.audit({
        type: "user.expired",
        at_ms: now_ms,
        by: null,
        targets: [account.id],
        rule: "unconfirmed",
      });
    });
    const drained = (await this.shipNow(DIRECTORY)) && (await this.shipNow(AUDIT));
    if (drained) await this.destroyObject();
  }
}

const failed = (rule: string) => refuse("authentication_failed", { rule });

const networkKey = ({ source }: RequestContext): string =>
  encodeBase64Url(sha256(utf8(networkOf(source.address, "network"))));

const enrolmentOf = ({ secret, qr_uri, backup_codes }: NewEnrolment): NewEnrolment => ({
  secret,
  qr_uri,
  backup_codes,
});
