// New tasks are in no index until somebody searches or looks for work, or many have come: whoever looks finds them all the
// same.
import { beforeEach, expect, it } from "vitest";
import type { Task } from "../../../src/schema/project.ts";
import { evict, inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();

let params: { project_id: string };
let stub: DurableObjectStub;
beforeEach(async () => {
  const { project } = (await bob.client.createProject({ body: { name: "Filed" } })).body;
  params = { project_id: project.id };
  stub = objectOf("PROJECT", `main/${project.id}`);
});

const add = async (fields: object = {}): Promise<Task> =>
  (await bob.client.createTask({ params, body: { title: "Water the plants", ...fields } })).body.task;
const unfiled = async (): Promise<number> =>
  (await rowsOf(stub, "SELECT 1 FROM task WHERE filed = 0")).length;
const idsOf = async (query: object): Promise<string[]> =>
  (await bob.client.listTasks({ params, query: query as never })).body.tasks.map(({ id }) => id);
/** Throws where the index of words and the rows disagree. */
const checkWords = () =>
  inside(stub, (_, { storage }) => {
    storage.sql.exec("INSERT INTO task_text (task_text, rank) VALUES ('integrity-check', 1)");
  });

it.each([{ search: "plants" }, { sort: "-updated", search: "water" }])(
  "a search by %o files what has just come, and finds it",
  async (query) => {
    const [first, second] = [await add(), await add()];
    expect(await unfiled()).toBe(2);
    expect((await idsOf(query)).sort()).toEqual([first.id, second.id].sort());
    expect(await unfiled()).toBe(0);
    const third = await add();
    await evict(stub);
    expect((await idsOf(query)).sort()).toEqual([first.id, second.id, third.id].sort());
    await checkWords();
  },
);

it.each([{}, { status: "open" }, { sort: "due" }, { sort: "-title", status: "open,done" }])(
  "a list by %o finds what has just come where nothing can be written",
  async (query) => {
    const first = await add();
    await idsOf({ search: "plants" });
    const second = await add();
    await inside(stub, (_, { storage }) => {
      storage.sql.exec("CREATE TRIGGER full BEFORE UPDATE ON task BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    expect((await idsOf(query)).sort()).toEqual([first.id, second.id].sort());
  },
);

it("a look at one task leaves new ones as they are", async () => {
  const task = await add();
  await bob.client.readTask({ params: { ...params, task_id: task.id } });
  expect(await unfiled()).toBe(1);
});

it("what has just come is on offer, counted where it is overdue, and takes part in whatever else is done", async () => {
  const late = await add({ due_at: "2020-01-01T00:00:00Z" });
  const other = await add();
  const counts = async () => (await bob.client.readProject({ params })).body.counts;
  expect(await counts()).toMatchObject({ overdue: 1, tasks: { open: 2 } });
  const renamed = { ...params, task_id: other.id };
  await bob.client.updateTask({ params: renamed, body: { title: "Feed the cat" }, if_match: "*" });
  const gone = await add();
  await bob.client.deleteTask({ params: { ...params, task_id: gone.id }, if_match: "*" });
  expect(await unfiled()).toBe(2);
  const claimed = await bob.client.claimBestTask({ params, body: {} });
  expect(claimed.body.task?.id).toBe(late.id);
  expect(await counts()).toMatchObject({ overdue: 1, tasks: { open: 1, claimed: 1 } });
  expect([await idsOf({ search: "plants" }), await idsOf({ search: "cat" })]).toEqual([
    [late.id],
    [other.id],
  ]);
  await checkWords();
});

it("no more than so many wait, be they made one by one or at once", async () => {
  const plan = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ref: `r${n}`, title: `Task ${n}` }));
  await bob.client.createTasks({ params, body: { tasks: plan(60) } });
  expect(await unfiled()).toBe(60);
  await evict(stub);
  for (let n = 0; n < 5; n += 1) await add();
  expect(await unfiled()).toBe(1);
  await bob.client.createTasks({ params, body: { tasks: plan(200) } });
  expect(await unfiled()).toBe(201 % 64);
  await idsOf({ search: "task" });
  await checkWords();
});

it("what a refusal undoes waits for nobody", async () => {
  await add();
  const tasks = [
    { ref: "a", title: "a" },
    { ref: "b", title: "b", depends_on: ["nobody"] },
  ];
  await expect(bob.client.createTasks({ params, body: { tasks } })).rejects.toThrow();
  expect(await unfiled()).toBe(1);
  expect(await idsOf({ status: "open" })).toHaveLength(1);
});
