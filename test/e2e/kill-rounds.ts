// Writers at full speed, a server that is killed in the middle (SIGKILL to the whole tree), a restart on the
// same data, and a count: every acknowledged change is there with its audit event, and no event is there
// without its change, or twice; every lease that was given still holds, and no task was given twice; no two checkpoints
// that the audit log has signed disagree.
// Shared by kill.test.ts and scripts/kill.mjs.
import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Client } from "../../src/api/client.ts";
import { pages } from "../../src/cli/pages.ts";
import { AuditTrail } from "./audit-trail.ts";
import { CheckpointWatch } from "./checkpoint-watch.ts";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

/** They take turns, so that none comes near the coarse limit of 600 requests a minute. */
const SHIFTS = 2;
const WRITERS_PER_SHIFT = 4;
const LANES_PER_WRITER = 2;
/** An object that died while it was shipping goes on soon after the restart, though nobody asks for it. */
const WHOLE_MS_MAX = 15_000;
/** Four a second, far from the coarse limit of 600 requests a minute. */
const POLL_MS = 250;

/** Long enough to outlive a restart; what nobody was told of is free again before it fills up a capacity. */
const LEASE_SECONDS = 120;

/** Changes after which the server dies: another moment in each round, from 40 to 199. */
const changesUntilKill = (round: number) => 40 + ((round * 67) % 160);

export interface RoundReport {
  readonly round: number;
  /** Changes that were acknowledged before the kill. */
  readonly acknowledged: number;
  /** Events in the log, all rounds together. */
  readonly events: number;
  /** Signed checkpoints that a reader has seen and found to agree, all rounds together. */
  readonly checkpoints: number;
  /** From the end of the restart until everything was found. */
  readonly whole_ms: number;
}

/** A change that the server has acknowledged, with the event that its answer named. */
interface Change {
  readonly event_id: string;
  readonly tasks: readonly Task[];
}
type Task = Answer<"readTask">["body"]["task"];

/** A lease that its holder was given and has not ended. */
interface Lease {
  readonly task_id: string;
  readonly fencing_token: number;
}

/** What one writer was promised in one round. */
interface Ledger {
  readonly client: Client;
  readonly project_id: string;
  readonly changes: Change[];
  readonly leases: Lease[];
}

/** Runs the rounds on a server of its own; throws at the first change or event that is lost or doubled. */
export async function killRounds(rounds: number, progress: (report: RoundReport) => void): Promise<void> {
  const server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  try {
    const [ada, reader] = await signInAdmin(server, ["198.51.100.100", "198.51.100.101"]);
    const watch = new CheckpointWatch(reader!.client);
    const writers: SignedIn[] = [];
    for (let n = 0; n < SHIFTS * WRITERS_PER_SHIFT; n++)
      writers.push(await signInUser(server, `writer-${n}`, `198.51.100.${n + 1}`));
    const trail = new AuditTrail(ada!.client);
    for (let round = 1; round <= rounds; round++) {
      const shift = writers.filter((_, n) => n % SHIFTS === round % SHIFTS);
      progress(await killRound(round, server, shift, trail, watch));
    }
    await watch.end(trail.events);
  } finally {
    await server.stop();
  }
}

async function killRound(
  round: number,
  server: Server,
  writers: readonly SignedIn[],
  trail: AuditTrail,
  watch: CheckpointWatch,
): Promise<RoundReport> {
  let acknowledged = 0;
  let killed = false;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const count = () => {
    acknowledged += 1;
    if (acknowledged >= changesUntilKill(round)) resolve();
  };
  const ledgers: Ledger[] = [];
  const writing = writers.map(({ client }) =>
    write(client, round, ledgers, count).catch((error: unknown) => {
      if (!killed) throw error;
    }),
  );
  await Promise.race([enough, ...writing]);
  killed = true;
  await server.kill();
  await Promise.all(writing);
  await server.restart();

  const restarted_ms = Date.now();
  await untilWhole(writers, ledgers, trail);
  const whole_ms = Date.now() - restarted_ms;
  await watch.prove();
  return { round, acknowledged, events: trail.events.length, checkpoints: watch.count, whole_ms };
}

