// What is sent again on request: all of a range, however much that is and wherever it was cut, and nothing for an
// endpoint that has ended meanwhile. However often one is, what is kept of it stays bounded.
import { beforeAll, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { WebhookEndpoint } from "../../../durable-objects/webhook-endpoint/object.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { evict, rowsOf, tablesOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { OK, type Registered, register } from "./receiver.ts";
import { deliver, deliveriesOf, newProject, stage } from "./stage.ts";

let olga: Person;
beforeAll(async () => {
  ({ olga } = await stage());
});

const FIRST_MS = Date.parse("2026-01-01T00:00:00Z");
const RANGE = { from: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z", status: "settled" as const };

/** As many as were delivered then, so many a millisecond. */
async function delivered({ stub }: Registered, count: number, per_ms: number): Promise<void> {
  await rowsOf(
    stub,
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
     INSERT INTO delivery (id, event_type, body, status, created_at_ms, next_attempt_at_ms, settled_at_ms)
     SELECT 'msg_' || i, 'task.created', '{}', 'delivered', ${FIRST_MS} + i / ${per_ms}, 0, ${clock.now_ms()}
     FROM n`,
  );
}

it.each([
  ["one a millisecond", 1],
  ["seven a millisecond", 7],
  ["all in one", 10_000],
])(
  "all of a range is sent again, each once, where one request is too small for it: %s",
  async (_, per_ms) => {
    const { id } = await newProject(olga);
    const hook = await register(olga, { project_id: id, deliveries_per_minute: 1 });
    await delivered(hook, 2_500, per_ms);
    let from: string | undefined = RANGE.from;
    let replayed = 0;
    for (let asked = 0; from !== undefined && asked < 4; asked += 1) {
      const { body } = await olga.client.replayDeliveries({ params: hook.params, body: { ...RANGE, from } });
      replayed += body.replayed;
      from = body.next_from;
      expect(body.more).toBe(from !== undefined);
      // Those of before have arrived.
      await rowsOf(
        hook.stub,
        "UPDATE delivery SET status = 'delivered', settled_at_ms = 1, tries = tries + 1",
      );
    }
    expect(from).toBeUndefined();
    expect(replayed).toBe(2_500);
  },
);

it("what is sent again goes before what is still queued of its task, where order is asked for", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id, order: "task" });
  const [task, other] = [await project.task("first"), await project.task("other")];
  await project.tell(hook);
  const [delivery] = (await deliveriesOf(olga, hook)).toReversed();
  hook.receiver.answer = () => new Response("no", { status: 500 });
  for (const each of [task, other]) await project.rename(each, "second");
  await project.tell(hook);
  hook.receiver.received.length = 0;
  await olga.client.replayDelivery({ params: { ...hook.params, delivery_id: delivery!.id } });
  for (let round = 0; round < 3; round += 1) {
    await deliver(hook);
    clock.advance(6);
  }
  const titlesOf = ({ id }: { id: string }) =>
    hook.receiver.received.filter(({ data }) => data.task_id === id).map(({ data }) => data.title);
  expect(new Set(titlesOf(task))).toEqual(new Set(["first"]));
  expect(new Set(titlesOf(other))).toEqual(new Set(["second"]));
  hook.receiver.answer = OK;
  clock.advance(400);
  await deliver(hook);
  expect(titlesOf(task).slice(-2)).toEqual(["first", "second"]);
});

it("of a delivery that is sent again and again, the last hundred attempts are kept", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  await project.task();
  await project.tell(hook);
  const [delivery] = await deliveriesOf(olga, hook);
  const params = { ...hook.params, delivery_id: delivery!.id };
  await rowsOf(
    hook.stub,
    `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
     INSERT INTO attempt (sequence, number, at_ms, duration_ms) SELECT 1, i, 1, 1 FROM n`,
  );
  await rowsOf(hook.stub, "UPDATE delivery SET attempts = 100");
  for (let again = 0; again < 2; again += 1) {
    await olga.client.replayDelivery({ params });
    await deliver(hook);
  }
  const { attempts, delivery: now } = (await olga.client.readDelivery({ params })).body;
  expect(hook.receiver.received).toHaveLength(3);
  expect(now.attempts).toBe(102);
  expect(attempts.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, n) => n + 3));
});

it("what is asked of an endpoint that is deleted meanwhile is sent to nobody", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  const stuck = vi.spyOn(AuditLog.prototype, "append").mockRejectedValue(new Error("out of reach"));
  await olga.client.testWebhook({ params: hook.params }); // its event keeps the endpoint's object
  await deliver(hook);
  const halt = new Halt();
  const { sendTest } = WebhookEndpoint.prototype;
  const late = vi.spyOn(WebhookEndpoint.prototype, "sendTest").mockImplementationOnce(async function (
    this: WebhookEndpoint,
    actor: Actor,
  ) {
    await halt.here();
    return sendTest.call(this, actor);
  });
  const asking = olga.send(`/v1/webhooks/${hook.id}/test`, { method: "POST" });
  await halt.reached();
  late.mockRestore();
  await olga.client.deleteWebhook({ params: hook.params });
  halt.end();
  expect((await asking).status).toBe(404);
  stuck.mockRestore();
  await evict(hook.stub);
  await deliver(hook);
  expect(hook.receiver.received).toHaveLength(1);
  expect(await tablesOf(hook.stub)).toEqual([]);
});
