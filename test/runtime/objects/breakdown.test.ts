// Breakdown on a real project: a plan changes nothing until it is applied, then it is there whole and once, whatever
// happened to its tasks since.
import { expect, it } from "vitest";
import type { BreakdownProposal } from "../../../src/schema/proposal.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
await admin("main");
const bob = await signUp();

const SHOP = "Online shop with product catalogue, shopping cart and payment processing.";
const newProject = async (description = SHOP) => {
  const { project } = (await bob.client.createProject({ body: { name: "Shop", description } })).body;
  return { project_id: project.id };
};
const planFor = async (params: { project_id: string }) => {
  const answer = await bob.client.breakDown({ params, body: {} });
  return {
    plan: answer.body.plan,
    if_match: answer.etag!,
    params: { ...params, plan_id: answer.body.plan.id },
  };
};
const tasksOf = async ({ project_id }: { project_id: string }) =>
  (await bob.client.listTasks({ params: { project_id }, query: { limit: "100" } })).body.tasks;
const proposalOf = ({
  phases,
  tasks,
}: {
  phases: { name: string }[];
  tasks: BreakdownProposal["tasks"];
}) => ({
  phases: phases.map(({ name }) => name),
  tasks,
});
const events = (project_id: string, type: string) =>
  rowsOf<{ type: string }>(
    objectOf("PROJECT", `main/${project_id}`),
    "SELECT DISTINCT event_id, type FROM change WHERE type = ?",
    type,
  );

