// A principal: one person's credentials, sessions, buckets, nonces and roles, and the index of their projects.
// Thin: every method hands to the part that decides; the parts share one transaction, this object's.
import type { Env } from "../../src/config.ts";
import type { AiRecord } from "../../src/schema/ai-record.ts";
import type { AiFeature } from "../../src/schema/ai-usage.ts";
import {
  type AdmissionText,
  type CertificateClaim,
  type ContextText,
  fromText,
  type PolicyText,
  policyFrom,
  type SecretClaim,
  type SignatureClaim,
  type TextOf,
  toText,
} from "../../src/schema/messages/admission.ts";
import type { HookDelivery } from "../../src/schema/messages/hook.ts";
import type { Batch, PrincipalBatch, ProjectEntry, Receipt } from "../../src/schema/messages/outbox.ts";
import type {
  Attempt,
  LinkClaim,
  NewAccount,
  PrincipalRpc,
  Proof,
  RecoverySubject,
  WorkFilter,
} from "../../src/schema/messages/principal.ts";
import type { Actor, PagePosition, RequestContext } from "../../src/schema/messages/request.ts";
import type { Standing, StreamClaim } from "../../src/schema/messages/stream.ts";
import type { ProjectStatus } from "../../src/schema/project.ts";
import { ok, refuse } from "../../src/schema/result.ts";
import type { Permission } from "../../src/schema/role.ts";
import type { NewKey } from "../../src/schema/signing-key.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import { pageOf } from "../page.ts";
import { AccountLife } from "./account.ts";
import { Admissions } from "./admission.ts";
import { AiRecords } from "./ai-records.ts";
import { AiUse } from "./ai-use.ts";
import { mayAnswerFor } from "./answering.ts";
import { ApiTokens } from "./api-tokens.ts";
import { Buckets } from "./buckets.ts";
import { Core } from "./core.ts";
import { Email } from "./email.ts";
import { ERASED_SUBJECT, Erasure } from "./erasure.ts";
import { Factors } from "./factors.ts";
import { Farewell, GONE_MEMBER } from "./farewell.ts";
import { Handoff } from "./handoff.ts";
import { Housekeeping } from "./housekeeping.ts";
import { InboundHooks } from "./inbound-hooks.ts";
import { KeyUses } from "./key-uses.ts";
import { ended, LiveSessions } from "./live-sessions.ts";
import { MAIL } from "./mails.ts";
import { failed, Proofs } from "./proofs.ts";
import { Recovery } from "./recovery.ts";
import schema from "./schema.sql";
import { Sessions } from "./sessions.ts";
import { Signatures } from "./signatures.ts";
import { StreamStore } from "./stream-store.ts";
import { Streams } from "./streams.ts";
import { WorkerRecord } from "./worker.ts";

export class Principal extends LoggedObject implements PrincipalRpc {
  readonly #core: Core;
  readonly #life: AccountLife;
  readonly #proofs: Proofs;
  readonly #factors: Factors;
  readonly #email: Email;
  readonly #recovery: Recovery;
  readonly #sessions: Sessions;
  readonly #handoff: Handoff;
  readonly #tokens: ApiTokens;
  readonly #buckets: Buckets;
  readonly #key_uses: KeyUses;
  readonly #housekeeping: Housekeeping;
  readonly #worker: WorkerRecord;
  readonly #hooks: InboundHooks;
  readonly #admissions: Admissions;
  readonly #ai: AiUse;
  readonly #ai_records: AiRecords;
  readonly #streams: Streams;
  readonly #erasure: Erasure;
  readonly #farewell: Farewell;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "principal", script: schema });
    this.#core = new Core(this.surface());
    this.#factors = new Factors(this.#core);
    this.#email = new Email(this.#core);
    this.#life = new AccountLife(this.#core, this.#factors, this.#email);
    this.#proofs = new Proofs(this.#core);
    this.#buckets = new Buckets(this.#core);
    this.#key_uses = new KeyUses(this.#core);
    this.#hooks = new InboundHooks(this.#core, this.#buckets);
    this.#housekeeping = new Housekeeping(this.#core, this.#buckets, this.#hooks.record);
    const live = new LiveSessions(this.#core);
    this.#admissions = new Admissions(this.#core, this.#buckets, live, new Signatures(this.#core));
    this.#sessions = new Sessions(this.#core, this.#proofs, this.#life, (row) => live.lastUseOf(row));
    this.#handoff = new Handoff(this.#core, this.#proofs, this.#sessions);
    this.#tokens = new ApiTokens(this.#core);
    this.#farewell = new Farewell(this.#core);
    this.#worker = new WorkerRecord(this.#core, this.#farewell);
    this.#streams = new Streams(this.#core, new StreamStore(this.sql), (row) => live.lastUseOf(row));
    this.#erasure = new Erasure(this.#core, this.#farewell);
    this.#recovery = new Recovery(this.#core, this.#proofs);
    this.#ai = new AiUse(this.#core);
    this.#ai_records = new AiRecords(this.#core);
  }

