// Webhooks to a receiver beside the load generator: how many a second arrive when many endpoints have much to tell, and
// whether those that are healthy notice one that has stopped.
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Bench, Case, Row } from "./case.ts";
import { Connection, requestBytes } from "./http.ts";
import { clientHeaders, type Principal } from "./seed.ts";
import { percentile } from "./statistics.ts";
import type { Server } from "./workerd.ts";

const VARIABLES = { ALLOW_LOOPBACK_TARGETS: "true", PUBLIC_ORIGIN: "http://127.0.0.1:8787" };
/** Endpoints that share the flood, and what each is told. */
const ENDPOINTS = 20;
const EVENTS = 500;
const PATIENCE_MS = 40_000;
/** Projects, healthy endpoints in each, and one that stops. */
const PROJECTS = 10;
const HEALTHY = 10;
const TURNS = 8;

/** Takes whatever comes, and notes when what it is about came; below `/stopped` it never answers. */
class Receiver {
  readonly arrived = new Map<string, number>();
  count = 0;
  #server: HttpServer = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      if (request.url!.startsWith("/stopped")) return;
      response.writeHead(204).end();
      this.count += 1;
      const task = /"task_id":"(tsk_\w+)"/.exec(text)?.[1];
      this.arrived.set(`${request.url} ${task}`, performance.now());
    });
  });

  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

type Made = { webhook: { id: string }; task: { id: string } };

const caller =
  (bench: Bench, connection: Connection) =>
  async (
    { address, session_token }: Principal,
    method: string,
    path: string,
    body: unknown,
  ): Promise<Made> => {
    const request = requestBytes(method, path, clientHeaders(address, session_token), body);
    const { status, body: answer } = await connection.exchange(request);
    if (status >= 300) bench.fail(`${method} ${path}: ${status}: ${answer.toString().slice(0, 300)}`);
    return JSON.parse(answer.toString()) as Made;
  };

async function onStage(
  bench: Bench,
  work: (place: {
    server: Server;
    url: string;
    receiver: Receiver;
    people: readonly Principal[];
    call: ReturnType<typeof caller>;
  }) => Promise<Row[]>,
): Promise<Row[]> {
  const { principals: people } = await bench.stage.population();
  const server = await bench.stage.start(["product"], { variables: VARIABLES });
  const receiver = new Receiver();
  const connection = await Connection.open(server.ports.product!);
  try {
    const url = await receiver.open();
    return await work({ server, url, receiver, people, call: caller(bench, connection) });
  } finally {
    connection.close();
    receiver.close();
    await server.stop();
  }
}

const row = (title: string, more: Partial<Row>): Row => ({
  case: title,
  connections: null,
  requests_per_second: null,
  ...{ p50_ms: null, p99_ms: null, cpu_us: null, baseline: null, ratio: null },
  ...{ quartiles: null, cpu_ratio: null, target: null, note: null, rounds: [] },
  ...more,
});