it("a plan speaks of the project's text, has figures computed from its tasks, and makes no task", async () => {
  const params = await newProject();
  const { plan } = await planFor(params);
  expect(plan).toMatchObject({ version: 1, provider: "rules", created_by: bob.id, applied_at: null });
  expect(plan.tasks.map(({ title }) => title)).toEqual(
    expect.arrayContaining(["Build product catalogue", "Build shopping cart", "Build payment processing"]),
  );
  expect(plan.phases.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(plan.tasks.length);
  expect(plan.duration.optimistic_hours).toBeLessThan(plan.duration.pessimistic_hours);
  expect(plan.effort_hours).toBeGreaterThanOrEqual(plan.duration.expected_hours - 1);
  expect(plan.team_size).toBeGreaterThanOrEqual(1);
  expect(plan.critical_path.every((ref) => plan.tasks.some((task) => task.ref === ref))).toBe(true);
  expect(plan.notes.some((note) => note.includes("rules"))).toBe(true);
  expect(await tasksOf(params)).toEqual([]);
});

it("a text in the request goes before the project's own", async () => {
  const params = await newProject();
  const { plan } = (await bob.client.breakDown({ params, body: { description: "Paint the fence." } })).body;
  expect(plan.tasks.some(({ title }) => title === "Paint the fence")).toBe(true);
  expect(plan.tasks.some(({ title }) => title.includes("cart"))).toBe(false);
});

it("an edited plan is the next version, and says what is different; a stale one is refused", async () => {
  const { plan, params, if_match } = await planFor(await newProject());
  const proposal = proposalOf(plan);
  const [first, ...rest] = proposal.tasks;
  const body = { ...proposal, tasks: [{ ...first!, title: "Ask the owner" }, ...rest] };
  const edited = await bob.client.editPlan({ params, body, if_match });
  expect(edited.body.plan).toMatchObject({ version: 2, provider: "rules" });
  const diff = { from_version: 1, to_version: 2, changed: [{ ref: first!.ref, fields: ["title"] }] };
  expect(edited.body.diff).toMatchObject({ ...diff, added: [], removed: [] });
  expect((await bob.client.readPlan({ params, query: { compare_with: "1" } })).body.diff).toEqual(
    edited.body.diff,
  );
  expect((await bob.client.readPlan({ params, query: { version: "1" } })).body.plan.tasks).toEqual(
    plan.tasks,
  );
  const path = `/v1/projects/${params.project_id}/ai/breakdown/${params.plan_id}`;
  const stale = await bob.send(path, { method: "PUT", json: body, headers: { "If-Match": if_match } });
  expect(stale.status).toBe(412);
  expect((await bob.send(`${path}?compare_with=9`, {})).status).toBe(404);
});

it.each([
  ["a task that is not there", { depends_on: ["nobody"] }],
  ["a phase that is not there", { phase: "Nowhere" }],
  ["itself", { depends_on: ["t1"] }],
])("a plan whose task names %s is refused, and the old version stays", async (_, wrong) => {
  const { plan, params, if_match } = await planFor(await newProject());
  const proposal = proposalOf(plan);
  const tasks = proposal.tasks.map((task) => (task.ref === "t1" ? { ...task, ...wrong } : task));
  const answer = await bob.send(`/v1/projects/${params.project_id}/ai/breakdown/${params.plan_id}`, {
    method: "PUT",
    json: { ...proposal, tasks },
    headers: { "If-Match": if_match },
  });
  expect(answer.status).toBe(422);
  expect((await bob.client.readPlan({ params })).body.plan).toMatchObject({ version: 1, tasks: plan.tasks });
});

it("applying makes all tasks with their dependencies, once: again, in parallel and after some are deleted", async () => {
  const { plan, params } = await planFor(await newProject());
  const answers = await Promise.all(
    [1, 2, 3].map(() => bob.client.applyPlan({ params, body: { version: 1 } })),
  );
  const [{ body: applied, audit_event }] = answers as [(typeof answers)[0]];
  for (const answer of answers) expect(answer.body).toEqual(applied);
  expect(new Set(answers.map((answer) => answer.audit_event)).size).toBe(1);
  expect(audit_event).toMatch(/^evt_/u);
  const tasks = await tasksOf(params);
  expect(tasks.map(({ title }) => title)).toEqual(plan.tasks.map(({ title }) => title));
  const ids = new Map(applied.tasks.map(({ ref, id }) => [ref, id]));
  for (const [at, { depends_on, phase, estimate, skills }] of plan.tasks.entries()) {
    expect(tasks[at]).toMatchObject({ labels: [phase.toLowerCase()], estimate, skills });
    expect(tasks[at]!.depends_on).toEqual(depends_on.map((ref) => ids.get(ref)));
  }
  expect(await events(params.project_id, "plan.applied")).toHaveLength(1);

  const last = tasks.findLast(({ id }) => !tasks.some(({ depends_on }) => depends_on.includes(id)))!;
  const { etag } = await bob.client.readTask({ params: { project_id: params.project_id, task_id: last.id } });
  await bob.client.deleteTask({
    params: { project_id: params.project_id, task_id: last.id },
    if_match: etag!,
  });
  const again = await bob.client.applyPlan({ params, body: { version: 1 } });
  expect(again.audit_event).toBe(audit_event);
  expect(again.body.tasks).toEqual(applied.tasks.map((task) => ({ ...task, exists: task.id !== last.id })));
  expect((await tasksOf(params)).length).toBe(tasks.length - 1);

  await rowsOf(
    objectOf("PROJECT", `main/${params.project_id}`),
    "DELETE FROM change WHERE type = 'plan.applied'",
  );
  const late = await bob.client.applyPlan({ params, body: { version: 1 } });
  expect([late.body, late.audit_event]).toEqual([again.body, null]);
});

it("what is applied is not edited any more, and what was edited is applied only as it was seen", async () => {
  const { plan, params, if_match } = await planFor(await newProject());
  const body = proposalOf(plan);
  const path = `/v1/projects/${params.project_id}/ai/breakdown/${params.plan_id}`;
  const edited = await bob.client.editPlan({ params, body, if_match });
  const stale = await bob.send(`${path}/apply`, { method: "POST", json: { version: 1 } });
  expect(stale.status).toBe(412);
  expect(await tasksOf(params)).toEqual([]);
  await bob.client.applyPlan({ params, body: { version: 2 } });
  const late = await bob.send(path, { method: "PUT", json: body, headers: { "If-Match": edited.etag! } });
  expect(late.status).toBe(409);
  const { project_id } = params;
  const { plans } = (await bob.client.listPlans({ params: { project_id } })).body;
  expect(plans).toMatchObject([{ id: params.plan_id, version: 2, tasks: plan.tasks.length }]);
  expect(plans[0]!.applied_at).not.toBeNull();
});

it("a plan that does not fit into the project leaves no task", async () => {
  const params = await newProject();
  const planned = await planFor(params);
  const stub = objectOf("PROJECT", `main/${params.project_id}`);
  await rowsOf(stub, "UPDATE tally SET text_bytes = 1e12");
  const answer = await bob.send(
    `/v1/projects/${params.project_id}/ai/breakdown/${planned.params.plan_id}/apply`,
    { method: "POST", json: { version: 1 } },
  );
  expect(answer.status).toBe(409);
  expect(await tasksOf(params)).toEqual([]);
  expect((await bob.client.readPlan({ params: planned.params })).body.plan.applied_at).toBeNull();
});

it("viewers look and do not apply, strangers do not even look", async () => {
  const { params } = await planFor(await newProject());
  const [eve, ann] = [await signUp(), await signUp()];
  const { project_id } = params;
  await bob.client.setMember({ params: { project_id, user_id: ann.id }, body: { role: "viewer" } });
  const path = `/v1/projects/${project_id}/ai/breakdown`;
  const apply = { method: "POST", json: { version: 1 } };
  for (const [who, sees, changes] of [
    [ann, 200, 403],
    [eve, 404, 404],
  ] as const) {
    expect((await who.send(`${path}/${params.plan_id}`, {})).status).toBe(sees);
    expect((await who.send(`${path}/${params.plan_id}/apply`, apply)).status).toBe(changes);
    expect((await who.send(path, { method: "POST", json: {} })).status).toBe(changes);
  }
  const elsewhere = await newProject();
  expect(
    (await bob.send(`/v1/projects/${elsewhere.project_id}/ai/breakdown/${params.plan_id}`, {})).status,
  ).toBe(404);
});

it("a project keeps its last twenty plans, each with its last ten versions", async () => {
  const params = await newProject("Paint the fence.");
  const first = await planFor(params);
  let if_match = first.if_match;
  for (let version = 2; version <= 12; version += 1) {
    clock.advance(1);
    const edited = await bob.client.editPlan({
      params: first.params,
      body: proposalOf(first.plan),
      if_match,
    });
    if_match = edited.etag!;
  }
  const path = `/v1/projects/${params.project_id}/ai/breakdown/${first.params.plan_id}`;
  expect((await bob.send(`${path}?version=2`, {})).status).toBe(404);
  expect((await bob.send(`${path}?version=3`, {})).status).toBe(200);
  for (let n = 0; n < 20; n += 1) {
    clock.advance(1);
    await bob.client.breakDown({ params, body: {} });
  }
  const { plans } = (await bob.client.listPlans({ params })).body;
  expect(plans).toHaveLength(20);
  expect(plans.map(({ id }) => id)).not.toContain(first.params.plan_id);
  const rows = await rowsOf(
    objectOf("PROJECT", `main/${params.project_id}`),
    "SELECT * FROM breakdown_version",
  );
  expect(rows).toHaveLength(20);
});

it("thirty days after its last change a plan is gone, its tasks stay", async () => {
  const { params } = await planFor(await newProject());
  await bob.client.applyPlan({ params, body: { version: 1 } });
  const count = (await tasksOf(params)).length;
  clock.advance(30 * 86_400);
  await bob.awake();
  const path = `/v1/projects/${params.project_id}/ai/breakdown/${params.plan_id}`;
  expect((await bob.send(path, {})).status).toBe(404);
  const stub = objectOf("PROJECT", `main/${params.project_id}`);
  await ringAlarm(stub);
  expect(await rowsOf(stub, "SELECT * FROM breakdown")).toEqual([]);
  expect(await rowsOf(stub, "SELECT * FROM breakdown_version")).toEqual([]);
  expect(await rowsOf(stub, "SELECT id FROM task")).toHaveLength(count);
});
