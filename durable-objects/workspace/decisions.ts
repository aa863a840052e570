// What is decided about members: roles, suspension, overrides, erasure. One decision at a time, so that the last ADMIN
// stays; answered only once the member's own object obeys, so that it holds from the next request on.
import { allows, covers, OVERRIDE_MS_MAX, permissionSet } from "../../src/domain/role.ts";
import type { User, UserStatus } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { DirectoryEntry, Order, OverrideOrder } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { within } from "../within.ts";
import type { InvitationStore } from "./invitation-store.ts";
import { type MemberRow, rolesOf, userOf, type WorkspaceStore } from "./store.ts";

/** Before a principal's name: where its erasure is told. */
export const ERASURE = "erase/";
/** Owned projects that a refusal names. */
const NAMED_MAX = 5;
const ASK_MS_MAX = 5_000;

type Decided = Promise<Result<Changed<User>>>;
type Change = Omit<Order, "kind" | "version">;

export class Decisions {
  readonly #object: ObjectSurface;
  readonly #store: WorkspaceStore;
  readonly #invitations: InvitationStore;

  constructor(object: ObjectSurface, store: WorkspaceStore, invitations: InvitationStore) {
    this.#object = object;
    this.#store = store;
    this.#invitations = invitations;
  }

  setRoles(actor: Actor, user_id: string, roles: readonly Role[]): Decided {
    return this.#decide(actor, user_id, { roles }, (member) => {
      if (!covers(actor.permissions, roles)) return refuse("permission_denied", MORE_THAN_OWN);
      return roles.includes("ADMIN") ? null : this.#keepLastAdmin(member);
    });
  }

  setStatus(actor: Actor, user_id: string, status: Exclude<UserStatus, "unconfirmed">): Decided {
    return this.#decide(actor, user_id, { status }, (member) => {
      const expected = status === "suspended" ? "active" : "suspended";
      if (member.status !== expected) return refuse("conflict", { detail: `the user is ${member.status}` });
      return status === "suspended" ? this.#keepLastAdmin(member) : null;
    });
  }

  setOverride(actor: Actor, user_id: string, override: OverrideOrder): Decided {
    return this.#decide(actor, user_id, { override }, (member) => {
      if (override.effect === "grant" && !allows(actor.permissions, override.permission)) {
        return refuse("permission_denied", MORE_THAN_OWN);
      }
      if (override.effect !== null && !this.#endsInTime(override)) return NO_END;
      return override.effect === "deny" ? this.#keepSystemPermissions(member, override) : null;
    });
  }

  async erase(actor: Actor, user_id: string): Promise<Result<Changed<null>>> {
    // Their own list is right before any answer; the workspace's follows within a second.
    const principal = this.#object.env.PRINCIPAL.getByName(this.#principal(user_id));
    const owned = await within(ASK_MS_MAX, () => principal.ownedProjects(NAMED_MAX));
    const erased: Result<Changed<null>> = this.#object.transact((now_ms) => {
      if (!this.#store.admins().includes(actor.principal_id)) return NOT_ADMIN;
      const before = this.#store.erasure(user_id);
      if (before) return ok({ value: null, event_id: before });
      const member = this.#store.member(user_id);
      if (!member) return refuse("not_found");
      const refusal = this.#keepLastAdmin(member);
      if (refusal) return refusal;
      // A project keeps somebody who answers for it.
      if (!owned) return refuse("unavailable", { detail: "their own record does not say what they own" });
      const projects = owned.value.join(", ");
      if (projects !== "") return refuse("owns_projects", { detail: `they own ${projects}` });
      const targets = [user_id];
      const event_id = this.#object.audit({ type: "user.erased", at_ms: now_ms, by: actor, targets });
      this.#store.saveErasure(user_id, event_id);
      this.#object.append(ERASURE + this.#principal(user_id), {});
      return ok({ value: null, event_id });
    });
    if (!erased.ok) return erased;
    const obeyed = await this.#object.shipNow(ERASURE + this.#principal(user_id));
    return obeyed
      ? erased
      : refuse("unavailable", { detail: "decided, and still on its way to their record" });
  }

  /** A principal's own entry; what was under way from somebody erased names nobody here again. In a transaction. */
  heed(entry: DirectoryEntry): void {
    if (this.#store.erasure(entry.id) === null) this.#store.saveEntry(entry);
  }

  async #decide(
    actor: Actor,
    user_id: string,
    change: Change,
    refusalFor: (member: MemberRow) => ReturnType<typeof refuse> | null,
  ): Decided {
    const decided = this.#object.transact((now_ms) => {
      const member = this.#store.member(user_id);
      if (!member) return refuse("not_found");
      // The caller was admitted a moment ago; whoever has lost the role since is refused here.
      if (!this.#store.admins().includes(actor.principal_id)) return NOT_ADMIN;
      return refusalFor(member) ?? this.#order(actor, member, change, now_ms);
    });
    if (!decided.ok) return decided;
    const obeyed = await this.#object.shipNow(this.#principal(user_id));
    return obeyed
      ? decided
      : refuse("unavailable", { detail: "decided, and still on its way to the user's sessions" });
  }

  #order(actor: Actor, member: MemberRow, change: Change, now_ms: number): Result<Changed<User>> {
    const version = this.#store.saveDecision(member.id, change);
    if (losesInviting(member, change)) this.#invitations.close(member.id, now_ms);
    this.#object.append(this.#principal(member.id), { kind: "order", version, ...change });
    const event_id = this.#object.audit({
      type: eventOf(change),
      at_ms: now_ms,
      by: actor,
      targets: [member.id],
      details: {
        ...(change.roles && { before: rolesOf(member), after: [...change.roles] }),
        ...(change.override && { ...change.override }),
      },
    });
    return ok({ value: userOf(this.#store.member(member.id)!), event_id });
  }

  /** Who is ADMIN can act as one: otherwise the last ADMIN might be one who manages nobody. */
  #keepSystemPermissions(member: MemberRow, { permission }: OverrideOrder) {
    if (!rolesOf(member).includes("ADMIN") || !permission.startsWith("system:")) return null;
    const detail = "an ADMIN keeps the system permissions; change the roles instead";
    return this.#keepLastAdmin(member) ?? refuse("conflict", { detail, rule: "admin_keeps_system" });
  }

  #endsInTime({ until_ms }: OverrideOrder): boolean {
    const left_ms = (until_ms ?? Number.POSITIVE_INFINITY) - this.#object.now();
    return left_ms > 0 && left_ms <= OVERRIDE_MS_MAX;
  }

  #keepLastAdmin(member: MemberRow) {
    const admins = this.#store.admins();
    const isLast = admins.length === 1 && admins[0] === member.id;
    return isLast ? refuse("last_admin", { rule: "last_admin" }) : null;
  }

  #principal(user_id: string): string {
    return `${this.#object.workspace()}/${user_id}`;
  }
}

/** What an invitation takes. */
const INVITING = "system:user_manage";
const NOT_ADMIN = refuse("permission_denied", { rule: "not_admin" });
const NO_END = refuse("invalid_input", {
  errors: [{ pointer: "/until", detail: "expected a time in the future, at most a year from now" }],
});
const MORE_THAN_OWN = { rule: "more_than_own_permissions" };

/** By the roles, or by an exception: whether by this change the member may invite no longer. */
function losesInviting(before: MemberRow, { roles, override }: Change): boolean {
  if (override)
    return override.permission === INVITING && override.effect !== "grant" && !mayInvite(rolesOf(before));
  return roles !== undefined && mayInvite(rolesOf(before)) && !mayInvite(roles);
}

const mayInvite = (roles: readonly Role[]): boolean => allows(permissionSet(roles), INVITING);

function eventOf({ roles, override, status }: Change): EventType {
  if (roles) return "user.roles_changed";
  if (override) return override.effect === null ? "user.override_removed" : "user.override_set";
  return status === "suspended" ? "user.suspended" : "user.restored";
}
