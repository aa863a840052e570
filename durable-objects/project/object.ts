// One project: members, tasks and dependencies. Membership and ownership are checked here, at the gate,
// in the transaction that writes.
import type { Env } from "../../src/config.ts";
import type { Member } from "../../src/schema/account.ts";
import type { Batch, Receipt } from "../../src/schema/messages/outbox.ts";
import type {
  ChangePage,
  NewProject,
  NewTask,
  ProjectRpc,
  TaskChange,
  TaskFilter,
} from "../../src/schema/messages/project.ts";
import type { Actor, Changed, PagePosition } from "../../src/schema/messages/request.ts";
import type { PlannedTask, Project as ProjectView } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Happening } from "../audit-event.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import { Feed } from "./feed.ts";
import { FeedStore } from "./feed-store.ts";
import { Gate } from "./gate.ts";
import { Indexes, WORKSPACE } from "./indexes.ts";
import schema from "./schema.sql";
import { ProjectStore, projectOf } from "./store.ts";
import { TaskStore } from "./task-store.ts";
import { Tasks } from "./tasks.ts";

const MEMBERS_MAX = 500;

export class Project extends LoggedObject implements ProjectRpc {
  readonly #store: ProjectStore;
  readonly #tasks: Tasks;
  readonly #gate: Gate;
  readonly #indexes: Indexes;
  readonly #feed: Feed;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "project", script: schema });
    this.#store = new ProjectStore(this.sql);
    this.#feed = new Feed(new FeedStore(this.sql));
    this.#tasks = new Tasks(new TaskStore(this.sql, () => this.objectName.split("/")[1]!));
    this.#gate = new Gate(this.surface(), this.#store);
    this.#indexes = new Indexes(this.surface(), this.#store);
  }

  async create(actor: Actor, project: NewProject): Promise<Result<Changed<ProjectView>>> {
    const created = this.transact((now_ms) => {
      const is_new = !this.isCreated;
      if (is_new) this.createObject();
      return this.idempotency_keys.once(actor, now_ms, project.id, () =>
        is_new
          ? ok(this.#insert(actor, project, now_ms))
          : refuse("conflict", { detail: "this project exists already" }),
      );
    });
    await this.#indexes.ship(actor.principal_id);
    return created;
  }

  #insert(actor: Actor, project: NewProject, now_ms: number): Changed<ProjectView> {
    const owner = { user_id: actor.principal_id, username: actor.username, role: "owner" } as const;
    const times = { created_at_ms: now_ms, updated_at_ms: now_ms };
    this.#store.insert({ ...project, status: "active", owner: owner.user_id, version: 1, ...times });
    this.#store.saveMember(owner);
    const row = this.#store.project();
    this.#indexes.tellAll(row);
    const happening = { type: "project.created", at_ms: now_ms, by: actor, rule: "role" } as const;
    return { value: projectOf(row), event_id: this.audit({ ...happening, targets: [row.id] }) };
  }

  async read(actor: Actor) {
    return this.#gate.read(actor, "project:read", () => ok(projectOf(this.#store.project())));
  }

  async update(actor: Actor, change: { name?: string; description?: string }, version: number | null) {
    return this.#gate.change(actor, "project:update", "project.updated", (now_ms) => {
      if (version !== null && version !== this.#store.project().version) return refuse("stale_version");
      const row = this.#store.update(change, now_ms);
      this.#indexes.tellAll(row);
      return ok({ value: projectOf(row), details: { fields: Object.keys(change) } });
    });
  }

  async delete(actor: Actor, version: number | null): Promise<Result<Changed<null>>> {
    const deleted = await this.#gate.change(actor, "project:delete", "project.deleted", (now_ms) => {
      if (version !== null && version !== this.#store.project().version) return refuse("stale_version");
      this.#indexes.tellAll(this.#store.update({ status: "deleted" }, now_ms));
      return ok({ value: null });
    });
    if (deleted.ok) await this.#indexes.ship(actor.principal_id);
    return deleted;
  }

  async members(actor: Actor) {
    return this.#gate.read(actor, "project:read", () => ok(this.#store.members()));
  }

  async setMember(actor: Actor, member: Member): Promise<Result<Changed<Member>>> {
    const set = await this.#gate.change(actor, "project:update", "member.set", (now_ms) => {
      const { owner } = this.#store.project();
      if (member.user_id === owner)
        return refuse("conflict", { detail: "the owner keeps the role of owner" });
      if (member.role === "owner") return refuse("conflict", { detail: "a project has one owner" });
      if (this.#store.roleOf(member.user_id) === null && this.#store.members().length >= MEMBERS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${MEMBERS_MAX} members in a project` });
      }
      this.#store.saveMember(member);
      this.#indexes.tellMember(this.#store.update({}, now_ms), member.user_id, member.role);
      return ok({ value: member, details: { role: member.role }, targets: [member.user_id] });
    });
    if (set.ok) await this.#indexes.ship(member.user_id);
    return set;
  }

  /** Owners remove members; everyone may leave. */
  async removeMember(actor: Actor, user_id: string): Promise<Result<Changed<null>>> {
    const permission = user_id === actor.principal_id ? "project:read" : "project:update";
    const removed = await this.#gate.change(actor, permission, "member.removed", (now_ms) => {
      if (this.#store.roleOf(user_id) === null) return refuse("not_found");
      if (user_id === this.#store.project().owner) {
        return refuse("conflict", { detail: "the owner cannot leave the project" });
      }
      this.#store.removeMember(user_id);
      this.#indexes.tellMember(this.#store.update({}, now_ms), user_id, null);
      return ok({ value: null, targets: [user_id] });
    });
    if (removed.ok) await this.#indexes.ship(user_id);
    return removed;
  }

  async createTask(actor: Actor, fields: NewTask) {
    return this.#gate.change(actor, "task:create", "task.created", (now_ms) => {
      const created = this.#tasks.create(actor.principal_id, fields, now_ms);
      return created.ok ? ok({ value: created.value, targets: [created.value.id] }) : created;
    });
  }

  async createTasks(actor: Actor, plan: readonly PlannedTask[]) {
    return this.#gate.change(actor, "task:create", "task.imported", (now_ms) => {
      const created = this.#tasks.createPlan(actor.principal_id, plan, now_ms);
      if (!created.ok) return created;
      const tasks = created.value.map(({ id }) => id);
      return ok({ value: created.value, details: { tasks: tasks.length }, tasks });
    });
  }

  async task(actor: Actor, task_id: string) {
    return this.#gate.read(actor, "task:read", () => this.#tasks.read(task_id));
  }

  async tasks(actor: Actor, filter: TaskFilter, limit: number, after: PagePosition | null) {
    return this.#gate.read(actor, "task:read", () => {
      const { tasks, next } = this.#tasks.page(filter, limit, typeof after === "number" ? after : 0);
      return ok({ items: tasks, next });
    });
  }

  async updateTask(actor: Actor, task_id: string, change: TaskChange, version: number | null) {
    return this.#gate.change(actor, "task:update", "task.updated", (now_ms) => {
      const updated = this.#tasks.update(task_id, change, version, now_ms);
      if (!updated.ok) return updated;
      const details = { fields: Object.keys(change), status: updated.value.status };
      return ok({ value: updated.value, details, targets: [task_id] });
    });
  }

  async deleteTask(actor: Actor, task_id: string, version: number | null) {
    return this.#gate.change(actor, "task:delete", "task.deleted", () => {
      const deleted = this.#tasks.delete(task_id, version);
      return deleted.ok ? ok({ value: null, targets: [task_id] }) : deleted;
    });
  }

  async assignTask(actor: Actor, task_id: string, user_id: string | null) {
    return this.#gate.change(actor, "task:assign", "task.assigned", (now_ms) => {
      if (user_id !== null && this.#store.roleOf(user_id) === null) {
        return refuse("conflict", { detail: "a task is assigned to a member of its project" });
      }
      const assigned = this.#tasks.assign(task_id, user_id, now_ms);
      return assigned.ok ? ok({ value: assigned.value, details: { user_id }, targets: [task_id] }) : assigned;
    });
  }

  async changes(actor: Actor, after: number | null, limit: number): Promise<Result<ChangePage>> {
    return this.#gate.read(actor, "task:read", () => this.#feed.page(after, limit));
  }

  async activity(actor: Actor, task_id: string, limit: number, before: PagePosition | null) {
    return this.#gate.read(actor, "task:read", () => {
      const page = this.#feed.activity(task_id, limit, before === null ? null : Number(before));
      return page ? ok(page) : refuse("not_found");
    });
  }

  /** Whatever is audited is a change of the project: it gets its number here. */
  protected override audit(happening: Happening): string {
    const event_id = super.audit(happening);
    this.#feed.record(event_id, happening);
    return event_id;
  }

  protected override housekeep(now_ms: number): void {
    this.#feed.housekeep(now_ms);
  }

  protected override nextHousekeeping(): number | null {
    return this.#feed.nextDue();
  }

  protected override rolledBack(): void {
    this.#feed.rolledBack();
    this.#store.forget();
    this.#tasks.forget();
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination === AUDIT) return this.sendAudit(batch);
    if (destination === WORKSPACE) return this.env.WORKSPACE.getByName(this.workspace).receive(batch);
    return this.env.PRINCIPAL.getByName(destination).receive(batch);
  }
}
