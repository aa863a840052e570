// What becomes of an endpoint whose project is erased while it cannot be told of it: it goes all the same, with whatever
// it still keeps of the project's tasks.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { type Person, signUp } from "../harness/people.ts";
import { Receiver, type Registered, register } from "./receiver.ts";
import { deliver, newProject, stage, type TestProject } from "./stage.ts";

let ada: Person;
beforeAll(async () => {
  ({ ada } = await stage());
});

const silent = () => new Receiver(() => new Response("no", { status: 500 }));

/** Deletes the project, and goes on until it has been erased and its endpoints know. */
async function erase(project: TestProject, hook: Registered): Promise<void> {
  await ada.signIn();
  await ada.client.deleteProject({ params: { project_id: project.id }, if_match: "*" });
  clock.advance(30 * 86_400 + 1);
  for (let round = 0; round < 6; round += 1) {
    await shipAll();
    await ringAlarm(objectOf("PROJECT", `main/${project.id}`));
    await deliver(hook);
    clock.advance(130);
  }
  expect(await tablesOf(project.stub)).toEqual([]);
}

it.each([
  ["is paused", pause],
  ["is disabled", disable],
  ["nobody answers for any more", suspend],
])("an endpoint that %s goes some days after its project, with all that it kept", async (_, stop) => {
  const uma = await signUp();
  const project = await newProject(uma);
  const hook = await register(uma, { project_id: project.id }, silent());
  await project.task();
  await stop(hook, uma);
  await project.tell(hook);
  await erase(project, hook);
  expect(await tablesOf(hook.stub), "as long as attempts take").not.toEqual([]);
  clock.advance(4 * 86_400);
  await deliver(hook);
  expect(await tablesOf(hook.stub)).toEqual([]);
});

async function pause({ params }: Registered, owner: Person) {
  await owner.client.updateWebhook({ params, body: { status: "paused" } });
}

async function disable({ stub }: Registered) {
  await rowsOf(stub, `UPDATE endpoint SET status = 'disabled', probe_at_ms = ${Number.MAX_SAFE_INTEGER}`);
  await evict(stub);
}

async function suspend(_: Registered, owner: Person) {
  await ada.signIn();
  await ada.client.suspendUser({ params: { user_id: owner.id } });
}
