// A tenant: who is here and with which roles, who may come, which projects there are.
import type { Env } from "../../src/config.ts";
import type { UserStatus, WorkspaceSummary } from "../../src/schema/account.ts";
import type {
  Batch,
  OverrideOrder,
  Receipt,
  RevocationEntry,
  WorkspaceBatch,
} from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed, PagePosition, RequestContext } from "../../src/schema/messages/request.ts";
import type {
  AiCost,
  NewWorker,
  RegistrationRequest,
  VersionedSettings,
  WorkerChange,
  WorkerFilter,
  WorkspaceRpc,
} from "../../src/schema/messages/workspace.ts";
import type { ProjectStatus } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { Settings as SettingsValues } from "../../src/schema/settings.ts";
import type { NewKey } from "../../src/schema/signing-key.ts";
import { toIso } from "../../src/schema/text.ts";
import type { DecidedStatus } from "../../src/schema/worker.ts";
import { ship } from "../destination.ts";
import { earliest } from "../earliest.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT } from "../logged-object.ts";
import { pageOf } from "../page.ts";
import { WebhookOwner } from "../webhooks/owner.ts";
import { WebhookRegistry } from "../webhooks/registry.ts";
import webhooks from "../webhooks/schema.sql";
import { AiBudget } from "./ai-budget.ts";
import { Announcements } from "./announcements.ts";
import { Authorities } from "./authorities.ts";
import { AuthorityStore } from "./authority-store.ts";
import { Blocks } from "./blocks.ts";
import { Decisions, ERASURE } from "./decisions.ts";
import { Door } from "./door.ts";
import { InvitationStore } from "./invitation-store.ts";
import schema from "./schema.sql";
import { AUDIT_SETTINGS, Settings } from "./settings.ts";
import { userOf, WorkspaceStore } from "./store.ts";
import { webhookPlace } from "./webhook-place.ts";
import { WorkerStore } from "./worker-store.ts";
import { Workers } from "./workers.ts";

/** The one workspace whose ADMIN opens others. */
const MAIN = "main";

