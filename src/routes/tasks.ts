// Handlers of a project's tasks.
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import type { TaskChange, VersionedChange } from "../schema/messages/project.ts";
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
    const { status, assigned_to } = call.query;
    const filter = { ...(status && { status }), ...(assigned_to && { assigned_to }) };
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
