// Leases on tasks through the API: who gets one, what proves it, and what ends it.

import { beforeAll, describe, expect, it } from "vitest";
import { QUOTAS } from "../../../src/domain/project.ts";
import type { Task } from "../../../src/schema/project.ts";
import { clock } from "../harness/clock.ts";
import { crash, evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { audited } from "../identity/trail.ts";
import {
  act,
  ada,
  add,
  change,
  claim,
  newProject,
  owner,
  paramsOf,
  person,
  projectObject,
  read,
  rowsOfTask,
  said,
} from "./stage.ts";

let bob: Person;
let eve: Person;
let project_id: string;
beforeAll(async () => {
  bob = await person();
  eve = await person();
  project_id = await newProject([bob, eve]);
});

/** Events in the log that are about a task, with those that were noted for a second. */
const eventsAbout = async ({ id }: Task, type: string, user_id?: string) =>
  (await audited("main", { type, ...(user_id && { user_id }) })).filter(({ targets }) =>
    targets.includes(id),
  );

it("a claimed task shows its lease to everybody, and its token to the holder alone", async () => {
  const task = await add(project_id);
  const claimed = await bob.client.claimTask({ params: paramsOf(task), body: { lease_seconds: 60 } });
  const expires_at = new Date(clock.now_ms() + 60_000).toISOString();
  expect(claimed.body.lease).toEqual({ fencing_token: 1, expires_at });
  expect(claimed.body.task).toMatchObject({
    status: "claimed",
    assigned_to: bob.id,
    lease: { holder: bob.id, expires_at },
    version: task.version + 1,
  });
  expect(claimed.etag).toBe(`"v${task.version + 1}"`);
  expect(await read(task)).toEqual(claimed.body.task);
  expect(JSON.stringify(await read(task))).not.toContain("fencing_token");
});

it.each([59, 86_401, 60.5, "60", null])("a lease of %s seconds is refused", async (lease_seconds) => {
  const task = await add(project_id);
  expect((await act(bob, task, "claim", { lease_seconds })).status).toBe(422);
  expect(await read(task)).toEqual(task);
});

it("a second claim is refused, the holder's own too, and changes nothing", async () => {
  const task = await add(project_id);
  await claim(bob, task);
  const held = await read(task);
  expect(await said(act(bob, task, "claim"))).toBe("409 task_held");
  expect(await said(act(eve, task, "claim"))).toBe("409 task_held");
  expect(await read(task)).toEqual(held);
  expect(await rowsOfTask(project_id, task.id)).toMatchObject({ fencing_token: 1 });
});

it.each(["renew", "release", "complete"] as const)(
  "%s with a stale, foreign or made-up token is refused and changes nothing",
  async (what) => {
    const task = await add(project_id);
    const first = await claim(bob, task);
    await act(bob, task, "release", { fencing_token: first });
    const second = await claim(eve, task);
    const held = await read(task);
    expect(second).toBe(first + 1);
    for (const [who, fencing_token] of [
      [bob, first],
      [bob, second],
      [eve, first],
      [eve, second + 1],
      [owner, second],
    ] as const) {
      expect(await said(act(who, task, what, { fencing_token }))).toBe("409 stale_fencing_token");
    }
    expect(await read(task)).toEqual(held);
  },
);

it("a refused token is told to the audit, with the task", async () => {
  const task = await add(project_id);
  const fencing_token = await claim(bob, task);
  await act(eve, task, "complete", { fencing_token });
  const refused = await eventsAbout(task, "access.refused", eve.id);
  expect(refused).toMatchObject([{ rule: "stale_fencing_token", decision: "deny", user_id: eve.id }]);
});

describe("when its time is over, a lease", () => {
  it("gives the task back: to the next reader at once, and with one event of its own", async () => {
    const task = await add(project_id);
    await claim(bob, task, 60);
    clock.advance(59.999);
    expect(await read(task)).toMatchObject({ status: "claimed" });
    clock.advance(0.001);
    const expected = {
      ...task,
      version: task.version + 2,
      updated_at: new Date(clock.now_ms()).toISOString(),
    };
    expect(await read(task)).toEqual(expected);
    await ringAlarm(projectObject(project_id));
    expect(await read(task)).toEqual(expected);
    expect(await eventsAbout(task, "task.lease_expired")).toMatchObject([
      { user_id: null, rule: "time_is_over", details: { holder: bob.id, fencing_token: 1 } },
    ]);
  });

  it("is ended by the alarm, though nobody asks", async () => {
    const task = await add(project_id);
    await claim(bob, task, 60);
    clock.advance(60);
    await ringAlarm(projectObject(project_id));
    expect(await rowsOfTask(project_id, task.id)).toMatchObject({ status: "open", fencing_token: 1 });
    expect(await eventsAbout(task, "task.lease_expired")).toHaveLength(1);
  });

  it("is in no list any more, whatever the filter", async () => {
    const here = await newProject([bob]);
    const task = await add(here);
    await claim(bob, task, 60);
    clock.advance(60);
    const list = async (query: object) =>
      (await owner.client.listTasks({ params: { project_id: here }, query })).body.tasks.map(({ id }) => id);
    expect(await list({ status: "claimed" })).toEqual([]);
    expect(await list({ status: "open" })).toEqual([task.id]);
    expect(await list({ assigned_to: bob.id })).toEqual([]);
  });

  it.each(["renew", "release", "complete"] as const)("lets its holder %s no more", async (what) => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task, 60);
    clock.advance(60);
    expect(await said(act(bob, task, what, { fencing_token }))).toBe("409 stale_fencing_token");
    expect(await read(task)).toMatchObject({ status: "open", assigned_to: null, lease: null, result: null });
  });

  it("makes room for the next claim, whose token is higher; a change on the old version is refused", async () => {
    const task = await add(project_id);
    const first = await claim(bob, task, 60);
    const { etag } = await bob.client.readTask({ params: paramsOf(task) });
    clock.advance(60);
    const stale = await bob.send(`/v1/projects/${project_id}/tasks/${task.id}`, {
      method: "PATCH",
      json: { title: "Too late" },
      headers: { "If-Match": etag! },
    });
    expect(stale.status).toBe(412);
    expect(await claim(eve, task)).toBe(first + 1);
    expect(await said(act(bob, task, "complete", { fencing_token: first }))).toBe("409 stale_fencing_token");
  });

  it("stays over when the machine's clock steps back", async () => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task, 60);
    clock.advance(60);
    await read(task);
    clock.stepBack(30);
    expect(await said(act(bob, task, "renew", { fencing_token }))).toBe("409 stale_fencing_token");
    expect(await read(task)).toMatchObject({ status: "open" });
    clock.advance(30);
  });
});

