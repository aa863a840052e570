// A tenant: who is here and with which roles, who may come, which projects there are.
// It alone changes roles and suspends, one decision at a time, so that the last ADMIN stays.
import type { Env } from "../../src/config.ts";
import { covers, isPrivileged } from "../../src/domain/role.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { Invitation, User, UserStatus, WorkspaceSummary } from "../../src/schema/account.ts";
import type { Batch, Receipt, WorkspaceBatch } from "../../src/schema/messages/outbox.ts";
import type {
  Actor,
  Changed,
  Page,
  PagePosition,
  RequestContext,
} from "../../src/schema/messages/request.ts";
import type { RegistrationRequest, WorkspaceRpc } from "../../src/schema/messages/workspace.ts";
import type { ProjectSummary } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import schema from "./schema.sql";
import { type MemberRow, rolesOf, userOf, WorkspaceStore } from "./store.ts";

const INVITATION_MS = 72 * 3_600_000;
const OPEN_INVITATIONS_MAX = 1_000;

export class Workspace extends LoggedObject implements WorkspaceRpc {
  readonly #store: WorkspaceStore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "workspace", script: schema });
    this.#store = new WorkspaceStore(this.sql);
  }

  async admitRegistration(
    request: RegistrationRequest,
    context: RequestContext,
  ): Promise<Result<{ roles: readonly Role[] }>> {
    if (!this.isCreated && !request.bootstrap) {
      return refuse("registration_closed", { rule: "unknown_workspace" });
    }
    return this.transact((now_ms) => {
      if (!this.isCreated) this.#create(request, context, now_ms);
      const admitted = this.#admit(request, context, now_ms);
      if (!admitted.ok) {
        const { rule = null } = admitted.refusal;
        this.observe({ type: "access.refused", at_ms: now_ms, by: context, decision: "deny", rule });
      }
      return admitted;
    });
  }

  async confirmAdmin(principal_id: string): Promise<boolean> {
    if (!this.isCreated) return false;
    return this.transact(() => {
      const reservation = this.#store.bootstrapped();
      if (!reservation || reservation.principal_id !== principal_id) return false;
      this.#store.confirmBootstrap();
      return true;
    });
  }

  async hasAdmin(): Promise<boolean> {
    return this.isCreated && this.#store.bootstrapped()?.confirmed === true;
  }

  async users(limit: number, after: PagePosition | null): Promise<Result<Page<User>>> {
    const items = this.#store.members(limit, String(after ?? "")).map(userOf);
    return ok({ items, next: items.length === limit ? items.at(-1)!.id : null });
  }

  async setRoles(actor: Actor, user_id: string, roles: readonly Role[]): Promise<Result<Changed<User>>> {
    return this.#decide(actor, user_id, (member, now_ms) => {
      if (!covers(actor.permissions, roles)) {
        return refuse("permission_denied", { rule: "more_than_own_permissions" });
      }
      if (!roles.includes("ADMIN") && this.#isLastAdmin(member))
        return refuse("last_admin", { rule: "last_admin" });
      return this.#order(actor, member, { roles }, now_ms);
    });
  }

  async setStatus(
    actor: Actor,
    user_id: string,
    status: Exclude<UserStatus, "unconfirmed">,
  ): Promise<Result<Changed<User>>> {
    return this.#decide(actor, user_id, (member, now_ms) => {
      const expected = status === "suspended" ? "active" : "suspended";
      if (member.status !== expected) return refuse("conflict", { detail: `the user is ${member.status}` });
      if (status === "suspended" && this.#isLastAdmin(member))
        return refuse("last_admin", { rule: "last_admin" });
      return this.#order(actor, member, { status }, now_ms);
    });
  }

  async invite(
    actor: Actor,
    roles: readonly Role[],
    secret_hash: string,
  ): Promise<Result<Changed<Invitation>>> {
    return this.transact((now_ms) => {
      if (!covers(actor.permissions, roles)) {
        return refuse("permission_denied", { rule: "more_than_own_permissions" });
      }
      if (this.#store.openInvitations(now_ms) >= OPEN_INVITATIONS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${OPEN_INVITATIONS_MAX} open invitations` });
      }
      const invitation = {
        id: randomId("inv_"),
        roles: JSON.stringify(roles),
        invited_by: actor.principal_id,
        created_at_ms: now_ms,
        expires_at_ms: now_ms + INVITATION_MS,
      };
      const value = this.#store.insertInvitation(invitation, secret_hash);
      const event_id = this.audit({
        type: "invitation.created",
        at_ms: now_ms,
        by: actor,
        targets: [invitation.id],
        details: { roles: [...roles] },
      });
      return ok({ value, event_id });
    });
  }

  async invitations(limit: number, after: PagePosition | null): Promise<Result<Page<Invitation>>> {
    const items = this.#store.invitations(limit, String(after ?? ""));
    return ok({ items, next: items.length === limit ? items.at(-1)!.id : null });
  }

  async openWorkspace(actor: Actor, name: string): Promise<Result<Changed<WorkspaceSummary>>> {
    if (this.workspace !== "main") return refuse("permission_denied", { rule: "not_main" });
    return this.transact((now_ms) => {
      if (name === "main" || !this.#store.openWorkspace(name, now_ms)) {
        return refuse("conflict", { detail: "this workspace is open already" });
      }
      const event_id = this.audit({ type: "workspace.opened", at_ms: now_ms, by: actor, targets: [name] });
      return ok({ value: { name, created_at: toIso(now_ms) }, event_id });
    });
  }

  async workspaces(limit: number, after: PagePosition | null): Promise<Result<Page<WorkspaceSummary>>> {
    if (this.workspace !== "main") return refuse("permission_denied", { rule: "not_main" });
    const items = this.#store.workspaces(limit, String(after ?? ""));
    return ok({ items, next: items.length === limit ? items.at(-1)!.name : null });
  }

  async projects(limit: number, after: PagePosition | null): Promise<Result<Page<ProjectSummary>>> {
    const items = this.#store.projects(limit, String(after ?? ""));
    return ok({ items, next: items.length === limit ? items.at(-1)!.id : null });
  }

  async receive(batch: WorkspaceBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    return this.transact(() =>
      takeOnce(this.sql, batch, (entry) => {
        if (entry.kind === "user") this.#store.saveEntry(entry);
        else this.#store.saveProject(entry);
      }),
    );
  }

  protected override async send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination !== AUDIT) return this.env.PRINCIPAL.getByName(destination).receive(batch);
    const log = this.env.AUDIT_LOG.getByName(this.workspace);
    const receipt = await log.append(batch);
    if (!receipt.gone) return receipt;
    // The first events of a new workspace: its log comes to be with them.
    await log.open();
    return log.append(batch);
  }

  #create(request: RegistrationRequest, context: RequestContext, now_ms: number): void {
    this.createObject();
    this.audit({ type: "workspace.created", at_ms: now_ms, by: context, targets: [request.workspace] });
  }

  #admit(
    request: RegistrationRequest,
    context: RequestContext,
    now_ms: number,
  ): Result<{ roles: readonly Role[] }> {
    if (request.bootstrap) {
      if (!request.enable_mfa) return needsMfa(["ADMIN"]);
      if (this.#store.bootstrapped()?.confirmed) {
        return refuse("registration_closed", { rule: "bootstrap_token_is_dead" });
      }
      this.#store.reserveBootstrap(request.principal_id);
      return ok({ roles: ["ADMIN"] });
    }
    if (request.invitation_hash !== null) {
      const invitation = this.#store.liveInvitation(request.invitation_hash, now_ms);
      if (!invitation) return refuse("registration_closed", { rule: "invitation_not_live" });
      if (this.#store.member(request.principal_id)) return refuse("username_taken");
      if (isPrivileged(invitation.roles) && !request.enable_mfa) return needsMfa(invitation.roles);
      this.#store.useInvitation(invitation.id, request.principal_id);
      this.audit({
        type: "invitation.used",
        at_ms: now_ms,
        by: { ...context, principal_id: request.principal_id },
        targets: [invitation.id],
      });
      return ok({ roles: invitation.roles });
    }
    if (this.config.registration !== "open")
      return refuse("registration_closed", { rule: "by_invitation_only" });
    return ok({ roles: ["USER"] });
  }

  /** Runs a decision about a member and answers once the member's own object obeys it. */
  async #decide(
    actor: Actor,
    user_id: string,
    decide: (member: MemberRow, now_ms: number) => Result<Changed<User>>,
  ): Promise<Result<Changed<User>>> {
    const decided = this.transact((now_ms) => {
      const member = this.#store.member(user_id);
      if (!member) return refuse("not_found");
      // The caller was admitted a moment ago; whoever has lost the role since is refused here.
      if (!this.#store.admins().includes(actor.principal_id))
        return refuse("permission_denied", { rule: "not_admin" });
      return decide(member, now_ms);
    });
    if (!decided.ok) return decided;
    const obeyed = await this.shipNow(`${this.workspace}/${user_id}`);
    return obeyed
      ? decided
      : refuse("unavailable", { detail: "decided, and still on its way to the user's sessions" });
  }

  #order(
    actor: Actor,
    member: MemberRow,
    change: { roles?: readonly Role[]; status?: Exclude<UserStatus, "unconfirmed"> },
    now_ms: number,
  ): Result<Changed<User>> {
    const version = this.#store.saveDecision(member.id, change);
    this.outbox.append(`${this.workspace}/${member.id}`, { kind: "order", version, ...change });
    const event_id = this.audit({
      type: change.roles
        ? "user.roles_changed"
        : change.status === "suspended"
          ? "user.suspended"
          : "user.restored",
      at_ms: now_ms,
      by: actor,
      targets: [member.id],
      details: change.roles ? { before: rolesOf(member), after: [...change.roles] } : {},
    });
    return ok({ value: userOf(this.#store.member(member.id)!), event_id });
  }

  #isLastAdmin(member: MemberRow): boolean {
    const admins = this.#store.admins();
    return admins.length === 1 && admins[0] === member.id;
  }
}

const needsMfa = (roles: readonly Role[]) =>
  refuse("invalid_input", { errors: [{ pointer: "/enable_mfa", detail: `${roles.join(", ")} needs MFA` }] });
