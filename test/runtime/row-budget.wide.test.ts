// What requests cost in rows: a row written is the dearest thing that an object does, and what is written for good is
// what storage grows by. Counted over all objects that a request reaches, with its way into the audit log.
import { beforeAll, expect, it, vi } from "vitest";
import { reads } from "../../src/edge/reads.ts";
import { clock } from "./harness/clock.ts";
import { allOf, KINDS, ringAlarm, shipAll } from "./harness/objects.ts";
import { admin, type Person } from "./harness/people.ts";
import { countRows } from "./harness/rows.ts";
import { env } from "./harness/worker.ts";
import { eventNamed } from "./objects/logs.ts";

/** The one that keeps all reads here: that a shard comes to be is not what a request costs. */
const shard = env.STRANGERS.getByName("strangers/0");

let ada: Person;
let params: { project_id: string };
const tasks: string[] = [];
beforeAll(async () => {
  ada = await admin("main");
  await shard.keepReads({ id: "rds_first", reads: [] });
  params = { project_id: (await ada.client.createProject({ body: { name: "Rows" } })).body.project.id };
  for (let n = 0; n < 20; n += 1) tasks.push(await createTask());
});

/** Rings every alarm once, after what was read is told: what was noted is sent, shipped and published. */
async function ringAll(): Promise<void> {
  await reads.tell({ ...env, STRANGERS: { getByName: () => shard } } as unknown as typeof env);
  for (const kind of KINDS) for (const stub of await allOf(kind)) await ringAlarm(stub);
}

/**
 * Nothing of what was done before falls into a case, and the log's present block speaks of nobody whom it is about: as on
 * a day on which others are busy, too.
 */
async function settle(): Promise<void> {
  await ringAll();
  await shipAll();
  const rows = Array.from({ length: 64 }, (_, n) => eventNamed(`evt_between_${clock.now_ms()}_${n}`));
  const batch = {
    version: 1,
    source: "others",
    incarnation: "inc_1",
    first_sequence: 1,
    loose: true,
  } as const;
  await env.AUDIT_LOG.getByName("main").append({ ...batch, rows });
  clock.advance(61);
  await ringAll();
}

/** What objects put off waits until the work is done: a burst is one, however slow the machine. */
async function atOnce(work: () => Promise<void>): Promise<void> {
  const real = globalThis.setTimeout;
  let is_done = false;
  vi.stubGlobal("setTimeout", (ring: () => void, ms = 0) => {
    if (ms < 500 || ms > 1_000) return real(ring, ms);
    // Each looks for itself: a timer rings in the object that has set it.
    const look = () => (is_done ? ring() : void real(look, 5));
    return real(look, 5);
  });
  try {
    await work();
  } finally {
    is_done = true;
    vi.unstubAllGlobals();
  }
}

const createTask = async () =>
  (await ada.client.createTask({ params, body: { title: "A task" } })).body.task.id;

interface Case {
  /**
   * Of one request with what follows it, a tenth or two above what was counted (`scripts/scale` computes with the counts).
   */
  readonly written_max: number;
  readonly read_max: number;
  /** Default 10: a burst. */
  readonly times?: number;
  request(n: number): Promise<unknown>;
}

const cases: Record<string, Case> = {
  "GET /v1/session": { written_max: 2.5, read_max: 26, request: () => ada.client.currentSession() },
  "a task created": {
    written_max: 14.5,
    read_max: 50,
    request: createTask,
  },
  "a task read": {
    written_max: 6,
    read_max: 50,
    request: (n) => ada.client.readTask({ params: { ...params, task_id: tasks[n]! } }),
  },
  "a page of 20 tasks": {
    written_max: 3,
    read_max: 138,
    request: () => ada.client.listTasks({ params, query: { limit: "20" } }),
  },
  "a task claimed": {
    written_max: 27,
    read_max: 72,
    request: (n) => ada.client.claimTask({ params: { ...params, task_id: tasks[n]! }, body: {} }),
  },
  "a sign-in": { written_max: 30, read_max: 150, times: 5, request: () => ada.signIn() },
  // So many that they are filed (project/filing-store.ts): what a task costs later counts as well.
  "a task created and filed": { written_max: 22, read_max: 26, times: 64, request: createTask },
};

it.each(Object.entries(cases))(
  "%s costs no more rows than this",
  async (_, { written_max, read_max, times = 10, request }) => {
    await settle();
    const count = await countRows();
    await atOnce(async () => {
      for (let n = 0; n < times; n += 1) await request(n);
      await ringAll();
      const { read, written } = count();
      expect(written / times).toBeLessThanOrEqual(written_max);
      expect(read / times).toBeLessThanOrEqual(read_max);
    });
  },
);
