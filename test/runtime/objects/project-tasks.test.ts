// Tasks of a project: an acyclic graph, plans that come whole or not at all, pages that hold still, one winner.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Task } from "../../../src/schema/project.ts";
import { evict, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { countRows } from "../harness/rows.ts";
import { atOnce, tally } from "../identity/attempts.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
await admin("main");
const bob = await signUp();

const newProject = async (): Promise<string> =>
  (await bob.client.createProject({ body: { name: "Tasks" } })).body.project.id;
const tasksPath = (project_id: string, rest = "") => `/v1/projects/${project_id}/tasks${rest}`;
const add = async (project_id: string, title: string, depends_on: string[] = []): Promise<Task> =>
  (await bob.client.createTask({ params: { project_id }, body: { title, depends_on } })).body.task;
const change = (task: Pick<Task, "id" | "project_id">, json: object, version: number | "*" = "*") =>
  bob.send(tasksPath(task.project_id, `/${task.id}`), {
    method: "PATCH",
    json,
    headers: { "If-Match": version === "*" ? "*" : `"v${version}"` },
  });
const countOf = async (project_id: string): Promise<number> => {
  const [row] = await rowsOf<{ count: number }>(
    objectOf("PROJECT", `main/${project_id}`),
    "SELECT count(*) AS count FROM task",
  );
  return row!.count;
};

it("a dependency that closes a cycle is refused, and the cycle is named", async () => {
  const project_id = await newProject();
  const a = await add(project_id, "a");
  const b = await add(project_id, "b", [a.id]);
  const c = await add(project_id, "c", [b.id]);
  const refused = await change(a, { depends_on: [c.id] });
  expect(refused.status).toBe(409);
  const problem = await refused.json<{ type: string; detail: string }>();
  expect(problem.type).toBe("/problems/dependency_cycle");
  expect(problem.detail.split(" → ")).toEqual([a.id, c.id, b.id, a.id]);
  expect((await bob.client.readTask({ params: { project_id, task_id: a.id } })).body.task).toEqual(a);
  expect((await change(a, { depends_on: [a.id] })).status).toBe(409);
  expect((await change(c, { depends_on: [a.id] })).status).toBe(200);
  expect((await change(a, { depends_on: [b.id] })).status).toBe(409);
});

it("of dependencies that would close a cycle together, set at once, one is refused", async () => {
  const project_id = await newProject();
  const tasks = [await add(project_id, "a"), await add(project_id, "b"), await add(project_id, "c")];
  const answers = await atOnce(3, (index) =>
    change(tasks[index]!, { depends_on: [tasks[(index + 1) % 3]!.id] }),
  );
  expect(tally(answers)).toEqual({ 200: 2, 409: 1 });
});

it("whatever dependencies are asked for, the graph stays acyclic and keeps what was accepted", async () => {
  const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(edges, async (asked) => {
      const project_id = await newProject();
      const tasks: Task[] = [];
      while (tasks.length < 6) tasks.push(await add(project_id, `task ${tasks.length}`));
      const graph = tasks.map(() => new Set<number>());
      const reaches = (from: number, to: number): boolean =>
        from === to || [...graph[from]!].some((next) => reaches(next, to));
      for (const [from, to] of asked) {
        const depends_on = [...graph[from]!, to].map((index) => tasks[index]!.id);
        const legal = !reaches(to, from);
        expect((await change(tasks[from]!, { depends_on })).status).toBe(legal ? 200 : 409);
        if (legal) graph[from]!.add(to);
      }
      const stored = (await bob.client.listTasks({ params: { project_id }, query: {} })).body.tasks;
      for (const [index, task] of stored.entries()) {
        expect(task.depends_on).toEqual([...graph[index]!].map((each) => tasks[each]!.id));
      }
    }),
    { numRuns: 8 },
  );
});

it("many changes of dependencies in one request read the graph once, and not again for each", async () => {
  const [TASKS, WIDTH, CHANGES] = [150, 12, 60];
  const project_id = await newProject();
  const chained = Array.from({ length: TASKS }, (_, at) => ({
    ref: `${at}`,
    title: `Task ${at}`,
    depends_on: Array.from({ length: Math.min(WIDTH, at) }, (_, back) => `${at - 1 - back}`),
  }));
  const { tasks } = (await bob.client.createTasks({ params: { project_id }, body: { tasks: chained } })).body;
  const changes = tasks.slice(-CHANGES).map(({ id: task_id, version, depends_on }, at) => {
    const one_more = tasks[TASKS - CHANGES + at - WIDTH - 1]!.id;
    return { task_id, version, change: { depends_on: [...depends_on, one_more] } };
  });
  const counted = await countRows();
  expect(
    (await bob.send(tasksPath(project_id, "/bulk"), { method: "PATCH", json: { changes } })).status,
  ).toBe(200);
  const edges = TASKS * WIDTH;
  // Each change reads and writes what its own task waits for; all edges for each would be 60 times as many.
  expect(counted().read).toBeLessThan(20 * edges);
});

it("a dependency on a task of another project, or on none, is refused", async () => {
  const [here, there] = [await newProject(), await newProject()];
  const [a, other] = [await add(here, "a"), await add(there, "other")];
  for (const id of [other.id, `tsk_${"0".repeat(26)}`]) {
    expect((await change(a, { depends_on: [id] })).status).toBe(409);
    expect((await bob.send(tasksPath(here), { json: { title: "b", depends_on: [id] } })).status).toBe(409);
  }
  expect(await countOf(here)).toBe(1);
});

