// Handlers of a project's tasks.
import type { QueryOf } from "../api/operation.ts";
import type { Operations } from "../api/operations/index.ts";
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import type { TaskChange, TaskFilter, VersionedChange } from "../schema/messages/project.ts";
import type { Task } from "../schema/project.ts";
import { projectOf } from "./projects.ts";

const task = (value: Task) => ({ task: value });
const version = (value: { version: number }) => value.version;

export const taskHandlers: Handlers<
  | "createTask"
  | "createTasks"
  | "listTasks"
  | "readTask"
  | "updateTask"
  | "updateTasks"
  | "deleteTask"
  | "assignTask"
> = {
  createTask(call) {
    return replyChanged(projectOf(call).createTask(call.actor, call.body), task, version);
  },

  createTasks(call) {
    return replyChanged(projectOf(call).createTasks(call.actor, call.body.tasks), (tasks) => ({
      tasks: [...tasks],
      count: tasks.length,
    }));
  },

  listTasks(call) {
    const filter = filterOf(call.query);
    return replyPage(call, "tasks", (limit, after) =>
      projectOf(call).tasks(call.actor, filter, limit, after),
    );
  },

  readTask(call) {
    return replyWith(projectOf(call).task(call.actor, call.params.task_id), task, version);
  },

  updateTask(call) {
    const change = call.body as TaskChange;
    const updated = projectOf(call).updateTask(call.actor, call.params.task_id, change, call.version);
    return replyChanged(updated, task, version);
  },

  updateTasks(call) {
    const changes = call.body.changes as VersionedChange[];
    return replyChanged(projectOf(call).updateTasks(call.actor, changes), (tasks) => ({
      tasks: [...tasks],
      count: tasks.length,
    }));
  },

  deleteTask(call) {
    return replyChanged(
      projectOf(call).deleteTask(call.actor, call.params.task_id, call.version),
      () => undefined,
    );
  },

  assignTask(call) {
    const assigned = projectOf(call).assignTask(call.actor, call.params.task_id, call.body.user_id);
    return replyChanged(assigned, task, version);
  },
};

function filterOf(query: QueryOf<Operations["listTasks"]>): TaskFilter {
  const {
    limit: _limit,
    cursor: _cursor,
    assigned_to,
    parent_id,
    blocked,
    due_before,
    due_after,
    ...plain
  } = query;
  return {
    ...plain,
    ...(assigned_to !== undefined && { assigned_to: orNull(assigned_to) }),
    ...(parent_id !== undefined && { parent_id: orNull(parent_id) }),
    ...(blocked !== undefined && { blocked: blocked === "true" }),
    ...(due_before !== undefined && { due_before_ms: Date.parse(due_before) }),
    ...(due_after !== undefined && { due_after_ms: Date.parse(due_after) }),
  } as TaskFilter;
}

const orNull = (id: string): string | null => (id === "none" ? null : id);
