// One audit log under load: events come from many sources as the product's objects ship them, once a second each, and
// every one of them is looked up afterwards in what was published: when it happened, and when a signed checkpoint
// covered it. R2's objects are files here; the whole log is verified at the end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fromFolder } from "../../src/cli/log-source.ts";
import { verifyLog } from "../../src/protocol/log-verification.ts";
import { parseVerifierKey } from "../../src/protocol/signed-note.ts";
import type { Bench, Case } from "./case.ts";
import { removeFolder, temporaryFolder } from "./cleanup.ts";
import { Connection, requestBytes } from "./http.ts";
import { profiled } from "./profile.ts";
import { percentile } from "./statistics.ts";
import type { Server } from "./workerd.ts";

const EVENTS_PER_SECOND = 5_000;
const SOURCES = 200;
/** As an outbox waits before it ships, and at most so many rows in one batch. */
const SHIPPED_EVERY_MS = 1_000;
const BATCH_MAX = 200;
const STEP_MS = (SOURCES * 1000) / EVENTS_PER_SECOND;
const WANTED_MS = 5_000;
const POLL_MS = 20;
const PATIENCE_MS = 30_000;

/** When a checkpoint was first seen, and how many events it covers. */
interface Seen {
  readonly size: number;
  readonly at_ms: number;
}

export const auditCases: readonly Case[] = [
  {
    name: "audit-log",
    title: `one audit log under ${EVENTS_PER_SECOND} events a second; --seconds 60`,
    by_name_only: true,
    async run(bench) {
      const bucket = temporaryFolder();
      const server = await bench.stage.start(["product", "audit-feed"], {
        ...{ bucket, inspect: bench.options.profile_folder !== null },
      });
      const folder = join(bucket, "audit/load/log");
      const { seconds } = bench.options;
      const connections: Connection[] = [];
      try {
        for (let source = 0; source < SOURCES; source++)
          connections.push(await Connection.open(server.ports["audit-feed"]!));
        await connections[0]!.exchange(requestBytes("POST", "/open", {}));
        bench.say(`audit-log, ${seconds} s of ${EVENTS_PER_SECOND} events a second`);
        const [cpu_seconds, started_ms] = [server.cpuSeconds(), Date.now()];
        const until_ms = started_ms + seconds * 1000;
        const watch = new Watch(folder);
        const watching = watch.run();
        let events = 0;
        await profiledWhereWanted(bench, server, async () => {
          const each = connections.map((connection, at) => ship(bench, connection, at, started_ms, until_ms));
          for (const shipped of await Promise.all(each)) events += shipped;
        });
        const taken_seconds = (Date.now() - started_ms) / 1000;
        await watch.until(events);
        await watching;
        const cpu_us = ((server.cpuSeconds() - cpu_seconds) / events) * 1e6;
        const delays = await delaysOf(bench, folder, events, watch.seen);
        if (server.complaints() !== "")
          bench.fail(`workerd complained:\n${server.complaints().slice(0, 2_000)}`);
        const worst_ms = delays.at(-1) ?? Number.POSITIVE_INFINITY;
        const note = `${events} events, ${watch.seen.length} checkpoints; the slowest published after ${Math.round(worst_ms)} ms (wanted: ${WANTED_MS}), log verified; ${Math.round(server.residentMiB())} MiB`;
        return [
          {
            ...{ case: "audit events, from what happened to its checkpoint", connections: SOURCES },
            requests_per_second: events / taken_seconds,
            ...{ p50_ms: percentile(delays, 0.5), p99_ms: percentile(delays, 0.99), cpu_us },
            ...{ baseline: null, ratio: null, quartiles: null, cpu_ratio: null, target: null },
            ...{ note, rounds: watch.seen },
          },
        ];
      } finally {
        for (const connection of connections) connection.close();
        await server.stop();
        removeFolder(bucket);
      }
    },
  },
];