export class Workspace extends WebhookOwner implements WorkspaceRpc {
  readonly #store: WorkspaceStore;
  readonly #invitations: InvitationStore;
  readonly #door: Door;
  readonly #decisions: Decisions;
  readonly #workers: Workers;
  readonly #settings: Settings;
  readonly #ai: AiBudget;
  readonly #authorities: Authorities;
  protected override readonly endpoints: WebhookRegistry;
  readonly #announcements: Announcements;
  readonly #blocks: Blocks;
  #audit_log_is_open = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "workspace", script: schema, shared: { webhooks } });
    this.#store = new WorkspaceStore(this.sql);
    this.#invitations = new InvitationStore(this.sql);
    this.#door = new Door(this.surface(), this.#store, this.#invitations);
    this.#decisions = new Decisions(this.surface(), this.#store, this.#invitations);
    this.#authorities = new Authorities(this.surface(), new AuthorityStore(this.sql));
    this.#workers = new Workers(this.surface(), new WorkerStore(this.sql), this.#authorities);
    this.#settings = new Settings(this.surface());
    this.#ai = new AiBudget(this.surface());
    this.endpoints = new WebhookRegistry(this.surface(), {
      ...webhookPlace(this.surface(), this.#store),
      serve: (id, row) => (row ? this.#announcements.begin(id) : this.#announcements.end(id)),
    });
    this.#announcements = new Announcements(this.surface(), this.endpoints.store);
    this.#blocks = new Blocks(this.surface());
  }

  async admitRegistration(request: RegistrationRequest, context: RequestContext) {
    const admitted = this.#door.admit(request, context);
    if (this.isCreated) await this.#openAuditLog();
    return admitted;
  }

  async confirmAdmin(principal_id: string) {
    return this.#door.confirmAdmin(principal_id);
  }

  async hasAdmin() {
    return this.isCreated && this.#store.bootstrapped()?.confirmed === true;
  }

  async invite(actor: Actor, roles: readonly Role[], secret_hash: string) {
    return this.#door.invite(actor, roles, secret_hash);
  }

  setRoles(actor: Actor, user_id: string, roles: readonly Role[]) {
    return this.#decisions.setRoles(actor, user_id, roles);
  }

  setStatus(actor: Actor, user_id: string, status: Exclude<UserStatus, "unconfirmed">) {
    return this.#decisions.setStatus(actor, user_id, status);
  }

  eraseUser(actor: Actor, user_id: string) {
    return this.#decisions.erase(actor, user_id);
  }

  setOverride(actor: Actor, user_id: string, override: OverrideOrder) {
    return this.#decisions.setOverride(actor, user_id, override);
  }

  async users(limit: number, after: PagePosition | null) {
    return ok(pageOf(this.#store.members(limit, String(after ?? "")).map(userOf), limit, ({ id }) => id));
  }

  async invitations(limit: number, after: PagePosition | null) {
    return ok(pageOf(this.#invitations.page(limit, String(after ?? "")), limit, ({ id }) => id));
  }

  async projects(limit: number, after: PagePosition | null, status: ProjectStatus | null = null) {
    return ok(pageOf(this.#store.projects(limit, String(after ?? ""), status), limit, ({ id }) => id));
  }

  registerWorker(actor: Actor, worker: NewWorker) {
    return this.#workers.register(actor, worker);
  }

  async workers(filter: WorkerFilter, limit: number, after: PagePosition | null) {
    return this.#workers.page(filter, limit, after);
  }

  async skillHolders(skills: readonly string[]) {
    return this.#workers.holders(skills);
  }

  async workersOf(ids: readonly string[]) {
    return this.#workers.readAll(ids);
  }

  async worker(id: string) {
    return this.#workers.read(id);
  }

  updateWorker(actor: Actor, id: string, change: WorkerChange, version: number | null) {
    return this.#workers.update(actor, id, change, version);
  }

  setWorkerStatus(actor: Actor, id: string, status: DecidedStatus) {
    return this.#workers.setStatus(actor, id, status);
  }

  workerSeen(actor: Actor) {
    return this.#workers.seen(actor);
  }

  async reserveAiCall(actor: Actor, bound_microdollars: number) {
    return this.#ai.reserve(actor, bound_microdollars);
  }

  async settleAiCall(call_id: string, cost: AiCost) {
    this.#ai.settle(call_id, cost);
  }

  async aiUsage() {
    return ok(this.#ai.usage());
  }

  certify(actor: Actor, worker_id: string, key: NewKey) {
    return this.#workers.certify(actor, worker_id, key);
  }

  authorities(actor: Actor) {
    return this.#authorities.bundle(actor);
  }

  revocationList(actor: Actor, authority_id: string | null) {
    return this.#authorities.list(actor, authority_id);
  }

  rotateAuthority(actor: Actor) {
    return this.#authorities.rotate(actor);
  }

  async settings() {
    return ok(this.#settings.read());
  }

  changeSettings(actor: Actor, change: Partial<SettingsValues>, version: number | null) {
    return this.#settings.change(actor, change, version);
  }

  async openWorkspace(actor: Actor, name: string): Promise<Result<Changed<WorkspaceSummary>>> {
    if (this.workspace !== MAIN) return refuse("permission_denied", { rule: "not_main" });
    return this.transact((now_ms) =>
      this.idempotency_keys.once(actor, now_ms, name, () => {
        if (!this.#store.admins().includes(actor.principal_id)) {
          return refuse("permission_denied", { rule: "not_admin" });
        }
        if (name === MAIN || !this.#store.openWorkspace(name, now_ms)) {
          return refuse("conflict", { detail: "this workspace is open already" });
        }
        const event_id = this.audit({ type: "workspace.opened", at_ms: now_ms, by: actor, targets: [name] });
        return ok({ value: { name, created_at: toIso(now_ms) }, event_id });
      }),
    );
  }

  async workspaces(limit: number, after: PagePosition | null) {
    if (this.workspace !== MAIN) return refuse("permission_denied", { rule: "not_main" });
    return ok(pageOf(this.#store.workspaces(limit, String(after ?? "")), limit, ({ name }) => name));
  }

  async blocks(limit: number, after: PagePosition | null) {
    return this.#blocks.page(limit, after);
  }

  async block(id: string) {
    return this.#blocks.read(id);
  }

  async liftBlock(actor: Actor, id: string) {
    return this.#blocks.lift(actor, id);
  }

  async receive(batch: WorkspaceBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    return this.transact(() =>
      takeOnce(this.sql, batch, (entry) => {
        if (entry.kind === "user") this.#decisions.heed(entry);
        else if (entry.kind === "revocation") this.#revoke(entry);
        else if (entry.kind === "webhook_status") this.endpoints.heed(entry);
        else if (entry.kind === "block") this.#blocks.heed(entry);
        else {
          this.#announcements.welcome(entry);
          this.#store.saveProject(entry);
        }
      }),
    );
  }

  #revoke({ worker_id, key_ids, at_ms }: RevocationEntry): void {
    for (const key_id of key_ids) this.#authorities.revoke(worker_id, key_id, at_ms);
  }

  protected override housekeep(now_ms: number): void {
    this.#authorities.forget(now_ms);
    this.#announcements.goOn();
  }

  protected override nextHousekeeping(): number | null {
    return earliest(this.#authorities.nextDue(), this.#announcements.nextDue());
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination === AUDIT) return this.sendAudit(batch);
    if (destination === AUDIT_SETTINGS) return this.#sendSettings(batch);
    if (destination.startsWith(ERASURE)) return this.#sendErasure(destination.slice(ERASURE.length), batch);
    return ship(this.env, destination, batch);
  }

  async #sendSettings({ first_sequence, rows }: Batch<VersionedSettings>): Promise<Receipt> {
    const log = this.env.AUDIT_LOG.getByName(this.workspace);
    for (const { settings, version } of rows) await log.adopt(settings, version);
    return { next_sequence: first_sequence + rows.length };
  }

  async #sendErasure(principal: string, { first_sequence, rows }: Batch<never>): Promise<Receipt> {
    await this.env.PRINCIPAL.getByName(principal).erase();
    return { next_sequence: first_sequence + rows.length };
  }

  /** Before anybody can register here, the audit log is there to hear of it. */
  async #openAuditLog(): Promise<void> {
    if (this.#audit_log_is_open) return;
    await this.env.AUDIT_LOG.getByName(this.workspace).open();
    this.#audit_log_is_open = true;
  }
}
