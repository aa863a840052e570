// My work across projects: whoever is assigned or holds a task finds it in one list, and their load counts everywhere.
import { beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../../src/schema/project.ts";
import { clock } from "../harness/clock.ts";
import { crash, objectOf, rowsOf, shipAll } from "../harness/objects.ts";
import { type Person, signUp } from "../harness/people.ts";
import { newAgent } from "../harness/workers.ts";
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
  said,
} from "./stage.ts";

let bob: Person;
beforeAll(async () => {
  bob = await person();
});

type Query = { status?: Task["status"]; due_before?: string };
const work = async (who: Person, query: Query = {}) => (await who.client.listWork({ query })).body.tasks;
const idsOf = async (who: Person, query: Query = {}) => (await work(who, query)).map(({ id }) => id);
const assign = (task: Task, to: Person | null) =>
  ada.client.assignTask({ params: paramsOf(task), body: { user_id: to?.id ?? null } });
const inDays = (days: number) => new Date(clock.now_ms() + days * 86_400_000).toISOString();

/** Somebody without any work yet, in two projects. */
async function newcomer() {
  const who = await person();
  return { who, here: await newProject([who]), there: await newProject([who]) };
}

it("lists what is assigned and what is held, of all projects, by due date, on the next request", async () => {
  const { who, here, there } = await newcomer();
  const [held, assigned, late] = [
    await add(here),
    await add(there, { due_at: inDays(2) }),
    await add(here, { due_at: inDays(9) }),
  ];
  await add(there);
  await claim(who, held, 600);
  await assign(assigned, who);
  await assign(late, who);
  const { id, project_id, title, priority, due_at } = held;
  expect(await idsOf(who)).toEqual([assigned.id, late.id, held.id]);
  expect((await work(who)).at(-1)).toEqual({
    ...{ id, project_id, title, priority, due_at },
    status: "claimed",
    lease_expires_at: new Date(clock.now_ms() + 600_000).toISOString(),
  });
  expect(await idsOf(who, { status: "open" })).toEqual([assigned.id, late.id]);
  expect(await idsOf(who, { due_before: inDays(9) })).toEqual([assigned.id]);
  expect(await idsOf(bob)).toEqual([]);
});

it("shows each entry once on its pages", async () => {
  const { who, here } = await newcomer();
  const ids = [];
  for (let n = 0; n < 7; n += 1) {
    const task = await add(here, { due_at: n < 4 ? inDays(n % 2) : null });
    await assign(task, who);
    ids.push(task.id);
  }
  const seen = [];
  let cursor: string | undefined;
  do {
    const { body } = await who.client.listWork({ query: { limit: "2", ...(cursor && { cursor }) } });
    seen.push(...body.tasks.map(({ id }) => id));
    cursor = body.next_cursor ?? undefined;
  } while (cursor);
  expect([...seen].sort()).toEqual(ids.sort());
});

describe("an entry goes", () => {
  it.each([
    [
      "its holder gives it back",
      async (who: Person, task: Task) => act(who, task, "release", { fencing_token: 1 }),
    ],
    [
      "its holder deletes it",
      async (who: Person, task: Task) =>
        who.send(`/v1/projects/${task.project_id}/tasks/${task.id}`, {
          method: "DELETE",
          headers: { "If-Match": "*" },
        }),
    ],
    ["its lease is over", async () => clock.advance(900)],
    [
      "its holder is removed",
      async (who: Person, { project_id }: Task) =>
        owner.client.removeMember({ params: { project_id, user_id: who.id } }),
    ],
  ] as [string, (who: Person, task: Task) => Promise<unknown>][])("at once when %s", async (_, end) => {
    const { who, here } = await newcomer();
    const task = await add(here);
    await claim(who, task);
    expect(await idsOf(who)).toEqual([task.id]);
    await end(who, task);
    expect(await idsOf(who)).toEqual([]);
  });

  it("when others assign it elsewhere, delete it, or delete the project; and is back with the project", async () => {
    const { who, here, there } = await newcomer();
    await owner.client.setMember({ params: { project_id: here, user_id: bob.id }, body: { role: "editor" } });
    const [a, b, c] = [await add(here), await add(here), await add(there)];
    for (const task of [a, b, c]) await assign(task, who);
    await assign(a, bob);
    const path = `/v1/projects/${here}/tasks/${b.id}`;
    await owner.send(path, { method: "DELETE", headers: { "If-Match": "*" } });
    const { etag } = await owner.client.readProject({ params: { project_id: there } });
    await owner.client.deleteProject({ params: { project_id: there }, if_match: etag! });
    await shipAll();
    expect(await idsOf(who)).toEqual([]);
    expect(await idsOf(bob)).toEqual([a.id]);
    await owner.client.restoreProject({ params: { project_id: there } });
    await shipAll();
    expect(await idsOf(who)).toEqual([c.id]);
  });

  it("when its project is not theirs any more, though the task is still assigned", async () => {
    const { who, here } = await newcomer();
    await assign(await add(here), who);
    await owner.client.removeMember({ params: { project_id: here, user_id: who.id } });
    expect(await idsOf(who)).toEqual([]);
  });
});

it("an entry follows its task: title, status, date", async () => {
  const { who, here } = await newcomer();
  const task = await add(here);
  await assign(task, who);
  await change(owner, task, { title: "Another", status: "in_progress", due_at: inDays(1) });
  await shipAll();
  expect(await work(who)).toMatchObject([{ id: task.id, title: "Another", status: "in_progress" }]);
  await change(who, task, { status: "done" });
  expect(await idsOf(who, { status: "done" })).toEqual([task.id]);
});

it("entries arrive though the project dies before it has shipped them", async () => {
  const { who, here } = await newcomer();
  const task = await add(here);
  await assign(task, who);
  await change(owner, task, { title: "Renamed" });
  await crash(projectObject(here));
  await shipAll();
  expect(await work(who)).toMatchObject([{ title: "Renamed" }]);
  expect(await rowsOf(projectObject(here), "SELECT 1 FROM work_change")).toEqual([]);
});

describe("a worker's capacity", () => {
  it("counts what it holds in every project, and is free again with each that ends", async () => {
    const robot = await newAgent(ada);
    const [here, there] = [await newProject([robot]), await newProject([robot])];
    const params = { worker_id: robot.id };
    const { etag } = await ada.client.readWorker({ params });
    await ada.client.updateWorker({ params, body: { capacity: 2 }, if_match: etag! });
    const [a, b, c] = [await add(here), await add(there), await add(there)];
    expect(await said(act(robot, a, "claim"))).toBe("ok");
    expect(await said(act(robot, b, "claim", { lease_seconds: 60 }))).toBe("ok");
    expect(await said(act(robot, c, "claim"))).toBe("409 capacity_reached");
    expect(await said(robot.send(`/v1/projects/${there}/claim`, { json: {} }))).toBe("409 capacity_reached");
    expect(await said(act(robot, a, "complete", { fencing_token: 1 }))).toBe("ok");
    expect(await said(act(robot, c, "claim"))).toBe("ok");
    expect(await said(act(robot, await add(here), "claim"))).toBe("409 capacity_reached");
    clock.advance(60);
    expect(await said(act(robot, await add(here), "claim"))).toBe("ok");
  });
});

it("is each principal's own: another workspace's and another member's see nothing of it", async () => {
  const { who, here } = await newcomer();
  await claim(who, await add(here));
  expect(await idsOf(await signUp())).toEqual([]);
  expect(
    await rowsOf(objectOf("PRINCIPAL", `main/${bob.id}`), "SELECT 1 FROM work WHERE project_id = ?", here),
  ).toEqual([]);
});
