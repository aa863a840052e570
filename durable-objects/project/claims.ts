// Claims on tasks: whoever may claim takes an open task for a while, proves it by its fencing token, and gives the
// task back or completes it. Each passes the gate and is one transaction.
import {
  type Claimant,
  checkClaimant,
  claim,
  complete,
  PERSON_CAPACITY,
  type Proof,
  release,
  renew,
} from "../../src/domain/claim.ts";
import { isWorkerId } from "../../src/domain/principal-id.ts";
import { checkFamily, isSettled } from "../../src/domain/task.ts";
import { type Abilities, isWorkingAt } from "../../src/domain/workload.ts";
import type { Member } from "../../src/schema/account.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { HeldLease } from "../../src/schema/lease.ts";
import type { Matching } from "../../src/schema/matching.ts";
import type { BestClaim, Claimed, TaskAndWorkers } from "../../src/schema/messages/project.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { ProjectStatus, Task } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { WorkerProfile } from "../../src/schema/worker.ts";
import { ClaimStore } from "./claim-store.ts";
import { type Gate, type Outcome, READABLE } from "./gate.ts";
import type { Leases } from "./leases.ts";
import { Offers } from "./offers.ts";
import type { TaskRules } from "./task-rules.ts";
import type { TaskStore } from "./task-store.ts";

export class Claims {
  readonly #gate: Gate;
  readonly #leases: Leases;
  readonly #tasks: TaskStore;
  readonly #rules: TaskRules;
  readonly #store: ClaimStore;
  readonly #offers: Offers;

  constructor(gate: Gate, leases: Leases, tasks: TaskStore, rules: TaskRules, sql: SqlStorage) {
    this.#gate = gate;
    this.#leases = leases;
    this.#tasks = tasks;
    this.#rules = rules;
    this.#store = new ClaimStore(sql);
    this.#offers = new Offers(sql);
  }

  claim(actor: Actor, task_id: string, lease_seconds: number): Promise<Result<Changed<Claimed>>> {
    return this.#gate.change(actor, "task:claim", "task.claimed", (now_ms) => {
      const task = this.#tasks.task(task_id);
      if (!task) return refuse("not_found");
      const { blocked_by, fencing_token } = this.#store.stateOf(task_id);
      const claimed = claim(task, blocked_by, this.#claimantOf(actor), lease_seconds, now_ms);
      return claimed.ok ? ok(this.#hold(claimed.value, fencing_token + 1, now_ms)) : claimed;
    });
  }

