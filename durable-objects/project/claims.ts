// Claims on tasks: whoever may claim takes an open task for a while, proves it by its fencing token, and gives the
// task back or completes it. Each passes the gate and is one transaction.
import {
  type Claimant,
  claim,
  complete,
  PERSON_CAPACITY,
  type Proof,
  release,
  renew,
} from "../../src/domain/claim.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { HeldLease } from "../../src/schema/lease.ts";
import type { Claimed } from "../../src/schema/messages/project.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { Task } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { ClaimStore } from "./claim-store.ts";
import type { Gate, Outcome } from "./gate.ts";
import type { Leases } from "./leases.ts";
import type { TaskStore } from "./task-store.ts";

export class Claims {
  readonly #gate: Gate;
  readonly #leases: Leases;
  readonly #tasks: TaskStore;
  readonly #store: ClaimStore;

  constructor(gate: Gate, leases: Leases, tasks: TaskStore, sql: SqlStorage) {
    this.#gate = gate;
    this.#leases = leases;
    this.#tasks = tasks;
    this.#store = new ClaimStore(sql);
  }

  claim(actor: Actor, task_id: string, lease_seconds: number): Promise<Result<Changed<Claimed>>> {
    return this.#gate.change(actor, "task:claim", "task.claimed", (now_ms) => {
      const task = this.#tasks.task(task_id);
      if (!task) return refuse("not_found");
      const { blocked_by } = this.#store.stateOf(task_id);
      const claimed = claim(task, blocked_by, this.#claimantOf(actor), lease_seconds, now_ms);
      return claimed.ok ? ok(this.#hold(claimed.value, this.#store.raiseToken(task_id), now_ms)) : claimed;
    });
  }

  renew(actor: Actor, task_id: string, fencing_token: number, lease_seconds: number) {
    return this.#withToken(actor, task_id, fencing_token, "task.lease_renewed", (task, proof, now_ms) => {
      const renewed = renew(task, proof, lease_seconds, now_ms);
      return renewed.ok ? ok(this.#hold(renewed.value, fencing_token, now_ms)) : renewed;
    });
  }

  release(actor: Actor, task_id: string, fencing_token: number) {
    return this.#withToken(actor, task_id, fencing_token, "task.released", (task, proof, now_ms) =>
      this.#end(release(task, proof, now_ms), fencing_token, now_ms),
    );
  }

  complete(actor: Actor, task_id: string, fencing_token: number, result: string | null) {
    return this.#withToken(actor, task_id, fencing_token, "task.completed", (task, proof, now_ms) =>
      this.#end(complete(task, proof, result, now_ms), fencing_token, now_ms),
    );
  }

  #withToken<Value>(
    actor: Actor,
    task_id: string,
    fencing_token: number,
    type: EventType,
    work: (task: Task, proof: Proof, now_ms: number) => Result<Outcome<Value>>,
  ): Promise<Result<Changed<Value>>> {
    return this.#gate.change(actor, "task:claim", type, (now_ms) => {
      const task = this.#tasks.task(task_id);
      if (!task) return refuse("not_found");
      const { fencing_token: current_token } = this.#store.stateOf(task_id);
      return work(task, { principal_id: actor.principal_id, fencing_token, current_token }, now_ms);
    });
  }

  /** Saves a task that is held from now on until its lease says. */
  #hold(held: Task, fencing_token: number, now_ms: number): Outcome<Claimed> {
    const task = this.#save(held, now_ms);
    const { expires_at } = held.lease!;
    this.#leases.expect(Date.parse(expires_at));
    const lease: HeldLease = { fencing_token, expires_at };
    return { value: { task, lease }, ...about(task, { ...lease }) };
  }

  #end(ended: Result<Task>, fencing_token: number, now_ms: number): Result<Outcome<Task>> {
    if (!ended.ok) return ended;
    const task = this.#save(ended.value, now_ms);
    return ok({ value: task, ...about(task, { fencing_token }) });
  }

  #save(task: Task, now_ms: number): Task {
    this.#tasks.save({ ...task, version: task.version + 1 }, now_ms);
    return this.#tasks.task(task.id)!;
  }

  #claimantOf({ principal_id, worker }: Actor): Claimant {
    const load = this.#store.heldBy(principal_id).length;
    return {
      principal_id,
      load,
      capacity: worker?.capacity ?? PERSON_CAPACITY,
      paused: worker?.paused ?? false,
    };
  }
}

const about = (task: Task, details: AuditEvent["details"]) => ({ targets: [task.id], details });
