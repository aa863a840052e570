// Who may come in: the first ADMIN by bootstrap token, others by invitation or, where that is open, by themselves.
import { covers, isPrivileged, permissionSet } from "../../src/domain/role.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { Invitation } from "../../src/schema/account.ts";
import type { Actor, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import type { RegistrationRequest } from "../../src/schema/messages/workspace.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { InvitationStore } from "./invitation-store.ts";
import { rolesOf, type WorkspaceStore } from "./store.ts";

const INVITATION_MS = 72 * 3_600_000;
const OPEN_INVITATIONS_MAX = 1_000;

type Roles = Result<{ roles: readonly Role[] }>;

export class Door {
  readonly #object: ObjectSurface;
  readonly #store: WorkspaceStore;
  readonly #invitations: InvitationStore;

  constructor(object: ObjectSurface, store: WorkspaceStore, invitations: InvitationStore) {
    this.#object = object;
    this.#store = store;
    this.#invitations = invitations;
  }

  /** The roles that this person may register with. A workspace comes to be only by its bootstrap token. */
  admit(request: RegistrationRequest, context: RequestContext): Roles {
    const object = this.#object;
    if (!object.isCreated() && !request.bootstrap) {
      return refuse("registration_closed", { rule: "unknown_workspace" });
    }
    return object.transact((now_ms) => {
      if (!object.isCreated()) {
        object.create();
        object.audit({ type: "workspace.created", at_ms: now_ms, by: context, targets: [request.workspace] });
      }
      const admitted = this.#decide(request, context, now_ms);
      if (!admitted.ok) {
        const { rule = null } = admitted.refusal;
        object.observe({ type: "access.refused", at_ms: now_ms, by: context, decision: "deny", rule });
      }
      return admitted;
    });
  }

  /** The bootstrapped ADMIN has signed in with a code: the token is dead from now on. */
  confirmAdmin(principal_id: string): boolean {
    if (!this.#object.isCreated()) return false;
    return this.#object.transact(() => {
      if (this.#store.bootstrapped()?.principal_id !== principal_id) return false;
      this.#store.confirmBootstrap();
      return true;
    });
  }

  invite(actor: Actor, roles: readonly Role[], secret_hash: string): Result<Changed<Invitation>> {
    const id = randomId("inv_");
    return this.#object.transact((now_ms) =>
      this.#object.once(actor, now_ms, id, () => {
        // The caller was admitted a moment ago; whoever has lost the role since is refused here.
        if (actor.roles.includes("ADMIN") && !this.#store.admins().includes(actor.principal_id)) {
          return refuse("permission_denied", { rule: "not_admin" });
        }
        if (!covers(actor.permissions, roles) || !this.#mayInviteTo(actor.principal_id, roles)) {
          return refuse("permission_denied", { rule: "more_than_own_permissions" });
        }
        if (this.#invitations.open(now_ms) >= OPEN_INVITATIONS_MAX) {
          return refuse("quota_exceeded", { detail: `at most ${OPEN_INVITATIONS_MAX} open invitations` });
        }
        const invitation = {
          id,
          roles: JSON.stringify(roles),
          invited_by: actor.principal_id,
          created_at_ms: now_ms,
          expires_at_ms: now_ms + INVITATION_MS,
        };
        const value = this.#invitations.insert(invitation, secret_hash);
        const targets = [invitation.id];
        const details = { roles: [...roles] };
        const event_id = this.#object.audit({
          type: "invitation.created",
          at_ms: now_ms,
          by: actor,
          targets,
          details,
        });
        return ok({ value, event_id });
      }),
    );
  }

  #decide(request: RegistrationRequest, context: RequestContext, now_ms: number): Roles {
    if (request.bootstrap) return this.#bootstrap(request);
    if (request.invitation_hash !== null)
      return this.#useInvitation(request, request.invitation_hash, context, now_ms);
    if (this.#object.config.registration !== "open") {
      return refuse("registration_closed", { rule: "by_invitation_only" });
    }
    // Whoever is here is told so by their own object.
    if (this.#isErased(request)) return refuse("username_taken");
    return ok({ roles: ["USER"] });
  }

  /** Until its ADMIN is confirmed, the token may be used again: the last to register is the one awaited. */
  #bootstrap(request: RegistrationRequest): Roles {
    const { enable_mfa, principal_id } = request;
    if (!enable_mfa) return needsMfa(["ADMIN"]);
    if (this.#store.bootstrapped()?.confirmed) {
      return refuse("registration_closed", { rule: "bootstrap_token_is_dead" });
    }
    // A name that is taken becomes nobody's ADMIN, so it must not supersede whoever is awaited.
    if (this.#isTaken(request)) return refuse("username_taken");
    this.#store.reserveBootstrap(principal_id);
    return ok({ roles: ["ADMIN"] });
  }

  /** Told only to whoever may come in: to others a name says nothing. */
  #isTaken(request: RegistrationRequest): boolean {
    return this.#store.member(request.principal_id) !== undefined || this.#isErased(request);
  }

  /** The name of somebody erased stays theirs: nobody becomes who they were. */
  #isErased({ principal_id }: RegistrationRequest): boolean {
    return this.#store.erasure(principal_id) !== null;
  }

  /** By the workspace's own view of the inviter, as it is now: nobody invites without a second factor. */
  #mayInviteTo(inviter: string, roles: readonly Role[]): boolean {
    const member = this.#store.member(inviter);
    if (member?.status !== "active" || member.mfa_enabled !== 1) return false;
    return covers(permissionSet(rolesOf(member)), roles);
  }

  #useInvitation(request: RegistrationRequest, hash: string, context: RequestContext, now_ms: number): Roles {
    const { principal_id, enable_mfa } = request;
    const invitation = this.#invitations.live(hash, principal_id, now_ms);
    if (!invitation) return refuse("registration_closed", { rule: "invitation_not_live" });
    // It stands no longer than the inviter could still give it: nobody leaves a door open behind them.
    if (!this.#mayInviteTo(invitation.invited_by, invitation.roles)) {
      return refuse("registration_closed", { rule: "inviter_has_lost_the_role" });
    }
    if (this.#isTaken(request)) return refuse("username_taken");
    if (isPrivileged(invitation.roles) && !enable_mfa) return needsMfa(invitation.roles);
    // Whoever comes again was not made, or they would be a member.
    if (invitation.used_by === null) {
      this.#invitations.use(invitation.id, principal_id);
      const by = { ...context, principal_id };
      this.#object.audit({ type: "invitation.used", at_ms: now_ms, by, targets: [invitation.id] });
    }
    return ok({ roles: invitation.roles });
  }
}

const needsMfa = (roles: readonly Role[]) =>
  refuse("invalid_input", { errors: [{ pointer: "/enable_mfa", detail: `${roles.join(", ")} needs MFA` }] });
