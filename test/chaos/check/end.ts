// The checks at the end of a run, when everything is well again: every invariant, read anew over the API.
import { setTimeout as wait } from "node:timers/promises";
import { pages } from "../../../src/cli/pages.ts";
import { JITTER, RETRY_DELAYS_MS } from "../../../src/domain/delivery.ts";
import { AuditTrail } from "../../e2e/audit-trail.ts";
import type { Auditor } from "../auditor.ts";
import type { Task } from "../ledger.ts";
import type { Neighbours } from "../neighbours.ts";
import type { Stage } from "../stage.ts";
import { lostTasks, wrongArrivals, wrongClaims, wrongCounts, wrongTasks } from "./history.ts";
import { forks, inFolder, verifier } from "./log.ts";

/** What has not moved for so long waits for a later time: most is tried again after five seconds, and takes fifteen at most. */
const STILL_MS = 12_000;
const POLL_MS = 500;
/** The clock goes on by as much, one after the other, so that what waits for its next attempt is made again; past ten hours nothing waits. */
const RETRIES_MS = [0, ...RETRY_DELAYS_MS.slice(1, 6).map((delay_ms) => delay_ms * (1 + JITTER))];

export interface End {
  readonly stage: Stage;
  readonly auditor: Auditor;
  readonly neighbours: Neighbours;
  readonly token: string;
  /** Since when the receiver hears: an index of the log. */
  readonly heard_from: number;
  readonly heard_project: string;
  readonly say: (line: string) => void;
}

export async function checkEnd(end: End): Promise<void> {
  const { stage, auditor, neighbours, token } = end;
  const { ledger, server } = stage;
  await untilWhole(end);
  const unsunk = unsunkOf(end);
  const logged = [...neighbours.logged];
  const violate = (what: string, found: readonly string[]) => {
    for (const each of found) ledger.violate(`${what}: ${each}`);
  };
  const { events } = auditor.trail;
  violate("acknowledged", unlogged(end));
  for (const project_id of ledger.projects.keys()) {
    const own = events.filter(({ targets }) => targets[0] === project_id);
    const { tasks, counts } = await readProject(auditor, project_id);
    const acknowledged = [...ledger.tasks.values()].filter((task) => task.project_id === project_id);
    violate(project_id, wrongTasks(own, tasks));
    violate(project_id, wrongCounts(counts, tasks));
    violate(project_id, lostTasks(acknowledged, tasks));
    violate("claims", wrongClaims(own));
    if (project_id === end.heard_project) violate("things", wrongThings(ledger.things, tasks));
  }
  const made = events
    .filter(({ event_type }) => event_type === "project.created")
    .map(({ targets }) => targets[0]!);
  const unknown = made.filter((id) => !ledger.projects.has(id));
  violate(
    "projects",
    unknown.map((id) => `${id} is in the log, and nobody was answered it`),
  );
  violate("webhooks", wrongArrivals(heardOf(end), neighbours.receiver.effects));
  violate("webhooks", neighbours.receiver.complaints);
  violate(
    "cloud log",
    unsunk.map((id) => `${id} never came`),
  );
  // It may have heard of what was not yet there when the log was last read.
  await auditor.look();
  violate(
    "cloud log",
    logged.filter((id) => !auditor.trail.has(id)).map((id) => `${id} is not in the log`),
  );
  await checkLog(end, token, server.origin);
}

async function checkLog({ auditor, stage: { ledger } }: End, token: string, origin: string): Promise<void> {
  const again = new AuditTrail(auditor.client);
  await again.read();
  if (again.events.length < auditor.trail.events.length) ledger.violate("the log has shrunk");
  await auditor.look();
  const complaint = await inFolder((folder) => verifier(origin, token, folder));
  if (complaint !== null) ledger.violate(`verify-audit: ${complaint}`);
  const entries = await readEntries(auditor);
  for (const each of forks(entries, ledger.checkpoints)) ledger.violate(each);
}

