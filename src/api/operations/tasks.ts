// Tasks of a project.
import * as v from "valibot";
import { PrincipalId, ProjectId, TaskId } from "../../schema/identifier.ts";
import { DependsOn, PlannedTask, Task, TaskFields, TaskStatus } from "../../schema/project.ts";
import { operation } from "../operation.ts";

const inProject = v.strictObject({ project_id: ProjectId });
const params = v.strictObject({ project_id: ProjectId, task_id: TaskId });
const taskReply = { schema: v.object({ task: Task }), etag: true } as const;

const TaskChange = v.pipe(
  v.strictObject({
    title: v.optional(TaskFields.title),
    description: v.optional(TaskFields.description),
    depends_on: v.optional(DependsOn),
    estimate: v.optional(TaskFields.estimate),
    skills: v.optional(TaskFields.skills),
    labels: v.optional(TaskFields.labels),
    parent_id: v.optional(v.nullable(TaskId)),
    priority: v.optional(TaskFields.priority),
    due_at: v.optional(TaskFields.due_at),
    status: v.optional(TaskStatus),
  }),
  v.check((change) => Object.keys(change).length > 0, "expected a field to change"),
);

/** Tasks in one bulk request. */
export const BULK_MAX = 500;

export const taskOperations = {
  createTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks",
    tag: "tasks",
    summary: "Create a task",
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "task" },
    params: inProject,
    body: v.strictObject({
      title: TaskFields.title,
      description: v.optional(TaskFields.description, ""),
      depends_on: v.optional(DependsOn, []),
      estimate: v.optional(TaskFields.estimate, null),
      skills: v.optional(TaskFields.skills, []),
      labels: v.optional(TaskFields.labels, []),
      parent_id: v.optional(v.nullable(TaskId), null),
      priority: v.optional(TaskFields.priority, "normal"),
      due_at: v.optional(TaskFields.due_at, null),
    }),
    reply: { status: 201, ...taskReply },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "task.created",
    calls_max: 2,
    example: { title: "Write the announcement", priority: "high", skills: ["writing"] },
  }),
  createTasks: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/bulk",
    tag: "tasks",
    summary: "Create the tasks of a plan, all or none",
    description:
      "Tasks name one another by `ref`. Costs five tasks' worth of the rate limit, whatever its size.",
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "task", cost: 5 },
    params: inProject,
    body: v.strictObject({
      tasks: v.pipe(
        v.array(PlannedTask),
        v.minLength(1, "expected at least one task"),
        v.maxLength(BULK_MAX, `expected at most ${BULK_MAX} tasks`),
      ),
    }),
    body_bytes_max: 1_048_576,
    reply: { status: 201, schema: v.object({ tasks: v.array(Task), count: v.number() }) },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "task.imported",
    calls_max: 2,
    example: {
      tasks: [
        { ref: "design", title: "Design the page" },
        { ref: "build", title: "Build the page", depends_on: ["design"] },
      ],
    },
  }),
  readTask: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/tasks/{task_id}",
    tag: "tasks",
    summary: "One task",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params,
    reply: { status: 200, ...taskReply },
    problems: ["not_found"],
    event: "task.read",
    calls_max: 2,
  }),
  // Before the operation on one task, whose path would take the word for an id.
  updateTasks: operation({
    method: "PATCH",
    path: "/v1/projects/{project_id}/tasks/bulk",
    tag: "tasks",
    summary: "Change or move many tasks, all or none",
    description:
      "In the order given; each names the version that it changes. A refusal points at the change that it is about. Costs five tasks' worth of the rate limit, whatever its size.",
    caller: "session",
    api_tokens: true,
    permission: "task:update",
    rate: { class: "task", cost: 5 },
    params: inProject,
    body: v.strictObject({
      changes: v.pipe(
        v.array(
          v.strictObject({
            task_id: TaskId,
            version: v.pipe(v.number(), v.integer(), v.minValue(1)),
            change: TaskChange,
          }),
        ),
        v.minLength(1, "expected at least one change"),
        v.maxLength(BULK_MAX, `expected at most ${BULK_MAX} changes`),
      ),
    }),
    body_bytes_max: 1_048_576,
    reply: { status: 200, schema: v.object({ tasks: v.array(Task), count: v.number() }) },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded", "stale_version"],
    event: "task.bulk_updated",
    calls_max: 3,
    example: {
      changes: [
        { task_id: "tsk_00000000000000000000000000", version: 1, change: { priority: "urgent" } },
        { task_id: "tsk_00000000000000000000000001", version: 3, change: { status: "in_progress" } },
      ],
    },
  }),
  updateTask: operation({
    method: "PATCH",
    path: "/v1/projects/{project_id}/tasks/{task_id}",
    tag: "tasks",
    summary: "Change a task or move it to another status",
    caller: "session",
    api_tokens: true,
    permission: "task:update",
    rate: { class: "task" },
    if_match: "required",
    params,
    body: TaskChange,
    reply: { status: 200, ...taskReply },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded"],
    event: "task.updated",
    calls_max: 3,
    example: { status: "in_progress" },
  }),
  deleteTask: operation({
    method: "DELETE",
    path: "/v1/projects/{project_id}/tasks/{task_id}",
    tag: "tasks",
    summary: "Delete a task that no other waits for and that has no sub-tasks",
    caller: "session",
    api_tokens: true,
    permission: "task:delete",
    rate: { class: "task" },
    if_match: "required",
    params,
    reply: { status: 204 },
    problems: ["not_found", "conflict"],
    event: "task.deleted",
    calls_max: 3,
  }),
  assignTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/assign",
    tag: "tasks",
    summary: "Assign a task to a member, or to nobody",
    caller: "session",
    api_tokens: true,
    permission: "task:assign",
    rate: { class: "task" },
    params,
    body: v.strictObject({ user_id: v.nullable(PrincipalId) }),
    reply: { status: 200, ...taskReply },
    problems: ["not_found", "conflict"],
    idempotency_key: "replayed",
    event: "task.assigned",
    calls_max: 4,
    example: { user_id: null },
  }),
};
