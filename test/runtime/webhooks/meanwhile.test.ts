// What is decided about an endpoint while something of it is under way: an answer to what was asked before says nothing
// about what holds since.
import { beforeAll, expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { WebhookEndpoint } from "../../../durable-objects/webhook-endpoint/object.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { inside, ringAlarm } from "../harness/objects.ts";
import { type Person, signUp } from "../harness/people.ts";
import { OK, Receiver, register, verify } from "./receiver.ts";
import { deliver, newProject, stage, webhookOf } from "./stage.ts";

let ada: Person;
let olga: Person;
beforeAll(async () => {
  ({ ada, olga } = await stage());
});

/** A receiver that gives that answer after the halt, and then what it is told. */
function slowReceiver(halt: Halt, status: number) {
  const receiver = new Receiver(async () => {
    receiver.answer = OK;
    await halt.here();
    return new Response("late", { status });
  });
  return receiver;
}

it("secrets that change while they are opened are opened anew: nothing later is signed with the old", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  await project.task();
  await ringAlarm(project.stub);
  const halt = new Halt();
  const { decrypt } = crypto.subtle;
  const spy = vi.spyOn(crypto.subtle, "decrypt").mockImplementationOnce(async (...request) => {
    await halt.here();
    return decrypt.apply(crypto.subtle, request);
  });
  const delivering = deliver(hook);
  await halt.reached();
  spy.mockRestore();
  const body = { overlap_seconds: 0 };
  const { secret } = (await olga.client.rotateWebhook({ params: hook.params, body })).body;
  halt.end();
  await delivering;
  await project.task();
  await project.tell(hook);
  const last = hook.receiver.received.at(-1)!;
  expect(() => verify(last, hook.secret)).toThrow();
  expect(() => verify(last, secret)).not.toThrow();
});

it("whoever takes an endpoint over while its former owner is asked for waits for nothing", async () => {
  const uma = await signUp();
  const project = await newProject(uma);
  const hook = await register(uma, { project_id: project.id });
  await project.task();
  await ringAlarm(project.stub);
  const params = { project_id: project.id };
  await (await ada.recent()).client.transferProject({ params, body: { user_id: olga.id } });
  await ada.client.suspendUser({ params: { user_id: uma.id } });
  await olga.recent();
  const halt = new Halt();
  const { mayAnswerFor } = Principal.prototype;
  const spy = vi.spyOn(Principal.prototype, "mayAnswerFor").mockImplementationOnce(async function (
    this: Principal,
  ) {
    await halt.here();
    return mayAnswerFor.call(this, project.id, false);
  });
  const delivering = deliver(hook);
  await halt.reached();
  spy.mockRestore();
  await olga.client.updateWebhook({ params: hook.params, body: { description: "ours now" } });
  halt.end();
  await delivering;
  await deliver(hook);
  expect(hook.receiver.types).toContain("task.created");
  expect((await webhookOf(olga, hook)).metrics.held).toBe(false);
});

it("whoever answers for it and is suspended meanwhile has nothing more sent: the rest is kept", async () => {
  const uma = await signUp();
  const project = await newProject(uma);
  const halt = new Halt();
  const receiver = new Receiver(async () => {
    await halt.here();
    return new Response("thanks");
  });
  const hook = await register(uma, { project_id: project.id }, receiver);
  for (let task = 0; task < 12; task += 1) await project.task();
  await ringAlarm(project.stub);
  const delivering = deliver(hook);
  // As many as go at once: whatever is signed last has come, too.
  const begun = 6;
  await vi.waitFor(() => expect(receiver.received).toHaveLength(begun), { timeout: 10_000 });
  await (await ada.recent()).client.suspendUser({ params: { user_id: uma.id } });
  clock.advance(2);
  halt.end();
  await delivering;
  await deliver(hook);
  expect(receiver.received).toHaveLength(begun);
  expect((await webhookOf(ada, hook)).metrics).toMatchObject({ held: true, pending: 12 - begun });
  await (await ada.recent()).client.restoreUser({ params: { user_id: uma.id } });
  clock.advance(301);
  await deliver(hook);
  expect(receiver.received).toHaveLength(12);
});

it("an answer of the address that it had before says nothing about the new one", async () => {
  const project = await newProject(olga);
  const halt = new Halt();
  const hook = await register(olga, { project_id: project.id }, slowReceiver(halt, 410));
  await project.task();
  await ringAlarm(project.stub);
  const delivering = deliver(hook);
  await halt.reached();
  const next = new Receiver();
  await olga.client.updateWebhook({ params: hook.params, body: { url: next.url } });
  halt.end();
  await delivering;
  clock.advance(6);
  await deliver(hook);
  expect((await webhookOf(olga, hook)).webhook.status).toBe("active");
  expect(next.types).toEqual(["task.created"]);
});

it("an event that has come to wait for an earlier one goes on waiting, whatever its attempt comes to", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  hook.receiver.answer = () => new Response("no", { status: 500 });
  const task = await project.task("first");
  await project.tell(hook);
  const halt = new Halt();
  hook.receiver.answer = slowReceiver(halt, 500).answer;
  await project.rename(task, "second");
  await ringAlarm(project.stub);
  const delivering = deliver(hook);
  await halt.reached();
  hook.receiver.answer = () => new Response("no", { status: 500 });
  await olga.client.updateWebhook({ params: hook.params, body: { order: "task" } });
  halt.end();
  await delivering;
  for (let round = 0; round < 3; round += 1) {
    clock.advance(6);
    await deliver(hook);
  }
  expect(hook.receiver.received.map(({ data }) => data.title)).toEqual(["first", "second", "first"]);
  hook.receiver.answer = OK;
  clock.advance(400);
  await deliver(hook);
  const titles = hook.receiver.received.map(({ data }) => data.title);
  expect(titles.slice(3)).toEqual(["first", "second"]);
});

it("an endpoint that takes no order leaves its project's alarm at rest between two tries", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  const spy = vi.spyOn(WebhookEndpoint.prototype, "obey").mockRejectedValue(new Error("out of reach"));
  const update = { params: hook.params, body: { description: "of the launch" } };
  await expect(olga.client.updateWebhook(update)).rejects.toThrow("still on its way");
  await project.task();
  await ringAlarm(project.stub);
  const next_ms = await inside(project.stub, (_, { storage }) => storage.getAlarm());
  expect(next_ms! - clock.now_ms()).toBeGreaterThanOrEqual(1_000);
  spy.mockRestore();
  clock.advance(60);
  await project.tell(hook);
  expect(hook.receiver.types).toContain("task.created");
});