/** One writer: a project, then tasks, imports and updates in it, on several lanes, until the server is gone. */
async function write(client: Client, round: number, ledgers: Ledger[], count: () => void): Promise<void> {
  const created = await client.createProject({ body: { name: `Round ${round}` } });
  const ledger: Ledger = { client, project_id: created.body.project.id, changes: [], leases: [] };
  const keep = (event_id: string | null, ...tasks: readonly Task[]) => {
    ledger.changes.push({ event_id: event_id!, tasks });
    count();
  };
  ledgers.push(ledger);
  keep(created.audit_event);
  const params = { project_id: ledger.project_id };
  // Both lanes ask at once, and never get the same task.
  const claimBest = async (n: number) => {
    const { body, audit_event } = await client.claimBestTask({
      params,
      body: { lease_seconds: LEASE_SECONDS, skills: [] },
    });
    if (body.task === null) throw new Error("there was an open task to claim");
    const lease = { task_id: body.task.id, fencing_token: body.lease!.fencing_token };
    keep(audit_event, body.task);
    if (n % 2 === 0) return ledger.leases.push(lease);
    const { task_id, fencing_token } = lease;
    const done = await client.completeTask({ params: { ...params, task_id }, body: { fencing_token } });
    return keep(done.audit_event, done.body.task);
  };
  const lane = async () => {
    for (let n = 1; ; n++) {
      // Asks for a skill, so that nobody claims it between the next two requests.
      const fields = { title: `Task ${n}`, skills: ["own"] };
      const { body, etag, audit_event } = await client.createTask({ params, body: fields });
      keep(audit_event, body.task);
      const change = { title: `Task ${n}, changed`, status: "in_progress" } as const;
      const updated = await client.updateTask({
        params: { ...params, task_id: body.task.id },
        body: change,
        if_match: etag!,
      });
      keep(updated.audit_event, updated.body.task);
      const open = await client.createTask({ params, body: { title: `Task ${n}, to be claimed` } });
      keep(open.audit_event, open.body.task);
      await claimBest(n);
      if (n % 4 !== 0) continue;
      const tasks = [
        { ref: "a", title: `Plan ${n}, first` },
        { ref: "b", title: `Plan ${n}, second`, depends_on: ["a"] },
      ];
      const imported = await client.createTasks({ params, body: { tasks } });
      keep(imported.audit_event, ...imported.body.tasks);
    }
  };
  await Promise.all(Array.from({ length: LANES_PER_WRITER }, lane));
}

/** Waits until all that was promised has arrived; throws what is still missing when the time is over. */
async function untilWhole(
  writers: readonly SignedIn[],
  ledgers: readonly Ledger[],
  trail: AuditTrail,
): Promise<void> {
  // First without touching a project: what it had not yet sent must come by itself.
  await untilNone(async () => {
    await trail.read();
    return ledgers.flatMap((ledger) => missingEvents(ledger, trail));
  });
  for (const ledger of ledgers) await completeAll(ledger);
  await untilNone(async () => {
    await trail.read();
    const missing = ledgers.flatMap((ledger) => doubleClaims(ledger, trail));
    for (const writer of writers) missing.push(...(await missingProjects(writer, trail)));
    for (const ledger of ledgers) missing.push(...(await missingTasks(ledger, trail)));
    return missing;
  });
}

/** Whoever was given a lease before the kill has it still: its token is the task's own. Throws where it is not. */
async function completeAll({ client, project_id, leases, changes }: Ledger): Promise<void> {
  for (const { task_id, fencing_token } of leases) {
    const params = { project_id, task_id };
    const { body, audit_event } = await client.completeTask({ params, body: { fencing_token } });
    changes.push({ event_id: audit_event!, tasks: [body.task] });
  }
}

