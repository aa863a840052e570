// What people do with tasks: create, plan, change one or many, delete, assign. Each passes the gate and is one
// transaction; a refusal has changed nothing.

import { follow } from "../../src/domain/claim.ts";
import { checkFamily, checkMove, isSettled } from "../../src/domain/task.ts";
import type { NewTask, TaskChange, TaskFilter, VersionedChange } from "../../src/schema/messages/project.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import type { Task, TaskStatus } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { allOrNone } from "./all-or-none.ts";
import type { Gate } from "./gate.ts";
import type { Leases } from "./leases.ts";
import { newTask, type Planned, resolvePlan } from "./new-tasks.ts";
import type { ProjectStore } from "./store.ts";
import { TaskListStore } from "./task-list-store.ts";
import type { TaskRules } from "./task-rules.ts";
import type { TaskStore } from "./task-store.ts";

export interface TaskParts {
  readonly gate: Gate;
  readonly project: ProjectStore;
  readonly store: TaskStore;
  readonly rules: TaskRules;
  readonly leases: Leases;
}

export class Tasks {
  readonly #object: ObjectSurface;
  readonly #gate: Gate;
  readonly #project: ProjectStore;
  readonly #store: TaskStore;
  readonly #lists: TaskListStore;
  readonly #rules: TaskRules;
  readonly #leases: Leases;

  constructor(object: ObjectSurface, { gate, project, store, rules, leases }: TaskParts) {
    this.#object = object;
    this.#gate = gate;
    this.#project = project;
    this.#store = store;
    this.#lists = new TaskListStore(object.sql);
    this.#rules = rules;
    this.#leases = leases;
  }

