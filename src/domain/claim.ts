// A task's lease: claimed, renewed, released, completed, expired, or ended by whoever else changes the task.
// At most one holder at a time, who is the assignee; each claim takes the next fencing token (M. Kleppmann, "How to
// do distributed locking", 2016), which never falls. Refuses tokens that are not the live lease's own.
import type { TaskLease } from "../schema/lease.ts";
import type { Task } from "../schema/project.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { Role } from "../schema/role.ts";
import { toIso } from "../schema/text.ts";
import { isSettled, mayMove, nextStatuses } from "./task.ts";

/** Leases that somebody who is no worker may hold at once, over all projects. */
export const PERSON_CAPACITY = 100;

export interface Claimant {
  readonly principal_id: string;
  /** Live leases that it holds, over all projects. */
  readonly load: number;
  readonly capacity: number;
  readonly paused: boolean;
}

/** What its holder shows of a lease, and the token that is current. */
export interface Proof {
  readonly principal_id: string;
  readonly fencing_token: number;
  readonly current_token: number;
}

/** Whether this principal holds the task now. */
export const holds = ({ lease }: Task, principal_id: string, now_ms: number): boolean =>
  lease?.holder === principal_id && now_ms < Date.parse(lease.expires_at);

/** Somebody who is a worker and nothing more changes only what it holds. */
export const changesOnlyHeld = (roles: readonly Role[]): boolean =>
  roles.includes("WORKER") && !roles.some((role) => ["USER", "COORDINATOR", "ADMIN"].includes(role));

/** Whether this principal takes more work at all: not while it is paused, nor beyond its capacity. */
export function checkClaimant({ load, capacity, paused }: Claimant): Result<null> {
  if (paused) return refuse("worker_paused");
  if (load < capacity) return ok(null);
  return refuse("capacity_reached", { detail: `${load} of ${capacity} leases are held` });
}

/** Whether the task can be had: open, waiting for nothing unsettled, and assigned to nobody else. */
export function checkClaimable(task: Task, blocked_by: number, by: string): Result<null> {
  const { lease, status, assigned_to } = task;
  if (lease !== null) {
    return refuse("task_held", { detail: lease.holder === by ? "by you" : `by ${lease.holder}` });
  }
  if (status !== "open") return refuse("task_not_claimable", { detail: `the task is ${status}` });
  if (blocked_by > 0) {
    return refuse("task_not_claimable", { detail: `of what the task depends on, ${blocked_by} is not done` });
  }
  if (assigned_to === null || assigned_to === by) return ok(null);
  return refuse("task_not_claimable", { detail: `the task is assigned to ${assigned_to}` });
}

/** The task in the hands of this claimant; the caller then raises the fencing token. */
export function claim(
  task: Task,
  blocked_by: number,
  claimant: Claimant,
  lease_seconds: number,
  now_ms: number,
): Result<Task> {
  const claimable = checkClaimable(task, blocked_by, claimant.principal_id);
  if (!claimable.ok) return claimable;
  const able = checkClaimant(claimant);
  if (!able.ok) return able;
  const lease = leaseFor(claimant.principal_id, lease_seconds, now_ms);
  return ok({ ...task, status: "claimed", assigned_to: lease.holder, lease });
}

/** The lease lasts from now on anew. */
export function renew(task: Task, proof: Proof, lease_seconds: number, now_ms: number): Result<Task> {
  const refusal = disprove(task, proof, now_ms);
  return refusal ?? ok({ ...task, lease: leaseFor(proof.principal_id, lease_seconds, now_ms) });
}

/** Gives the task back: open, and nobody's. */
export function release(task: Task, proof: Proof, now_ms: number): Result<Task> {
  return disprove(task, proof, now_ms) ?? ok(freed(task));
}

/** Work that is done; it stays assigned to whoever did it. Refuses a blocked task, which goes on first. */
export function complete(task: Task, proof: Proof, result: string | null, now_ms: number): Result<Task> {
  const refusal = disprove(task, proof, now_ms);
  if (refusal) return refusal;
  if (task.status !== "claimed" && !mayMove(task.status, "done")) {
    const legal = nextStatuses(task.status).join(", ");
    return refuse("conflict", { detail: `a task that is ${task.status} may become ${legal}` });
  }
  return ok({ ...task, status: "done", lease: null, result: result ?? task.result });
}

/** What is left of a task when its lease has ended by itself, or its holder is gone. */
export const freed = (task: Task): Task => ({ ...task, status: "open", assigned_to: null, lease: null });

/**
 * What somebody's change of status or assignee makes of the lease. It stays while its holder has the task claimed or
 * in progress, and where the holder itself calls it blocked; anything else ends it. A task taken from its holder is
 * open again.
 */
export function follow(task: Task, lease: TaskLease | null, by: string): Task {
  if (lease === null) return task;
  const { status, assigned_to } = task;
  if (assigned_to !== lease.holder) {
    return { ...task, status: isSettled(status) ? status : "open", lease: null };
  }
  if (status === "open") return freed(task);
  const stays =
    status === "claimed" || status === "in_progress" || (status === "blocked" && by === lease.holder);
  return { ...task, lease: stays ? lease : null };
}

const leaseFor = (holder: string, lease_seconds: number, now_ms: number): TaskLease => ({
  holder,
  expires_at: toIso(now_ms + lease_seconds * 1000),
});

function disprove(task: Task, proof: Proof, now_ms: number): ({ ok: false } & Result<never>) | null {
  const { principal_id, fencing_token, current_token } = proof;
  if (holds(task, principal_id, now_ms) && fencing_token === current_token) return null;
  return refuse("stale_fencing_token", { rule: "stale_fencing_token", target: task.id });
}
