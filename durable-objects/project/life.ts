// The project's own life: creation, change, archive, deletion and restoration, transfer, and at last erasure.
// Lists elsewhere follow through the outbox; those of whoever acts and of the owner before the answer.
import { isErasable, MOVES_FROM, moveProject, type ProjectMove } from "../../src/domain/project.ts";
import type { Member } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { NewProject } from "../../src/schema/messages/project.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { Project, ProjectCounts } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { type Gate, READABLE } from "./gate.ts";
import type { Indexes } from "./indexes.ts";
import type { Integrations } from "./integrations.ts";
import type { Members } from "./members.ts";
import { type ProjectStore, projectOf } from "./store.ts";

const EVENT_OF = {
  archive: "project.archived",
  restore: "project.restored",
  delete: "project.deleted",
} as const satisfies Record<ProjectMove, EventType>;

/** Refusals are counted for a minute before the audit hears how many there were. */
const FAREWELL_MS = 120_000;

export interface LifeParts {
  readonly store: ProjectStore;
  readonly gate: Gate;
  readonly indexes: Indexes;
  readonly members: Members;
  readonly integrations: Integrations;
}

export class Life {
  readonly #object: ObjectSurface;
  readonly #store: ProjectStore;
  readonly #gate: Gate;
  readonly #indexes: Indexes;
  readonly #members: Members;
  readonly #integrations: Integrations;

  constructor(object: ObjectSurface, parts: LifeParts) {
    this.#object = object;
    this.#store = parts.store;
    this.#gate = parts.gate;
    this.#indexes = parts.indexes;
    this.#members = parts.members;
    this.#integrations = parts.integrations;
  }

  async create(actor: Actor, project: NewProject): Promise<Result<Changed<Project>>> {
    const created = this.#object.transact((now_ms) => {
      const is_new = !this.#object.isCreated();
      if (is_new) this.#object.create();
      return this.#object.once(actor, now_ms, project.id, () =>
        is_new
          ? ok(this.#insert(actor, project, now_ms))
          : refuse("conflict", {
              detail: "this project exists already: another one takes another Idempotency-Key",
            }),
      );
    });
    await this.#indexes.shipNew(actor.principal_id);
    return created;
  }

  #insert(actor: Actor, project: NewProject, now_ms: number): Changed<Project> {
    const owner = { user_id: actor.principal_id, username: actor.username, role: "owner" } as const;
    const times = { created_at_ms: now_ms, updated_at_ms: now_ms, erase_at_ms: null };
    this.#store.insert({ ...project, status: "active", owner: owner.user_id, version: 1, ...times });
    this.#store.saveMember(owner);
    const row = this.#store.project();
    this.#indexes.tellAll(row);
    const happening = { type: "project.created", at_ms: now_ms, by: actor, rule: "role" } as const;
    return { value: projectOf(row), event_id: this.#object.audit({ ...happening, targets: [row.id] }) };
  }

  read(actor: Actor, counts: () => ProjectCounts): Result<{ project: Project; counts: ProjectCounts }> {
    const described = () => ok({ project: projectOf(this.#store.project()), counts: counts() });
    return this.#gate.read(actor, "project:read", described);
  }

  update(actor: Actor, change: { name?: string; description?: string }, version: number | null) {
    return this.#gate.change(actor, "project:update", "project.updated", (now_ms) => {
      if (version !== null && version !== this.#store.project().version) return refuse("stale_version");
      const row = this.#store.update(change, now_ms);
      this.#indexes.tellAll(row);
      return ok({ value: projectOf(row), details: { fields: Object.keys(change) } });
    });
  }

  async move(actor: Actor, move: ProjectMove, version: number | null): Promise<Result<Changed<Project>>> {
    const permission = move === "delete" ? "project:delete" : "project:update";
    const moved = await this.#gate.change(
      actor,
      permission,
      EVENT_OF[move],
      (now_ms) => {
        const row = this.#store.project();
        if (version !== null && version !== row.version) return refuse("stale_version");
        const life = moveProject(row, move, now_ms);
        if (!life.ok) return life;
        const { status, erase_at_ms } = life.value;
        const saved = this.#store.saveLife(status, erase_at_ms, now_ms);
        this.#indexes.tellAll(saved);
        return ok({ value: projectOf(saved), details: { before: row.status } });
      },
      MOVES_FROM[move],
    );
    if (moved.ok) await this.#indexes.ship(actor.principal_id, moved.value.value.owner);
    return moved;
  }

  async delete(actor: Actor, version: number | null): Promise<Result<Changed<null>>> {
    const deleted = await this.move(actor, "delete", version);
    return deleted.ok ? ok({ ...deleted.value, value: null }) : deleted;
  }

  /** The new owner need be no member yet; the old one goes on as editor. */
  async transfer(
    actor: Actor,
    to: Omit<Member, "role"> | null,
    because = "there is no such active user in this workspace",
  ): Promise<Result<Changed<Project>>> {
    let before = "";
    const transferred = await this.#gate.change(
      actor,
      "project:delete",
      "project.transferred",
      (now_ms) => {
        if (!to) return refuse("conflict", { detail: because });
        before = this.#store.project().owner;
        if (to.user_id === before) return refuse("conflict", { detail: "the project is theirs already" });
        const full = this.#members.checkRoomFor(to.user_id);
        if (full) return full;
        const owner = this.#store.member(before);
        if (owner) this.#store.saveMember({ ...owner, role: "editor" });
        this.#store.saveMember({ ...to, role: "owner" });
        const row = this.#store.saveOwner(to.user_id, now_ms);
        this.#indexes.tellAll(row);
        return ok({ value: projectOf(row), details: { before }, targets: [to.user_id] });
      },
      READABLE,
    );
    if (transferred.ok) await this.#indexes.ship(transferred.value.value.owner, before, actor.principal_id);
    return transferred;
  }

  /** When what was deleted is to be erased, and then when the object may go. */
  nextDue(): number | null {
    const { erase_at_ms } = this.#store.project();
    return erase_at_ms !== null && this.#store.isErased() ? erase_at_ms + FAREWELL_MS : erase_at_ms;
  }

  /** Announces the erasure once its time has come, in a transaction. From then on nobody can restore it. */
  announceErasure(now_ms: number): void {
    const row = this.#store.project();
    if (!isErasable(row, now_ms) || this.#store.isErased()) return;
    this.#indexes.tellErased(row);
    this.#integrations.tellErased(now_ms);
    this.#object.audit({ type: "project.erased", at_ms: now_ms, by: null, rule: "due", targets: [row.id] });
    this.#store.markErased();
  }

  /** Whether nobody has anything to hear from the object any more, once its outbox is empty. */
  isOver(): boolean {
    return this.#store.isErased() && this.nextDue()! <= this.#object.now();
  }
}