  read(actor: Actor, id: string): Result<Task> {
    return this.#gate.read(actor, "task:read", () => {
      const task = this.#store.task(id);
      return task ? ok(task) : refuse("not_found");
    });
  }

  page(actor: Actor, filter: TaskFilter, limit: number, after: PagePosition | null): Result<Page<Task>> {
    return this.#gate.read(actor, "task:read", () => {
      const { filing } = this.#store;
      if (filter.search !== undefined && filing.isDue()) this.#object.transact(() => filing.run());
      const { numbers, next } = this.#lists.find(filter, limit, after);
      return ok({ items: this.#store.numbered(numbers), next });
    });
  }

  create(actor: Actor, fields: NewTask): Promise<Result<Changed<Task>>> {
    return this.#gate.change(actor, "task:create", "task.created", (now_ms) => {
      const inserted = this.insert(actor, fields, now_ms);
      return inserted.ok ? ok({ value: inserted.value, targets: [inserted.value.id] }) : inserted;
    });
  }

  /** A new task, in the transaction of a caller who has passed the gate. */
  insert(actor: Actor, fields: NewTask, now_ms: number): Result<Task> {
    const task = newTask(this.#store.project_id, actor.principal_id, fields, now_ms);
    const refusal =
      this.#rules.checkRoom([task]) ??
      this.#rules.checkKnown(task) ??
      // Nobody waits for a new task but its parent.
      (task.parent_id === null ? null : this.#rules.checkAcyclic(task)) ??
      this.#rules.checkPlace(task);
    if (refusal) return refusal;
    this.#store.insert(task, now_ms);
    return ok(task.depends_on.length > 0 ? this.#store.task(task.id)! : task);
  }

  /**
   * How the task has ended, or goes on, elsewhere: any status, over whatever lies between. In the transaction of a caller
   * who has passed the gate.
   */
  settle(actor: Actor, task: Task, status: TaskStatus, result: string | null, now_ms: number): Result<Task> {
    const family = this.#rules.graph.family(task.id, task.parent_id);
    const refusal = checkFamily(status, family);
    if (!refusal.ok) return refusal;
    const full = result === null ? null : this.#rules.checkText(result);
    if (full) return full;
    return ok(this.#save(actor, task, { ...task, status, result: result ?? task.result }, now_ms));
  }

  /** All tasks of a plan, or none. What is to be answered of each is kept for repeats, so let it be little. */
  createPlan<Answer>(
    actor: Actor,
    plan: readonly Planned[],
    answered: (task: Task) => Answer,
  ): Promise<Result<Changed<readonly Answer[]>>> {
    return this.#gate.change(actor, "task:create", "task.imported", (now_ms) => {
      const tasks = this.createAll(actor, plan, now_ms);
      if (!tasks.ok) return tasks;
      const ids = tasks.value.map(({ id }) => id);
      return ok({ value: tasks.value.map(answered), details: { tasks: ids.length }, tasks: ids });
    });
  }

  /** Within a transaction that has passed the gate; a refusal has changed nothing. */
  createAll(actor: Actor, plan: readonly Planned[], now_ms: number): Result<readonly Task[]> {
    const full = this.#rules.checkRoom(plan);
    if (full) return full;
    const tasks = resolvePlan(this.#store.project_id, actor.principal_id, plan, now_ms);
    if (tasks.ok) for (const task of tasks.value) this.#store.insert(task, now_ms);
    return tasks;
  }

  exists(id: string): boolean {
    return this.#rules.graph.unknown([id]) === undefined;
  }

  update(actor: Actor, id: string, change: TaskChange, version: number | null) {
    return this.#gate.change(actor, "task:update", "task.updated", (now_ms) => {
      const updated = this.#apply(actor, id, change, version, now_ms);
      if (!updated.ok) return updated;
      const details = { fields: Object.keys(change), status: updated.value.status };
      return ok({ value: updated.value, details, targets: [id] });
    });
  }

  /** All changes in their order, or none; the refusal of one points at it. */
  updateMany(actor: Actor, changes: readonly VersionedChange[]): Promise<Result<Changed<readonly Task[]>>> {
    return this.#gate.change(actor, "task:update", "task.bulk_updated", (now_ms) => {
      const applyAll = () => {
        for (const [index, { task_id, change, version }] of changes.entries()) {
          const applied = this.#apply(actor, task_id, change, version, now_ms);
          if (!applied.ok) return pointedAt(index, applied);
        }
        return ok(null);
      };
      const updated = this.#rules.graph.keeping(() => allOrNone(this.#object, applyAll));
      if (!updated.ok) return updated;
      const tasks = [...new Set(changes.map(({ task_id }) => task_id))];
      const fields = [...new Set(changes.flatMap(({ change }) => Object.keys(change)))];
      const value = changes.map(({ task_id }) => this.#store.task(task_id)!);
      return ok({ value, details: { tasks: tasks.length, fields }, tasks });
    });
  }

  /** Refuses a task that others wait for, and one with sub-tasks. */
  delete(actor: Actor, id: string, version: number | null): Promise<Result<Changed<null>>> {
    return this.#gate.change(actor, "task:delete", "task.deleted", () => {
      const task = this.#store.task(id);
      if (!task) return refuse("not_found");
      if (version !== null && version !== task.version) return refuse("stale_version");
      const refusal = this.#rules.checkDeletion(id);
      if (refusal) return refusal;
      this.#store.delete(id);
      return ok({ value: null, targets: [id] });
    });
  }

  assign(actor: Actor, id: string, user_id: string | null): Promise<Result<Changed<Task>>> {
    return this.#gate.change(actor, "task:assign", "task.assigned", (now_ms) => {
      if (user_id !== null && this.#project.roleOf(user_id) === null) {
        return refuse("conflict", { detail: "a task is assigned to a member of its project" });
      }
      const task = this.#store.task(id);
      if (!task) return refuse("not_found");
      if (isSettled(task.status)) return refuse("conflict", { detail: `the task is ${task.status}` });
      const value = this.#save(actor, task, { ...task, assigned_to: user_id }, now_ms);
      return ok({ value, details: { user_id }, targets: [id] });
    });
  }

  #apply(actor: Actor, id: string, change: TaskChange, version: number | null, now_ms: number): Result<Task> {
    const task = this.#store.task(id);
    if (!task) return refuse("not_found");
    const permitted = this.#leases.mayChange(actor, task, now_ms);
    if (!permitted.ok) return permitted;
    if (version !== null && version !== task.version) return refuse("stale_version");
    const depends_on = [...new Set(change.depends_on ?? task.depends_on)];
    const skills = [...new Set(change.skills ?? task.skills)];
    const next = { ...task, ...change, depends_on, skills } as Task;
    const refusal = this.#checkChange(task, next);
    if (refusal) return refusal;
    if (change.depends_on) this.#store.saveDependencies(next);
    const saved = this.#save(actor, task, next, now_ms);
    this.#rules.graph.changed(id, task.parent_id, saved.parent_id);
    return ok(saved);
  }

  #checkChange(task: Task, next: Task) {
    if (next.status !== task.status) {
      const family = this.#rules.graph.family(task.id, next.parent_id);
      const moved = checkMove(task.status, next.status, family);
      if (!moved.ok) return moved;
    }
    const full = this.#rules.checkRoomToChange(task, next);
    const is_moved = next.parent_id !== task.parent_id;
    const waits_for_more = next.depends_on.some((each) => !task.depends_on.includes(each));
    if (full || !(is_moved || waits_for_more)) return full;
    return (
      this.#rules.checkKnown(next) ??
      this.#rules.checkAcyclic(next, task.parent_id) ??
      (is_moved ? this.#rules.checkPlace(next) : null)
    );
  }

  #save(actor: Actor, before: Task, after: Task, now_ms: number): Task {
    const followed = follow(after, before.lease, actor.principal_id);
    const assigned_to = this.#isLeftBehind(before, followed) ? null : followed.assigned_to;
    this.#store.save({ ...followed, assigned_to, version: before.version + 1 }, now_ms);
    return this.#store.task(before.id)!;
  }

  /** Opened anew where whoever did it is no member any more: nobody else could claim it. */
  #isLeftBehind(before: Task, { status, assigned_to }: Task): boolean {
    if (assigned_to === null || !isSettled(before.status) || isSettled(status)) return false;
    return this.#project.roleOf(assigned_to) === null;
  }
}

function pointedAt(index: number, { refusal }: Result<never> & { ok: false }) {
  const detail = refusal.detail ?? refusal.reason;
  return { ok: false as const, refusal: { ...refusal, errors: [{ pointer: `/changes/${index}`, detail }] } };
}
