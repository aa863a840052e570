// Leases: one holder at a time, who proves it by the token of the present claim; whatever happens to a task.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Claimant,
  changesOnlyHeld,
  claim,
  complete,
  follow,
  freed,
  holds,
  release,
  renew,
} from "../../../src/domain/claim.ts";
import { TASK_STATUSES, type Task } from "../../../src/schema/project.ts";
import type { Result } from "../../../src/schema/result.ts";
import { ROLES } from "../../../src/schema/role.ts";

const NOW_MS = Date.parse("2026-05-01T12:00:00Z");
const OPEN: Task = {
  id: "tsk_1",
  project_id: "prj_1",
  title: "Write",
  description: "",
  status: "open",
  priority: "normal",
  estimate: null,
  skills: [],
  labels: [],
  parent_id: null,
  depends_on: [],
  blocked: false,
  started_at: null,
  completed_at: null,
  due_at: null,
  created_by: "usr_owner",
  assigned_to: null,
  lease: null,
  result: null,
  created_at: "2026-05-01T00:00:00.000Z",
  updated_at: "2026-05-01T00:00:00.000Z",
  version: 1,
};
const claimant = (more: Partial<Claimant> = {}): Claimant => ({
  principal_id: "usr_ada",
  load: 0,
  capacity: 1,
  paused: false,
  ...more,
});
const proof = (more = {}) => ({ principal_id: "usr_ada", fencing_token: 1, current_token: 1, ...more });
const taskIn = (result: Result<Task>): Task => {
  if (!result.ok) throw new Error(result.refusal.reason);
  return result.value;
};
const reasonOf = (result: Result<Task>) => (result.ok ? "ok" : result.refusal.reason);
const HELD = taskIn(claim(OPEN, 0, claimant(), 900, NOW_MS));
const END_MS = NOW_MS + 900_000;

describe("a claim", () => {
  test("makes the claimant holder and assignee, until the lease ends and not a millisecond longer", () => {
    expect(HELD).toMatchObject({ status: "claimed", assigned_to: "usr_ada", lease: { holder: "usr_ada" } });
    expect([END_MS - 1, END_MS].map((at_ms) => holds(HELD, "usr_ada", at_ms))).toEqual([true, false]);
    expect(holds(HELD, "usr_bob", NOW_MS)).toBe(false);
  });

  test.each([
    ["held by the claimant itself", HELD, 0, {}, "task_held"],
    ["held by another", HELD, 0, { principal_id: "usr_bob" }, "task_held"],
    ["waiting for others", OPEN, 1, {}, "task_not_claimable"],
    ["assigned to another", { ...OPEN, assigned_to: "usr_bob" }, 0, {}, "task_not_claimable"],
    ["assigned to the claimant", { ...OPEN, assigned_to: "usr_ada" }, 0, {}, "ok"],
    ["one beyond the capacity", OPEN, 0, { load: 3, capacity: 3 }, "capacity_reached"],
    ["the last that the capacity allows", OPEN, 0, { load: 2, capacity: 3 }, "ok"],
    ["wanted by a paused worker", OPEN, 0, { paused: true }, "worker_paused"],
  ])("of a task that is %s", (_, task, blocked_by, who, reason) => {
    expect(reasonOf(claim(task as Task, blocked_by, claimant(who), 900, NOW_MS))).toBe(reason);
  });

  test.each(TASK_STATUSES.filter((status) => status !== "open"))(
    "of a task that is %s is refused",
    (status) => {
      expect(reasonOf(claim({ ...OPEN, status }, 0, claimant(), 900, NOW_MS))).toBe("task_not_claimable");
    },
  );
});

