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

it("deliveries of a type or a status, or both, are on their pages, the newest first, each once", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id });
  await rowsOf(
    hook.stub,
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)
     INSERT INTO delivery (id, event_type, body, status, created_at_ms, next_attempt_at_ms, settled_at_ms)
     SELECT printf('msg_%026d', i), iif(i % 3 = 0, 'task.created', 'task.updated'), '{}',
       iif(i % 4 = 0, 'dead', iif(i % 4 = 1, 'delivered', 'pending')), 1, 4000000000000,
       iif(i % 4 < 2, 1, NULL) FROM n`,
  );
  const { client } = await olga.recent();
  const all = (await client.listDeliveries({ params: hook.params, query: { limit: "100" } })).body.deliveries;
  expect(all).toHaveLength(60);
  for (const status of [undefined, "pending", "delivered", "dead", "waiting"] as const) {
    for (const event_type of [undefined, "task.created", "task.updated", "task.deleted"] as const) {
      const filter = { ...(status && { status }), ...(event_type && { event_type }) };
      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: "7", ...filter, ...(cursor && { cursor }) };
        const { body } = await client.listDeliveries({ params: hook.params, query });
        listed.push(...body.deliveries.map(({ id }) => id));
        cursor = body.next_cursor ?? undefined;
      } while (cursor);
      const wanted = all.filter(
        (each) => (!status || each.status === status) && (!event_type || each.event_type === event_type),
      );
      expect(listed).toEqual(wanted.map(({ id }) => id));
    }
  }
});