it("a renewed lease lasts from the renewal on, under the same token", async () => {
  const task = await add(project_id);
  const fencing_token = await claim(bob, task, 60);
  clock.advance(50);
  const renewed = await bob.client.renewTask({
    params: paramsOf(task),
    body: { fencing_token, lease_seconds: 60 },
  });
  expect(renewed.body.lease).toEqual({
    fencing_token,
    expires_at: new Date(clock.now_ms() + 60_000).toISOString(),
  });
  clock.advance(59);
  await ringAlarm(projectObject(project_id));
  expect(await read(task)).toMatchObject({ status: "claimed", lease: { holder: bob.id } });
});

it("a completed task is done, its doer's, and keeps the result; it is completed once", async () => {
  const task = await add(project_id);
  const fencing_token = await claim(bob, task);
  const { body } = await bob.client.completeTask({
    params: paramsOf(task),
    body: { fencing_token, result: "Line one\nand two" },
  });
  expect(body.task).toMatchObject({
    status: "done",
    assigned_to: bob.id,
    lease: null,
    result: "Line one\nand two",
  });
  expect(await said(act(bob, task, "complete", { fencing_token, result: "Again" }))).toBe(
    "409 stale_fencing_token",
  );
  expect(await read(task)).toEqual(body.task);
});

