// Workers: programs that work on tasks. Registered and managed by people, known by their keys.
import * as v from "valibot";
import { KeyId, Username, WorkerId } from "../../schema/identifier.ts";
import { Skill } from "../../schema/project.ts";
import { PublicJwk, SigningKey } from "../../schema/signing-key.ts";
import { Worker, WorkerFields, WorkerStatus } from "../../schema/worker.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

const params = v.strictObject({ worker_id: WorkerId });
const keyParams = v.strictObject({ worker_id: WorkerId, key_id: KeyId });
const workerReply = { schema: v.object({ worker: Worker }), etag: true } as const;
const { skills, capacity, working_hours } = WorkerFields;
const manages = { caller: "session", api_tokens: true, permission: "worker:manage" } as const;
const EXAMPLE_KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

/** What a signature names its key by, in its parameter `keyid`. */
const KeyName = v.pipe(v.string(), v.title("Key id of signatures"));
const KeyWithName = v.object({ ...SigningKey.entries, key_id: KeyName });

export const workerOperations = {
  registerWorker: operation({
    method: "POST",
    path: "/v1/workers",
    tag: "workers",
    summary: "Register a worker with its skills and its public key",
    description:
      "The worker has the role WORKER and works in projects whose owner makes it a member. Its name stays taken for good. `key_id` is what its signatures carry as `keyid`.",
    caller: "session",
    api_tokens: true,
    permission: "worker:register",
    rate: { class: "worker" },
    body: v.strictObject({
      name: Username,
      skills: v.optional(skills, []),
      capacity: v.optional(capacity, 1),
      working_hours: v.optional(working_hours, null),
      public_jwk: PublicJwk,
    }),
    reply: { status: 201, schema: v.object({ worker: Worker, key_id: KeyName }), etag: true },
    problems: ["conflict", "quota_exceeded"],
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
    summary: "One worker; a worker may read itself",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found"],
    event: "worker.read",
    calls_max: 2,
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
  revokeWorker: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/revoke",
    tag: "workers",
    summary: "Revoke a worker for good: its next request fails, whatever key it has",
    ...manages,
    rate: { class: "api" },
    params,
    reply: { status: 200, ...workerReply },
    problems: ["not_found", "conflict"],
    event: "worker.revoked",
    calls_max: 3,
  }),
  listKeys: operation({
    method: "GET",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Keys of a worker, with their last use; a worker may list its own",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params,
    reply: {
      status: 200,
      schema: v.object({ keys: v.array(KeyWithName), count: v.number(), next_cursor: v.null() }),
    },
    problems: ["not_found"],
    event: "worker.read",
    calls_max: 2,
  }),
  addKey: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Add a key beside the present ones; a worker may add its own",
    description: "To rotate without downtime: add the new key, sign with it, then revoke the old one.",
    caller: "session",
    api_tokens: true,
    rate: { class: "worker" },
    params,
    body: v.strictObject({ public_jwk: PublicJwk }),
    reply: { status: 201, schema: v.object({ key: KeyWithName }) },
    problems: ["not_found", "conflict", "quota_exceeded"],
    event: "worker.key_added",
    calls_max: 2,
    example: { public_jwk: EXAMPLE_KEY },
  }),
  revokeKey: operation({
    method: "DELETE",
    path: "/v1/workers/{worker_id}/keys/{key_id}",
    tag: "workers",
    summary: "Revoke one key: the next request with it fails; a worker may revoke its own",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params: keyParams,
    reply: { status: 204 },
    problems: ["not_found"],
    event: "worker.key_revoked",
    calls_max: 2,
  }),
  revokeKeys: operation({
    method: "DELETE",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Revoke every key of a worker; it can be given new ones",
    ...manages,
    rate: { class: "api" },
    params,
    reply: { status: 200, schema: v.object({ revoked: v.number() }) },
    problems: ["not_found"],
    event: "worker.key_revoked",
    calls_max: 2,
  }),
};
