// Claims on tasks: a lease for a while, and the fencing token that proves it.
import * as v from "valibot";
import { CandidateWorker, PassedOverWorker } from "../../schema/candidates.ts";
import { ProjectId, TaskId } from "../../schema/identifier.ts";
import { FencingToken, HeldLease, LeaseSeconds, TaskResult } from "../../schema/lease.ts";
import { Matching } from "../../schema/matching.ts";
import { Task, TaskFields, TaskStatus, WorkItem } from "../../schema/project.ts";
import { Timestamp } from "../../schema/text.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

const params = v.strictObject({ project_id: ProjectId, task_id: TaskId });
const heldReply = { schema: v.object({ task: Task, lease: HeldLease }), etag: true } as const;
const taskReply = { schema: v.object({ task: Task }), etag: true } as const;

export const claimOperations = {
  claimTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/claim",
    tag: "tasks",
    summary: "Claim a task for a while",
    description:
      "An open task, with everything that it depends on done or cancelled, becomes yours until the lease ends: renew it while you work. The fencing token proves the lease. It rises with each claim of the task and never falls; whatever you write to elsewhere can refuse one that is lower than the last it saw. When the lease expires the task is open again, and nobody's.",
    caller: "session",
    api_tokens: true,
    permission: "task:claim",
    rate: { class: "task" },
    idempotency_key: "replayed",
    params,
    body: v.strictObject({ lease_seconds: LeaseSeconds }),
    reply: { status: 200, ...heldReply },
    problems: [
      "not_found",
      "conflict",
      "task_held",
      "task_not_claimable",
      "capacity_reached",
      "worker_paused",
    ],
    event: "task.claimed",
    calls_max: 3,
    example: { lease_seconds: 900 },
  }),
  claimBestTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/claim",
    tag: "tasks",
    summary: "Claim the best open task for you",
    description:
      "A task that you can do and that is assigned to nobody else, the one with the highest score: what is assigned to you, then priority, due date and age, your skills and your load, as `matching` explains. Workers are matched by their profile, within their working hours; others by `skills`, or with whatever is open. Where nothing fits, `task` and `lease` are null and `matching` says why. Ask again later, or follow the project's events.",
    caller: "session",
    api_tokens: true,
    permission: "task:claim",
    rate: { class: "task" },
    idempotency_key: "replayed",
    params: v.strictObject({ project_id: ProjectId }),
    body: v.strictObject({
      lease_seconds: LeaseSeconds,
      skills: v.optional(v.nullable(TaskFields.skills), null),
    }),
    reply: {
      status: 200,
      schema: v.object({ task: v.nullable(Task), lease: v.nullable(HeldLease), matching: Matching }),
    },
    problems: ["not_found", "conflict", "capacity_reached", "worker_paused"],
    event: "task.claimed",
    calls_max: 3,
    example: { lease_seconds: 900, skills: ["writing"] },
  }),
  listWork: operation({
    method: "GET",
    path: "/v1/tasks",
    tag: "tasks",
    summary: "Your work: tasks that are assigned to you or that you hold, in all projects",
    description:
      "What is due first comes first, what has no date last. Tasks of deleted projects, and of those that you are no member of any more, are not listed.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    query: v.strictObject({
      ...PageQuery,
      status: v.optional(TaskStatus),
      due_before: v.optional(Timestamp),
    }),
    reply: { status: 200, schema: page("tasks", WorkItem) },
    event: "task.read",
    calls_max: 2,
  }),
  listCandidates: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/tasks/{task_id}/candidates",
    tag: "tasks",
    summary: "Which of the project's workers fit a task, and why the others do not",
    description:
      "By the points that `matching` of a claim explains. Load counts the leases that a worker holds in this project.",
    caller: "session",
    api_tokens: true,
    permission: "task:assign",
    rate: { class: "api" },
    params,
    reply: {
      status: 200,
      schema: v.object({
        candidates: v.array(CandidateWorker),
        passed_over: v.array(PassedOverWorker),
        count: v.number(),
        next_cursor: v.null(),
      }),
    },
    problems: ["not_found"],
    event: "worker.read",
    calls_max: 3,
  }),
  renewTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/renew",
    tag: "tasks",
    summary: "Renew the lease of a task that you hold",
    description: "It lasts `lease_seconds` from now on; the fencing token stays.",
    caller: "session",
    api_tokens: true,
    permission: "task:claim",
    rate: { class: "api" },
    params,
    body: v.strictObject({ fencing_token: FencingToken, lease_seconds: LeaseSeconds }),
    reply: { status: 200, ...heldReply },
    problems: ["not_found", "conflict", "stale_fencing_token"],
    event: "task.lease_renewed",
    calls_max: 2,
    example: { fencing_token: 1, lease_seconds: 900 },
  }),
  releaseTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/release",
    tag: "tasks",
    summary: "Give back a task that you hold",
    description: "It is open again, and nobody's. In an archived project too.",
    caller: "session",
    api_tokens: true,
    permission: "task:claim",
    rate: { class: "task" },
    idempotency_key: "replayed",
    params,
    body: v.strictObject({ fencing_token: FencingToken }),
    reply: { status: 200, ...taskReply },
    problems: ["not_found", "conflict", "stale_fencing_token"],
    event: "task.released",
    calls_max: 3,
    example: { fencing_token: 1 },
  }),
  completeTask: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/complete",
    tag: "tasks",
    summary: "Complete a task that you hold",
    description:
      "It is done, stays assigned to you, and keeps `result`. What waited for it alone can be claimed.",
    caller: "session",
    api_tokens: true,
    permission: "task:claim",
    rate: { class: "task" },
    idempotency_key: "replayed",
    params,
    body: v.strictObject({ fencing_token: FencingToken, result: v.optional(v.nullable(TaskResult), null) }),
    reply: { status: 200, ...taskReply },
    problems: ["not_found", "conflict", "stale_fencing_token", "quota_exceeded"],
    event: "task.completed",
    calls_max: 3,
    example: { fencing_token: 1, result: "Published at noon" },
  }),
};