/** Tasks that were claimed, by anybody's answer or none, while somebody held them. */
function doubleClaims({ project_id }: Ledger, trail: AuditTrail): string[] {
  const claims = trail.events.filter(
    ({ event_type, targets }) => event_type === "task.claimed" && targets[0] === project_id,
  );
  const tasks = claims.map(({ targets }) => targets[1]!);
  const twice = tasks.filter((id, index) => tasks.indexOf(id) !== index);
  const wrong = claims.filter(({ details }) => details.fencing_token !== 1).map(({ targets }) => targets[1]!);
  return [
    ...twice.map((id) => `${id} was claimed twice`),
    ...wrong.map((id) => `the first claim of ${id} has another token than 1`),
  ];
}

async function untilNone(look: () => Promise<string[]>): Promise<void> {
  const deadline_ms = Date.now() + WHOLE_MS_MAX;
  for (;;) {
    const missing = await look();
    if (missing.length === 0) return;
    if (Date.now() > deadline_ms) throw new Error(`after ${WHOLE_MS_MAX} ms:\n${missing.join("\n")}`);
    await wait(POLL_MS);
  }
}

/** Events of acknowledged changes that are not in the log. */
function missingEvents({ project_id, changes }: Ledger, trail: AuditTrail): string[] {
  return changes
    .filter(({ event_id }) => !trail.has(event_id))
    .map(({ event_id }) => `event ${event_id} of a change of ${project_id}`);
}

/** Projects, acknowledged or not, that are in the writer's list but not in the log, or the other way round. */
async function missingProjects({ client, user_id }: SignedIn, trail: AuditTrail): Promise<string[]> {
  const listed = new Set<string>();
  for await (const { projects } of pages((query) => client.listProjects({ query })))
    for (const { id } of projects) listed.add(id);
  const logged = trail.events
    .filter((event) => event.event_type === "project.created" && event.user_id === user_id)
    .map(({ targets }) => targets[0]!);
  const isLogged = new Set(logged);
  return [
    ...[...listed].filter((id) => !isLogged.has(id)).map((id) => `${id} is listed but not logged`),
    ...logged.filter((id) => !listed.has(id)).map((id) => `${id} is logged but not listed`),
  ];
}

/** Acknowledged tasks that are lost or older, and changes of the project that have not exactly one event. */
async function missingTasks({ client, project_id, changes }: Ledger, trail: AuditTrail): Promise<string[]> {
  const tasks = new Map<string, Task>();
  for await (const page of pages((query) => client.listTasks({ params: { project_id }, query })))
    for (const task of page.tasks) tasks.set(task.id, task);
  const missing: string[] = [];
  for (const task of changes.flatMap(({ tasks: acknowledged }) => acknowledged))
    if (!isKept(task, tasks.get(task.id))) missing.push(`${task.id} at version ${task.version}`);
  const events = trail.events.filter(({ targets }) => targets[0] === project_id);
  const made = events.reduce((sum, { event_type, details }) => {
    if (event_type === "task.imported") return sum + Number(details.tasks);
    return event_type === "task.created" ? sum + 1 : sum;
  }, 0);
  if (made !== tasks.size) missing.push(`${project_id} has ${tasks.size} tasks, its events made ${made}`);
  const updates = events.filter(({ event_type }) => RAISES_VERSION.has(event_type));
  for (const { id, version } of tasks.values()) {
    const logged = updates.filter(({ targets }) => targets[1] === id).length;
    if (logged !== version - 1)
      missing.push(`${id} is at version ${version}, but has ${logged} updates logged`);
  }
  return missing;
}

const RAISES_VERSION = new Set(["task.updated", "task.claimed", "task.completed", "task.lease_expired"]);

/** Whether the task is as it was acknowledged, or newer. */
const isKept = (acknowledged: Task, kept: Task | undefined): boolean =>
  kept !== undefined &&
  (kept.version > acknowledged.version ||
    (kept.version === acknowledged.version &&
      kept.title === acknowledged.title &&
      kept.status === acknowledged.status &&
      kept.lease?.expires_at === acknowledged.lease?.expires_at));
