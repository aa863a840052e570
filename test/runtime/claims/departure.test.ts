// What somebody held, or was to do, who never comes back: a worker that was revoked, a person who was erased. It is open
// to others a moment later, whatever was under way meanwhile.
import { afterEach, expect, it, vi } from "vitest";
import { Members } from "../../../durable-objects/project/members.ts";
import { Project } from "../../../durable-objects/project/object.ts";
import type { Task } from "../../../src/schema/project.ts";
import { crash, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { newAgent } from "../harness/workers.ts";
import { audited } from "../identity/trail.ts";
import {
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
  said,
} from "./stage.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const OPEN = { status: "open", assigned_to: null, lease: null };
const DAY_SECONDS = 86_400;
const revoke = (agent: Person) => ada.client.revokeWorker({ params: { worker_id: agent.id } });
const assign = (task: Task, { id: user_id }: Person) =>
  ada.client.assignTask({ params: paramsOf(task), body: { user_id } });
const membersOf = async (project_id: string): Promise<string[]> =>
  (await owner.client.listMembers({ params: { project_id } })).body.members.map(({ user_id }) => user_id);

/** A worker of some capacity in a project of its own. */
async function employed() {
  const agent = await newAgent(ada);
  const params = { worker_id: agent.id };
  const { etag } = await ada.client.readWorker({ params });
  await ada.client.updateWorker({ params, body: { capacity: 5 }, if_match: etag! });
  return { agent, project_id: await newProject([agent]) };
}

/** What the Worker would hand on of a claim that was admitted before, and comes late. */
async function claimUnderWay(who: Person, task: Task): Promise<() => Promise<{ ok: boolean }>> {
  const claims = vi.spyOn(Project.prototype, "claimTask");
  const fencing_token = await claim(who, task);
  const [actor] = claims.mock.calls[0]!;
  await who.client.releaseTask({ params: paramsOf(task), body: { fencing_token } });
  const stub = projectObject(task.project_id) as unknown as Pick<Project, "claimTask">;
  return async () => stub.claimTask({ ...actor }, task.id, DAY_SECONDS);
}

it("a revoked worker's tasks are open to others, held or assigned, and what it has done stays its own", async () => {
  const { agent, project_id } = await employed();
  const [held, assigned, done] = [await add(project_id), await add(project_id), await add(project_id)];
  await claim(agent, held, DAY_SECONDS);
  await assign(assigned, agent);
  const fencing_token = await claim(agent, done);
  await agent.client.completeTask({ params: paramsOf(done), body: { fencing_token } });
  await revoke(agent);
  await shipAll();
  for (const task of [held, assigned]) {
    expect(await read(task)).toMatchObject(OPEN);
    expect(await claim(owner, task)).toBeGreaterThan(0);
  }
  expect(await read(done)).toMatchObject({ status: "done", assigned_to: agent.id });
  expect(await membersOf(project_id)).toEqual([owner.id]);
  const about = async (type: string, id: string) =>
    (await audited("main", { type })).filter(({ targets }) => targets.includes(id)).map(({ rule }) => rule);
  expect(await about("task.lease_ended", held.id)).toEqual(["holder_revoked"]);
  expect(await about("member.removed", agent.id)).toEqual(["revoked"]);
});

it("a paused worker keeps what it holds", async () => {
  const { agent, project_id } = await employed();
  const held = await add(project_id);
  await claim(agent, held);
  await ada.client.pauseWorker({ params: { worker_id: agent.id } });
  await shipAll();
  expect(await read(held)).toMatchObject({ status: "claimed", assigned_to: agent.id });
});

it("a project out of reach hears of a revocation later, though the worker's object dies meanwhile", async () => {
  const { agent, project_id } = await employed();
  const held = await add(project_id);
  await claim(agent, held, DAY_SECONDS);
  const reach = vi.spyOn(Project.prototype, "eraseMember").mockRejectedValue(new Error("out of reach"));
  const principal = () => objectOf("PRINCIPAL", `main/${agent.id}`);
  await revoke(agent);
  await ringAlarm(principal());
  expect(reach).toHaveBeenCalled();
  await crash(principal());
  reach.mockRestore();
  await ringAlarm(principal());
  expect(await read(held)).toMatchObject(OPEN);
});

it("what a revoked worker had under way, and who lets it in meanwhile, gives it nothing to keep", async () => {
  const { agent, project_id } = await employed();
  const held = await add(project_id);
  const claimLate = await claimUnderWay(agent, held);
  await revoke(agent);
  await shipAll();
  expect(await claimLate()).toMatchObject({ ok: false });
  expect(await read(held)).toMatchObject(OPEN);

  const user_id = agent.id;
  const path = `/v1/projects/${project_id}/members/${user_id}`;
  expect(await said(owner.send(path, { method: "PUT", json: { role: "editor" } }))).toBe("409 conflict");
  // As a request that has asked for the worker just before.
  const sets = vi.spyOn(Project.prototype, "setMember");
  const bob = await person();
  await owner.client.setMember({ params: { project_id, user_id: bob.id }, body: { role: "viewer" } });
  const [actor] = sets.mock.calls[0]!;
  const stub = projectObject(project_id) as unknown as Pick<Project, "setMember">;
  await stub.setMember({ ...actor }, { user_id, username: agent.username, role: "editor" });
  await shipAll();
  expect(await membersOf(project_id)).not.toContain(user_id);
});

it("an ADMIN who is no member, and is erased while a claim is under way, holds nothing afterwards", async () => {
  const boss = await person(["ADMIN"]);
  const task = await add(await newProject());
  const claimLate = await claimUnderWay(boss, task);
  await (await ada.recent()).client.eraseUser({ params: { user_id: boss.id } });
  await shipAll();
  await claimLate();
  await shipAll();
  expect(await read(task)).toMatchObject(OPEN);
});

it("what somebody who left, or was removed, was to do is open to others and in their list of work no more", async () => {
  const bob = await person();
  const leave = async (project_id: string, by: Person) =>
    by.client.removeMember({ params: { project_id, user_id: bob.id } });
  for (const by of [bob, owner]) {
    const project_id = await newProject([bob]);
    const [to_do, done] = [await add(project_id), await add(project_id)];
    await assign(to_do, bob);
    const fencing_token = await claim(bob, done);
    await bob.client.completeTask({ params: paramsOf(done), body: { fencing_token } });
    await leave(project_id, by);
    expect(await read(to_do)).toMatchObject(OPEN);
    expect(await read(done)).toMatchObject({ status: "done", assigned_to: bob.id });
    const { tasks } = (await bob.client.listWork({ query: { status: "open" } })).body;
    expect(tasks.filter((each) => each.project_id === project_id)).toEqual([]);
    const best = await owner.client.claimBestTask({ params: { project_id }, body: {} });
    expect(best.body.task?.id).toBe(to_do.id);
  }
});

/** As many tasks that somebody is to do, in a project that is theirs to leave. */
async function employedMuch(bob: Person): Promise<string> {
  const project_id = await newProject([bob]);
  await assign(await add(project_id), bob);
  const columns =
    "title, description, status, priority, skills, created_by, version, created_at_ms, updated_at_ms";
  await rowsOf(
    projectObject(project_id),
    `INSERT INTO task (id, assigned_to, ${columns})
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
       SELECT 'tsk_' || i, assigned_to, ${columns} FROM n, task LIMIT 1100`,
  );
  return project_id;
}

const assignedIn = async (project_id: string): Promise<number> => {
  const sql = "SELECT count(*) AS n FROM task WHERE assigned_to IS NOT NULL";
  return (await rowsOf<{ n: number }>(projectObject(project_id), sql))[0]!.n;
};

it("of somebody who leaves, more tasks than one transaction takes are all open to others", async () => {
  const bob = await person();
  const project_id = await employedMuch(bob);
  await owner.client.removeMember({ params: { project_id, user_id: bob.id } });
  expect(await assignedIn(project_id)).toBe(0);
});

it("a project that dies while it opens what somebody left goes on with it, unless they are back", async () => {
  const bob = await person();
  for (const is_back of [false, true]) {
    const project_id = await employedMuch(bob);
    const cut_off = vi.spyOn(Members.prototype, "clearUpAfter").mockImplementation(() => {
      throw new Error("cut off");
    });
    await owner.client.removeMember({ params: { project_id, user_id: bob.id } });
    expect(await assignedIn(project_id)).toBe(601);
    cut_off.mockRestore();
    await crash(projectObject(project_id));
    if (is_back)
      await owner.client.setMember({ params: { project_id, user_id: bob.id }, body: { role: "editor" } });
    await shipAll();
    expect(await assignedIn(project_id)).toBe(is_back ? 601 : 0);
  }
});

it("who is to be given a task that is done or cancelled is not asked", async () => {
  const { agent, project_id } = await employed();
  const recommended = async (task: Task) =>
    ada.send(`/v1/projects/${project_id}/tasks/${task.id}/ai/assignees`, { json: {} });
  const [done, cancelled] = [await add(project_id), await add(project_id)];
  expect(await said(recommended(done))).toBe("ok");
  const fencing_token = await claim(agent, done);
  await agent.client.completeTask({ params: paramsOf(done), body: { fencing_token } });
  await change(owner, cancelled, { status: "cancelled" });
  const refused = await recommended(done);
  expect(await refused.json()).toMatchObject({ status: 409, detail: "the task is done" });
  expect(await said(recommended(cancelled))).toBe("409 conflict");
});
