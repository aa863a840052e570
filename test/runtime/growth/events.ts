// Events of an audit log, all of them published: what a tenant has done in years.
import { EventPlaceStore } from "../../../durable-objects/audit-log/event-place-store.ts";
import type { AuditEntry } from "../../../src/schema/audit-event.ts";
import { clock } from "../harness/clock.ts";
import { inside, objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person } from "../harness/people.ts";
import { type Dimension, NUMBERS } from "./dimension.ts";

const WORKSPACE = "events";
let ada: Person;
let params: { project_id: string };
const stub = () => objectOf("AUDIT_LOG", WORKSPACE);
const list = (query: Record<string, string>) => () =>
  ada.client.listEvents({ query: { limit: "20", ...query } });

export const events: Dimension = {
  name: "events of an audit log",
  size_max: 1_000_000,
  stub,
  async prepare() {
    ada = await admin(WORKSPACE);
    params = { project_id: (await ada.client.createProject({ body: { name: "Log" } })).body.project.id };
  },
  async grow(from, to) {
    await inside(stub(), (_, { storage: { sql } }) => {
      const { size } = sql.exec<{ size: number }>("SELECT max(idx) + 1 AS size FROM event").one();
      sql.exec(
        `${NUMBERS} INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, timestamp, entry)
         SELECT ?3 + i - ?1, printf('evt_%026d', i), 'task.created', 'data', 'info',
           iif(i = 3, 'usr_rare', 'usr_' || (i % 100)), 'allow', ?4,
           json_object('id', printf('evt_%026d', i), 'index', ?3 + i - ?1, 'timestamp', ?4, 'targets', json_array(),
             'sealed', NULL) FROM n`,
        from + 1,
        to,
        size,
        new Date(clock.now_ms()).toISOString(),
      );
      const rows = sql.exec('SELECT *, idx AS "index" FROM event WHERE idx >= ?', size);
      new EventPlaceStore(sql).add(
        Array.from(rows, (row) => ({ ...row, targets: [] }) as unknown as AuditEntry),
      );
    });
    // What is asked for is of the last hour, or of before all.
    clock.advance(7_200);
    await ada.awake();
    for (let round = 0; round < 1_000 && (await isBehind()); round += 1) await ringAlarm(stub());
  },
  requests: {
    "list events": list({}),
    "list events of a type": list({ event_type: "task.created" }),
    "list events of a category": list({ category: "administration" }),
    "list events that were refused": list({ decision: "deny" }),
    "list events of somebody who has few": () => list({ user_id: ada.id })(),
    "list events since an hour ago": () =>
      list({ since: new Date(clock.now_ms() - 3_600_000).toISOString() })(),
    "list events of before all": list({ until: "2020-01-01T00:00:00.000Z" }),
    "prove an event": () => ada.client.proveEntry({ params: { entry: "3" } }),
    "read the checkpoint": () => ada.send("/v1/audit/checkpoint"),
    "create a task, and its way into the log": async (turn) => {
      await ada.client.createTask({ params, body: { title: `New ${turn}` } });
      await ringAlarm(objectOf("PROJECT", `${WORKSPACE}/${params.project_id}`));
      await ringAlarm(stub());
    },
  },
};

async function isBehind(): Promise<boolean> {
  const [row] = await rowsOf<{ behind: number }>(
    stub(),
    "SELECT (SELECT max(idx) + 1 FROM event) > size AS behind FROM tree",
  );
  return row?.behind === 1;
}
