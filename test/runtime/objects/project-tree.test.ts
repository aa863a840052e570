// Sub-tasks, labels, times of work, changes of many tasks at once, and counts that agree with the rows whoever
// changed them.
import fc from "fast-check";
import { expect, it } from "vitest";
import { QUOTAS } from "../../../src/domain/project.ts";
import type { Task, TaskStatus } from "../../../src/schema/project.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();

const newProject = async (): Promise<string> =>
  (await bob.client.createProject({ body: { name: "Tree" } })).body.project.id;
const path = (project_id: string, rest = "") => `/v1/projects/${project_id}/tasks${rest}`;
const add = async (project_id: string, fields: object = {}): Promise<Task> =>
  (await bob.client.createTask({ params: { project_id }, body: { title: "a task", ...fields } })).body.task;
const read = async ({ id, project_id }: Task): Promise<Task> =>
  (await bob.client.readTask({ params: { project_id, task_id: id } })).body.task;
const change = (task: Task, json: object) =>
  bob.send(path(task.project_id, `/${task.id}`), { method: "PATCH", json, headers: { "If-Match": "*" } });
const changeAll = (project_id: string, changes: object[]) =>
  bob.send(path(project_id, "/bulk"), { method: "PATCH", json: { changes } });
const remove = (task: Task) =>
  bob.send(path(task.project_id, `/${task.id}`), { method: "DELETE", headers: { "If-Match": "*" } });
const countsOf = async (project_id: string) =>
  (await bob.client.readProject({ params: { project_id } })).body.counts;
const projectObject = (project_id: string) => objectOf("PROJECT", `main/${project_id}`);

it("sub-tasks go three levels down, and no further by any way", async () => {
  const project_id = await newProject();
  const top = await add(project_id);
  const middle = await add(project_id, { parent_id: top.id });
  const bottom = await add(project_id, { parent_id: middle.id });
  expect([middle.parent_id, bottom.parent_id]).toEqual([top.id, middle.id]);
  const below = { title: "too deep", parent_id: bottom.id };
  expect((await bob.send(path(project_id), { json: below })).status).toBe(409);
  const other = await add(project_id);
  const child = await add(project_id, { parent_id: other.id });
  expect((await change(other, { parent_id: middle.id })).status, "its child would be too deep").toBe(409);
  expect((await change(child, { parent_id: middle.id })).status).toBe(200);
  expect((await change(other, { parent_id: middle.id })).status).toBe(200);
  expect((await change(other, { parent_id: `tsk_${"0".repeat(26)}` })).status).toBe(409);
  const plan = ["a", "b", "c", "d"].map((ref, index, all) => ({
    ref,
    title: ref,
    parent: all[index - 1] ?? null,
  }));
  expect((await bob.send(path(project_id, "/bulk"), { json: { tasks: plan } })).status).toBe(409);
  const whole = (await bob.client.createTasks({ params: { project_id }, body: { tasks: plan.slice(0, 3) } }))
    .body;
  expect(whole.tasks.map(({ parent_id }) => parent_id)).toEqual([
    null,
    whole.tasks[0]!.id,
    whole.tasks[1]!.id,
  ]);
});

it("no task is a part of itself, nor waits for itself through its sub-tasks", async () => {
  const project_id = await newProject();
  const parent = await add(project_id);
  const child = await add(project_id, { parent_id: parent.id });
  const refusals = [
    await change(parent, { parent_id: parent.id }),
    await change(parent, { parent_id: child.id }),
    await change(child, { depends_on: [parent.id] }),
    await bob.send(path(project_id), {
      json: { title: "b", parent_id: child.id, depends_on: [parent.id] },
    }),
    await bob.send(path(project_id, "/bulk"), {
      json: {
        tasks: [
          { ref: "a", title: "a" },
          { ref: "b", title: "b", parent: "a", depends_on: ["a"] },
        ],
      },
    }),
  ];
  for (const refused of refusals) {
    expect(refused.status).toBe(409);
    const { type, detail } = await refused.json<{ type: string; detail: string }>();
    expect(type).toBe("/problems/dependency_cycle");
    expect(detail).toContain(" → ");
  }
  const other = await add(project_id, { depends_on: [parent.id] });
  expect((await change(other, { parent_id: parent.id })).status, "a part waits for the whole").toBe(409);
  expect((await change(other, { depends_on: [], parent_id: parent.id })).status).toBe(200);
  expect(await countsOf(project_id)).toMatchObject({ tasks: { open: 3 } });
});