it.each([
  [
    "a cycle",
    [
      { ref: "a", depends_on: ["b"] },
      { ref: "b", depends_on: ["a"] },
    ],
    409,
  ],
  ["a task that waits for itself", [{ ref: "a" }, { ref: "b", depends_on: ["b"] }], 409],
  ["an unknown ref", [{ ref: "a" }, { ref: "b", depends_on: ["z"] }], 409],
  ["the same ref twice", [{ ref: "a" }, { ref: "a" }], 409],
  ["one title too long", [{ ref: "a" }, { ref: "b", title: "x".repeat(201) }], 422],
  ["one unknown field", [{ ref: "a" }, { ref: "b", owner: "me" }], 422],
])("a plan with %s leaves nothing behind", async (_, plan, status) => {
  const project_id = await newProject();
  const tasks = plan.map((planned) => ({ title: "planned", ...planned }));
  expect((await bob.send(tasksPath(project_id, "/bulk"), { json: { tasks } })).status).toBe(status);
  expect(await countOf(project_id)).toBe(0);
});

it("a plan comes whole, in its order, with its refs resolved", async () => {
  const project_id = await newProject();
  const plan = Array.from({ length: 500 }, (_, index) => ({
    ref: `t${index}`,
    title: `task ${index}`,
    depends_on: index === 0 ? [] : [`t${index - 1}`],
  }));
  const { tasks, count } = (await bob.client.createTasks({ params: { project_id }, body: { tasks: plan } }))
    .body;
  expect([count, await countOf(project_id)]).toEqual([500, 500]);
  expect(tasks.map(({ title }) => title)).toEqual(plan.map(({ title }) => title));
  for (const [index, { depends_on }] of tasks.entries()) {
    expect(depends_on).toEqual(index === 0 ? [] : [tasks[index - 1]!.id]);
  }
});

it("pages show each task that stays exactly once, while others come and go", async () => {
  const project_id = await newProject();
  const titles = Array.from({ length: 12 }, (_, index) => `task ${index}`);
  const tasks: Task[] = [];
  for (const title of titles) tasks.push(await add(project_id, title));
  const remove = ({ id }: Task) =>
    bob.send(tasksPath(project_id, `/${id}`), { method: "DELETE", headers: { "If-Match": "*" } });
  const seen: string[] = [];
  let cursor: string | undefined;
  let round = 0;
  do {
    const query = { limit: "4", ...(cursor !== undefined && { cursor }) };
    const page = (await bob.client.listTasks({ params: { project_id }, query: query })).body;
    seen.push(...page.tasks.map(({ title }) => title));
    // The last of the page goes, and one comes: its number must not be one that the reader has passed.
    expect((await remove(page.tasks.at(-1) as Task)).status).toBe(204);
    if (round < 3) titles.push((await add(project_id, `late ${round}`)).title);
    cursor = page.next_cursor ?? undefined;
    round += 1;
  } while (cursor !== undefined && round < 20);
  expect(seen).toEqual(titles);
});

it("a task that comes after the last one was deleted is found by whoever has read to the end", async () => {
  const project_id = await newProject();
  for (const title of ["a", "b"]) await add(project_id, title);
  const first = (await bob.client.listTasks({ params: { project_id }, query: { limit: "2" } })).body;
  const last = first.tasks.at(-1)!;
  await bob.send(tasksPath(project_id, `/${last.id}`), { method: "DELETE", headers: { "If-Match": "*" } });
  await evict(objectOf("PROJECT", `main/${project_id}`));
  await add(project_id, "c");
  const query = { limit: "2", cursor: first.next_cursor! };
  const next = (await bob.client.listTasks({ params: { project_id }, query })).body;
  expect(next.tasks.map(({ title }) => title)).toEqual(["c"]);
});

it("of 20 changes at once that name one version, one wins", async () => {
  const project_id = await newProject();
  const task = await add(project_id, "contested");
  const answers = await atOnce(20, (index) => change(task, { title: `claim ${index}` }, task.version));
  expect(tally(answers)).toEqual({ 200: 1, 412: 19 });
  const winner = answers.findIndex(({ status }) => status === 200);
  const { task: now } = (await bob.client.readTask({ params: { project_id, task_id: task.id } })).body;
  expect([now.title, now.version]).toEqual([`claim ${winner}`, task.version + 1]);
});

it("a write that names no version is refused, and so is one of yesterday", async () => {
  const project_id = await newProject();
  const task = await add(project_id, "a");
  const path = tasksPath(project_id, `/${task.id}`);
  expect((await bob.send(path, { method: "PATCH", json: { title: "b" } })).status).toBe(428);
  expect((await bob.send(path, { method: "DELETE" })).status).toBe(428);
  expect((await change(task, { title: "b" }, 1)).status).toBe(200);
  expect((await change(task, { title: "c" }, 1)).status).toBe(412);
  const remove = { method: "DELETE", headers: { "If-Match": '"v1"' } };
  expect((await bob.send(path, remove)).status).toBe(412);
});

it("a task that others wait for stays", async () => {
  const project_id = await newProject();
  const a = await add(project_id, "a");
  const b = await add(project_id, "b", [a.id]);
  const remove = ({ id }: Task) =>
    bob.send(tasksPath(project_id, `/${id}`), { method: "DELETE", headers: { "If-Match": "*" } });
  expect((await remove(a)).status).toBe(409);
  expect([(await remove(b)).status, (await remove(a)).status]).toEqual([204, 204]);
  expect(await rowsOf(objectOf("PROJECT", `main/${project_id}`), "SELECT * FROM dependency")).toEqual([]);
});
