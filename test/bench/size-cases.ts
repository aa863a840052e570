// Does a project get slower as it grows? The same requests to a project of 100 tasks and to one of 100,000, one caller,
// in turns; the ratio is that of the medians.
import type { Bench, Case, Row } from "./case.ts";
import { Connection, requestBytes } from "./http.ts";
import { interleave, type Participant, type Times } from "./latency.ts";
import { clientHeaders, type Principal } from "./seed.ts";

const SIZES = [100, 100_000] as const;
/** Tasks in one import. */
const BATCH = 5_000;
const TRIES_PER_SECOND = 60;

interface Place {
  readonly project_id: string;
  readonly task_ids: readonly string[];
}

interface Ask {
  readonly method: string;
  /** Below the project. */
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
}

/** What is asked one after the other and timed together; `turn` counts up. */
type Errand = (place: Place, turn: number, send: Send) => Promise<void>;
type Send = (ask: Ask) => Promise<Record<string, never>>;

const taskOf = ({ task_ids }: Place, turn: number): string => task_ids[(turn * 7_919) % task_ids.length]!;
const list =
  (query: string): Errand =>
  async (_, __, send) => {
    await send({ method: "GET", path: `/tasks?limit=50${query}`, status: 200 });
  };
const claimed =
  (pathOf: (place: Place, turn: number) => string): Errand =>
  async (place, turn, send) => {
    const { task, lease } = (await send({
      method: "POST",
      path: pathOf(place, turn),
      body: {},
      status: 200,
    })) as unknown as { task: { id: string }; lease: { fencing_token: number } };
    const body = { fencing_token: lease.fencing_token };
    await send({ method: "POST", path: `/tasks/${task.id}/release`, body, status: 200 });
  };

const ERRANDS: Readonly<Record<string, Errand>> = {
  "list 50 tasks": list(""),
  "list by due date, unsettled": list("&sort=due&status=open,claimed,in_progress,blocked"),
  "list by priority, one label": list("&sort=-priority&label=rare"),
  "search a rare word": list("&search=quokka"),
  "claim one and release it": claimed((place, turn) => `/tasks/${taskOf(place, turn)}/claim`),
  "claim the best and release it": claimed(() => "/claim"),
  "update a task": async (place, turn, send) => {
    const body = { title: `Changed the ${turn}th time`, priority: turn % 2 ? "high" : "low" };
    await send({ method: "PATCH", path: `/tasks/${taskOf(place, turn)}`, body, status: 200 });
  },
  "create a task and delete it": async (_, turn, send) => {
    const created = await send({
      method: "POST",
      path: "/tasks",
      body: { title: `New ${turn}` },
      status: 201,
    });
    const { id } = (created as unknown as { task: { id: string } }).task;
    await send({ method: "DELETE", path: `/tasks/${id}`, status: 204 });
  },
  "read the project and its counts": async (_, __, send) => {
    await send({ method: "GET", path: "", status: 200 });
  },
};

export const sizeCases: readonly Case[] = [
  {
    name: "project-size",
    title: "a project of 100,000 tasks beside one of 100",
    by_name_only: true,
    async run(bench) {
      const { principals } = await bench.stage.population();
      const server = await bench.stage.start(["product"]);
      const connection = await Connection.open(server.ports.product!);
      try {
        const sendTo = (place: Pick<Place, "project_id">) => sender(bench, connection, principals[0]!, place);
        const places: Place[] = [];
        // One less than the quota, so that one can be created.
        for (const size of SIZES) places.push(await fill(bench, sendTo, size - 1));
        const rows: Row[] = [];
        for (const [title, errand] of Object.entries(ERRANDS)) {
          bench.say(`project-size, ${title}`);
          const participants = places.map((place, at) =>
            participant(title, errand, place, at, sendTo(place)),
          );
          const tries = Math.ceil(bench.options.seconds * TRIES_PER_SECOND);
          rows.push(...rowsOf(await interleave(participants, tries)));
        }
        if (server.complaints() !== "")
          bench.fail(`workerd complained:\n${server.complaints().slice(0, 2_000)}`);
        return rows;
      } finally {
        connection.close();
        await server.stop();
      }
    },
  },
];

const sender =
  (
    bench: Bench,
    connection: Connection,
    { address, session_token }: Principal,
    { project_id }: Pick<Place, "project_id">,
  ): Send =>
  async ({ method, path, body, status }) => {
    const headers = { ...clientHeaders(address, session_token), "If-Match": "*" };
    const reply = await connection.exchange(
      requestBytes(method, `/v1/projects${project_id}${path}`, headers, body),
    );
    const text = reply.body.toString();
    if (reply.status !== status)
      bench.fail(`${method} ${path}: unexpected status ${reply.status}: ${text.slice(0, 500)}`);
    return text === "" ? {} : JSON.parse(text);
  };

async function fill(
  bench: Bench,
  sendTo: (place: Pick<Place, "project_id">) => Send,
  size: number,
): Promise<Place> {
  const created = await sendTo({ project_id: "" })({
    method: "POST",
    path: "",
    body: { name: `${size} tasks` },
    status: 201,
  });
  const project_id = `/${(created as unknown as { project: { id: string } }).project.id}`;
  const task_ids: string[] = [];
  for (let from = 0; from < size; from += BATCH) {
    bench.say(`project-size, filling: ${from} of ${size}`);
    const tasks = Array.from({ length: Math.min(BATCH, size - from) }, (_, at) => planned(from + at, size));
    const made = await sendTo({ project_id })({
      method: "POST",
      path: "/import",
      body: { tasks },
      status: 201,
    });
    task_ids.push(...(made as unknown as { tasks: { id: string }[] }).tasks.map(({ id }) => id));
  }
  return { project_id, task_ids };
}

/** A year of work: due dates in no order, one label on every hundredth, one word in ten tasks, whatever the size. */
const planned = (index: number, size: number) => ({
  ref: `t${index}`,
  title: `Task ${index} of the plan${index % Math.ceil(size / 10) === 0 ? ", quokka" : ""}`,
  description: "Two paragraphs and a link, as many tasks have them.",
  priority: ["low", "normal", "high", "urgent"][index % 4],
  labels: index % Math.ceil(size / 50) === 0 ? ["rare"] : ["common"],
  skills: index % 3 ? ["writing"] : [],
  due_at: new Date(Date.UTC(2027, 0, 1 + ((index * 37) % 365))).toISOString(),
});

function participant(title: string, errand: Errand, place: Place, at: number, send: Send): Participant {
  let turn = 0;
  return {
    title: `${title}, ${SIZES[at]!.toLocaleString("en-GB")} tasks`,
    once: () => errand(place, turn++, send),
  };
}

function rowsOf(times: readonly Times[]): Row[] {
  const [small] = times;
  return times.map((each) => ({
    case: each.title,
    connections: 1,
    requests_per_second: null,
    p50_ms: each.p50_ms,
    p99_ms: each.p99_ms,
    cpu_us: null,
    baseline: each === small ? null : small!.title,
    ratio: each === small ? null : each.p50_ms / small!.p50_ms,
    quartiles: null,
    cpu_ratio: null,
    target: each === small ? null : { bound: "at most", ratio: 2 },
    note: null,
    rounds: [each],
  }));
}