it("a token never falls: not by release, expiry, another assignee, or a second life of the task", async () => {
  const task = await add(project_id);
  const tokens = [await claim(bob, task, 60)];
  await act(bob, task, "release", { fencing_token: tokens[0] });
  tokens.push(await claim(bob, task, 60));
  clock.advance(60);
  tokens.push(await claim(eve, task));
  await ada.client.assignTask({ params: paramsOf(task), body: { user_id: bob.id } });
  tokens.push(await claim(bob, task));
  await act(bob, task, "complete", { fencing_token: tokens[3] });
  expect(await said(change(owner, task, { status: "open" }))).toBe("ok");
  await evict(projectObject(project_id));
  tokens.push(await claim(bob, task));
  expect(tokens).toEqual([1, 2, 3, 4, 5]);
});

it("a task opened anew is its doer's only while they are a member", async () => {
  const carl = await person();
  const here = await newProject([carl]);
  const task = await add(here);
  await act(carl, task, "complete", { fencing_token: await claim(carl, task) });
  expect(await said(change(owner, task, { status: "open" }))).toBe("ok");
  expect(await read(task)).toMatchObject({ status: "open", assigned_to: carl.id });
  await act(carl, task, "complete", { fencing_token: await claim(carl, task) });
  await owner.client.removeMember({ params: { project_id: here, user_id: carl.id } });
  expect(await read(task), "done is done").toMatchObject({ status: "done", assigned_to: carl.id });
  expect(await said(change(owner, task, { status: "open" }))).toBe("ok");
  expect(await read(task)).toMatchObject({ status: "open", assigned_to: null });
  expect(await said(act(owner, task, "claim"))).toBe("ok");
});

describe("a lease ends", () => {
  it.each(["open", "blocked", "cancelled"])("when an editor moves the task to %s", async (status) => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task);
    expect(await said(change(eve, task, { status }))).toBe("ok");
    expect(await read(task)).toMatchObject({ status, lease: null });
    expect(await said(act(bob, task, "renew", { fencing_token }))).toBe("409 stale_fencing_token");
  });

  it("when the task is assigned to another, who may then claim it", async () => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task);
    await ada.client.assignTask({ params: paramsOf(task), body: { user_id: eve.id } });
    expect(await read(task)).toMatchObject({ status: "open", assigned_to: eve.id, lease: null });
    expect(await said(act(bob, task, "complete", { fencing_token }))).toBe("409 stale_fencing_token");
    expect(await said(act(bob, task, "claim"))).toBe("409 task_not_claimable");
    expect(await said(act(eve, task, "claim"))).toBe("ok");
  });

  it("when the task is deleted", async () => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task);
    const headers = { "If-Match": "*" };
    const path = `/v1/projects/${project_id}/tasks/${task.id}`;
    expect((await owner.send(path, { method: "DELETE", headers })).status).toBe(204);
    expect(await said(act(bob, task, "renew", { fencing_token }))).toBe("404 not_found");
  });

  it.each(["removed from the project", "made a viewer"])("when its holder is %s", async (how) => {
    const carl = await person();
    const here = await newProject([carl]);
    const task = await add(here);
    await claim(carl, task);
    const params = { project_id: here, user_id: carl.id };
    if (how === "made a viewer") await owner.client.setMember({ params, body: { role: "viewer" } });
    else await owner.client.removeMember({ params });
    expect(await read(task)).toMatchObject({ status: "open", assigned_to: null, lease: null });
  });

  it("not while its holder works: in progress, blocked and back, and done at last", async () => {
    const task = await add(project_id);
    const fencing_token = await claim(bob, task);
    for (const status of ["in_progress", "blocked", "in_progress"]) {
      expect(await said(change(bob, task, { status }))).toBe("ok");
      expect(await read(task)).toMatchObject({ status, lease: { holder: bob.id } });
    }
    expect(await said(act(bob, task, "complete", { fencing_token }))).toBe("ok");
  });
});

it("nobody moves a task to claimed without a claim", async () => {
  const task = await add(project_id);
  expect(await said(change(owner, task, { status: "claimed" }))).toBe("409 conflict");
  expect(await read(task)).toEqual(task);
});