async function profiledWhereWanted(
  { options, say }: Bench,
  { inspector_port }: Server,
  work: () => Promise<void>,
): Promise<void> {
  if (options.profile_folder === null) return work();
  const file = join(options.profile_folder, "audit-log.cpuprofile");
  say(`${file}\n${await profiled(inspector_port!, "product", file, work)}`);
}

/** One source's events, at their even pace, shipped once a second. Answers how many were taken. */
async function ship(
  bench: Bench,
  connection: Connection,
  at: number,
  started_ms: number,
  until_ms: number,
): Promise<number> {
  const source = `s${String(at).padStart(3, "0")}`;
  let taken = 0;
  let now_ms = started_ms;
  for (
    let due_ms = started_ms + (at / SOURCES) * SHIPPED_EVERY_MS;
    now_ms < until_ms;
    due_ms += SHIPPED_EVERY_MS
  ) {
    await wait(Math.max(0, due_ms - Date.now()));
    now_ms = Date.now();
    const happened = Math.floor((Math.min(now_ms, until_ms) - started_ms) / STEP_MS);
    while (taken < happened) {
      const count = Math.min(happened - taken, BATCH_MAX);
      const from_ms = started_ms + taken * STEP_MS;
      const path = `/append?source=${source}&first=${taken + 1}&count=${count}&from_ms=${from_ms}&step_ms=${STEP_MS}`;
      const { status, body } = await connection.exchange(requestBytes("POST", path, {}));
      if (status !== 200) {
        bench.fail(`${source}: ${status}: ${body.toString().slice(0, 300)}`);
        return taken;
      }
      taken += count;
    }
  }
  return taken;
}

/** Notes each checkpoint that appears. */
class Watch {
  readonly seen: Seen[] = [];
  readonly #file: string;
  #wanted = Number.POSITIVE_INFINITY;
  #deadline_ms = Number.POSITIVE_INFINITY;

  constructor(folder: string) {
    this.#file = join(folder, "checkpoint");
  }

  async run(): Promise<void> {
    while ((this.seen.at(-1)?.size ?? 0) < this.#wanted && Date.now() < this.#deadline_ms) {
      const size = this.#size();
      if (size > (this.seen.at(-1)?.size ?? 0)) this.seen.push({ size, at_ms: Date.now() });
      await wait(POLL_MS);
    }
  }

  /** Ends once so many are covered, or patience is at its end. */
  async until(events: number): Promise<void> {
    this.#wanted = events;
    this.#deadline_ms = Date.now() + PATIENCE_MS;
  }

  #size(): number {
    try {
      return Number(readFileSync(this.#file, "utf8").split("\n")[1]);
    } catch {
      return 0;
    }
  }
}

/** From each event's time to the first checkpoint that covers it, ms, ascending. The log must hold all of them, and verify. */
async function delaysOf(
  bench: Bench,
  folder: string,
  events: number,
  seen: readonly Seen[],
): Promise<number[]> {
  const keys = readFileSync(join(folder, "verifier-keys"), "utf8").trimEnd().split("\n");
  const delays: number[] = [];
  const ids = new Set<string>();
  let next = 0;
  const verdict = await verifyLog({
    read: fromFolder(folder),
    keys: keys.map((text) => parseVerifierKey(text)!),
    check(entry, index) {
      const { id, timestamp, event_type } = JSON.parse(new TextDecoder().decode(entry)) as Record<
        string,
        string
      >;
      if (event_type !== "task.updated") return null;
      ids.add(id!);
      while (seen[next] && seen[next]!.size <= index) next++;
      delays.push((seen[next]?.at_ms ?? Number.POSITIVE_INFINITY) - Date.parse(timestamp!));
      return null;
    },
  });
  if (!verdict.ok) bench.fail(`the log does not verify: ${verdict.fault.path}: ${verdict.fault.problem}`);
  if (ids.size !== events) bench.fail(`${ids.size} of ${events} events are in the log`);
  return delays.sort((a, b) => a - b);
}