it("a parent is settled after its sub-tasks, and nothing begins anew under a settled one", async () => {
  const project_id = await newProject();
  const parent = await add(project_id);
  const child = await add(project_id, { parent_id: parent.id });
  await change(parent, { status: "in_progress" });
  for (const status of ["done", "cancelled"]) {
    const refused = await change(parent, { status });
    expect(refused.status).toBe(409);
    expect((await refused.json<{ detail: string }>()).detail).toContain(child.id);
  }
  await change(child, { status: "cancelled" });
  expect((await change(parent, { status: "done" })).status).toBe(200);
  expect((await change(child, { status: "open" })).status).toBe(409);
  expect((await bob.send(path(project_id), { json: { title: "b", parent_id: parent.id } })).status).toBe(409);
  const other = await add(project_id);
  expect((await change(other, { parent_id: parent.id })).status).toBe(409);
  expect((await change(parent, { status: "open" })).status).toBe(200);
  expect((await change(child, { status: "open" })).status).toBe(200);
  expect((await remove(parent)).status, "it has a sub-task").toBe(409);
  expect((await remove(child)).status).toBe(204);
  expect((await remove(parent)).status).toBe(204);
});

it("a claim does not complete a parent whose sub-task is open", async () => {
  const project_id = await newProject();
  const parent = await add(project_id);
  const child = await add(project_id, { parent_id: parent.id });
  const params = { project_id, task_id: parent.id };
  const { lease } = (await bob.client.claimTask({ params, body: {} })).body;
  const json = { fencing_token: lease.fencing_token };
  expect((await bob.send(path(project_id, `/${parent.id}/complete`), { json })).status).toBe(409);
  expect((await read(parent)).status).toBe("claimed");
  await change(child, { status: "cancelled" });
  expect((await bob.send(path(project_id, `/${parent.id}/complete`), { json })).status).toBe(200);
});

it("a task remembers when work on it began and when it was done", async () => {
  const task = await add(await newProject());
  expect([task.started_at, task.completed_at]).toEqual([null, null]);
  await change(task, { status: "in_progress" });
  const { started_at } = await read(task);
  expect(started_at).not.toBeNull();
  clock.advance(60);
  await change(task, { status: "blocked" });
  clock.advance(60);
  await change(task, { status: "in_progress" });
  await change(task, { status: "done" });
  const done = await read(task);
  expect(done.started_at).toBe(started_at);
  expect(Date.parse(done.completed_at!) - Date.parse(started_at!)).toBeGreaterThanOrEqual(120_000);
  clock.advance(60);
  await change(task, { title: "another" });
  expect((await read(task)).completed_at).toBe(done.completed_at);
  await change(task, { status: "open" });
  expect(await read(task)).toMatchObject({ started_at: null, completed_at: null });
});

it("labels are lower-case, bounded, each once, and may be of any alphabet", async () => {
  const project_id = await newProject();
  const { labels } = await add(project_id, { labels: ["ui", "für-bücher", "東京", "a b", "ui"] });
  expect(labels).toEqual(["ui", "für-bücher", "東京", "a b"]);
  const many = Array.from({ length: 21 }, (_, index) => `label${index}`);
  for (const wrong of [["UI"], [""], [" a"], ["x".repeat(41)], ["<b>"], ["a\n"], many]) {
    expect((await bob.send(path(project_id), { json: { title: "a", labels: wrong } })).status).toBe(422);
  }
});