export const webhookCases: readonly Case[] = [
  {
    name: "webhooks",
    title: `deliveries a second of ${ENDPOINTS} endpoints with ${EVENTS} events each`,
    by_name_only: true,
    run: (bench) =>
      onStage(bench, async ({ server, url, receiver, people, call }) => {
        const owners = people.slice(0, ENDPOINTS);
        for (const owner of owners) {
          const body = { url: `${url}/hook`, project_id: owner.project_id, deliveries_per_minute: 60_000 };
          await call(owner, "POST", "/v1/webhooks", body);
        }
        const tasks = Array.from({ length: EVENTS }, (_, at) => ({ ref: `t${at}`, title: `Task ${at}` }));
        for (const owner of owners) {
          await call(owner, "POST", `/v1/projects/${owner.project_id}/tasks/bulk`, { tasks });
        }
        // What had arrived while the last were still being made is no part of the measurement.
        const [from, cpu_seconds, started_ms] = [receiver.count, server.cpuSeconds(), performance.now()];
        const wanted = ENDPOINTS * EVENTS;
        while (receiver.count < wanted && performance.now() - started_ms < PATIENCE_MS) await wait(5);
        const seconds = (performance.now() - started_ms) / 1000;
        const delivered = receiver.count - from;
        if (receiver.count < wanted) bench.fail(`webhooks: ${receiver.count} of ${wanted} arrived`);
        const cpu_us = ((server.cpuSeconds() - cpu_seconds) / delivered) * 1e6;
        const note = `wanted: 500 a second; ${delivered} measured, ${server.residentMiB()} MiB`;
        const figures = { requests_per_second: delivered / seconds, cpu_us, note };
        return [row("webhook deliveries", { ...figures, rounds: [{ delivered, seconds }] })];
      }),
  },
  {
    name: "webhooks-stopped",
    title: `${PROJECTS * HEALTHY} healthy endpoints beside ${PROJECTS} that have stopped`,
    by_name_only: true,
    run: (bench) =>
      onStage(bench, async ({ url, receiver, people, call }) => {
        const owners = people.slice(0, PROJECTS);
        const stopped: { owner: Principal; id: string }[] = [];
        for (const owner of owners) {
          const { project_id } = owner;
          for (let n = 0; n < HEALTHY; n++) {
            await call(owner, "POST", "/v1/webhooks", { url: `${url}/${n}`, project_id });
          }
          const made = await call(owner, "POST", "/v1/webhooks", { url: `${url}/stopped`, project_id });
          stopped.push({ owner, id: made.webhook.id });
        }
        const times = { alone: [] as number[], beside: [] as number[] };
        for (let turn = -1; turn < TURNS; turn++) {
          const side = turn % 2 === 0 ? "alone" : "beside";
          const status = side === "alone" ? "paused" : "active";
          for (const { owner, id } of stopped) await call(owner, "PATCH", `/v1/webhooks/${id}`, { status });
          const measured = await oneTurn(owners, receiver, call);
          if (turn >= 0) times[side].push(...measured);
        }
        const quantile = (side: "alone" | "beside", q: number) =>
          percentile(
            times[side].toSorted((a, b) => a - b),
            q,
          );
        const p95 = (side: "alone" | "beside") => quantile(side, 0.95);
        const note = `p95 ${Math.round(p95("alone"))} ms alone, ${Math.round(p95("beside"))} ms beside; with the second that a change waits for company`;
        const title = "from change to healthy endpoint";
        const figures = (side: "alone" | "beside") => ({
          p50_ms: quantile(side, 0.5),
          p99_ms: quantile(side, 0.99),
          rounds: [times[side]],
        });
        return [
          row(`${title}, alone`, figures("alone")),
          row(`${title}, beside stopped ones`, {
            ...figures("beside"),
            baseline: `${title}, alone, p95`,
            ratio: p95("beside") / p95("alone"),
            note,
          }),
        ];
      }),
  },
];

/** A task in each project; how long until each healthy endpoint had heard of it. */
async function oneTurn(
  owners: readonly Principal[],
  receiver: Receiver,
  call: ReturnType<typeof caller>,
): Promise<number[]> {
  const made = new Map<string, number>();
  for (const owner of owners) {
    const at_ms = performance.now();
    const { task } = await call(owner, "POST", `/v1/projects/${owner.project_id}/tasks`, { title: "Told" });
    for (let n = 0; n < HEALTHY; n++) made.set(`/${n} ${task.id}`, at_ms);
  }
  const until_ms = performance.now() + PATIENCE_MS;
  const isWhole = () => [...made.keys()].every((key) => receiver.arrived.has(key));
  while (!isWhole() && performance.now() < until_ms) await wait(5);
  return [...made].map(([key, at_ms]) => (receiver.arrived.get(key) ?? Number.POSITIVE_INFINITY) - at_ms);
}
