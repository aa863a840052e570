// Workers: programs that work on tasks. Registered and managed by people, known by their keys.
import * as v from "valibot";
import { Username, WorkerId } from "../../schema/identifier.ts";
import { Skill } from "../../schema/project.ts";
import { Worker, WorkerFields, WorkerLoad, WorkerStatus } from "../../schema/worker.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";
import { certificate, EXAMPLE_KEY, hasOneKey, KeyName, keyFields, ONE_KEY } from "./worker-keys.ts";

const params = v.strictObject({ worker_id: WorkerId });
const workerReply = { schema: v.object({ worker: Worker }), etag: true } as const;
const { skills, capacity, working_hours } = WorkerFields;
const manages = { caller: "session", api_tokens: true, permission: "worker:manage" } as const;

export const workerOperations = {
  registerWorker: operation({
    method: "POST",
    path: "/v1/workers",
    tag: "workers",
    summary: "Register a worker with its skills and its public key, and certify that",
    description:
      "The worker has the role WORKER and works in projects whose owner makes it a member. Its name stays taken for good. `key_id` is what its signatures carry as `keyid`. A `csr` proves that the worker has the private key; what it asks for beside that counts for nothing. The certificate holds for ninety days, and so does the key, unless renewed before.",
    caller: "session",
    api_tokens: true,
    permission: "worker:register",
    recent_authentication: true,
    rate: { class: "worker" },
    body: v.pipe(
      v.strictObject({
        name: Username,
        skills: v.optional(skills, []),
        capacity: v.optional(capacity, 1),
        working_hours: v.optional(working_hours, null),
        ...keyFields,
      }),
      v.check((body) => hasOneKey(body), ONE_KEY),
    ),
    reply: { status: 201, schema: v.object({ worker: Worker, key_id: KeyName, certificate }), etag: true },
    problems: ["conflict", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "worker.registered",
    calls_max: 3,
    example: {
      name: "translator-1",
      skills: [{ name: "translation", level: 4 }],
      capacity: 2,
      public_jwk: EXAMPLE_KEY,
    },
  }),
  listWorkers: operation({
    method: "GET",
    path: "/v1/workers",
    tag: "workers",
    summary: "Workers of the workspace, by skill or status",
    ...manages,
    rate: { class: "api" },
    query: v.strictObject({
      ...PageQuery,
      skill: v.optional(Skill),
      status: v.optional(WorkerStatus),
    }),
    reply: { status: 200, schema: page("workers", Worker) },
    event: "worker.read",
    calls_max: 2,
  }),
  readWorker: operation({
    method: "GET",
    path: "/v1/workers/{worker_id}",
    tag: "workers",
    summary: "One worker with its present load; a worker may read itself",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params,
    reply: { status: 200, schema: v.object({ worker: Worker, load: WorkerLoad }), etag: true },
    problems: ["not_found"],
    event: "worker.read",
    calls_max: 3,
  }),
  updateWorker: operation({
    method: "PATCH",
    path: "/v1/workers/{worker_id}",
    tag: "workers",
    summary: "Change what a worker can do, how much at once, and when",
    ...manages,
    rate: { class: "api" },
    if_match: "required",
    params,
    body: v.pipe(
      v.strictObject({
        skills: v.optional(skills),
        capacity: v.optional(capacity),
        working_hours: v.optional(working_hours),
      }),
      v.check((change) => Object.keys(change).length > 0, "expected a field to change"),
    ),
    reply: { status: 200, ...workerReply },
    problems: ["not_found", "conflict"],
    event: "worker.updated",
    calls_max: 3,
    example: { capacity: 3 },
  }),
  pauseWorker: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/pause",
    tag: "workers",
    summary: "Let a worker claim nothing more; what it holds, it may finish",
    ...manages,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found", "conflict"],
    event: "worker.paused",
    calls_max: 3,
  }),
  resumeWorker: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/resume",
    tag: "workers",
    summary: "Let a paused worker claim again",
    ...manages,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found", "conflict"],
    event: "worker.resumed",
    calls_max: 3,
  }),
  heartbeat: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/heartbeat",
    tag: "workers",
    summary: "Say that you are there (the worker itself), once a minute",
    description: "A worker of which nothing was heard for five minutes shows as `stale`.",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found"],
    event: "worker.seen",
    calls_max: 2,
  }),
  revokeWorker: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/revoke",
    tag: "workers",
    summary: "Revoke a worker for good: its next request fails, whatever key it has",
    description:
      "A moment later it is no member of any project, and what it held or was assigned is open to others. What it has done keeps its id.",
    ...manages,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found", "conflict"],
    event: "worker.revoked",
    calls_max: 3,
  }),
};
