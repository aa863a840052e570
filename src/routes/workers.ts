// Handlers of workers and their keys.

import type { Operations } from "../api/operations/index.ts";
import { workerIdOf } from "../domain/principal-id.ts";
import { allows } from "../domain/role.ts";
import { type Call, type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { makeKeyId } from "../protocol/key-id.ts";
import type { Changed } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { CertifiedKey, SigningKey } from "../schema/signing-key.ts";
import type { Worker } from "../schema/worker.ts";
import { workspaceOf } from "./people.ts";
import { readKey } from "./public-key.ts";

const worker = (value: Worker) => ({ worker: value });
const version = (value: { version: number }) => value.version;

export const workerHandlers: Handlers<
  | "registerWorker"
  | "listWorkers"
  | "readWorker"
  | "updateWorker"
  | "pauseWorker"
  | "resumeWorker"
  | "heartbeat"
  | "revokeWorker"
  | "listKeys"
  | "addKey"
  | "revokeKey"
  | "revokeKeys"
  | "renewCertificate"
> = {
  async registerWorker(call) {
    const { actor, config, body } = call;
    const { public_jwk, csr, ...described } = body;
    const key = await readKey({ public_jwk, csr });
    if (!key.ok) return key;
    const { workspace } = actor;
    const id = workerIdOf(workspace, body.name);
    const registered = await workspaceOf(call).registerWorker(actor, { id, ...described, key: key.value });
    if (!registered.ok) return registered;
    // A repeat is answered with the key that was kept the first time.
    const claims = { workspace, principal_id: id, id: registered.value.value.key_id };
    const key_id = await makeKeyId(config.key_ring, claims);
    return replyChanged(
      Promise.resolve(registered),
      (value) => ({ worker: value.worker, key_id, certificate: value.certificate }),
      ({ worker }) => worker.version,
    );
  },

  listWorkers(call) {
    const { skill, status } = call.query;
    return replyPage(call, "workers", (limit, after) =>
      workspaceOf(call).workers({ skill, status }, limit, after),
    );
  },

  async readWorker(call) {
    if (!mayKnow(call)) return refuse("not_found");
    const [read, load] = await Promise.all([
      workspaceOf(call).worker(call.params.worker_id),
      workerObject(call).load(),
    ]);
    if (!load.ok) return load;
    return replyWith(Promise.resolve(read), (value) => ({ worker: value, load: load.value }), version);
  },

  updateWorker(call) {
    const { actor, params, body } = call;
    const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const updated = workspaceOf(call).updateWorker(actor, params.worker_id, change, call.version);
    return replyChanged(updated, worker, version);
  },

  pauseWorker(call) {
    const paused = workspaceOf(call).setWorkerStatus(call.actor, call.params.worker_id, "paused");
    return replyChanged(paused, worker, version);
  },

  resumeWorker(call) {
    const resumed = workspaceOf(call).setWorkerStatus(call.actor, call.params.worker_id, "active");
    return replyChanged(resumed, worker, version);
  },

  async heartbeat(call) {
    const { actor, params } = call;
    if (params.worker_id !== actor.principal_id) return refuse("not_found", { rule: "not_the_worker" });
    return replyChanged(workspaceOf(call).workerSeen(actor), worker, version);
  },

  revokeWorker(call) {
    const revoked = workspaceOf(call).setWorkerStatus(call.actor, call.params.worker_id, "revoked");
    return replyChanged(revoked, worker, version);
  },

  async listKeys(call) {
    if (!mayKnow(call)) return refuse("not_found");
    const listed = await workerObject(call).keys();
    if (!listed.ok) return listed;
    const keys = await Promise.all(listed.value.map((key) => named(call, key)));
    return ok({ body: { keys, count: keys.length, next_cursor: null } });
  },

  async addKey(call) {
    if (!mayKnow(call)) return refuse("not_found");
    const key = await readKey(call.body);
    if (!key.ok) return key;
    return replyCertified(call, await workerObject(call).addKey(call.actor, key.value));
  },

  async renewCertificate(call) {
    if (!mayKnow(call)) return refuse("not_found");
    const { key_id = null } = call.body;
    return replyCertified(call, await workerObject(call).renewCertificate(call.actor, key_id));
  },

  async revokeKey(call) {
    if (!mayKnow(call)) return refuse("not_found");
    return replyChanged(workerObject(call).revokeKey(call.actor, call.params.key_id), () => undefined);
  },

  revokeKeys(call) {
    return replyChanged(workerObject(call).revokeKeys(call.actor), (revoked) => revoked);
  },
};

type WorkerCall = Pick<Call<Operations["readWorker"]>, "actor" | "env" | "config"> & {
  params: { worker_id: string };
};

/** A worker knows itself; others need the permission, and are not told who exists. */
const mayKnow = ({ actor, params }: WorkerCall): boolean =>
  params.worker_id === actor.principal_id || allows(actor.permissions, "worker:manage");

const workerObject = ({ actor, env, params }: WorkerCall) =>
  env.PRINCIPAL.getByName(`${actor.workspace}/${params.worker_id}`);

async function replyCertified(call: WorkerCall, changed: Result<Changed<CertifiedKey>>) {
  if (!changed.ok) return changed;
  const { certificate, ...key } = changed.value.value;
  const body = { key: await named(call, key), certificate };
  return replyChanged(Promise.resolve(changed), () => body);
}

/** The key with the name that its signatures carry. */
async function named({ actor, params, config }: WorkerCall, key: SigningKey) {
  const claims = { workspace: actor.workspace, principal_id: params.worker_id, id: key.id };
  return { ...key, key_id: await makeKeyId(config.key_ring, claims) };
}
