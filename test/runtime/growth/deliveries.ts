// Deliveries of a webhook: a tenth of them dead, one waiting, the rest settled; and what is told anew beside them.
import { clock } from "../harness/clock.ts";
import { inside, ringAlarm } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { type Registered, register } from "../webhooks/receiver.ts";
import { newProject, stage, type TestProject } from "../webhooks/stage.ts";
import { type Dimension, madeUpId, NUMBERS } from "./dimension.ts";

let olga: Person;
let project: TestProject;
let hook: Registered;
const delivery_id = madeUpId("msg", 10);

export const deliveries: Dimension = {
  name: "deliveries of a webhook",
  size_max: 10_000, // no more are kept
  stub: () => hook.stub,
  async prepare() {
    ({ olga } = await stage());
    project = await newProject(olga);
    hook = await register(olga, { project_id: project.id });
  },
  // The later they are made, the older: where those beyond what is kept are forgotten, the ones asked for stay.
  grow: (from, to) =>
    inside(hook.stub, (_, { storage: { sql } }) => {
      sql.exec(
        `${NUMBERS} INSERT INTO delivery (id, event_type, body, status, reason, created_at_ms, attempts,
           next_attempt_at_ms, settled_at_ms)
         SELECT printf('msg_%026d', i), 'task.created', '{}',
           iif(i % 10 = 0, 'dead', 'delivered'), iif(i % 10 = 0, 'attempts_exhausted', NULL), ?3 - i, 1, 0, ?3 - i FROM n`,
        from + 1,
        to,
        clock.now_ms(),
      );
    }),
  requests: {
    "read the webhook": () => olga.client.readWebhook({ params: hook.params }),
    "list its deliveries": () => olga.client.listDeliveries({ params: hook.params, query: { limit: "20" } }),
    "list dead deliveries": () =>
      olga.client.listDeliveries({ params: hook.params, query: { limit: "20", status: "dead" } }),
    "list pending deliveries": () =>
      olga.client.listDeliveries({ params: hook.params, query: { limit: "20", status: "pending" } }),
    "read a delivery": () => olga.client.readDelivery({ params: { ...hook.params, delivery_id } }),
    "replay a delivery": async () => {
      await olga.recent();
      await olga.client.replayDelivery({ params: { ...hook.params, delivery_id } });
      await ringAlarm(hook.stub);
    },
    "create a task and tell of it": async (turn) => {
      await project.task(`Told ${turn}`);
      await project.tell(hook);
    },
  },
};