it("a skill that is named twice is asked for once, however the task comes about", async () => {
  const project_id = await newProject();
  const skills = ["go", "rust", "go"];
  const added = await add(project_id, { skills });
  expect(added.skills).toEqual(["go", "rust"]);
  const body = { tasks: [{ ref: "a", title: "Planned", skills }] };
  const [planned] = (await bob.client.createTasks({ params: { project_id }, body })).body.tasks;
  expect(planned!.skills).toEqual(["go", "rust"]);
  const plain = await add(project_id);
  expect((await change(plain, { skills })).status).toBe(200);
  expect((await read(plain)).skills).toEqual(["go", "rust"]);
});

it("changes of many tasks come all or none, and a refusal points at the one that is refused", async () => {
  const project_id = await newProject();
  const tasks = [await add(project_id), await add(project_id), await add(project_id)];
  const rename = (index: number, version = 1) => ({
    task_id: tasks[index]!.id,
    version,
    change: { title: `task ${index}`, labels: ["moved"] },
  });
  const before = await rowsOf(projectObject(project_id), "SELECT * FROM task");
  const tags = await rowsOf(projectObject(project_id), "SELECT * FROM tag");
  const nobody = { task_id: `tsk_${"0".repeat(26)}`, version: 1, change: { title: "b" } };
  const cases: [object[], number, string][] = [
    [[rename(0), rename(1), rename(2, 7)], 412, "/changes/2"],
    [[rename(0), nobody, rename(1)], 404, "/changes/1"],
    [[rename(0), { ...rename(1), change: { status: "done" } }], 409, "/changes/1"],
    [[rename(0), rename(0)], 412, "/changes/1"],
    [
      [
        { ...rename(0), change: { depends_on: [tasks[1]!.id] } },
        { ...rename(1), change: { depends_on: [tasks[0]!.id] } },
      ],
      409,
      "/changes/1",
    ],
  ];
  for (const [changes, status, pointer] of cases) {
    const refused = await changeAll(project_id, changes);
    expect(refused.status).toBe(status);
    const { errors } = await refused.json<{ errors: { pointer: string }[] }>();
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(await rowsOf(projectObject(project_id), "SELECT * FROM task")).toEqual(before);
    expect(await rowsOf(projectObject(project_id), "SELECT * FROM tag")).toEqual(tags);
    expect(await rowsOf(projectObject(project_id), "SELECT * FROM dependency")).toEqual([]);
    expect((await countsOf(project_id)).text_bytes).toBe(18);
  }
  const moved = await bob.client.updateTasks({
    params: { project_id },
    body: {
      changes: [
        rename(0),
        { task_id: tasks[1]!.id, version: 1, change: { parent_id: tasks[0]!.id, priority: "urgent" } },
        { task_id: tasks[2]!.id, version: 1, change: { status: "in_progress" } },
        { task_id: tasks[2]!.id, version: 2, change: { status: "done" } },
      ],
    },
  });
  expect(moved.body.tasks.map(({ version }) => version)).toEqual([2, 2, 3, 3]);
  expect(moved.body.tasks[1]).toMatchObject({ parent_id: tasks[0]!.id, priority: "urgent" });
  expect((await read(tasks[2]!)).status).toBe("done");
  const feed = (await bob.client.listChanges({ params: { project_id }, query: { after: "0" } })).body.changes;
  expect(
    feed
      .filter(({ type }) => type === "task.bulk_updated")
      .map(({ task_id }) => task_id)
      .sort(),
  ).toEqual(tasks.map(({ id }) => id).sort());
});

