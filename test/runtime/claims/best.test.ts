// The best open task: for people and for workers, explained, and by looks whose number the project's size does not raise.
import { beforeAll, describe, expect, it } from "vitest";
import type { BestClaim } from "../../../src/schema/messages/project.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import type { Result } from "../../../src/schema/result.ts";
import type { WorkerProfile } from "../../../src/schema/worker.ts";
import { clock } from "../harness/clock.ts";
import { inside, rowsOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import {
  act,
  ada,
  add,
  change,
  claim,
  newProject,
  owner,
  person,
  projectObject,
  read,
  said,
} from "./stage.ts";

let bob: Person;
beforeAll(async () => {
  bob = await person();
});

const best = async (who: Person, project_id: string, skills: string[] | null = null) => {
  const { body, audit_event } = await who.client.claimBestTask({ params: { project_id }, body: { skills } });
  return { ...body, audit_event };
};
const inDays = (days: number) => new Date(clock.now_ms() + days * 86_400_000).toISOString();

it("is claimed like any other: with lease, token, event and the reasons for it", async () => {
  const project_id = await newProject([bob]);
  const low = await add(project_id, { priority: "low" });
  const task = await add(project_id, { priority: "urgent" });
  const { lease, audit_event, matching, task: claimed } = await best(bob, project_id);
  expect(claimed).toMatchObject({ id: task.id, status: "claimed", lease: { holder: bob.id } });
  expect(lease).toMatchObject({ fencing_token: 1 });
  expect(audit_event).toMatch(/^evt_/);
  expect(matching.outcome).toBe("claimed");
  expect(matching.candidates.map(({ task_id }) => task_id)).toEqual([task.id, low.id]);
  expect(await read(task)).toEqual(claimed);
});

it("comes in the order of urgency, until there is none; then the answer says so and leaves no event", async () => {
  const project_id = await newProject([bob]);
  const due = await add(project_id, { due_at: inDays(1) });
  const high = await add(project_id, { priority: "high" });
  const first = await add(project_id);
  const second = await add(project_id);
  const own = await add(project_id, { priority: "low" });
  await ada.client.assignTask({ params: { project_id, task_id: own.id }, body: { user_id: bob.id } });
  const order = [];
  for (let n = 0; n < 5; n += 1) order.push((await best(bob, project_id)).task!.id);
  expect(order).toEqual([own.id, due.id, high.id, first.id, second.id]);
  const none = await best(bob, project_id);
  expect(none).toEqual({
    task: null,
    lease: null,
    matching: { outcome: "nothing_open", candidates: [], passed_over: [] },
    audit_event: null,
  });
});

it("is never one that waits for others, that somebody holds, or that is somebody else's", async () => {
  const project_id = await newProject([bob]);
  const [held, done, theirs] = [await add(project_id), await add(project_id), await add(project_id)];
  const waiting = await add(project_id, { depends_on: [done.id], priority: "urgent" });
  await claim(owner, held);
  const token = await claim(owner, done);
  await ada.client.assignTask({ params: { project_id, task_id: theirs.id }, body: { user_id: owner.id } });
  expect((await best(bob, project_id)).task).toBeNull();
  await act(owner, done, "complete", { fencing_token: token });
  expect((await best(bob, project_id)).task).toMatchObject({ id: waiting.id });
  await change(owner, done, { status: "open" });
  expect((await best(bob, project_id)).task).toBeNull();
  expect((await best(owner, project_id)).task).toMatchObject({ id: done.id });
  expect((await best(owner, project_id)).task).toMatchObject({ id: theirs.id });
});

it("is a task with sub-tasks only once these are settled, moved away or gone", async () => {
  const project_id = await newProject([bob]);
  const whole = await add(project_id, { priority: "urgent" });
  const part = { parent_id: whole.id, priority: "low" } as const;
  const [done, moved, gone] = [
    await add(project_id, part),
    await add(project_id, part),
    await add(project_id, part),
  ];
  const names = new Map(Object.entries({ whole, done, moved, gone }).map(([name, { id }]) => [id, name]));
  const offered = async () => {
    const { task, lease } = await best(bob, project_id);
    await act(bob, task!, "release", { fencing_token: lease!.fencing_token });
    return names.get(task!.id);
  };
  expect(await offered()).toBe("done");
  await act(owner, done, "complete", { fencing_token: await claim(owner, done) });
  await change(owner, moved, { parent_id: null });
  expect(await offered()).toBe("moved");
  await owner.client.deleteTask({ params: { project_id, task_id: gone.id }, if_match: "*" });
  expect(await offered()).toBe("whole");
  await change(owner, done, { status: "open" });
  expect(await offered()).toBe("moved");
  await change(owner, done, { status: "cancelled" });
  await change(owner, moved, { parent_id: whole.id });
  expect(await offered()).toBe("moved");
  await change(owner, moved, { status: "cancelled" });
  expect(await offered()).toBe("whole");
});

it("is a task with sub-tasks only after them, though a plan names them first", async () => {
  const project_id = await newProject([bob]);
  const tasks = [
    { ref: "part", title: "Part", parent: "whole", priority: "low" as const },
    { ref: "whole", title: "Whole", priority: "urgent" as const },
  ];
  await owner.client.createTasks({ params: { project_id }, body: { tasks } });
  const { task, lease } = await best(bob, project_id);
  expect(task!.title).toBe("Part");
  expect((await best(bob, project_id)).task).toBeNull();
  await act(bob, task!, "complete", { fencing_token: lease!.fencing_token });
  expect((await best(bob, project_id)).task).toMatchObject({ title: "Whole" });
});

it("asks for no other skills than those that a person names", async () => {
  const project_id = await newProject([bob]);
  const rust = await add(project_id, { skills: ["rust"], priority: "urgent" });
  const go = await add(project_id, { skills: ["go"] });
  const { task, matching } = await best(bob, project_id, ["go", "sql"]);
  expect(task).toMatchObject({ id: go.id });
  expect(matching.passed_over).toEqual([{ task_id: rust.id, title: rust.title, missing_skills: ["rust"] }]);
  const none = await best(bob, project_id, ["go", "sql"]);
  expect([none.task, none.matching.outcome]).toEqual([null, "no_skill_fits"]);
  expect((await best(bob, project_id)).task).toMatchObject({ id: rust.id });
});

it("is one lease for a repeated Idempotency-Key", async () => {
  const project_id = await newProject([bob]);
  const path = `/v1/projects/${project_id}/claim`;
  const send = () => bob.send(path, { json: {}, headers: { "Idempotency-Key": "next-1" } });
  expect((await (await send()).json<BestClaim["value"]>()).task).toBeNull();
  const [task] = [await add(project_id), await add(project_id)];
  const [first, again] = [await send(), await send()];
  const answer = await first.json<BestClaim["value"]>();
  expect(answer.task).toMatchObject({ id: task.id });
  expect(await again.json()).toEqual(answer);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
});

describe("for a worker", () => {
  const PROFILE: WorkerProfile = {
    name: "Builder",
    skills: [
      { name: "go", level: 5 },
      { name: "sql", level: 2 },
    ],
    capacity: 2,
    working_hours: null,
    paused: false,
  };
  const actorFor = (who: Person, worker: WorkerProfile): Actor => ({
    workspace: "main",
    principal_id: who.id,
    username: who.username,
    roles: ["USER"],
    permissions: -1,
    mfa_enabled: true,
    session_id: who.session_id,
    address: "192.0.2.1",
    request_id: "req_1",
    worker,
  });
  const bestFor = async (project_id: string, worker: WorkerProfile, skills: string[] | null = null) => {
    const project = env.PROJECT.getByName(`main/${project_id}`);
    return (await project.claimBest(actorFor(bob, worker), 900, skills)) as Result<BestClaim>;
  };
  const taskOf = (result: Result<BestClaim>) =>
    result.ok ? result.value.value.task?.id : result.refusal.reason;

  it("it is what the profile fits, at the level that is higher", async () => {
    const project_id = await newProject([bob]);
    await add(project_id, { skills: ["rust"], priority: "urgent" });
    const sql = await add(project_id, { skills: ["sql"] });
    const go = await add(project_id, { skills: ["go"] });
    expect(taskOf(await bestFor(project_id, PROFILE, ["sql", "rust"]))).toBe(sql.id);
    expect(taskOf(await bestFor(project_id, { ...PROFILE, capacity: 3 }))).toBe(go.id);
  });

  it("there is none beyond its capacity, while it is paused, or outside its hours", async () => {
    const project_id = await newProject([bob]);
    for (let n = 0; n < 4; n += 1) await add(project_id);
    const hours = {
      time_zone: "UTC",
      monday: [],
      tuesday: [],
      wednesday: [],
      thursday: [],
      friday: [],
      saturday: [],
    };
    const off = await bestFor(project_id, { ...PROFILE, working_hours: { ...hours, sunday: [] } });
    expect(off).toMatchObject({
      value: { value: { task: null, matching: { outcome: "outside_working_hours" } } },
    });
    expect(taskOf(await bestFor(project_id, { ...PROFILE, paused: true }))).toBe("worker_paused");
    for (let n = 0; n < 2; n += 1) expect(taskOf(await bestFor(project_id, PROFILE))).toMatch(/^tsk_/);
    expect(taskOf(await bestFor(project_id, PROFILE))).toBe("capacity_reached");
  });

  it("it is found among more sets of skills than are looked at", async () => {
    const project_id = await newProject([bob]);
    const tasks = Array.from({ length: 400 }, (_, n) => ({
      ref: `t${n}`,
      title: `Ticket ${n}`,
      skills: ["go", `ticket-${n}`],
      priority: "urgent" as const,
    }));
    await owner.client.createTasks({ params: { project_id }, body: { tasks } });
    const task = await add(project_id, { skills: ["go", "sql"], priority: "low" });
    expect(taskOf(await bestFor(project_id, PROFILE))).toBe(task.id);
  });
});

it("is looked for by index alone", async () => {
  const project_id = await newProject();
  const plans = await inside(projectObject(project_id), (_, { storage: { sql } }) => {
    const offered =
      "FROM task INDEXED BY task_on_offer WHERE status = 'open' AND blocked_by = 0 AND open_parts = 0 AND filed = 1";
    const by_skill = `${offered.replace("task_on_offer", "task_on_offer_by_skill")} AND assigned_to IS NULL AND skill_key != ''`;
    const order = "ORDER BY wanted_by_ms, number LIMIT 1";
    const group = "ORDER BY skill_key, priority, wanted_by_ms, number LIMIT 1";
    return [
      `SELECT id ${offered} AND assigned_to IS NULL AND asks_skills = 0 AND priority = 'low' ${order}`,
      `SELECT id ${offered} AND assigned_to = 'usr_1' AND asks_skills = 1 AND priority = 'low' ${order}`,
      `SELECT id ${by_skill} AND skill_key >= 'a' ${group}`,
      `SELECT id ${by_skill} AND (skill_key, priority) > ('a', 'b') ${group}`,
      "SELECT id FROM task WHERE lease_expires_at_ms <= 1 ORDER BY lease_expires_at_ms, number",
      "SELECT min(lease_expires_at_ms) FROM task WHERE lease_expires_at_ms IS NOT NULL",
      "SELECT id FROM task WHERE assigned_to = 'usr_1' AND lease_expires_at_ms >= 0",
    ].map((query) =>
      sql
        .exec(`EXPLAIN QUERY PLAN ${query}`)
        .toArray()
        .map(({ detail }) => String(detail))
        .join("; "),
    );
  });
  for (const plan of plans)
    expect(plan).toMatch(
      /^SEARCH task USING (COVERING )?INDEX task_(on_offer|by_lease|by_assignee)\w* \([^;]*\)$/,
    );
  expect(await rowsOf(projectObject(project_id), "SELECT 1 FROM task")).toEqual([]);
});

it("tells who may not read the project nothing", async () => {
  const project_id = await newProject();
  await add(project_id);
  const answer = bob.send(`/v1/projects/${project_id}/claim`, { json: {} });
  expect(await said(answer)).toBe("404 not_found");
});