/** The entries themselves, as they are hashed: bundles of 256, each with its length before it (C2SP tlog-tiles). */
async function readEntries({ client }: Auditor): Promise<Uint8Array[]> {
  const note = new TextDecoder().decode((await client.readCheckpoint()).body as Uint8Array);
  const size = Number(note.split("\n")[1]);
  const entries: Uint8Array[] = [];
  for (let index = 0; 256 * index < size; index += 1) {
    const width = Math.min(256, size - 256 * index);
    const number = String(index).padStart(6, "0");
    const path = `${index < 1_000 ? "" : `x${number.slice(0, 3)}/`}${number.slice(3)}${width < 256 ? `.p/${width}` : ""}`;
    const bytes = (await client.readEntryBundle({ params: { path } })).body as Uint8Array;
    for (let at = 0; at < bytes.length; ) {
      const length = bytes[at]! * 256 + bytes[at + 1]!;
      entries.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return entries;
}

async function readProject({ client }: Auditor, project_id: string) {
  const tasks: Task[] = [];
  const params = { project_id };
  for await (const page of pages((query) => client.listTasks({ params, query: { ...query, limit: "100" } })))
    tasks.push(...page.tasks);
  return { tasks, counts: (await client.readProject({ params })).body.counts.tasks };
}

/** Each thing that was taken is one task, and done where it is over. */
function wrongThings(things: ReadonlyMap<string, "begun" | "over">, tasks: readonly Task[]): string[] {
  const rows = new Map<string, Task[]>();
  for (const task of tasks) {
    const id = /^Thing (\d+)/.exec(task.title)?.[1];
    if (id !== undefined) rows.set(id, [...(rows.get(id) ?? []), task]);
  }
  const wrong = [...rows].flatMap(([id, found]) =>
    found.length > 1 ? [`thing ${id} is ${found.length} tasks`] : [],
  );
  for (const [id, state] of things) {
    const task = rows.get(id)?.[0];
    if (!task) wrong.push(`thing ${id} was taken, and is no task`);
    else if (state === "over" && task.status !== "done")
      wrong.push(`thing ${id} is over, and its task ${task.status}`);
  }
  return wrong;
}

/** What the receiver was to hear. */
const heardOf = ({ auditor, heard_project, heard_from }: End) =>
  auditor.trail.events.filter(
    ({ index, category, event_type, targets }) =>
      index >= heard_from &&
      category !== "data_access" &&
      /^(?:task|comment)\./.test(event_type) &&
      targets[0] === heard_project,
  );

const unlogged = ({ stage: { ledger }, auditor }: End) =>
  [...ledger.changes].flatMap(([id, what]) =>
    auditor.trail.has(id) ? [] : [`event ${id} of ${what} is not in the log`],
  );

const unsunkOf = ({ auditor, neighbours: { logged } }: End) =>
  auditor.trail.events.filter(({ id }) => !logged.has(id)).map(({ id }) => id);

/** Waits until all that is under way has arrived, with the clock going on where it can; or until that takes too long. */
async function untilWhole(end: End): Promise<void> {
  const { machine, server, outages } = end.stage;
  for (const by_ms of RETRIES_MS) {
    if (by_ms > 0 && !machine.canJump) return;
    if (by_ms > 0) {
      machine.jump(by_ms);
      await outages.during(() => server.restart());
    }
    const missing = await untilStill(end);
    if (missing === null) return;
    end.say(`still under way: ${missing}`);
  }
}

/** What is still missing once nothing has come for a while; null where nothing is. */
async function untilStill(end: End): Promise<string | null> {
  const { auditor, neighbours } = end;
  let missing = "";
  for (let since_ms = Date.now(); Date.now() < since_ms + STILL_MS; await wait(POLL_MS)) {
    await auditor.look();
    const heard = new Set([...neighbours.receiver.effects.values()].map(({ data }) => data.event_id));
    const unheard = heardOf(end).filter(({ id }) => !heard.has(id));
    const counts = [unlogged(end), unsunkOf(end), unheard].map(({ length }) => length);
    if (counts.every((count) => count === 0)) return null;
    const [changes, sunk, webhooks] = counts;
    const now = `${changes} changes, ${sunk} events for the cloud log, ${webhooks} webhooks`;
    if (now !== missing) since_ms = Date.now();
    missing = now;
  }
  return missing;
}