it("whatever happens to tasks, the counts agree with the rows, and so do tags and words", async () => {
  const step = fc.tuple(
    fc.constantFrom("add", "move", "wait", "drop", "claim", "word", "tag", "look"),
    fc.nat(),
    fc.nat(),
  );
  const statuses: TaskStatus[] = ["open", "in_progress", "blocked", "done", "cancelled"];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const project_id = await newProject();
      const tasks = [await add(project_id), await add(project_id), await add(project_id)];
      for (const [what, a, b] of steps) {
        const task = tasks[a % tasks.length]!;
        const other = tasks[b % tasks.length]!;
        if (what === "add") {
          const json = { title: "früh", parent_id: other.id, due_at: "2020-01-31T12:00:00.5Z" };
          const made = await bob.send(path(project_id), { json });
          if (made.ok) tasks.push((await made.json<{ task: Task }>()).task);
        }
        if (what === "move") await change(task, { status: statuses[b % statuses.length] });
        if (what === "wait") await change(task, { depends_on: b % 3 ? [other.id] : [] });
        if (what === "look") await titlesBy(project_id, "früh");
        if (what === "claim") await bob.send(path(project_id, `/${task.id}/claim`), { json: {} });
        if (what === "word") await change(task, { title: `größer ${b % 5}`, description: "x".repeat(b % 9) });
        if (what === "tag")
          await change(task, { labels: b % 2 ? ["a", "b"] : ["b"], skills: b % 3 ? ["a"] : [] });
        if (what === "drop" && tasks.length > 1 && (await remove(task)).ok)
          tasks.splice(tasks.indexOf(task), 1);
      }
      await expectAgreement(project_id);
    }),
    { numRuns: 12 },
  );
});

const titlesBy = async (project_id: string, search: string): Promise<string[]> => {
  const query = { search, limit: "200" };
  return (await bob.client.listTasks({ params: { project_id }, query })).body.tasks.map(({ title }) => title);
};

/** Counts, tags and words, each computed anew from the tasks. */
async function expectAgreement(project_id: string): Promise<void> {
  const counts = await countsOf(project_id);
  const { tasks } = (await bob.client.listTasks({ params: { project_id }, query: { limit: "200" } })).body;
  const byStatus = { open: 0, claimed: 0, in_progress: 0, blocked: 0, done: 0, cancelled: 0 };
  for (const { status } of tasks) byStatus[status] += 1;
  const settled = new Set(
    tasks.filter(({ completed_at, status }) => completed_at ?? status === "cancelled").map(({ id }) => id),
  );
  const isBlocked = ({ id, status, depends_on }: Task) =>
    status === "blocked" || (!settled.has(id) && depends_on.some((other) => !settled.has(other)));
  expect(counts).toEqual({
    tasks: byStatus,
    blocked: tasks.filter(isBlocked).length,
    overdue: tasks.filter(({ id, due_at }) => due_at !== null && !settled.has(id)).length,
    members: 1,
    text_bytes: tasks.reduce(
      (sum, { title, description }) => sum + new TextEncoder().encode(title + description).byteLength,
      0,
    ),
  });
  for (const task of tasks) {
    expect(task.blocked).toBe(isBlocked(task));
    expect((task.completed_at !== null) === (task.status === "done")).toBe(true);
  }
  const tags = await rowsOf<{ tag: string }>(
    projectObject(project_id),
    "SELECT id || kind || word AS tag FROM tag JOIN task USING (number) ORDER BY 1",
  );
  const expected = tasks.flatMap(({ id, labels, skills }) => [
    ...labels.map((word) => `${id}label${word}`),
    ...skills.map((word) => `${id}skill${word}`),
  ]);
  expect(tags.map(({ tag }) => tag)).toEqual(expected.sort());
  const unlike = "SELECT id FROM task WHERE settled != (status IN ('done', 'cancelled'))";
  expect(await rowsOf(projectObject(project_id), unlike)).toEqual([]);
  const early = tasks.filter(({ title }) => title === "früh");
  expect(await titlesBy(project_id, "fruh")).toHaveLength(early.length);
  // Throws where the index of words and the rows disagree.
  await inside(projectObject(project_id), (_, { storage }) => {
    storage.sql.exec("INSERT INTO task_text (task_text, rank) VALUES ('integrity-check', 1)");
  });
}

