// The gate of a project: who may read or change it. Role and place are checked in the transaction that writes;
// refusals are recorded, and whoever may not know of the project is answered as if it never was. A deleted project
// is none to anybody but those who may restore it; an archived one is read alone.
import { decideAccess } from "../../src/domain/role.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { ProjectStatus } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Permission } from "../../src/schema/role.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { allOrNone } from "./all-or-none.ts";
import type { Leases } from "./leases.ts";
import type { ProjectStore } from "./store.ts";

/** In which status a project must be: what most changes want, and what reading wants. */
const WRITABLE: readonly ProjectStatus[] = ["active"];
export const READABLE: readonly ProjectStatus[] = ["active", "archived"];

/** What a change came to: its value, and what its event says besides the project's id. */
export interface Outcome<Value> {
  readonly value: Value;
  readonly details?: AuditEvent["details"];
  readonly targets?: readonly string[];
  /** The tasks that changed, where there are too many for targets. */
  readonly tasks?: readonly string[];
}

/** One of several changes; null where nothing was left to do. */
export interface Step {
  readonly permission: Permission;
  readonly type: EventType;
  readonly work: (now_ms: number) => Result<Outcome<unknown> | null>;
}

/** What decides about somebody who has been admitted. */
type Standing = Pick<Actor, "principal_id" | "roles" | "permissions">;

/** The feed tells of tasks and of members. */
const LISTENING: readonly Permission[] = ["project:read", "task:read"];

export class Gate {
  readonly #object: ObjectSurface;
  readonly #store: ProjectStore;
  readonly #leases: Leases;

  constructor(object: ObjectSurface, store: ProjectStore, leases: Leases) {
    this.#object = object;
    this.#store = store;
    this.#leases = leases;
  }

  read<Value>(
    actor: Actor,
    permission: Permission,
    work: () => Result<Value>,
    statuses: readonly ProjectStatus[] = READABLE,
  ): Result<Value> {
    const access = this.#decide(actor, permission, statuses);
    if (!access.ok) return access;
    if (this.#leases.isDue(this.#object.now())) {
      this.#object.transact((now_ms) => this.#leases.settle(now_ms));
    }
    return work();
  }

  /**
   * Decides, saves and audits in one transaction, in one commit with others who come while one is under way.
   * A refusal of `work` must have changed nothing. `statuses`: those of the project in which it is done at all.
   * `created_id`: what a repeat is told of where the answer bore a secret.
   */
  change<Value>(
    actor: Actor,
    permission: Permission,
    type: EventType,
    work: (now_ms: number) => Result<Outcome<Value>>,
    statuses: readonly ProjectStatus[] = WRITABLE,
    created_id = "",
  ): Promise<Result<Changed<Value>>> {
    return this.#object.transactTogether((now_ms) => {
      const access = this.#decide(actor, permission, statuses);
      if (!access.ok) return access;
      this.#leases.settle(now_ms);
      return this.#object.once(actor, now_ms, created_id, () => {
        const outcome = work(now_ms);
        if (outcome.ok) return ok(this.#record(actor, type, access.value.rule, outcome.value, now_ms));
        const { rule, target } = outcome.refusal;
        if (rule) this.#refused(actor, permission, rule, target);
        return outcome;
      });
    });
  }

  /** Several changes in one transaction, each with its permission and its event, or none. Answers the events' ids. */
  changeAll(actor: Actor, steps: readonly Step[]): Promise<Result<readonly string[]>> {
    return this.#object.transactTogether((now_ms) =>
      allOrNone(this.#object, () => {
        const events: string[] = [];
        for (const { permission, type, work } of steps) {
          const access = this.#decide(actor, permission, WRITABLE);
          if (!access.ok) return access;
          this.#leases.settle(now_ms);
          const outcome = work(now_ms);
          if (!outcome.ok) return outcome;
          if (!outcome.value) continue;
          events.push(this.#record(actor, type, access.value.rule, outcome.value, now_ms).event_id);
        }
        return ok(events);
      }),
    );
  }

  /** Whether that caller may hear of every change; a refusal is recorded. */
  listen(actor: Actor): Result<null> {
    for (const permission of LISTENING) {
      const access = this.#decide(actor, permission, READABLE);
      if (!access.ok) return access;
    }
    return ok(null);
  }

  /** Whether somebody who listens may go on. */
  mayListen(actor: Standing): boolean {
    return this.#mayStill(actor, LISTENING);
  }

  /** Whether somebody who reads all tasks may go on. */
  mayReadOn(actor: Standing): boolean {
    return this.#object.isCreated() && this.#mayStill(actor, ["task:read"]);
  }

  #mayStill(actor: Standing, permissions: readonly Permission[]): boolean {
    if (!READABLE.includes(this.#store.project().status)) return false;
    const role = this.#store.roleOf(actor.principal_id);
    return permissions.every((permission) => decideAccess(actor, role, permission).allowed);
  }

  #record<Value>(
    actor: Actor,
    type: EventType,
    rule: string,
    { value, targets = [], ...more }: Outcome<Value>,
    at_ms: number,
  ): Changed<Value> {
    const project_id = this.#store.project().id;
    const happening = { ...more, type, at_ms, by: actor, rule, targets: [project_id, ...targets] };
    return { value, event_id: this.#object.audit(happening) };
  }

  #decide(
    actor: Actor,
    permission: Permission,
    statuses: readonly ProjectStatus[],
  ): Result<{ rule: string }> {
    if (!this.#object.isCreated()) return refuse("not_found", { rule: "no_such_project" });
    const { status } = this.#store.project();
    const deleted = status === "deleted";
    if (this.#store.isErased() || (deleted && !statuses.includes(status))) {
      return refuse("not_found", { rule: "deleted" });
    }
    const { allowed, visible, rule } = decideAccess(
      actor,
      this.#store.roleOf(actor.principal_id),
      permission,
    );
    if (allowed) {
      if (statuses.includes(status)) return ok({ rule });
      return refuse("conflict", { detail: `the project is ${status}`, rule: `project_${status}` });
    }
    this.#refused(actor, permission, rule);
    return refuse(visible && !deleted ? "permission_denied" : "not_found", { rule });
  }

  #refused(actor: Actor, permission: Permission, rule: string, target?: string): void {
    this.#object.observe({
      type: "access.refused",
      at_ms: this.#object.now(),
      by: actor,
      decision: "deny",
      rule,
      targets: [this.#store.project().id, ...(target ? [target] : [])],
      details: { permission },
    });
  }
}
