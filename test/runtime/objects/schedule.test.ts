// The schedule of a project: what is done takes no time, what has no estimate says so, strangers see nothing.
import { expect, it } from "vitest";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();

const estimate = (hours: number) => ({ optimistic: hours, likely: hours, pessimistic: hours });
const { project } = (await bob.client.createProject({ body: { name: "Launch" } })).body;
const params = { project_id: project.id };
const { tasks } = (
  await bob.client.createTasks({
    params,
    body: {
      tasks: [
        { ref: "design", title: "Design", estimate: { optimistic: 1, likely: 2, pessimistic: 9 } },
        { ref: "build", title: "Build", depends_on: ["design"], estimate: estimate(5) },
        { ref: "print", title: "Print", depends_on: ["design"] },
        { ref: "send", title: "Send", depends_on: ["build", "print"], estimate: estimate(1) },
      ],
    },
  })
).body;
const [design, build, print, send] = tasks.map(({ id }) => id) as [string, string, string, string];
const read = async (assumed_hours?: string) =>
  (await bob.client.readSchedule({ params, query: { assumed_hours } })).body.schedule;

it("the critical path is the longest chain, and floats say what may wait", async () => {
  const schedule = await read("2");
  expect(schedule).toMatchObject({
    expected_hours: 9,
    assumed_count: 1,
    critical_path: [design, build, send],
  });
  expect(schedule.deviation_hours).toBe(1.33);
  expect(schedule.tasks.find(({ id }) => id === print)).toEqual({
    id: print,
    title: "Print",
    status: "open",
    expected_hours: 2,
    assumed: true,
    earliest_start_hours: 3,
    earliest_finish_hours: 5,
    latest_start_hours: 6,
    latest_finish_hours: 8,
    total_float_hours: 3,
    free_float_hours: 3,
    critical: false,
  });
});

it("what has no estimate takes eight hours unless the caller says otherwise", async () => {
  expect(await read()).toMatchObject({ expected_hours: 12, critical_path: [design, print, send] });
});

it("what is done or cancelled takes no time and is not listed", async () => {
  for (const status of ["in_progress", "done"] as const) {
    const version = (await bob.client.readTask({ params: { ...params, task_id: design } })).etag!;
    await bob.client.updateTask({
      params: { ...params, task_id: design },
      if_match: version,
      body: { status },
    });
  }
  const schedule = await read("2");
  expect(schedule).toMatchObject({ expected_hours: 6, critical_path: [build, send] });
  expect(schedule.tasks.map(({ id }) => id)).toEqual([build, print, send]);
});

it("a task is done after its sub-tasks", async () => {
  const { project: other } = (await bob.client.createProject({ body: { name: "Parts" } })).body;
  const made = await bob.client.createTasks({
    params: { project_id: other.id },
    body: {
      tasks: [
        { ref: "whole", title: "Whole", estimate: estimate(1) },
        { ref: "part", title: "Part", parent: "whole", estimate: estimate(3) },
      ],
    },
  });
  const [whole, part] = made.body.tasks.map(({ id }) => id);
  const { schedule } = (await bob.client.readSchedule({ params: { project_id: other.id } })).body;
  expect(schedule).toMatchObject({ expected_hours: 4, critical_path: [part, whole] });
});

it("a task that nobody sized is as large as its sub-tasks, and no larger once they are done", async () => {
  const { project: other } = (await bob.client.createProject({ body: { name: "Groups" } })).body;
  const { id: project_id } = other;
  const made = await bob.client.createTasks({
    params: { project_id },
    body: {
      tasks: [
        { ref: "whole", title: "Whole" },
        { ref: "part", title: "Part", parent: "whole", estimate: estimate(3) },
        { ref: "empty", title: "Its only sub-task is cancelled" },
        { ref: "none", title: "None", parent: "empty" },
      ],
    },
  });
  const [whole, part, , none] = made.body.tasks.map(({ id }) => id) as [string, string, string, string];
  const move = (task_id: string, status: "in_progress" | "done" | "cancelled") =>
    bob.client.updateTask({ params: { project_id, task_id }, if_match: "*", body: { status } });
  const planned = async () =>
    (await bob.client.readSchedule({ params: { project_id }, query: { assumed_hours: "1" } })).body.schedule;
  await move(none, "cancelled");
  expect(await planned()).toMatchObject({
    expected_hours: 3,
    critical_path: [part, whole],
    assumed_count: 1,
  });
  for (const status of ["in_progress", "done"] as const) await move(part, status);
  const after = await planned();
  expect(after).toMatchObject({ expected_hours: 1, assumed_count: 1 });
  expect(after.tasks.find(({ id }) => id === whole)).toMatchObject({ expected_hours: 0, assumed: false });
});

it("who is no member learns nothing", async () => {
  const eve = await signUp();
  expect((await eve.send(`/v1/projects/${project.id}/schedule`)).status).toBe(404);
});

it.each(["-1", "1e3", "NaN", "99999", ""])("%j hours are refused", async (assumed_hours) => {
  const answer = await bob.send(`/v1/projects/${project.id}/schedule?assumed_hours=${assumed_hours}`);
  expect(answer.status).toBe(422);
});
