// Handlers of claims on tasks.
import { candidatesFor } from "../domain/candidates.ts";
import { type Handlers, replyChanged } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import type { Claimed } from "../schema/messages/project.ts";
import type { Task } from "../schema/project.ts";
import { ok } from "../schema/result.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

const held = ({ task, lease }: Claimed) => ({ task, lease });
const heldVersion = ({ task }: Claimed) => task.version;
const task = (value: Task) => ({ task: value });
const version = (value: Task) => value.version;

export const claimHandlers: Handlers<
  "listCandidates" | "listWork" | "claimTask" | "claimBestTask" | "renewTask" | "releaseTask" | "completeTask"
> = {
  claimTask(call) {
    const { actor, params, body } = call;
    const claimed = projectOf(call).claimTask(actor, params.task_id, body.lease_seconds);
    return replyChanged(claimed, held, heldVersion);
  },

  async claimBestTask(call) {
    const { actor, body } = call;
    const claimed = await projectOf(call).claimBest(actor, body.lease_seconds, body.skills);
    if (!claimed.ok) return claimed;
    const { event_id, ...unchanged } = claimed.value;
    if (event_id === null) return ok({ body: unchanged.value });
    return replyChanged(Promise.resolve(ok({ ...unchanged, event_id })), (value) => value);
  },

  listWork(call) {
    const { status, due_before } = call.query;
    const filter = { ...(status && { status }), ...(due_before && { due_before }) };
    return replyPage(call, "tasks", (limit, after) => principalOf(call).work(filter, limit, after));
  },

  async listCandidates(call) {
    const read = await projectOf(call).taskAndWorkers(call.actor, call.params.task_id);
    if (!read.ok) return read;
    const { task, workers } = read.value;
    const held = new Map(workers.map(({ id, held }) => [id, held]));
    const known = await workspaceOf(call).workersOf([...held.keys()]);
    if (!known.ok) return known;
    const applicants = known.value.map((worker) => ({ worker, held: held.get(worker.id)! }));
    const found = candidatesFor(task, applicants, Date.now());
    return ok({ body: { ...found, count: found.candidates.length, next_cursor: null } });
  },

  renewTask(call) {
    const { actor, params, body } = call;
    const { fencing_token, lease_seconds } = body;
    const renewed = projectOf(call).renewTask(actor, params.task_id, fencing_token, lease_seconds);
    return replyChanged(renewed, held, heldVersion);
  },

  releaseTask(call) {
    const { actor, params, body } = call;
    const released = projectOf(call).releaseTask(actor, params.task_id, body.fencing_token);
    return replyChanged(released, task, version);
  },

  completeTask(call) {
    const { actor, params, body } = call;
    const { fencing_token, result } = body;
    const completed = projectOf(call).completeTask(actor, params.task_id, fencing_token, result);
    return replyChanged(completed, task, version);
  },
};