describe("renew, release and complete", () => {
  const attempts = [
    ["renewed", (task: Task, who = proof(), at_ms = NOW_MS) => renew(task, who, 60, at_ms)],
    ["released", (task: Task, who = proof(), at_ms = NOW_MS) => release(task, who, at_ms)],
    ["completed", (task: Task, who = proof(), at_ms = NOW_MS) => complete(task, who, null, at_ms)],
  ] as const;

  test.each(attempts)("a task is %s by the live lease's own token alone", (_, attempt) => {
    expect(reasonOf(attempt(HELD))).toBe("ok");
    for (const token of [0, 2])
      expect(reasonOf(attempt(HELD, proof({ fencing_token: token })))).toBe("stale_fencing_token");
    expect(reasonOf(attempt(HELD, proof({ principal_id: "usr_bob" })))).toBe("stale_fencing_token");
    expect(reasonOf(attempt(OPEN))).toBe("stale_fencing_token");
    expect(reasonOf(attempt(HELD, proof(), END_MS - 1))).toBe("ok");
    expect(reasonOf(attempt(HELD, proof(), END_MS))).toBe("stale_fencing_token");
  });

  test("a renewed lease lasts from the renewal on, also when that is shorter", () => {
    expect(taskIn(renew(HELD, proof(), 60, NOW_MS + 1000)).lease!.expires_at).toBe(
      "2026-05-01T12:01:01.000Z",
    );
  });

  test("a released task is open and nobody's; a completed one is done, and its doer's", () => {
    expect(taskIn(release(HELD, proof(), NOW_MS))).toEqual(OPEN);
    expect(taskIn(complete(HELD, proof(), "Published", NOW_MS))).toEqual({
      ...OPEN,
      status: "done",
      assigned_to: "usr_ada",
      result: "Published",
    });
  });

  test("what is blocked goes on before it is done", () => {
    expect(reasonOf(complete({ ...HELD, status: "blocked" }, proof(), null, NOW_MS))).toBe("conflict");
    expect(reasonOf(complete({ ...HELD, status: "in_progress" }, proof(), null, NOW_MS))).toBe("ok");
  });
});

describe("a change of a held task", () => {
  const byHolder = (change: Partial<Task>) => follow({ ...HELD, ...change }, HELD.lease, "usr_ada");
  const byEditor = (change: Partial<Task>) => follow({ ...HELD, ...change }, HELD.lease, "usr_eve");

  test("leaves the lease while the holder works on it", () => {
    for (const change of [byHolder, byEditor]) {
      expect(change({ title: "Another" }).lease).toEqual(HELD.lease);
      expect(change({ status: "in_progress" }).lease).toEqual(HELD.lease);
    }
    expect(byHolder({ status: "blocked" }).lease).toEqual(HELD.lease);
  });

  test("by another, out of claimed and in progress, ends it", () => {
    expect(byEditor({ status: "blocked" })).toMatchObject({ status: "blocked", lease: null });
    expect(byEditor({ status: "cancelled" })).toMatchObject({ status: "cancelled", lease: null });
    expect(byEditor({ status: "open" })).toEqual(OPEN);
  });

  test("that assigns it to another, or to nobody, opens it for them", () => {
    for (const assigned_to of ["usr_bob", null]) {
      for (const status of ["claimed", "in_progress", "blocked"] as const) {
        expect(byEditor({ status, assigned_to })).toEqual({ ...OPEN, assigned_to });
      }
    }
  });

  test("that nobody holds goes through as it is", () => {
    const task = { ...OPEN, status: "in_progress", assigned_to: "usr_bob" } as const;
    expect(follow(task, null, "usr_eve")).toEqual(task);
  });
});

