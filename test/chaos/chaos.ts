// A server under a mixed load while everything around it fails: kills, restarts, objects that leave memory, a clock that
// jumps, a disk that refuses, neighbours that are slow or dead. Afterwards every invariant is checked from outside. One
// seed decides what is done and what fails; how requests interleave is up to the machine.
import { setTimeout as wait } from "node:timers/promises";
import { generator } from "../../scripts/training/random.ts";
import { signInAdmin, WIDE_RATE_LIMITS } from "../e2e/people.ts";
import { type Server, startServer } from "../e2e/server.ts";
import { Agent } from "./agents.ts";
import { Auditor } from "./auditor.ts";
import { Caller, Outages } from "./caller.ts";
import { checkEnd } from "./check/end.ts";
import { type Faults, spoilNeighbour, spoilServer, type Weather } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { type Machine, makeMachine } from "./machine.ts";
import { type Neighbours, startNeighbours } from "./neighbours.ts";
import { Person } from "./people.ts";
import type { Stage } from "./stage.ts";
import { Sender } from "./things.ts";

export interface Plan {
  /** At least. */
  readonly seconds: number;
  /** Acknowledged, at least: on a busy machine that takes longer. */
  readonly changes: number;
  readonly seed: number;
  /** Between two faults of one kind, on average. */
  readonly calm_ms: number;
  /** Between two steps of one actor, on average. */
  readonly pause_ms: number;
  readonly people: number;
  readonly agents: number;
  readonly progress_ms: number;
}

export interface Report {
  readonly answers: number;
  readonly acknowledged: number;
  readonly events: number;
  readonly leases: number;
  readonly things: number;
  readonly deliveries: number;
  readonly checkpoints: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly refusals: ReadonlyMap<string, number>;
  /** Kinds of faults that this machine cannot have, and why. */
  readonly lacks: readonly string[];
  /** Empty where every invariant held. */
  readonly violations: readonly string[];
}

/** Between the seeds of two who draw at chance. */
const STREAM = 7_919;
const POLL_MS = 250;

export async function chaos(plan: Plan, say: (line: string) => void): Promise<Report> {
  const machine = makeMachine();
  const neighbours = await startNeighbours();
  let server: Server | null = null;
  try {
    server = await startServer({ env: { ...environment(), ...neighbours.env, ...machine.env } });
    return await run(plan, { server, machine, neighbours }, say);
  } finally {
    await server?.stop();
    await neighbours.remove();
    machine.remove();
  }
}

const environment = () => ({
  RATE_LIMITS: WIDE_RATE_LIMITS,
  // Replays are many, and refused on purpose.
  LOCKOUT_FAILURES: "1000000",
  ACCOUNT_FAILURES_PER_HOUR: "1000000",
});

interface Parts {
  readonly server: Server;
  readonly machine: Machine;
  readonly neighbours: Neighbours;
}

async function run(
  plan: Plan,
  { server, machine, neighbours }: Parts,
  say: (line: string) => void,
): Promise<Report> {
  const ledger = new Ledger();
  const outages = new Outages();
  const faults: Faults = new Map();
  let isOver = false;
  let isQuiet = false;
  let isGivenUp = false;
  const caller = new Caller(ledger, outages, () => isGivenUp);
  const stage: Stage = {
    ...{ server, machine, ledger, caller, outages },
    ...{ isOver: () => isOver, isQuiet: () => isQuiet, pause_ms: plan.pause_ms },
  };
  let streams = 0;
  const random = () => {
    streams += 1;
    return generator(plan.seed + streams * STREAM);
  };
  const cast = await begin(plan, stage, neighbours, random);
  const weather = (): Weather => ({
    ...{ random: random(), faults, calm_ms: plan.calm_ms },
    setQuiet: (quiet) => {
      isQuiet = quiet;
    },
  });
  const { people, agents, sender, auditor } = cast;
  const acting = [...people, ...agents, sender, auditor].map((each) => each.act());
  const spoiling = [
    spoilServer(stage, weather()),
    ...Object.entries(neighbours.doors).map(([name, door]) => spoilNeighbour(stage, name, door, weather())),
  ];
  const progress = () => say(progressLine(stage, faults, auditor));
  const timer = setInterval(progress, plan.progress_ms);
  const enough = async () => {
    await wait(plan.seconds * 1_000);
    while (ledger.changes.size < plan.changes) await wait(POLL_MS, undefined, { ref: false });
  };
  // Whoever fails for a reason of its own ends the run.
  await Promise.race([enough(), Promise.all(acting)]);
  isOver = true;
  await Promise.all(spoiling);
  await Promise.all(acting);
  clearInterval(timer);
  progress();
  // A lease that ended between the last look at the log and the one at the rows would be in the rows alone.
  for (const agent of agents) await agent.leave();
  for (const person of people) await person.sessions.check();
  await checkEnd({ ...cast, stage, neighbours, heard_project: people[0]!.project_id, say });
  isGivenUp = true;
  return {
    answers: ledger.answers,
    acknowledged: ledger.changes.size,
    events: auditor.trail.events.length,
    leases: ledger.leases.length,
    things: ledger.things.size,
    deliveries: neighbours.receiver.arrivals.length,
    checkpoints: ledger.checkpoints.size,
    ...{ faults, refusals: ledger.refusals, lacks: machine.lacks, violations: ledger.violations },
  };
}

/** Everybody registers, and is given what the load needs. */
async function begin(
  plan: Plan,
  stage: Stage,
  neighbours: Neighbours,
  random: () => ReturnType<typeof generator>,
) {
  const [ada] = await signInAdmin(stage.server, ["192.0.2.1"]);
  const permissions = ["system:audit", "project:read", "project:list", "task:read"] as const;
  const { token } = (
    await ada!.client.createToken({ body: { name: "Auditor", permissions: [...permissions] } })
  ).body;
  const auditor = new Auditor(stage, ada!.client.with({ session_token: token }));
  const people = Array.from({ length: plan.people }, (_, at) => new Person(stage, random(), at + 1));
  for (const person of people) await person.begin();
  const [first] = people as [Person];
  const agents = Array.from({ length: plan.agents }, (_, at) => new Agent(stage, random(), at + 1));
  for (const agent of agents) await agent.begin(ada!.client, people);
  const sender = new Sender(stage, random());
  await sender.begin(first.client, first.project_id);
  // What was done until now is none of what the receiver hears.
  do {
    await wait(POLL_MS);
    await auditor.trail.read();
  } while ([...stage.ledger.changes.keys()].some((id) => !auditor.trail.has(id)));
  const heard_from = auditor.trail.events.length;
  const { receiver, receiver_url: url } = neighbours;
  const body = { url, project_id: first.project_id, event_types: ["task.*" as const, "comment.*" as const] };
  receiver.secret = (await first.client.createWebhook({ body })).body.secret;
  Object.assign(receiver, { fault_rate: 0.03, random: random(), now_ms: stage.machine.now_ms });
  return { people, agents, sender, auditor, token, heard_from };
}

function progressLine({ ledger, machine }: Stage, faults: Faults, auditor: Auditor): string {
  const struck = [...faults.values()].reduce((sum, count) => sum + count, 0);
  const offset_s = Math.round((machine.now_ms() - Date.now()) / 1_000);
  return `${ledger.answers} answers, ${ledger.changes.size} changes, ${auditor.trail.events.length} events, ${struck} faults, clock ${offset_s} s ahead, ${ledger.violations.length} violations`;
}
