// Endpoints of a whole workspace: they hear of every project, whichever was there first, and of no other tenant's.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { register } from "./receiver.ts";
import { deliver, newProject, stage, tellAll, webhookOf } from "./stage.ts";

let ada: Person;
let olga: Person;
beforeAll(async () => {
  ({ ada, olga } = await stage());
});

it("hears of projects that were there before it, and of what changed before they knew of it", async () => {
  const project = await newProject(olga);
  await tellAll([project]);
  const hook = await register(ada, { event_types: ["task.created"] });
  const task = await project.task("made before the project knew");
  await tellAll([project], hook);
  expect(hook.receiver.received.map(({ data }) => data.task_id)).toEqual([task.id]);
  expect(hook.receiver.received[0]!.data).toMatchObject({ project_id: project.id, workspace: "main" });
});

it("hears of projects that come later, from their beginning", async () => {
  const hook = await register(ada, { event_types: ["project.*", "task.created"] });
  const project = await newProject(olga);
  await project.task();
  await tellAll([project], hook);
  const mine = hook.receiver.received.filter(({ data }) => data.project_id === project.id);
  expect(mine.map(({ type }) => type).sort()).toEqual(["project.created", "task.created"]);
});

it("hears what it asks for, also after it asks for something else, and nothing once it is deleted", async () => {
  const hook = await register(ada, { event_types: ["comment.created"] });
  const project = await newProject(olga);
  await tellAll([project], hook);
  await project.task();
  await tellAll([project], hook);
  expect(hook.receiver.received).toEqual([]);
  await (await ada.recent()).client.updateWebhook({ params: hook.params, body: { event_types: ["task.*"] } });
  await tellAll([project], hook);
  await project.task();
  await tellAll([project], hook);
  expect(hook.receiver.types).toEqual(["task.created"]);
  await ada.client.deleteWebhook({ params: hook.params });
  await project.task();
  await tellAll([project], hook);
  await deliver(hook);
  expect(hook.receiver.received).toHaveLength(1);
});

it("hears nothing more once whoever answers for it is no ADMIN, and all of it when another takes it over", async () => {
  const eve = await userWithRoles(ada, ["ADMIN"]);
  const hook = await register(eve, { event_types: ["task.created"] });
  const project = await newProject(olga);
  const heard = () => hook.receiver.received.filter(({ data }) => data.project_id === project.id).length;
  await project.task();
  await tellAll([project], hook);
  expect(heard()).toBe(1);
  await (await ada.recent()).client.setRoles({ params: { user_id: eve.id }, body: { roles: ["USER"] } });
  await project.task();
  clock.advance(2);
  await tellAll([project], hook);
  expect(heard()).toBe(1);
  expect((await webhookOf(ada, hook)).metrics.held).toBe(true);
  await ada.client.updateWebhook({ params: hook.params, body: { description: "ours now" } });
  await deliver(hook);
  expect(heard()).toBe(2);
});

it("is no other tenant's", async () => {
  const gwen = await admin("globex");
  const hook = await register(gwen, {});
  const project = await newProject(olga);
  await project.task();
  await tellAll([project], hook);
  expect(hook.receiver.received).toEqual([]);
  const answer = await ada.send(`/v1/webhooks/${hook.id}`);
  expect(answer.status).toBe(404);
});

it("is for those alone who administer the workspace", async () => {
  const hook = await register(ada, {});
  const body = { url: "https://hooks.example.com/x" };
  const uma = await signUp();
  expect((await uma.send("/v1/webhooks", { json: body })).status).toBe(403);
  expect((await uma.send("/v1/webhooks")).status).toBe(403);
  for (const path of ["", "/deliveries"]) {
    expect((await uma.send(`/v1/webhooks/${hook.id}${path}`)).status).toBe(404);
  }
  for (const [path, method] of [
    ["/test", "POST"],
    ["", "DELETE"],
  ] as const) {
    expect((await uma.send(`/v1/webhooks/${hook.id}${path}`, { method })).status).toBe(404);
  }
  const { webhooks } = (await ada.client.listWebhooks({})).body;
  expect(webhooks.map(({ id }) => id)).toContain(hook.id);
});