test("whatever happens, a lease is its assignee's, on a task that somebody works on", () => {
  const ids = ["usr_ada", "usr_bob", "usr_eve"];
  const step = fc.record({
    kind: fc.constantFrom("claim", "renew", "release", "complete", "status", "assign", "expire"),
    by: fc.constantFrom(...ids),
    status: fc.constantFrom(...TASK_STATUSES),
    assigned_to: fc.constantFrom(...ids, null),
    token_offset: fc.constantFrom(0, 0, 0, -1, 1),
    wait_ms: fc.integer({ min: 0, max: 120_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let task = OPEN;
      let token = 0;
      let now_ms = NOW_MS;
      for (const { kind, by, status, assigned_to, token_offset, wait_ms } of steps) {
        now_ms += wait_ms;
        const before = task;
        const shown = { principal_id: by, fencing_token: token + token_offset, current_token: token };
        const is_proven = token_offset === 0 && holds(task, by, now_ms);
        const keep = (result: Result<Task>) => {
          if (result.ok) task = result.value;
          return result.ok;
        };
        if (kind === "claim" && keep(claim(task, 0, claimant({ principal_id: by }), 60, now_ms))) {
          expect(before.lease).toBeNull();
          token += 1;
        } else if (kind === "renew") expect(keep(renew(task, shown, 60, now_ms))).toBe(is_proven);
        else if (kind === "release") expect(keep(release(task, shown, now_ms))).toBe(is_proven);
        else if (kind === "complete") {
          const may = is_proven && before.status !== "blocked";
          expect(keep(complete(task, shown, null, now_ms))).toBe(may);
        } else if (kind === "status" && status !== "claimed")
          task = follow({ ...task, status }, task.lease, by);
        else if (kind === "assign") task = follow({ ...task, assigned_to }, task.lease, by);
        else if (kind === "expire" && task.lease && now_ms >= Date.parse(task.lease.expires_at))
          task = freed(task);
        if (task.lease) {
          expect(task.lease.holder).toBe(task.assigned_to);
          expect(["claimed", "in_progress", "blocked"]).toContain(task.status);
        } else expect(task.status).not.toBe("claimed");
      }
    }),
  );
});

test("whoever is a worker and nothing more changes only what it holds", () => {
  for (const role of ROLES) expect(changesOnlyHeld([role])).toBe(role === "WORKER");
  expect(changesOnlyHeld(["WORKER", "OBSERVER"])).toBe(true);
  expect(changesOnlyHeld(["WORKER", "USER"])).toBe(false);
});

describe("a refusal says why, in words that help", () => {
  const detailOf = (result: Result<unknown>) => (result.ok ? "ok" : result.refusal.detail);
  const by = (principal_id: string) => claimant({ principal_id });

  test.each([
    [claim(HELD, 0, claimant(), 60, NOW_MS), "by you"],
    [claim(HELD, 0, by("usr_bob"), 60, NOW_MS), "by usr_ada"],
    [claim({ ...OPEN, status: "blocked" }, 0, claimant(), 60, NOW_MS), "the task is blocked"],
    [claim(OPEN, 2, claimant(), 60, NOW_MS), "of what the task depends on, 2 is not done"],
    [
      claim({ ...OPEN, assigned_to: "usr_bob" }, 0, claimant(), 60, NOW_MS),
      "the task is assigned to usr_bob",
    ],
    [claim(OPEN, 0, claimant({ load: 3, capacity: 3 }), 60, NOW_MS), "3 of 3 leases are held"],
    [
      complete({ ...HELD, status: "blocked" }, proof(), null, NOW_MS),
      "a task that is blocked may become open, in_progress, cancelled",
    ],
  ])("%#", (result, detail) => {
    expect(detailOf(result)).toBe(detail);
  });

  test("and names rule and task where a token is stale", () => {
    expect(renew(HELD, proof({ fencing_token: 0 }), 60, NOW_MS)).toMatchObject({
      refusal: { reason: "stale_fencing_token", rule: "stale_fencing_token", target: "tsk_1" },
    });
  });

  test("a result that was there stays where none is given", () => {
    expect(taskIn(complete({ ...HELD, result: "Draft" }, proof(), null, NOW_MS)).result).toBe("Draft");
    expect(taskIn(complete({ ...HELD, result: "Draft" }, proof(), "", NOW_MS)).result).toBe("");
  });
});