  /**
   * Claims what fits best. Nothing that fits is no refusal: the answer then says why, no event is left, and nothing is
   * kept under an Idempotency-Key, so that the same request may be tried again.
   */
  async claimBest(
    actor: Actor,
    lease_seconds: number,
    skills: readonly string[] | null,
  ): Promise<Result<BestClaim>> {
    let matching: Matching | null = null;
    const changed = await this.#gate.change(actor, "task:claim", "task.claimed", (now_ms) => {
      const claimant = this.#claimantOf(actor);
      const able = checkClaimant(claimant);
      if (!able.ok) return able;
      if (!isWorkingAt(actor.worker?.working_hours ?? null, now_ms)) {
        matching = OFF_WORK;
        return NOTHING;
      }
      this.#tasks.filing.run();
      const found = this.#offers.best({ ...claimant, skills: skillsOf(actor.worker, skills) }, now_ms);
      const [best] = found.candidates;
      if (!best) {
        matching = found;
        return NOTHING;
      }
      const claimed = claim(this.#tasks.task(best.task_id)!, 0, claimant, lease_seconds, now_ms);
      if (!claimed.ok) return claimed;
      const { fencing_token } = this.#store.stateOf(best.task_id);
      const held = this.#hold(claimed.value, fencing_token + 1, now_ms);
      return ok({ ...held, value: { ...held.value, matching: found } });
    });
    if (changed.ok || matching === null) return changed;
    return ok({ value: { task: null, lease: null, matching }, event_id: null });
  }

  /** The workers among the members, for whoever may assign the task. Refuses one that is settled, as its assignment is. */
  taskAndWorkers(actor: Actor, task_id: string, members: () => readonly Member[]): Result<TaskAndWorkers> {
    return this.#gate.read(actor, "task:assign", () => {
      const task = this.#tasks.task(task_id);
      if (!task) return refuse("not_found");
      if (isSettled(task.status)) return refuse("conflict", { detail: `the task is ${task.status}` });
      const ids = members()
        .map(({ user_id }) => user_id)
        .filter(isWorkerId);
      return ok({ task, workers: ids.map((id) => ({ id, held: this.#store.heldBy(id).length })) });
    });
  }

  renew(actor: Actor, task_id: string, fencing_token: number, lease_seconds: number) {
    return this.#withToken(actor, task_id, fencing_token, "task.lease_renewed", (task, proof, now_ms) => {
      const renewed = renew(task, proof, lease_seconds, now_ms);
      return renewed.ok ? ok(this.#hold(renewed.value, fencing_token, now_ms)) : renewed;
    });
  }

  /** In an archived project too: a lease that nobody can use would count against what its holder can take elsewhere. */
  release(actor: Actor, task_id: string, fencing_token: number) {
    return this.#withToken(
      actor,
      task_id,
      fencing_token,
      "task.released",
      (task, proof, now_ms) => this.#end(release(task, proof, now_ms), fencing_token, now_ms),
      READABLE,
    );
  }

  complete(actor: Actor, task_id: string, fencing_token: number, result: string | null) {
    return this.#withToken(actor, task_id, fencing_token, "task.completed", (task, proof, now_ms) => {
      const completed = complete(task, proof, result, now_ms);
      if (!completed.ok) return completed;
      const settled = checkFamily("done", this.#rules.graph.family(task_id, task.parent_id));
      if (!settled.ok) return settled;
      const full = result === null ? null : this.#rules.checkText(result);
      return full ?? this.#end(completed, fencing_token, now_ms);
    });
  }

  #withToken<Value>(
    actor: Actor,
    task_id: string,
    fencing_token: number,
    type: EventType,
    work: (task: Task, proof: Proof, now_ms: number) => Result<Outcome<Value>>,
    statuses?: readonly ProjectStatus[],
  ): Promise<Result<Changed<Value>>> {
    const decide = (now_ms: number): Result<Outcome<Value>> => {
      const task = this.#tasks.task(task_id);
      if (!task) return refuse("not_found");
      const { fencing_token: current_token } = this.#store.stateOf(task_id);
      return work(task, { principal_id: actor.principal_id, fencing_token, current_token }, now_ms);
    };
    return this.#gate.change(actor, "task:claim", type, decide, statuses);
  }

  /** Saves a task that is held from now on until its lease says. */
  #hold(held: Task, fencing_token: number, now_ms: number): Outcome<Claimed> {
    const task = this.#save(held, fencing_token, now_ms);
    const { expires_at } = held.lease!;
    this.#leases.expect(Date.parse(expires_at));
    const lease: HeldLease = { fencing_token, expires_at };
    return { value: { task, lease }, ...about(task, { ...lease }) };
  }

  #end(ended: Result<Task>, fencing_token: number, now_ms: number): Result<Outcome<Task>> {
    if (!ended.ok) return ended;
    const task = this.#save(ended.value, fencing_token, now_ms);
    return ok({ value: task, ...about(task, { fencing_token }) });
  }

  #save(task: Task, fencing_token: number, now_ms: number): Task {
    this.#tasks.save({ ...task, version: task.version + 1 }, now_ms, { fencing_token });
    return this.#tasks.task(task.id)!;
  }

  /** What it holds here is exact; what it holds elsewhere is as of its admission. */
  #claimantOf({ principal_id, worker, leases = {} }: Actor): Claimant {
    const elsewhere = { ...leases, [this.#tasks.project_id]: 0 };
    const load = Object.values(elsewhere).reduce(
      (sum, count) => sum + count,
      this.#store.heldBy(principal_id).length,
    );
    return {
      principal_id,
      load,
      capacity: worker?.capacity ?? PERSON_CAPACITY,
      paused: worker?.paused ?? false,
    };
  }
}

const NOTHING = refuse("not_found");
const OFF_WORK: Matching = { outcome: "outside_working_hours", candidates: [], passed_over: [] };
/** For skills that somebody names without a level. */
const LEVEL_ASSUMED = 3;

/** The worker's own skills, or those of them that it names; those that somebody else names; or whatever is asked for. */
function skillsOf(worker: WorkerProfile | undefined, named: readonly string[] | null): Abilities["skills"] {
  if (!worker) return named && new Map(named.map((name) => [name, LEVEL_ASSUMED]));
  const own = worker.skills.filter(({ name }) => named === null || named.includes(name));
  return new Map(own.map(({ name, level }) => [name, level]));
}

const about = (task: Task, details: AuditEvent["details"]) => ({ targets: [task.id], details });
