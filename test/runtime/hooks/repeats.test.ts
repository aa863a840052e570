// An Idempotency-Key that comes again: elsewhere, or once the first request is forgotten. What was made under it stays.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { type Integration, isoNow, sendThing, THINGS } from "../harness/hooks.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";

let owner: Person;
beforeAll(async () => {
  await admin("main");
  owner = await signUp();
});

const newProject = async () => (await owner.client.createProject({ body: { name: "P" } })).body.project.id;

/** Made under a key. */
async function make(project_id: string, key: string): Promise<Integration> {
  await owner.recent();
  const json = { project_id, name: "Things", kind: "standard_webhooks", mapping: THINGS };
  const headers = { "Idempotency-Key": key };
  const answer = await owner.send("/v1/integrations", { json, headers });
  expect(answer.status).toBe(201);
  const { integration, secret } = await answer.json<{
    integration: { id: string; address: string };
    secret: string;
  }>();
  const path = new URL(integration.address).pathname;
  return { id: integration.id, path, secret, etag: answer.headers.get("ETag")! };
}

const deliver = async (integration: Integration) => {
  clock.advance(5);
  const thing = { id: `t${clock.now_ms()}`, state: "begun", title: "Thing", at: isoNow() };
  return (await sendThing(integration, thing)).status;
};

const tasksIn = async (project_id: string) =>
  (await owner.client.listTasks({ params: { project_id }, query: {} })).body.count;

it("an integration that is made in another project under the same key is that project's own", async () => {
  const [here, there] = [await newProject(), await newProject()];
  const first = await make(here, "both");
  const second = await make(there, "both");
  expect([await deliver(first), await deliver(second)]).toEqual([202, 202]);
  expect([await tasksIn(here), await tasksIn(there)]).toEqual([1, 1]);
});

it("an integration that is made under a key of the day before takes the place of none", async () => {
  const project_id = await newProject();
  const first = await make(project_id, "daily");
  clock.advance(86_401);
  await owner.signIn();
  const second = await make(project_id, "daily");
  expect([await deliver(first), await deliver(second)]).toEqual([202, 202]);
  const { integrations } = (await owner.client.listIntegrations({ query: { project_id } })).body;
  expect(integrations.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
});

it("an integration that is made again under the key of a deleted one takes deliveries", async () => {
  const project_id = await newProject();
  const first = await make(project_id, "again");
  await owner.client.deleteIntegration({ params: { integration_id: first.id } });
  clock.advance(86_401);
  await owner.signIn();
  expect(await deliver(await make(project_id, "again"))).toBe(202);
});

it("what was said of a task is forgotten with it, and neither comes back", async () => {
  await owner.signIn();
  const project_id = await newProject();
  const integration = await make(project_id, "said");
  const thing = (id: string, more: object = {}) => ({ id, title: "Thing", at: isoNow(), ...more });
  for (const id of ["gone", "kept"]) {
    await sendThing(integration, thing(id, { state: "begun" }));
    for (const said of ["one", "two"]) await sendThing(integration, { id, said });
  }
  const { tasks } = (await owner.client.listTasks({ params: { project_id }, query: {} })).body;
  const project = objectOf("PROJECT", `main/${project_id}`);
  const [gone] = await rowsOf<{ task_id: string }>(
    project,
    "SELECT task_id FROM external_task WHERE external_id = 'thing:gone'",
  );
  const params = { project_id, task_id: gone!.task_id };
  await owner.client.deleteTask({ params, if_match: "*" });
  const names = await rowsOf(project, "SELECT external_id FROM external_comment ORDER BY external_id");
  expect(names).toEqual([{ external_id: "thing:kept/one" }, { external_id: "thing:kept/two" }]);
  clock.advance(86_401);
  await owner.signIn();
  await sendThing(integration, thing("gone", { state: "begun" }));
  for (const id of ["gone", "kept"]) await sendThing(integration, { id, said: "one" });
  expect(await tasksIn(project_id)).toBe(tasks.length - 1);
  expect(await rowsOf(project, "SELECT count(*) AS comments FROM comment")).toEqual([{ comments: 2 }]);
});