  create(account: NewAccount, context: RequestContext) {
    return this.#life.create(account, context);
  }

  async beginAttempt(context: RequestContext) {
    return this.#isHere ? this.#proofs.attempts.begin(context) : UNKNOWN;
  }

  async signIn(proof: Proof, context: RequestContext) {
    return this.#isHere
      ? this.#streams.closedBefore(this.#sessions.signIn(proof, context))
      : failed("unknown_name");
  }

  async admitToken(token: TextOf<SecretClaim>, policy: PolicyText): Promise<AdmissionText> {
    if (!this.isCreated) return NOBODY;
    return toText(await this.#admissions.admitToken(fromText(token), policyFrom(policy)));
  }

  async admitSigned(signature: TextOf<SignatureClaim>, policy: PolicyText): Promise<AdmissionText> {
    if (!this.isCreated) return NO_WORKER;
    return toText(await this.#admissions.admitSigned(fromText(signature), policyFrom(policy)));
  }

  async admitCertificate(certificate: TextOf<CertificateClaim>, policy: PolicyText): Promise<AdmissionText> {
    if (!this.isCreated) return UNKNOWN_CERTIFICATE;
    return toText(this.#admissions.admitCertificate(fromText(certificate), policyFrom(policy)));
  }

  openKeySession(actor: Actor, context: RequestContext) {
    return this.#streams.closedBefore(this.#sessions.openByKey(actor, context));
  }

  async receiveHook(policy: PolicyText, context: ContextText, delivery: HookDelivery) {
    return this.#hooks.receive(policyFrom(policy), fromText(context), delivery);
  }

  async integrationPlace() {
    return this.#hooks.record.place();
  }

  async hookFailures(limit: number, before: PagePosition | null) {
    return this.isCreated ? this.#hooks.attempts.failures(limit, before) : refuse("not_found");
  }

  async replayHook(actor: Actor, delivery_id: string) {
    return this.isCreated ? this.#hooks.attempts.replay(actor, delivery_id) : refuse("not_found");
  }

  createToken(actor: Actor, name: string, permissions: readonly Permission[], days: number) {
    return this.#tokens.create(actor, name, permissions, days);
  }

  async tokens() {
    return this.#tokens.list();
  }

  async revokeToken(actor: Actor, token_id: string) {
    return this.#streams.closedBefore(this.#tokens.revoke(actor, token_id));
  }

  beginHandoff(actor: Actor) {
    return this.#handoff.begin(actor);
  }

  acceptHandoff(ticket_id: string, secret: Uint8Array, proof: Proof, context: RequestContext) {
    return this.#streams.closedBefore(this.#handoff.accept(ticket_id, secret, proof, context));
  }

  async admit(session: TextOf<SecretClaim>, policy: PolicyText): Promise<AdmissionText> {
    if (!this.isCreated) return NOBODY;
    return toText(await this.#admissions.admit(fromText(session), policyFrom(policy)));
  }

  async user() {
    return this.#isHere ? ok(this.#core.user()) : refuse("not_found");
  }

  async mayAnswerFor(project_id: string | null, is_over: boolean) {
    return this.#isHere && mayAnswerFor(this.#core, project_id, is_over);
  }

  sessions(current_id: string) {
    return this.#sessions.list(current_id);
  }

  async signOut(actor: Actor) {
    return this.#streams.closedBefore(this.#sessions.end(actor, actor.session_id, "auth.signed_out"));
  }

  async endSession(actor: Actor, session_id: string) {
    return this.#streams.closedBefore(this.#sessions.end(actor, session_id, "session.revoked"));
  }

  async endOtherSessions(actor: Actor) {
    return this.#streams.closedBefore(this.#sessions.endAllBut(actor, actor.session_id, "session.revoked"));
  }

  async endAllSessions(actor: Actor) {
    return this.#isHere
      ? this.#streams.closedBefore(this.#sessions.endAllBut(actor, null, "user.sessions_ended"))
      : refuse("not_found");
  }

  async unlock(actor: Actor) {
    return this.#isHere ? this.#proofs.attempts.unlock(actor) : refuse("not_found");
  }

  async sweepKeys(actor: Actor) {
    return this.#isHere ? this.#key_uses.sweep(actor) : refuse("not_found");
  }

  async rateLimits() {
    return this.#isHere ? ok(this.#buckets.states()) : refuse("not_found");
  }

  async resetRateLimits(actor: Actor) {
    return this.#isHere ? this.#buckets.reset(actor) : refuse("not_found");
  }

  renew(actor: Actor, context: RequestContext) {
    return this.#sessions.renew(actor, context);
  }

  stepUp(actor: Actor, proof: Proof) {
    return this.#sessions.stepUp(actor, proof);
  }

  changePassword(actor: Actor, proof: Proof, phc: string, revoke_tokens = false) {
    return this.#streams.closedBefore(this.#sessions.changePassword(actor, proof, phc, revoke_tokens));
  }

  beginMfa(actor: Actor) {
    return this.#factors.begin(actor);
  }

  confirmMfa(actor: Actor, code: string, attempt: Attempt) {
    return this.#streams.closedBefore(this.#factors.confirm(actor, this.#proofs, code, attempt));
  }

  removeMfa(actor: Actor, phc: string) {
    return this.#streams.closedBefore(this.#factors.remove(actor, phc));
  }

  newBackupCodes(actor: Actor) {
    return this.#factors.newBackupCodes(actor);
  }

  async resetMfa(actor: Actor) {
    return this.#isHere ? this.#streams.closedBefore(this.#factors.reset(actor)) : refuse("not_found");
  }

  changeEmail(actor: Actor, address: string) {
    return this.#email.change(actor, address);
  }

  async confirmEmail(claim: LinkClaim, context: RequestContext) {
    return this.#isHere ? this.#email.confirm(claim, context) : failed("link_not_live");
  }

  requestRecovery(context: RequestContext) {
    return this.#recovery.request(context);
  }

  async recoverySubject(claim: LinkClaim) {
    return this.#recovery.subject(claim);
  }

  recover(
    claim: LinkClaim,
    proof: Omit<Proof, "attempt">,
    subject: RecoverySubject,
    phc: string,
    context: RequestContext,
  ) {
    return this.#streams.closedBefore(this.#recovery.confirm(claim, proof, subject, phc, context));
  }

  async unlockByLink(claim: LinkClaim, context: RequestContext) {
    return this.#isHere ? this.#recovery.unlock(claim, context) : failed("link_not_live");
  }

  async takeAiCall(actor: Actor, feature: AiFeature) {
    return this.#ai.take(actor, feature);
  }

  async withdrawAiCall() {
    this.#ai.withdraw();
  }

  async keepAiRecord(actor: Actor, record: AiRecord) {
    if (this.isCreated) await this.#ai_records.keep(actor, record);
  }

  async aiRecords(limit: number, before: PagePosition | null) {
    return this.isCreated ? ok(await this.#ai_records.page(limit, before)) : refuse("not_found");
  }

  async aiUsage() {
    return ok(this.#ai.usage());
  }

  async notices(limit: number, before: PagePosition | null) {
    return ok(this.#core.notices.page(limit, before));
  }

  async readNotices(actor: Actor, notice_id: string) {
    return this.#core.change(
      actor,
      "notice.acknowledged",
      (now_ms) => (this.#core.notices.markRead(notice_id, now_ms) ? ok(null) : refuse("not_found")),
      { targets: [notice_id] },
    );
  }

  async load() {
    return this.#worker.load();
  }

  async keys() {
    return this.#worker.list();
  }

  async addKey(actor: Actor, key: NewKey) {
    return this.#worker.add(actor, key);
  }

  async renewCertificate(actor: Actor, key_id: string | null) {
    return this.#worker.renew(actor, key_id);
  }

  async revokeKey(actor: Actor, key_id: string) {
    return this.#streams.closedBefore(this.#worker.revoke(actor, key_id));
  }

  async revokeKeys(actor: Actor) {
    return this.#streams.closedBefore(this.#worker.revokeAll(actor));
  }

  async projects(limit: number, after: PagePosition | null, status: ProjectStatus | null = null) {
    return ok(pageOf(this.#core.store.projects(limit, String(after ?? ""), status), limit, ({ id }) => id));
  }

  async work(filter: WorkFilter, limit: number, after: PagePosition | null) {
    return ok(this.#core.work.page(filter, limit, String(after ?? ""), this.now()));
  }

  async receive(batch: PrincipalBatch): Promise<Receipt> {
    const [first] = batch.rows;
    if (this.#erasure.isBegun) return this.#erasure.refuse(batch);
    if (!this.isCreated && first?.kind !== "worker" && first?.kind !== "integration")
      return { next_sequence: batch.first_sequence, gone: true };
    const receipt = this.transact(() => {
      // A worker or an integration comes to be here; the inbox, with it.
      if (first?.kind === "worker") this.#worker.create(first);
      if (first?.kind === "integration") this.#hooks.record.create(first);
      this.#worker.takeLeave(batch.rows);
      return takeOnce(this.sql, batch, (entry) => {
        if (entry.kind === "project") this.#heed(entry);
        else if (entry.kind === "task") this.#core.work.save(entry);
        else if (entry.kind === "worker") this.#worker.obey(entry);
        else if (entry.kind === "integration") this.#hooks.record.obey(entry);
        else if (entry.kind === "order") this.#life.obey(entry);
        else if (entry.kind === "notice") this.#core.notices.note({ ...entry, by: null });
      });
    });
    return this.#streams.closedBefore(receipt);
  }

  async ownedProjects(limit: number) {
    return this.#isHere ? this.#erasure.ownedProjects(limit) : [];
  }

  async erase(): Promise<void> {
    if (!this.isCreated) return;
    this.transact((now_ms) => this.#erasure.begin(now_ms));
    this.#core.forgetAll();
    await this.#streams.closedBefore(null);
  }

  async openStream(claim: StreamClaim) {
    return this.#isHere ? this.#streams.open(claim) : refuse("session_ended");
  }

  async confirmStreams(project: string, ids: readonly string[]) {
    return this.#streams.confirm(project, ids);
  }

  async streamsClosed(ids: readonly string[]) {
    if (this.isCreated) this.#streams.forget(ids);
  }

  async stands(standing: Standing) {
    return this.#isHere && this.#streams.stands(standing);
  }

  /** Whether there is somebody, or was until a moment ago. */
  get #isHere(): boolean {
    return this.isCreated && !this.#erasure.isBegun;
  }

  #heed(entry: ProjectEntry): void {
    this.#core.store.saveProject(entry);
    if (entry.erased) this.#core.work.forgetProject(entry.id);
  }

  override async alarm(): Promise<void> {
    await super.alarm();
    if (this.#isHere) await this.#life.expireIfDue();
    else if (this.#erasure.isOver && this.outbox.destinations().length === 0) await this.destroyObject();
    if (this.#isHere) await this.#hooks.attempts.resume();
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination === MAIL) return this.#core.mails.deliver(batch);
    if (destination === ERASED_SUBJECT) return this.#erasure.tell(batch);
    if (destination.startsWith(GONE_MEMBER)) return this.#farewell.ship(destination, batch);
    return destination === AUDIT
      ? this.sendAudit(batch)
      : this.env.WORKSPACE.getByName(this.workspace).receive(batch);
  }

  /** Every change also knows which key was the newest when it was made. */
  protected override transact<Value>(work: (now_ms: number) => Value): Value {
    return super.transact((now_ms) => {
      const value = work(now_ms);
      this.#key_uses.note(now_ms);
      return value;
    });
  }

  protected override rolledBack(): void {
    this.#key_uses.rolledBack();
    this.#hooks.record.deliveries.recount();
    this.#core.forgetAll();
  }

  protected override housekeep(now_ms: number): void {
    this.#housekeeping.run(now_ms);
  }

  protected override nextHousekeeping(): number | null {
    return this.#erasure.dueAt ?? this.#housekeeping.nextDue();
  }
}

const UNKNOWN: Attempt = { phc: null, attempt_id: null, rule: "unknown_name" };
const NO_SUCH = { rule: "no_such_worker" };
const NO_WORKER: AdmissionText = toText({
  rate_limit: null,
  decision: refuse("signature_refused", NO_SUCH),
});
const UNKNOWN_CERTIFICATE = toText({ rate_limit: null, decision: refuse("certificate_refused", NO_SUCH) });
const NOBODY: AdmissionText = toText({ rate_limit: null, decision: ended("no_such_principal") });
