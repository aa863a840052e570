// Planning on a real project: figures from its tasks, skills from the registry, nothing changed, nothing told to strangers.
import { expect, it } from "vitest";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { countAgain, countRows } from "../harness/rows.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();
const { project } = (await bob.client.createProject({ body: { name: "Launch" } })).body;
const params = { project_id: project.id };
const estimate = { optimistic: 1, likely: 2, pessimistic: 3 };
await bob.client.createTasks({
  params,
  body: {
    tasks: [
      {
        ref: "a",
        title: "Design",
        estimate,
        skills: ["drawing"],
        due_at: "2020-01-01T00:00:00Z",
        priority: "urgent",
      },
      { ref: "b", title: "Build", estimate, depends_on: ["a"] },
    ],
  },
});
const tasks = (await bob.client.listTasks({ params })).body.tasks;

it("complexity and duration come from the tasks, and a seed repeats them", async () => {
  const { complexity, provider } = (await bob.client.assessComplexity({ params, body: { seed: 7 } })).body;
  expect(provider).toBe("rules");
  expect(complexity.duration.expected_hours).toBe(4);
  expect(complexity.critical_path).toEqual(tasks.map(({ id }) => id));
  expect((await bob.client.assessComplexity({ params, body: { seed: 7 } })).body.complexity).toEqual(
    complexity,
  );
});

it("risks name their tasks, their owner and the skill that no worker has", async () => {
  const { report } = (await bob.client.assessRisks({ params, body: {} })).body;
  expect(report.risks.map(({ rule }) => rule)).toContain("overdue");
  expect(report.risks.find(({ rule }) => rule === "overdue")).toMatchObject({
    probability: 5,
    impact: 5,
    owner: bob.id,
    task_ids: [tasks[0]!.id],
  });
  expect(report.scarce_skills).toEqual([{ skill: "drawing", workers: 0, tasks: 1 }]);
});

it("whether a skill is scarce takes the same few rows however many workers have it", async () => {
  const body = { title: "Paint", estimate, skills: ["painting"] };
  const { id: project_id } = (await bob.client.createProject({ body: { name: "Many hands" } })).body.project;
  await bob.client.createTask({ params: { project_id }, body });
  const scarce = async () =>
    (await bob.client.assessRisks({ params: { project_id }, body: { judgement: false } })).body.report
      .scarce_skills;
  const workers = async (from: number, to: number) => {
    const ids = "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)";
    const workspace = objectOf("WORKSPACE", "main");
    await rowsOf(
      workspace,
      `INSERT INTO worker (id, name, status, skills, capacity, registered_by, version, created_at_ms, updated_at_ms)
         ${ids} SELECT 'wrk_' || i, i, 'active', '[]', 1, '', 1, 0, 0 FROM n`,
      from,
      to,
    );
    const skills = `INSERT INTO worker_skill (skill, worker_id) ${ids} SELECT 'painting', 'wrk_' || i FROM n`;
    await rowsOf(workspace, skills, from, to);
  };
  await workers(1, 1);
  expect(await scarce()).toEqual([{ skill: "painting", workers: 1, tasks: 1 }]);
  await workers(2, 2);
  const rows = await countRows();
  expect(await scarce()).toEqual([]);
  const few = rows().read;
  await workers(3, 2_000);
  const again = countAgain();
  expect(await scarce()).toEqual([]);
  expect(again().read).toBeLessThan(few + 100);
});

it("an assessment changes no task", async () => {
  const before = await rowsOf(objectOf("PROJECT", `main/${project.id}`), "SELECT * FROM task");
  await bob.client.assessRisks({ params, body: {} });
  await bob.client.assessComplexity({ params, body: {} });
  expect(await rowsOf(objectOf("PROJECT", `main/${project.id}`), "SELECT * FROM task")).toEqual(before);
});

it("who is no member gets no assessment", async () => {
  const eve = await signUp();
  for (const what of ["risks", "complexity"]) {
    const answer = await eve.send(`/v1/projects/${project.id}/ai/${what}`, { method: "POST", json: {} });
    expect(answer.status).toBe(404);
  }
});
