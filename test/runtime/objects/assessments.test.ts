// Planning on a real project: figures from its tasks, skills from the registry, nothing changed, nothing told to strangers.
import { expect, it } from "vitest";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
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
