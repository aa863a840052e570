// What somebody held, or was to do, who never comes back: a worker that was revoked, a person who was erased. It is open
// to others a moment later, whatever was under way meanwhile.
import { afterEach, expect, it, vi } from "vitest";
import { Project } from "../../../durable-objects/project/object.ts";
import type { Task } from "../../../src/schema/project.ts";
import { crash, objectOf, ringAlarm, shipAll } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { newAgent } from "../harness/workers.ts";
import { audited } from "../identity/trail.ts";
import { ada, add, claim, newProject, owner, paramsOf, person, projectObject, read, said } from "./stage.ts";

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
