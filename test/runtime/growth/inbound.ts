// What an integration was sent within a day: a tenth of it failed and kept no longer, the rest done with.
import { randomId } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { type Integration, isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { inside, objectOf, ringAlarm } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { type Dimension, NUMBERS } from "./dimension.ts";

const WORKSPACE = "inbound";
let owner: Person;
let integration: Integration;
const stub = () => objectOf("PRINCIPAL", `${WORKSPACE}/${integration.id}`);

const deliver = (turn: number) => {
  clock.advance(2);
  return sendThing(integration, { id: `new ${turn}`, state: "begun", title: "New", at: isoNow() });
};

export const inbound: Dimension = {
  name: "deliveries to an integration",
  size_max: 86_400, // its bucket lets in no more within a day
  stub,
  async prepare() {
    await admin(WORKSPACE);
    owner = await signUp({ workspace: WORKSPACE });
    const { project } = (await owner.client.createProject({ body: { name: "Inbox" } })).body;
    integration = await newIntegration(owner, project.id);
  },
  grow: (from, to) =>
    inside(stub(), (_, { storage: { sql } }) => {
      sql.exec(
        `${NUMBERS} INSERT INTO inbound_delivery (id, sender_id_hash, body_hash, status, attempts, received_at_ms, event_id)
         SELECT printf('ind_%026d', i), 'id ' || i, 'body ' || i, iif(i % 10 = 0, 'failed', 'applied'), 1, ?3 - i, '' FROM n`,
        from + 1,
        to,
        clock.now_ms() - 1_000,
      );
    }),
  requests: {
    "take a delivery": deliver,
    "refuse a repeated delivery": async (turn) => {
      clock.advance(2);
      const id = randomId("msg_");
      const again = { id: "again", state: "begun", title: "Again", at: "2026-01-01T00:00:00Z", turn: 0 };
      await sendThing(integration, again, { id });
      return sendThing(integration, again, { id: `${id}${turn}` });
    },
    "list what failed": async () => {
      await owner.awake();
      const params = { integration_id: integration.id };
      return owner.client.listHookFailures({ params, query: {} });
    },
    "forget one, and set the alarm": async (turn) => {
      const due_ms = clock.now_ms() - 86_400_001;
      await inside(stub(), (_, { storage: { sql } }) =>
        sql.exec(
          `INSERT INTO inbound_delivery (id, body_hash, status, attempts, received_at_ms, event_id)
           VALUES ('past ' || ?, '', 'applied', 1, ?, '')`,
          turn,
          due_ms,
        ),
      );
      await ringAlarm(stub());
    },
  },
};
