// What may happen to tasks: quotas, legal moves, an acyclic graph. Runs inside the project's transaction;
// a refusal has changed nothing.

import { follow } from "../../src/domain/claim.ts";
import { mayMove, nextStatuses } from "../../src/domain/task.ts";
import { findCycle } from "../../src/domain/task-graph.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { NewTask, TaskChange, TaskFilter } from "../../src/schema/messages/project.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import type { PlannedTask, Task, TaskStatus } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import type { Leases } from "./leases.ts";
import type { TaskPage, TaskStore } from "./task-store.ts";

const TASKS_MAX = 100_000;

export class Tasks {
  readonly #store: TaskStore;
  readonly #leases: Leases;
  #count: number | null = null;

  constructor(store: TaskStore, leases: Leases) {
    this.#store = store;
    this.#leases = leases;
  }

  forget(): void {
    this.#count = null;
  }

  read(id: string): Result<Task> {
    const task = this.#store.task(id);
    return task ? ok(task) : refuse("not_found");
  }

  page(filter: TaskFilter, limit: number, after: number): TaskPage {
    return this.#store.page(filter, limit, after);
  }

  /** A new task is in nobody's dependencies, so it can close no cycle. */
  create(created_by: string, fields: NewTask, now_ms: number): Result<Task> {
    const refusal = this.#checkRoom(1) ?? this.#checkDependencies(fields.depends_on);
    if (refusal) return refusal;
    const task = this.#newTask(created_by, fields, now_ms);
    this.#store.insert(task, now_ms);
    this.#created(1);
    return ok(task);
  }

  /** All tasks of a plan, or none. */
  createPlan(
    created_by: string,
    plan: readonly (PlannedTask & { readonly status?: TaskStatus })[],
    now_ms: number,
  ): Result<readonly Task[]> {
    const full = this.#checkRoom(plan.length);
    if (full) return full;
    const ids = new Map(plan.map((planned) => [planned.ref, randomId("tsk_")]));
    if (ids.size < plan.length)
      return refuse("conflict", { detail: "two tasks of the plan have the same ref" });
    for (const planned of plan) {
      const unknown = planned.depends_on.find((ref) => !ids.has(ref));
      if (unknown !== undefined) {
        return refuse("conflict", {
          detail: `${planned.ref} depends on ${unknown}, which the plan does not have`,
        });
      }
    }
    const cycle = findCycle(new Map(plan.map((planned) => [planned.ref, planned.depends_on])), ids.keys());
    if (cycle) return refuse("dependency_cycle", { detail: cycle.join(" → ") });
    const tasks = plan.map((planned) => {
      const depends_on = [...new Set(planned.depends_on)].map((ref) => ids.get(ref)!);
      const task = this.#newTask(created_by, { ...planned, depends_on }, now_ms);
      return { ...task, id: ids.get(planned.ref)!, status: planned.status ?? task.status };
    });
    for (const task of tasks) this.#store.insert(task, now_ms);
    this.#created(tasks.length);
    return ok(tasks);
  }

  update(actor: Actor, id: string, change: TaskChange, version: number | null, now_ms: number): Result<Task> {
    const task = this.#store.task(id);
    if (!task) return refuse("not_found");
    const permitted = this.#leases.mayChange(actor, task, now_ms);
    if (!permitted.ok) return permitted;
    if (version !== null && version !== task.version) return refuse("stale_version");
    if (change.status && !mayMove(task.status, change.status)) {
      const legal = nextStatuses(task.status).join(", ");
      return refuse("conflict", { detail: `a task that is ${task.status} may become ${legal}` });
    }
    if (change.status === "claimed" && task.status !== "claimed") {
      return refuse("conflict", { detail: "a task becomes claimed by a claim" });
    }
    if (change.depends_on) {
      const refusal = this.#checkDependencies(change.depends_on) ?? this.#checkAcyclic(id, change.depends_on);
      if (refusal) return refusal;
    }
    const next = {
      ...task,
      ...change,
      depends_on: [...new Set(change.depends_on ?? task.depends_on)],
    } as Task;
    const followed = follow(next, task.lease, actor.principal_id);
    this.#store.save({ ...followed, version: task.version + 1 }, now_ms);
    if (change.depends_on) this.#store.saveDependencies(next);
    return this.read(id);
  }

  delete(id: string, version: number | null): Result<null> {
    const task = this.#store.task(id);
    if (!task) return refuse("not_found");
    if (version !== null && version !== task.version) return refuse("stale_version");
    const [dependent] = this.#store.dependents(id);
    if (dependent) return refuse("conflict", { detail: `${dependent} waits for this task` });
    this.#store.delete(id);
    this.#count = null;
    return ok(null);
  }

  assign(actor: Actor, id: string, user_id: string | null, now_ms: number): Result<Task> {
    const task = this.#store.task(id);
    if (!task) return refuse("not_found");
    if (task.status === "done" || task.status === "cancelled") {
      return refuse("conflict", { detail: `the task is ${task.status}` });
    }
    const followed = follow({ ...task, assigned_to: user_id }, task.lease, actor.principal_id);
    this.#store.save({ ...followed, version: task.version + 1 }, now_ms);
    return this.read(id);
  }

  /** Counting 100,000 rows costs milliseconds, so the count is kept in memory and forgotten on any doubt. */
  #checkRoom(more: number): ({ ok: false } & Result<never>) | null {
    this.#count ??= this.#store.count();
    if (this.#count + more > TASKS_MAX) {
      return refuse("quota_exceeded", { detail: `at most ${TASKS_MAX} tasks in a project` });
    }
    return null;
  }

  #created(more: number): void {
    this.#count = (this.#count ?? this.#store.count()) + more;
  }

  #checkDependencies(depends_on: readonly string[]) {
    const unknown = depends_on.find((id) => !this.#store.has(id));
    return unknown === undefined
      ? null
      : refuse("conflict", { detail: `there is no task ${unknown} in this project` });
  }

  #checkAcyclic(id: string, depends_on: readonly string[]) {
    const edges = this.#store.edgesFrom(depends_on);
    edges.set(id, [...depends_on]);
    const cycle = findCycle(edges, [id]);
    return cycle ? refuse("dependency_cycle", { detail: cycle.join(" → ") }) : null;
  }

  #newTask(created_by: string, fields: NewTask, now_ms: number): Task {
    const { title, description, estimate, skills, priority, due_at } = fields;
    return {
      id: randomId("tsk_"),
      project_id: this.#store.project_id,
      title,
      description,
      status: "open",
      priority,
      estimate,
      skills: [...skills],
      depends_on: [...new Set(fields.depends_on)],
      due_at,
      created_by,
      assigned_to: null,
      lease: null,
      result: null,
      created_at: toIso(now_ms),
      updated_at: toIso(now_ms),
      version: 1,
    };
  }
}