it("quotas of tasks and text refuse what would go beyond them, and nothing less", async () => {
  const project_id = await newProject();
  const task = await add(project_id, { title: "1234567890" });
  const pretend = async (column: "open" | "text_bytes", value: number) => {
    await inside(projectObject(project_id), (_, { storage }) => {
      storage.sql.exec(
        column === "open" ? "UPDATE tally SET open = ?" : "UPDATE tally SET text_bytes = ?",
        value,
      );
    });
    await evict(projectObject(project_id));
  };
  const expectQuota = async (answer: Response) => {
    expect(answer.status).toBe(409);
    expect((await answer.json<{ type: string }>()).type).toBe("/problems/quota_exceeded");
  };
  await pretend("open", QUOTAS.tasks - 1);
  const plan = {
    tasks: [
      { ref: "a", title: "a" },
      { ref: "b", title: "b" },
    ],
  };
  await expectQuota(await bob.send(path(project_id, "/bulk"), { json: plan }));
  expect((await bob.send(path(project_id), { json: { title: "the last" } })).status).toBe(201);
  await expectQuota(await bob.send(path(project_id), { json: { title: "one more" } }));
  await pretend("open", 2);
  await pretend("text_bytes", QUOTAS.text_bytes - 4);
  await expectQuota(await bob.send(path(project_id), { json: { title: "12345" } }));
  await expectQuota(await bob.send(path(project_id), { json: { title: "é", description: "é€" } }));
  await expectQuota(await change(task, { description: "12345" }));
  const both = [
    { task_id: task.id, version: 1, change: { title: "1234567890123" } },
    { task_id: task.id, version: 2, change: { description: "12" } },
  ];
  await expectQuota(await changeAll(project_id, both));
  expect((await change(task, { title: "12345678901234" })).status).toBe(200);
  expect((await change(task, { title: "less" })).status).toBe(200);
});

it("a sub-task may leave its parent and wait for it, in one change", async () => {
  const project_id = await newProject();
  const [above, other] = [
    await add(project_id, { title: "Above" }),
    await add(project_id, { title: "Other" }),
  ];
  for (const parent_id of [null, other.id]) {
    const below = await add(project_id, { title: "Below", parent_id: above.id });
    expect((await change(below, { parent_id, depends_on: [above.id] })).status).toBe(200);
  }
  const both = await add(project_id, { title: "Both", parent_id: above.id });
  expect((await change(both, { depends_on: [above.id] })).status).toBe(409);
});

it("each of many changes meets the dependencies and sub-tasks that those before it have left", async () => {
  const project_id = await newProject();
  const all = await Promise.all([1, 2, 3, 4].map(() => add(project_id)));
  const [a, b, c, d] = all.map(({ id }) => id) as [string, string, string, string];
  const versions = new Map(all.map(({ id }) => [id, 1]));
  const send = async (...changes: [string, object][]) => {
    const sent = new Map(versions);
    const numbered = changes.map(([task_id, change]) => {
      const version = sent.get(task_id)!;
      sent.set(task_id, version + 1);
      return { task_id, version, change };
    });
    const answer = await changeAll(project_id, numbered);
    if (answer.status === 200) for (const [id, version] of sent) versions.set(id, version);
    return answer.status;
  };
  expect(await send([a, { depends_on: [b] }], [b, { depends_on: [c] }], [c, { depends_on: [a] }])).toBe(409);
  expect(await send([a, { depends_on: [b] }], [b, { depends_on: [c] }], [d, { depends_on: [a] }])).toBe(200);
  expect(await send([a, { depends_on: [] }], [c, { depends_on: [a] }], [b, { depends_on: [a, c] }])).toBe(
    200,
  );
  expect(await send([d, { parent_id: a }], [a, { depends_on: [b] }])).toBe(409);
  expect(await send([d, { depends_on: [] }], [d, { parent_id: a }], [d, { depends_on: [a] }])).toBe(409);
  expect(await send([d, { depends_on: [] }], [d, { parent_id: a }], [d, { depends_on: [c] }])).toBe(409);
  expect(await send([d, { depends_on: [] }], [d, { parent_id: a }], [d, { parent_id: b }])).toBe(200);
  expect(await send([d, { parent_id: null }], [d, { depends_on: [b] }], [b, { parent_id: d }])).toBe(200);
  expect(await send([b, { parent_id: null }], [d, { parent_id: b }])).toBe(409);
  expect(await send([d, { depends_on: [] }], [b, { depends_on: [a, c, d] }], [d, { depends_on: [b] }])).toBe(
    409,
  );
});
