// The numbered changes of a project: neither gap nor double, whatever is tried by whoever at once, and across crashes.
import fc from "fast-check";
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { crash, evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { atOnce } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { type Move, newProject, newTask, projectObject, readFeed, replay, tryMove } from "./project.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();
const eve = await signUp();

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

it("creation is the first change, and each further one has the next number and its event's id", async () => {
  const created = await bob.client.createProject({ body: { name: "Launch" } });
  const { id: project_id } = created.body.project;
  const params = { project_id };
  const member = await bob.client.setMember({
    params: { ...params, user_id: eve.id },
    body: { role: "viewer" },
  });
  const made = await bob.client.createTask({ params, body: { title: "Write", description: "at length" } });
  const { id: task_id } = made.body.task;
  const moved = await bob.client.updateTask({
    params: { ...params, task_id },
    body: { status: "in_progress" },
    if_match: made.etag!,
  });
  const changes = await readFeed(eve, project_id);
  const at = new Date(clock.now_ms()).toISOString();
  const task = { title: "Write", assigned_to: null };
  const of = { actor: bob.id, hops: 0, at: expect.stringContaining(at.slice(0, 19)) };
  expect(changes).toEqual([
    {
      ...of,
      number: 1,
      type: "project.created",
      task_id: null,
      event_id: created.audit_event,
      data: { name: "Launch", status: "active", version: 1 },
    },
    {
      ...of,
      number: 2,
      type: "member.set",
      task_id: null,
      event_id: member.audit_event,
      data: { role: "viewer", targets: [eve.id] },
    },
    {
      ...of,
      number: 3,
      type: "task.created",
      task_id,
      event_id: made.audit_event,
      data: { ...task, status: "open", version: 1 },
    },
    {
      ...of,
      number: 4,
      type: "task.updated",
      task_id,
      event_id: moved.audit_event,
      data: { ...task, fields: ["status"], status: "in_progress", version: 2 },
    },
  ]);
});

it("40 writers at once leave 40 consecutive numbers", async () => {
  const project_id = await newProject(bob);
  await atOnce(40, (index) => newTask(bob, project_id, `task ${index}`));
  const changes = await readFeed(bob, project_id, 0, 7);
  expect(changes.map(({ number }) => number)).toEqual(numbers(1, 41));
  expect(new Set(changes.map(({ event_id }) => event_id)).size).toBe(41);
});

it("a plan of many tasks is one change a task, of one event", async () => {
  const project_id = await newProject(bob);
  const plan = numbers(1, 300).map((ref) => ({ ref: `t${ref}`, title: `task ${ref}` }));
  const { audit_event } = await bob.client.createTasks({ params: { project_id }, body: { tasks: plan } });
  const changes = (await readFeed(bob, project_id)).slice(1);
  expect(changes.map(({ data }) => data.title)).toEqual(plan.map(({ title }) => title));
  expect(new Set(changes.map(({ event_id }) => event_id))).toEqual(new Set([audit_event]));
});

it("whatever many try at once, the feed has every change once, and tells how the tasks now are", async () => {
  const kind = fc.constantFrom("create", "create", "plan", "title", "status", "assign", "delete");
  const moves = fc.array(fc.tuple(kind, fc.nat(20)), { minLength: 8, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      moves,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      async (moves, size, together) => {
        const project_id = await newProject(bob);
        const ids: string[] = [];
        const events = new Set<string>();
        for (let first = 0; first < moves.length; first += together) {
          const chosen = moves.slice(first, first + together) as Move[];
          const named = await Promise.all(chosen.map((move) => tryMove(bob, project_id, ids, move)));
          for (const event_id of named) if (event_id !== null) events.add(event_id);
          if (first % 3 === 2) await crash(projectObject(project_id));
        }
        const changes = await readFeed(bob, project_id, 0, size);
        expect(changes.map(({ number }) => number)).toEqual(numbers(1, changes.length));
        expect(new Set(changes.slice(1).map(({ event_id }) => event_id))).toEqual(events);
        const { tasks } = (await bob.client.listTasks({ params: { project_id }, query: { limit: "200" } }))
          .body;
        const known = [...replay(changes)].map(([id, { title, status, assigned_to, version }]) => ({
          id,
          ...{ title, status, assigned_to, version },
        }));
        const present = tasks.map(({ id, title, status, assigned_to, version }) => ({
          id,
          ...{ title, status, assigned_to, version },
        }));
        expect(new Set(known)).toEqual(new Set(present));
      },
    ),
    { numRuns: 12 },
  );
});

it("without a number the feed tells where to begin", async () => {
  const project_id = await newProject(bob);
  await newTask(bob, project_id);
  const page = (await bob.client.listChanges({ params: { project_id }, query: {} })).body;
  expect(page).toEqual({ changes: [], count: 0, next_after: 2, newest: 2 });
});

it("a number that is no number is refused", async () => {
  const path = `/v1/projects/${await newProject(bob)}/events?after=`;
  for (const after of ["", "-1", "1.5", "0x1", "1e3", "9".repeat(16)]) {
    expect((await bob.send(path + after)).status, after).toBe(422);
  }
});

it("changes older than 90 days go, but for the newest; who asks for them is told where to go on", async () => {
  const project_id = await newProject(bob);
  await newTask(bob, project_id);
  clock.advance(89 * 86_400);
  await bob.signIn();
  await newTask(bob, project_id);
  clock.advance(2 * 86_400);
  await bob.signIn();
  await ringAlarm(projectObject(project_id));
  const refused = await bob.send(`/v1/projects/${project_id}/events?after=1`);
  expect(refused.status).toBe(410);
  expect(await refused.json()).toMatchObject({ type: "/problems/cursor_expired", resume_after: 3 });
  expect((await readFeed(bob, project_id, 2)).map(({ number }) => number)).toEqual([3]);
  clock.advance(91 * 86_400);
  await bob.signIn();
  await ringAlarm(projectObject(project_id));
  await evict(projectObject(project_id));
  await newTask(bob, project_id);
  expect((await readFeed(bob, project_id, 3)).map(({ number }) => number)).toEqual([4]);
});

it("of more than 100,000 changes the oldest go", async () => {
  const project_id = await newProject(bob);
  for (let made = 0; made < 3; made += 1) await newTask(bob, project_id);
  await inside(projectObject(project_id), (_, { storage }) => {
    storage.sql.exec("UPDATE change SET number = number + 99999 WHERE number > 2");
  });
  await crash(projectObject(project_id));
  await newTask(bob, project_id);
  await ringAlarm(projectObject(project_id));
  const kept = await rowsOf<{ number: number }>(
    projectObject(project_id),
    "SELECT number FROM change ORDER BY number",
  );
  expect(kept.map(({ number }) => number)).toEqual([100_002, 100_003, 100_004]);
});

it("a number that the feed has not reached is of another life, and refused", async () => {
  const project_id = await newProject(bob);
  const refused = await bob.send(`/v1/projects/${project_id}/events?after=2`);
  expect(refused.status).toBe(410);
  expect(await refused.json()).toMatchObject({ resume_after: 1 });
});

it("whoever is no member, or no longer, learns nothing", async () => {
  const project_id = await newProject(bob);
  const task = await newTask(bob, project_id);
  const paths = [`/v1/projects/${project_id}/events`, `/v1/projects/${project_id}/tasks/${task.id}/activity`];
  const statuses = async () => Promise.all(paths.map(async (path) => (await eve.send(path)).status));
  await eve.signIn();
  expect(await statuses()).toEqual([404, 404]);
  const member = { project_id, user_id: eve.id };
  await bob.client.setMember({ params: member, body: { role: "viewer" } });
  expect(await statuses()).toEqual([200, 200]);
  await bob.client.removeMember({ params: member });
  expect(await statuses()).toEqual([404, 404]);
});

it("the activity of a task is its changes, newest first, in pages, and outlives it", async () => {
  const project_id = await newProject(bob);
  const [task, other] = [await newTask(bob, project_id), await newTask(bob, project_id)];
  const params = { project_id, task_id: task.id };
  for (const title of ["b", "c", "d"]) {
    await bob.client.updateTask({ params, body: { title }, if_match: "*" });
    await bob.client.updateTask({ params: { ...params, task_id: other.id }, body: { title }, if_match: "*" });
  }
  await bob.client.deleteTask({ params, if_match: "*" });
  const seen: (string | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: "2", ...(cursor && { cursor }) };
    const { changes, next_cursor } = (await bob.client.listActivity({ params, query })).body;
    seen.push(...changes.map(({ type, data }) => `${type} ${data.title}`));
    expect(changes.every(({ task_id }) => task_id === task.id)).toBe(true);
    cursor = next_cursor ?? undefined;
  } while (cursor);
  const titles = ["d", "c", "b"].map((title) => `task.updated ${title}`);
  expect(seen).toEqual(["task.deleted undefined", ...titles, "task.created task"]);
  const elsewhere = { project_id: await newProject(bob), task_id: other.id };
  await expect(bob.client.listActivity({ params: elsewhere })).rejects.toMatchObject({ reason: "not_found" });
});
