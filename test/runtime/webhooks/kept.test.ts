// What an endpoint keeps of what is over: no more than is said, also where all that was queued is given up at once. And
// what it does for each delivery: no more than its order asks for.
import { beforeAll, expect, it, vi } from "vitest";
import { DeliveryStore } from "../../../durable-objects/webhook-endpoint/delivery-store.ts";
import { KEPT_MAX } from "../../../durable-objects/webhook-endpoint/object.ts";
import { clock } from "../harness/clock.ts";
import { inside, rowsOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { Receiver, register } from "./receiver.ts";
import { deliver, newProject, stage } from "./stage.ts";

let olga: Person;
beforeAll(async () => {
  ({ olga } = await stage());
});

it("a queue that is given up is forgotten within seconds, but for as many as are kept", async () => {
  const project = await newProject(olga);
  const gone = new Receiver(() => new Response("", { status: 410 }));
  const hook = await register(olga, { project_id: project.id }, gone);
  await project.task();
  await rowsOf(
    hook.stub,
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${KEPT_MAX + 4_999})
     INSERT INTO delivery (id, event_type, body, status, created_at_ms, next_attempt_at_ms)
     SELECT 'msg_' || i, 'task.created', '{}', 'pending', 1, ${Number.MAX_SAFE_INTEGER} FROM n`,
  );
  await project.tell(hook);
  for (let second = 0; second < 5; second += 1) {
    clock.advance(1);
    const due_ms = await inside(hook.stub, (_, { storage }) => storage.getAlarm());
    if (due_ms !== null && due_ms <= clock.now_ms()) await deliver(hook);
  }
  expect(gone.received).toHaveLength(1);
  const [tally] = await rowsOf<{ settled: number }>(hook.stub, "SELECT settled FROM tally");
  expect(tally!.settled).toBe(KEPT_MAX);
});

it("an endpoint that asks for no order looks for no next event of a task", async () => {
  const project = await newProject(olga);
  const [any, ordered] = [
    await register(olga, { project_id: project.id }),
    await register(olga, { project_id: project.id, order: "task" }),
  ];
  const looks = vi.spyOn(DeliveryStore.prototype, "promote");
  await project.task();
  await project.tell(any);
  expect(looks).not.toHaveBeenCalled();
  await deliver(ordered);
  expect(looks).toHaveBeenCalledOnce();
  looks.mockRestore();
  expect([any, ordered].map(({ receiver }) => receiver.received.length)).toEqual([1, 1]);
});
