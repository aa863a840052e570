// One project: members, tasks and dependencies. Membership and ownership are checked here, in the transaction
// that writes; a caller who may not know of the project gets the same `not_found` as for one that never was.
import type { Env } from "../../src/config.ts";
import { decideAccess } from "../../src/domain/role.ts";
import type { Member } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Batch, ProjectEntry, Receipt } from "../../src/schema/messages/outbox.ts";
import type {
  NewProject,
  NewTask,
  ProjectRpc,
  TaskChange,
  TaskFilter,
} from "../../src/schema/messages/project.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import type { PlannedTask, Project as ProjectView, Task } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Permission, ProjectRole } from "../../src/schema/role.ts";
import { AUDIT, LoggedObject } from "../logged-object.ts";
import schema from "./schema.sql";
import { type ProjectRow, ProjectStore, projectOf } from "./store.ts";
import { TaskStore } from "./task-store.ts";
import { Tasks } from "./tasks.ts";

const MEMBERS_MAX = 500;

interface Access {
  readonly now_ms: number;
  readonly rule: string;
}

export class Project extends LoggedObject implements ProjectRpc {
  readonly #store: ProjectStore;
  readonly #tasks: Tasks;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "project", script: schema });
    this.#store = new ProjectStore(this.sql);
    this.#tasks = new Tasks(new TaskStore(this.sql, () => this.objectName.split("/")[1]!));
  }

  async create(actor: Actor, project: NewProject): Promise<Result<Changed<ProjectView>>> {
    if (this.isCreated) return refuse("conflict", { detail: "this project exists already" });
    const created = this.transact((now_ms) => {
      this.createObject();
      const times = { created_at_ms: now_ms, updated_at_ms: now_ms };
      this.#store.insert({ ...project, status: "active", owner: actor.principal_id, version: 1, ...times });
      this.#store.saveMember({ user_id: actor.principal_id, username: actor.username, role: "owner" });
      const row = this.#store.project();
      this.#tellIndexes(row);
      return this.#changed(actor, "project.created", { now_ms, rule: "role" }, projectOf(row));
    });
    // The creator's next list shows the project; where the index is out of reach, the alarm goes on.
    await this.shipNow(this.#principal(actor.principal_id));
    return ok(created);
  }

  async read(actor: Actor): Promise<Result<ProjectView>> {
    return this.#access(actor, "project:read", () => ok(projectOf(this.#store.project())));
  }

  async update(
    actor: Actor,
    change: { name?: string; description?: string },
    version: number | null,
  ): Promise<Result<Changed<ProjectView>>> {
    return this.#access(actor, "project:update", (access) => {
      if (version !== null && version !== this.#store.project().version) return refuse("stale_version");
      const row = this.#store.update(change, access.now_ms);
      this.#tellIndexes(row);
      return ok(
        this.#changed(actor, "project.updated", access, projectOf(row), { fields: Object.keys(change) }),
      );
    });
  }

  async delete(actor: Actor, version: number | null): Promise<Result<Changed<null>>> {
    const deleted = this.#access(actor, "project:delete", (access) => {
      if (version !== null && version !== this.#store.project().version) return refuse("stale_version");
      const row = this.#store.update({ status: "deleted" }, access.now_ms);
      this.#tellIndexes(row);
      return ok(this.#changed(actor, "project.deleted", access, null));
    });
    if (deleted.ok) await this.shipNow(this.#principal(actor.principal_id));
    return deleted;
  }

  async members(actor: Actor): Promise<Result<readonly Member[]>> {
    return this.#access(actor, "project:read", () => ok(this.#store.members()));
  }

  async setMember(actor: Actor, member: Member): Promise<Result<Changed<Member>>> {
    const set = this.#access<Changed<Member>>(actor, "project:update", (access) => {
      const project = this.#store.project();
      if (member.user_id === project.owner) {
        return refuse("conflict", { detail: "the owner keeps the role of owner" });
      }
      if (member.role === "owner") return refuse("conflict", { detail: "a project has one owner" });
      if (this.#store.roleOf(member.user_id) === null && this.#store.members().length >= MEMBERS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${MEMBERS_MAX} members in a project` });
      }
      this.#store.saveMember(member);
      this.#tellMember(this.#store.update({}, access.now_ms), member.user_id, member.role);
      const details = { user_id: member.user_id, role: member.role };
      return ok(this.#changed(actor, "member.set", access, member, details));
    });
    if (set.ok) await this.shipNow(this.#principal(member.user_id));
    return set;
  }

  async removeMember(actor: Actor, user_id: string): Promise<Result<Changed<null>>> {
    const leaving = user_id === actor.principal_id;
    const removed = this.#access<Changed<null>>(
      actor,
      leaving ? "project:read" : "project:update",
      (access) => {
        if (this.#store.roleOf(user_id) === null) return refuse("not_found");
        if (user_id === this.#store.project().owner) {
          return refuse("conflict", { detail: "the owner cannot leave the project" });
        }
        this.#store.removeMember(user_id);
        this.#tellMember(this.#store.update({}, access.now_ms), user_id, null);
        return ok(this.#changed(actor, "member.removed", access, null, { user_id }));
      },
    );
    if (removed.ok) await this.shipNow(this.#principal(user_id));
    return removed;
  }

  async createTask(actor: Actor, task: NewTask): Promise<Result<Changed<Task>>> {
    return this.#access(actor, "task:create", (access) => {
      const created = this.#tasks.create(actor.principal_id, task, access.now_ms);
      if (!created.ok) return created;
      return ok(this.#changed(actor, "task.created", access, created.value, {}, [created.value.id]));
    });
  }

  async createTasks(actor: Actor, plan: readonly PlannedTask[]): Promise<Result<Changed<readonly Task[]>>> {
    return this.#access(actor, "task:create", (access) => {
      const created = this.#tasks.createPlan(actor.principal_id, plan, access.now_ms);
      if (!created.ok) return created;
      return ok(
        this.#changed(actor, "task.imported", access, created.value, { tasks: created.value.length }),
      );
    });
  }

  async task(actor: Actor, task_id: string): Promise<Result<Task>> {
    return this.#access(actor, "task:read", () => this.#tasks.read(task_id));
  }

  async tasks(
    actor: Actor,
    filter: TaskFilter,
    limit: number,
    after: PagePosition | null,
  ): Promise<Result<Page<Task>>> {
    return this.#access(actor, "task:read", () => {
      const { tasks, next } = this.#tasks.page(filter, limit, typeof after === "number" ? after : 0);
      return ok({ items: tasks, next });
    });
  }

  async updateTask(
    actor: Actor,
    task_id: string,
    change: TaskChange,
    version: number | null,
  ): Promise<Result<Changed<Task>>> {
    return this.#access(actor, "task:update", (access) => {
      const updated = this.#tasks.update(task_id, change, version, access.now_ms);
      if (!updated.ok) return updated;
      const details = { fields: Object.keys(change), status: updated.value.status };
      return ok(this.#changed(actor, "task.updated", access, updated.value, details, [task_id]));
    });
  }

  async deleteTask(actor: Actor, task_id: string, version: number | null): Promise<Result<Changed<null>>> {
    return this.#access(actor, "task:delete", (access) => {
      const deleted = this.#tasks.delete(task_id, version);
      if (!deleted.ok) return deleted;
      return ok(this.#changed(actor, "task.deleted", access, null, {}, [task_id]));
    });
  }

  async assignTask(actor: Actor, task_id: string, user_id: string | null): Promise<Result<Changed<Task>>> {
    return this.#access(actor, "task:assign", (access) => {
      if (user_id !== null && this.#store.roleOf(user_id) === null) {
        return refuse("conflict", { detail: "a task is assigned to a member of its project" });
      }
      const assigned = this.#tasks.assign(task_id, user_id, access.now_ms);
      if (!assigned.ok) return assigned;
      return ok(this.#changed(actor, "task.assigned", access, assigned.value, { user_id }, [task_id]));
    });
  }

  protected override send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination === AUDIT) return this.env.AUDIT_LOG.getByName(this.workspace).append(batch);
    if (destination === "workspace") return this.env.WORKSPACE.getByName(this.workspace).receive(batch);
    return this.env.PRINCIPAL.getByName(destination).receive(batch);
  }

  /** Decides access and does the work in one transaction; refusals are recorded. */
  #access<Value>(
    actor: Actor,
    permission: Permission,
    work: (access: Access) => Result<Value>,
  ): Result<Value> {
    if (!this.isCreated) return refuse("not_found", { rule: "no_such_project" });
    const role = this.#store.project().status === "deleted" ? null : this.#store.roleOf(actor.principal_id);
    const decision = decideAccess(actor, role, permission);
    if (!decision.allowed) {
      this.observe({
        type: "access.refused",
        at_ms: this.now(),
        by: actor,
        decision: "deny",
        rule: decision.rule,
        targets: [this.#store.project().id],
        details: { permission },
      });
      return refuse(decision.visible ? "permission_denied" : "not_found", { rule: decision.rule });
    }
    if (this.#store.project().status === "deleted") return refuse("not_found", { rule: "deleted" });
    const reads = permission === "project:read" || permission === "task:read";
    if (reads) return work({ now_ms: this.now(), rule: decision.rule });
    return this.transact((now_ms) => work({ now_ms, rule: decision.rule }));
  }

  #changed<Value>(
    actor: Actor,
    type: EventType,
    access: Access,
    value: Value,
    details: Record<string, string | number | boolean | null | string[]> = {},
    targets: readonly string[] = [],
  ): Changed<Value> {
    const event_id = this.audit({
      type,
      at_ms: access.now_ms,
      by: actor,
      rule: access.rule,
      targets: [this.#store.project().id, ...targets],
      details,
    });
    return { value, event_id };
  }

  /** Tells the workspace and every member how the project is listed. */
  #tellIndexes(row: ProjectRow): void {
    this.outbox.append("workspace", this.#entry(row, null));
    for (const member of this.#store.members()) this.#tellMember(row, member.user_id, member.role);
  }

  #tellMember(row: ProjectRow, user_id: string, role: ProjectRole | null): void {
    this.outbox.append(this.#principal(user_id), this.#entry(row, role));
  }

  #entry(row: ProjectRow, role: ProjectRole | null): ProjectEntry {
    const { id, version, name, status, owner, created_at_ms } = row;
    return { kind: "project", id, version, name, status, owner, role, created_at_ms };
  }

  #principal(user_id: string): string {
    return `${this.workspace}/${user_id}`;
  }
}
