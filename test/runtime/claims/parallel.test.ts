// Many at once: every task goes to one of them, nothing is lost, and whoever came too late is told so.
import { beforeAll, expect, it } from "vitest";
import type { Claimed } from "../../../src/schema/messages/project.ts";
import { crash, evict, rowsOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { atOnce, tally } from "../identity/attempts.ts";
import { act, add, newProject, owner, person, projectObject, read } from "./stage.ts";

const PEOPLE = 10;
let people: Person[] = [];
beforeAll(async () => {
  people = [];
  for (let n = 0; n < PEOPLE; n += 1) people.push(await person());
});

const by = (index: number): Person => people[index % PEOPLE]!;

async function addMany(project_id: string, count: number) {
  const tasks = Array.from({ length: count }, (_, n) => ({ ref: `t${n}`, title: `Task ${n}` }));
  return (await owner.client.createTasks({ params: { project_id }, body: { tasks } })).body.tasks;
}

const tokensOf = (project_id: string) =>
  rowsOf<{ id: string; fencing_token: number; assigned_to: string | null }>(
    projectObject(project_id),
    "SELECT id, fencing_token, assigned_to FROM task ORDER BY number",
  );

it("of 1,000 claims of one task at once, one wins", async () => {
  const project_id = await newProject(people);
  const task = await add(project_id);
  const answers = await atOnce(1_000, (index) => act(by(index), task, "claim"));
  expect(tally(answers)).toEqual({ 200: 1, 409: 999 });
  const winner = by(answers.findIndex(({ status }) => status === 200));
  expect(await read(task)).toMatchObject({
    assigned_to: winner.id,
    lease: { holder: winner.id },
    version: 2,
  });
  expect(await tokensOf(project_id)).toMatchObject([{ fencing_token: 1 }]);
});

it("of 1,000 claims of 100 tasks at once, one wins each", async () => {
  const project_id = await newProject(people);
  const tasks = await addMany(project_id, 100);
  const answers = await atOnce(1_000, (index) => act(by(index), tasks[index % 100]!, "claim"));
  expect(tally(answers)).toEqual({ 200: 100, 409: 900 });
  const won = answers.flatMap(({ status }, index) =>
    status === 200 ? [[tasks[index % 100]!.id, by(index).id]] : [],
  );
  const kept = (await tokensOf(project_id)).map(({ id, assigned_to }) => [id, assigned_to]);
  expect(won.sort()).toEqual(kept.sort());
  expect((await tokensOf(project_id)).every(({ fencing_token }) => fencing_token === 1)).toBe(true);
});

it("of 1,000 who ask for the best of 100 tasks at once, 100 get one each, and no two the same", async () => {
  const project_id = await newProject(people);
  const tasks = await addMany(project_id, 100);
  const path = `/v1/projects/${project_id}/claim`;
  const answers = await atOnce(1_000, (index) => by(index).send(path, { json: {} }));
  expect(tally(answers)).toEqual({ 200: 1_000 });
  const bodies = await Promise.all(answers.map((answer) => answer.json<{ task: { id: string } | null }>()));
  const given = bodies.flatMap(({ task }) => (task ? [task.id] : []));
  expect(given).toHaveLength(100);
  expect(new Set(given)).toEqual(new Set(tasks.map(({ id }) => id)));
});

it("of 100 completions and 100 releases with one token at once, one counts", async () => {
  const project_id = await newProject(people);
  const task = await add(project_id);
  await act(by(0), task, "claim");
  const answers = await atOnce(200, (index) =>
    act(by(0), task, index % 2 === 0 ? "complete" : "release", { fencing_token: 1 }),
  );
  expect(tally(answers)).toEqual({ 200: 1, 409: 199 });
  expect((await read(task)).version).toBe(3);
});

it.each([
  ["evicted", evict],
  ["killed", crash],
] as const)(
  "claims of 100 tasks go on after the project is %s in the middle: nothing is claimed twice, and nothing lost",
  async (_, end) => {
    const project_id = await newProject(people);
    const tasks = await addMany(project_id, 100);
    const claims = atOnce(500, async (index) => {
      const task = tasks[index % 100]!;
      const answer = await act(by(index), task, "claim");
      const claimed = answer.status === 200 ? await answer.json<Claimed>() : null;
      return { status: answer.status, task_id: task.id, holder: by(index).id, claimed };
    });
    await act(by(0), tasks[0]!, "claim");
    await end(projectObject(project_id));
    const answers = await claims;
    const won = answers.filter(({ status }) => status === 200);
    expect(new Set(won.map(({ task_id }) => task_id)).size).toBe(won.length);
    const kept = new Map((await tokensOf(project_id)).map((row) => [row.id, row]));
    for (const { task_id, holder, claimed } of won) {
      expect(kept.get(task_id)).toMatchObject({
        assigned_to: holder,
        fencing_token: claimed!.lease.fencing_token,
      });
    }
    for (const { fencing_token } of kept.values()) expect(fencing_token).toBeLessThanOrEqual(1);
  },
);