describe("what a task depends on", () => {
  it("must be done or cancelled before it can be claimed, and again when it is opened anew", async () => {
    const [a, b] = [await add(project_id), await add(project_id)];
    const task = await add(project_id, { depends_on: [a.id, b.id] });
    expect(await said(act(bob, task, "claim"))).toBe("409 task_not_claimable");
    await act(bob, a, "complete", { fencing_token: await claim(bob, a) });
    expect(await said(act(bob, task, "claim"))).toBe("409 task_not_claimable");
    await change(owner, b, { status: "cancelled" });
    expect(await rowsOfTask(project_id, task.id)).toMatchObject({ blocked_by: 0 });
    await change(owner, b, { status: "open" });
    expect(await said(act(bob, task, "claim"))).toBe("409 task_not_claimable");
    await change(owner, task, { depends_on: [a.id] });
    expect(await said(act(bob, task, "claim"))).toBe("ok");
  });

  it("counts in a plan whatever the order in which it names them", async () => {
    const { tasks } = (
      await owner.client.createTasks({
        params: { project_id },
        body: {
          tasks: [
            { ref: "last", title: "Last", depends_on: ["first", "second"] },
            { ref: "second", title: "Second", depends_on: ["first"] },
            { ref: "first", title: "First" },
          ],
        },
      })
    ).body;
    const counts = [];
    for (const { id } of tasks) counts.push((await rowsOfTask(project_id, id)).blocked_by);
    expect(counts).toEqual([2, 1, 0]);
  });
});

describe("a worker", () => {
  it("changes the task that it holds, and no other, and the refusal is told to the audit", async () => {
    const robot = await person(["WORKER"]);
    const here = await newProject([robot, bob]);
    const [own, open, others] = [await add(here), await add(here), await add(here)];
    await claim(robot, own, 60);
    await claim(bob, others);
    expect(await said(change(robot, own, { status: "in_progress" }))).toBe("ok");
    for (const task of [open, others]) {
      expect(await said(change(robot, task, { title: "Mine now" }))).toBe("403 permission_denied");
      expect(await read(task)).toMatchObject({ title: "A task" });
    }
    clock.advance(60);
    expect(await said(change(robot, own, { title: "Still mine" }))).toBe("403 permission_denied");
    for (const task of [open, others, own]) {
      expect(await eventsAbout(task, "access.refused", robot.id)).toMatchObject([
        { rule: "not_the_holder", user_id: robot.id },
      ]);
    }
  });
});

it("who has 100 leases gets no more until one ends", async () => {
  const here = await newProject([bob]);
  const tasks = await Promise.all(Array.from({ length: 101 }, () => add(here)));
  const carl = await person();
  await owner.client.setMember({ params: { project_id: here, user_id: carl.id }, body: { role: "editor" } });
  for (const task of tasks.slice(0, 100)) await claim(carl, task);
  expect(await said(act(carl, tasks[100]!, "claim"))).toBe("409 capacity_reached");
  expect(await said(act(carl, tasks[0]!, "release", { fencing_token: 1 }))).toBe("ok");
  expect(await said(act(carl, tasks[100]!, "claim"))).toBe("ok");
});

it("a lease survives eviction and crash, with its token", async () => {
  const task = await add(project_id);
  const fencing_token = await claim(bob, task);
  for (const end of [evict, crash]) {
    await end(projectObject(project_id));
    expect(await said(act(eve, task, "claim"))).toBe("409 task_held");
    expect(await said(act(bob, task, "renew", { fencing_token }))).toBe("ok");
  }
});

it("a result counts among the project's text: one beyond the quota is refused, and the task is still held", async () => {
  const full = await newProject([bob]);
  const task = await add(full);
  const fencing_token = await claim(bob, task);
  await rowsOf(projectObject(full), "UPDATE tally SET text_bytes = ?", QUOTAS.text_bytes - 4);
  await evict(projectObject(full));
  expect(await said(act(bob, task, "complete", { fencing_token, result: "12345" }))).toBe(
    "409 quota_exceeded",
  );
  expect(await read(task)).toMatchObject({ status: "claimed", result: null });
  expect(await said(act(bob, task, "complete", { fencing_token, result: "1234" }))).toBe("ok");
});
