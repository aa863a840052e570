// The leases of a project as time and people end them: expired ones give their tasks back before anybody looks.
import { changesOnlyHeld, freed, holds } from "../../src/domain/claim.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import type { Task } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { ClaimStore } from "./claim-store.ts";
import type { TaskStore } from "./task-store.ts";

/** Tasks that are taken from somebody in one transaction. */
const UNASSIGN_MAX = 500;

export class Leases {
  readonly #object: ObjectSurface;
  readonly #tasks: TaskStore;
  readonly #store: ClaimStore;
  /** No lease ends before it; undefined where that must be read. */
  #next_ms: number | null | undefined;

  constructor(object: ObjectSurface, tasks: TaskStore) {
    this.#object = object;
    this.#tasks = tasks;
    this.#store = new ClaimStore(object.sql);
  }

  forget(): void {
    this.#next_ms = undefined;
  }

  nextExpiry(): number | null {
    if (this.#next_ms === undefined) this.#next_ms = this.#store.nextExpiry();
    return this.#next_ms;
  }

  /** A lease was given until then. */
  expect(expires_at_ms: number): void {
    const next_ms = this.nextExpiry();
    if (next_ms === null || expires_at_ms < next_ms) this.#next_ms = expires_at_ms;
    this.#object.wakeBy(expires_at_ms);
  }

  isDue(now_ms: number): boolean {
    const next_ms = this.nextExpiry();
    return next_ms !== null && next_ms <= now_ms;
  }

  /** Gives back every task whose lease is over, each with its event. In the caller's transaction. */
  settle(now_ms: number): void {
    if (!this.isDue(now_ms)) return;
    for (const id of this.#store.expired(now_ms)) this.#end(id, "task.lease_expired", "time_is_over", now_ms);
    this.#next_ms = undefined;
  }

  /** Gives back what somebody held who may claim here no more, each with its event. In the caller's transaction. */
  giveBack(principal_id: string, rule: string, now_ms: number): void {
    for (const id of this.#store.heldBy(principal_id)) this.#end(id, "task.lease_ended", rule, now_ms);
  }

  /** Takes from somebody what they were to do and do not hold, one turn's worth; answers whether there may be more. */
  unassign(principal_id: string, rule: string, now_ms: number): boolean {
    const tasks = this.#store.assignedTo(principal_id, UNASSIGN_MAX);
    for (const id of tasks) {
      const task = this.#tasks.task(id)!;
      const left = task.status === "blocked" ? { ...task, assigned_to: null } : freed(task);
      this.#tasks.save({ ...left, version: task.version + 1 }, now_ms);
    }
    const about = { targets: [this.#tasks.project_id], tasks, details: { user_id: null } };
    if (tasks.length > 0)
      this.#object.audit({ type: "task.assigned", at_ms: now_ms, by: null, rule, ...about });
    return tasks.length === UNASSIGN_MAX;
  }

  #end(id: string, type: EventType, rule: string, now_ms: number): void {
    const task = this.#tasks.task(id)!;
    const { fencing_token } = this.#store.stateOf(id);
    this.#tasks.save({ ...freed(task), version: task.version + 1 }, now_ms);
    const targets = [this.#tasks.project_id, id];
    const details = { ...task.lease, fencing_token };
    this.#object.audit({ type, at_ms: now_ms, by: null, rule, targets, details });
  }

  /** Workers change what they hold, and nothing else. */
  mayChange(actor: Actor, task: Task, now_ms: number): Result<null> {
    if (!changesOnlyHeld(actor.roles) || holds(task, actor.principal_id, now_ms)) return ok(null);
    return refuse("permission_denied", {
      detail: "a worker changes only tasks that it holds",
      rule: "not_the_holder",
      target: task.id,
    });
  }
}
