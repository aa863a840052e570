// A change of an endpoint that fares badly: what its former address asked for ends with it, and what is listed of it is
// how it fares, whichever was heard of first.
import { beforeAll, expect, it, vi } from "vitest";
import { Project } from "../../../durable-objects/project/object.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { evict, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { Receiver, register } from "./receiver.ts";
import { deliver, newProject, stage, webhookOf } from "./stage.ts";

let olga: Person;
beforeAll(async () => {
  ({ olga } = await stage());
});

const answering = (status: number, headers: Record<string, string> = {}) =>
  new Receiver(() => new Response("no", { status, headers }));

it("a new address waits for nothing that the one before asked for", async () => {
  const project = await newProject(olga);
  const busy = answering(503, { "Retry-After": "80000" });
  const hook = await register(olga, { project_id: project.id }, busy);
  await project.task("first");
  await project.tell(hook);
  const next = new Receiver();
  await olga.client.updateWebhook({ params: hook.params, body: { url: next.url } });
  await project.task("second");
  await project.tell(hook);
  expect(busy.received).toHaveLength(1);
  expect(next.received.map(({ data }) => data.title).sort()).toEqual(["first", "second"]);
});

it("a new address waits for nothing that the one before asks for while it is given up", async () => {
  const project = await newProject(olga);
  const halt = new Halt();
  const busy = new Receiver(async () => {
    await halt.here();
    return new Response("no", { status: 503, headers: { "Retry-After": "80000" } });
  });
  const hook = await register(olga, { project_id: project.id }, busy);
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
  expect(next.types).toEqual(["task.created"]);
});

it("a new address of a disabled endpoint is tried at once, and answers for nothing that failed before", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id }, answering(500));
  await project.task();
  await project.tell(hook);
  const day_ago_ms = clock.now_ms() - 90_000_000;
  await rowsOf(
    hook.stub,
    `UPDATE endpoint SET status = 'disabled', failures = 9, failing_since_ms = ${day_ago_ms},
       probe_at_ms = ${clock.now_ms() + 3_000_000}`,
  );
  await evict(hook.stub);
  const next = new Receiver();
  await olga.client.updateWebhook({ params: hook.params, body: { url: next.url } });
  await deliver(hook);
  expect(next.types).toEqual(["task.created"]);
  const { webhook, metrics } = await webhookOf(olga, hook);
  expect([webhook.status, metrics.consecutive_failures]).toEqual(["active", 0]);
});

it("an endpoint that ends while it is being changed is listed as it is", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id }, answering(410));
  await project.task();
  const spy = vi.spyOn(Project.prototype, "receive").mockRejectedValue(new Error("out of reach"));
  await project.tell(hook);
  expect((await webhookOf(olga, hook)).webhook.status).toBe("gone");
  await olga.client.updateWebhook({ params: hook.params, body: { description: "ours" } });
  spy.mockRestore();
  clock.advance(120);
  await deliver(hook);
  await shipAll();
  const query = { project_id: project.id };
  const { webhooks } = (await (await olga.awake()).client.listWebhooks({ query })).body;
  expect(webhooks.map(({ status }) => status)).toEqual(["gone"]);
});
