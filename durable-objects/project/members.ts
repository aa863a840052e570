// Members of a project: one owner who stays, editors and viewers whom the owner sets; everyone else may leave.
import { isApiTokenId } from "../../src/domain/principal-id.ts";
import { moveProject, QUOTAS } from "../../src/domain/project.ts";
import { allows } from "../../src/domain/role.ts";
import type { Member } from "../../src/schema/account.ts";
import type { Batch, Departure, Receipt } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { type Gate, type Outcome, READABLE } from "./gate.ts";
import type { Indexes } from "./indexes.ts";
import type { Leases } from "./leases.ts";
import type { ProjectStore } from "./store.ts";

/** Before somebody's id: to the project itself, that they left more than one transaction takes. */
export const LEFT_BY = "left-by/";

export class Members {
  readonly #object: ObjectSurface;
  readonly #store: ProjectStore;
  readonly #gate: Gate;
  readonly #indexes: Indexes;
  readonly #leases: Leases;

  constructor(object: ObjectSurface, store: ProjectStore, gate: Gate, indexes: Indexes, leases: Leases) {
    this.#object = object;
    this.#store = store;
    this.#gate = gate;
    this.#indexes = indexes;
    this.#leases = leases;
  }

  list(actor: Actor) {
    return this.#gate.read(actor, "project:read", () => ok(this.#store.members()));
  }

  async set(actor: Actor, member: Member, is_known: boolean): Promise<Result<Changed<Member>>> {
    const set = await this.#gate.change(actor, "project:update", "member.set", (now_ms) => {
      if (!is_known) return refuse("conflict", { detail: "there is no such user in this workspace" });
      const { owner } = this.#store.project();
      if (member.user_id === owner)
        return refuse("conflict", { detail: "the owner keeps the role of owner: transfer the project" });
      if (member.role === "owner") return refuse("conflict", { detail: "a project has one owner" });
      const full = this.checkRoomFor(member.user_id);
      if (full) return full;
      this.#store.saveMember(member);
      if (member.role === "viewer") this.#leases.giveBack(member.user_id, "holder_became_viewer", now_ms);
      this.#indexes.tellMember(this.#store.update({}, now_ms), member.user_id, member.role);
      return ok({ value: member, details: { role: member.role }, targets: [member.user_id] });
    });
    if (set.ok) await this.#indexes.ship(member.user_id);
    return set;
  }

  /**
   * Owners remove members; everyone else may leave. Nobody has to go on reading what is archived. What they were to do is
   * nobody's from then on, for nobody else could claim it; what one transaction does not take of that goes by the outbox.
   */
  async remove(actor: Actor, user_id: string): Promise<Result<Changed<null>>> {
    // Whoever may only look on may leave, but no API token that was made for looking on leaves for them.
    const isForLooking = isApiTokenId(actor.session_id) && !allows(actor.permissions, "project:update");
    const leaves = user_id === actor.principal_id && !isForLooking;
    const permission = leaves ? "project:read" : "project:update";
    const leave = (now_ms: number): Result<Outcome<null>> => {
      if (this.#store.roleOf(user_id) === null) return refuse("not_found");
      if (user_id === this.#store.project().owner) {
        return refuse("conflict", { detail: "the owner cannot leave the project: transfer it first" });
      }
      this.#store.removeMember(user_id);
      this.#leases.giveBack(user_id, "holder_left", now_ms);
      if (this.#leases.unassign(user_id, "assignee_left", now_ms))
        this.#object.append(`${LEFT_BY}${user_id}`, { user_id });
      this.#indexes.tellMember(this.#store.update({}, now_ms), user_id, null);
      return ok({ value: null, targets: [user_id] });
    };
    const removed = await this.#gate.change(actor, permission, "member.removed", leave, READABLE);
    if (removed.ok) {
      await this.#object.shipNow(`${LEFT_BY}${user_id}`);
      await this.#indexes.ship(user_id);
    }
    return removed;
  }

  /** Goes on with what somebody left, from wherever that was cut off. */
  clearUpAfter(user_id: string, { first_sequence, rows }: Batch<never>): Receipt {
    while (this.#object.transact((now_ms) => this.#unassignStranger(user_id, now_ms)));
    return { next_sequence: first_sequence + rows.length };
  }

  /**
   * Somebody is gone for good: their name goes, what they held is given back, and what else they were to do is nobody's,
   * some tasks at a time: `more` until it is done. Tasks and comments keep the id. Their project, where nobody else is in it,
   * is deleted. In a transaction.
   */
  erase(user_id: string, how: Departure, now_ms: number): "more" | "done" {
    if (this.#store.isErased()) return "done";
    if (this.#store.roleOf(user_id) !== null) {
      this.#store.removeMember(user_id);
      const targets = [this.#store.project().id, user_id];
      this.#object.audit({ type: "member.removed", at_ms: now_ms, by: null, rule: how, targets });
      this.#deleteIfNobodys(user_id, how, now_ms);
    }
    // An ADMIN holds tasks where they are no member, too.
    this.#leases.giveBack(user_id, `holder_${how}`, now_ms);
    return this.#leases.unassign(user_id, `assignee_${how}`, now_ms) ? "more" : "done";
  }

  /** Created while its owner went: an ADMIN may restore it and hand it on, as long as what is deleted can be. */
  #deleteIfNobodys(user_id: string, how: Departure, now_ms: number): void {
    const row = this.#store.project();
    const life = moveProject(row, "delete", now_ms);
    if (row.owner !== user_id || !life.ok || this.#store.members().length > 0) return;
    this.#indexes.tellAll(this.#store.saveLife(life.value.status, life.value.erase_at_ms, now_ms));
    const details = { before: row.status };
    const happening = {
      type: "project.deleted",
      at_ms: now_ms,
      by: null,
      rule: `owner_${how}`,
      details,
    } as const;
    this.#object.audit({ ...happening, targets: [row.id] });
  }

  /** Whoever has been let in again meanwhile keeps what they were given since. */
  #unassignStranger(user_id: string, now_ms: number): boolean {
    return this.#store.roleOf(user_id) === null && this.#leases.unassign(user_id, "assignee_left", now_ms);
  }

  /** A refusal where one more would be too many. */
  checkRoomFor(user_id: string) {
    if (this.#store.roleOf(user_id) !== null || this.#store.members().length < QUOTAS.members) return null;
    return refuse("quota_exceeded", { detail: `at most ${QUOTAS.members} members in a project` });
  }
}
