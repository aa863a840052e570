// What requests cost in rows: a row written is the dearest thing that an object does, and what is written for good is
// what storage grows by. Counted over all objects that a request reaches, with its way into the audit log.
import { beforeAll, expect, it } from "vitest";
import { allOf, KINDS, ringAlarm, shipAll } from "./harness/objects.ts";
import { admin, type Person } from "./harness/people.ts";
import { countRows } from "./harness/rows.ts";

let ada: Person;
let params: { project_id: string };
beforeAll(async () => {
  ada = await admin("main");
  params = { project_id: (await ada.client.createProject({ body: { name: "Rows" } })).body.project.id };
  await createTask();
});

/** Writes and ships all that objects have noted so far: else it falls into whichever case comes when it is ripe. */
async function settle(): Promise<void> {
  for (const kind of KINDS) for (const stub of await allOf(kind)) await ringAlarm(stub);
  await shipAll();
}

const createTask = async () =>
  (await ada.client.createTask({ params, body: { title: "A task" } })).body.task.id;

interface Case {
  /** Of one request with what follows it, little above what was counted; `scripts/scale` computes with the counts. */
  readonly written_max: number;
  readonly read_max: number;
  /** Default 20. */
  readonly times?: number;
  request(n: number): Promise<unknown>;
}

const tasks: string[] = [];
const cases: Record<string, Case> = {
  "GET /v1/session": { written_max: 2, read_max: 22, request: () => ada.client.currentSession() },
  "a task created": {
    written_max: 28,
    read_max: 36,
    request: async () => tasks.push(await createTask()),
  },
  "a task read": {
    written_max: 13,
    read_max: 34,
    request: (n) => ada.client.readTask({ params: { ...params, task_id: tasks[n]! } }),
  },
  "a page of 20 tasks": {
    written_max: 2,
    read_max: 135,
    request: () => ada.client.listTasks({ params, query: { limit: "20" } }),
  },
  "a task claimed": {
    written_max: 38,
    read_max: 84,
    request: (n) => ada.client.claimTask({ params: { ...params, task_id: tasks[n]! }, body: {} }),
  },
  "a sign-in": { written_max: 46, read_max: 240, times: 5, request: () => ada.signIn() },
};

it.each(Object.entries(cases))(
  "%s costs no more rows than this",
  async (_, { written_max, read_max, times = 20, request }) => {
    await settle();
    const count = await countRows();
    for (let n = 0; n < times; n += 1) await request(n);
    await settle();
    const { read, written } = count();
    expect(written / times).toBeLessThanOrEqual(written_max);
    expect(read / times).toBeLessThanOrEqual(read_max);
  },
  20_000,
);
