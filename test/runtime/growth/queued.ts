// Events that wait at an endpoint that is paused, in the order of their tasks: ten of each.
import { clock } from "../harness/clock.ts";
import { inside, ringAlarm } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { type Registered, register } from "../webhooks/receiver.ts";
import { newProject, type TestProject } from "../webhooks/stage.ts";
import { type Dimension, madeUpId, NUMBERS } from "./dimension.ts";

const WORKSPACE = "queued";
let olga: Person;
let project: TestProject;
let hook: Registered;
let delivery_id: string;

function replay(delivery_id: string) {
  clock.advance(4);
  return olga.client.replayDelivery({ params: { ...hook.params, delivery_id } });
}

export const queued: Dimension = {
  name: "events queued at an endpoint",
  size_max: 90_000, // at 100,000 the next is given up
  stub: () => hook.stub,
  async prepare() {
    await admin(WORKSPACE);
    olga = await signUp({ workspace: WORKSPACE });
    project = await newProject(olga);
    hook = await register(olga, { project_id: project.id, order: "task" });
    await project.task("Delivered");
    await project.tell(hook);
    const { deliveries } = (await olga.client.listDeliveries({ params: hook.params, query: {} })).body;
    delivery_id = deliveries[0]!.id;
    await olga.client.updateWebhook({ params: hook.params, body: { status: "paused" } });
  },
  grow: (from, to) =>
    inside(hook.stub, (_, { storage: { sql } }) => {
      sql.exec(
        `${NUMBERS} INSERT INTO delivery (id, event_type, task_id, body, status, created_at_ms, next_attempt_at_ms)
         SELECT printf('msg_%026d', i), 'task.updated', 'tsk_' || (i / 10), '{}', iif(i % 10 = 0, 'pending', 'waiting'),
           ?3, ?3 FROM n`,
        from + 1,
        to,
        clock.now_ms(),
      );
    }),
  requests: {
    "read the webhook": () => olga.client.readWebhook({ params: hook.params }),
    "list pending deliveries": () =>
      olga.client.listDeliveries({ params: hook.params, query: { limit: "20", status: "pending" } }),
    "list its deliveries of a type": () =>
      olga.client.listDeliveries({ params: hook.params, query: { limit: "20", event_type: "task.created" } }),
    "replay what was delivered": () => replay(delivery_id),
    "replay what is queued": () => replay(madeUpId("msg", 10)),
    "create a task and tell of it": async (turn) => {
      await project.task(`Told ${turn}`);
      await project.tell(hook);
    },
    "change its description": async (turn) => {
      clock.advance(4); // its bucket fills again
      await olga.recent();
      await olga.client.updateWebhook({ params: hook.params, body: { description: `Described ${turn}` } });
    },
    "the alarm": () => ringAlarm(hook.stub),
  },
};
