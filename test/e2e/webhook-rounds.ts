// Events in their thousands, a receiver that fails in every way, and a server that is killed again and again: every
// event arrives, each takes effect once, and after a 410 nothing more comes. Shared by webhooks.test.ts and
// scripts/kill.mjs.
import { setTimeout as wait } from "node:timers/promises";
import { pages } from "../../src/cli/pages.ts";
import { type SignedIn, signInAdmin, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

const TASKS_A_REQUEST = 50;
const POLL_MS = 200;
/** The first retry comes after five seconds and a half at the latest; a delivery cut off by a kill, after its restart. */
const IDLE_MS_MAX = 60_000;
/** Longer than until a first retry. */
const GONE_MS = 6_000;

export interface WebhookReport {
  readonly events: number;
  readonly kills: number;
  readonly arrivals: number;
  /** First attempts that were made to fail. */
  readonly faults: number;
  readonly seconds: number;
}

/** Throws at the first thing that is not as it should be. */
export async function webhookRounds(
  events: number,
  kills: number,
  progress: (text: string) => void,
): Promise<WebhookReport> {
  const server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  const receiver = new WebhookReceiver();
  const started_ms = Date.now();
  try {
    const url = await receiver.open();
    const [owner] = (await signInAdmin(server, ["198.51.100.1"])) as [SignedIn];
    const { project } = (await owner.client.createProject({ body: { name: "Events" } })).body;
    const project_id = project.id;
    const { secret } = (
      await owner.client.createWebhook({
        body: { url, project_id, event_types: ["task.*"], deliveries_per_minute: 60_000 },
      })
    ).body;
    Object.assign(receiver, { secret, fault_rate: 0.15 });
    for (let kill = 0; kill <= kills; kill += 1) {
      const wanted = Math.ceil((events * (kill + 1)) / (kills + 1));
      await fill(owner, project_id, receiver, wanted, kill === kills ? null : server);
      progress(`${receiver.effects.size} of ${events} events after ${kill} kills`);
    }
    const gone = await answerGone(owner, project_id);
    await untilAll(owner, project_id, receiver, events + gone.tasks);
    const arrivals = receiver.arrivals.length;
    await gone.check();
    if (receiver.complaints.length > 0) throw new Error(receiver.complaints.slice(0, 10).join("\n"));
    const seconds = (Date.now() - started_ms) / 1000;
    return { events: receiver.effects.size, kills, arrivals, faults: receiver.faults.size, seconds };
  } finally {
    await receiver.close();
    await server.stop();
  }
}

/** Makes tasks until there are so many, then kills the server while they are on their way. */
async function fill(
  olga: SignedIn,
  project_id: string,
  receiver: WebhookReceiver,
  wanted: number,
  server: Server | null,
): Promise<void> {
  const { client } = olga;
  const params = { project_id };
  for (let made = await countTasks(olga, project_id); made < wanted; ) {
    const count = Math.min(TASKS_A_REQUEST, wanted - made);
    const tasks = Array.from({ length: count }, (_, at) => ({ ref: `t${at}`, title: `Task ${made + at}` }));
    await client.createTasks({ params, body: { tasks } });
    made += count;
  }
  if (!server) return;
  // Somewhere between the change, its way to the endpoint, and the deliveries.
  const before = receiver.arrivals.length;
  await wait(Math.random() * 1_500);
  for (let waited = 0; receiver.arrivals.length === before && waited < 5_000; waited += 20) await wait(20);
  await server.kill();
  await server.restart();
}

async function countTasks({ client }: SignedIn, project_id: string): Promise<number> {
  const { counts } = (await client.readProject({ params: { project_id } })).body;
  return Object.values(counts.tasks).reduce((sum, each) => sum + each, 0);
}

/** Every task that there is has told of itself; none twice in effect. */
async function untilAll(
  { client }: SignedIn,
  project_id: string,
  receiver: WebhookReceiver,
  events: number,
): Promise<void> {
  let last = -1;
  for (let idle_ms = 0; receiver.effects.size < events && idle_ms < IDLE_MS_MAX; idle_ms += POLL_MS) {
    await wait(POLL_MS);
    if (receiver.effects.size !== last) idle_ms = 0;
    last = receiver.effects.size;
  }
  const told = [...receiver.effects.values()].map(({ data }) => data.task_id!);
  const seen = new Set(told);
  if (seen.size !== told.length) throw new Error(`${told.length - seen.size} tasks took effect twice`);
  const params = { project_id };
  for await (const { tasks } of pages((query) => client.listTasks({ params, query }))) {
    for (const { id } of tasks) if (!seen.delete(id)) throw new Error(`nobody was told of ${id}`);
  }
  if (seen.size > 0) throw new Error(`${seen.size} tasks were told of that never were`);
}

/** Another endpoint, which answers 410 to the first that it hears: nothing more may come, whatever happens. */
async function answerGone({ client }: SignedIn, project_id: string) {
  const receiver = new WebhookReceiver();
  const body = { url: await receiver.open(), project_id };
  const { webhook, secret } = (await client.createWebhook({ body })).body;
  Object.assign(receiver, { secret, fault_rate: "410" });
  const params = { project_id };
  await client.createTask({ params, body: { title: "the last that it is told" } });
  for (let waited = 0; receiver.arrivals.length === 0 && waited < 30_000; waited += 20) await wait(20);
  const since_ms = Date.now();
  await client.createTask({ params, body: { title: "it hears nothing of this" } });
  return {
    tasks: 2,
    async check() {
      await wait(Math.max(0, since_ms + GONE_MS - Date.now()));
      const { status } = (await client.readWebhook({ params: { webhook_id: webhook.id } })).body.webhook;
      await receiver.close();
      if (status !== "gone") throw new Error(`after 410 the endpoint is ${status}`);
      const { length } = receiver.arrivals;
      if (length !== 1) throw new Error(`${length} deliveries where the first was answered 410`);
    },
  };
}
