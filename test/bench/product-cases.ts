// Requests of signed-in users, each beside the bare calls that it cannot do without.
import { call, calls, callThenWrite, callThenWriteOne } from "./bare-cases.ts";
import type { Comparison, Side, Target } from "./case.ts";
import { requestBytes } from "./http.ts";
import { openListeners } from "./listeners.ts";
import { clientHeaders, type Population, type Principal } from "./seed.ts";
import { throughputCase } from "./throughput.ts";

type Ask = (principal: Principal, population: Population) => { path: string; body?: unknown };

const product = (
  title: string,
  method: string,
  expected_status: number,
  ask: Ask,
  callers: "principals" | "editors" = "principals",
): Side => ({
  title,
  worker: "product",
  expected_status,
  requests: (population) =>
    population![callers].map((principal) => {
      const { path, body } = ask(principal, population!);
      return requestBytes(method, path, clientHeaders(principal.address, principal.session_token), body);
    }),
});

/** All callers are one person: what one object bears. */
export const readSessionOfOne: Side = {
  title: "GET /v1/session, one person for all",
  worker: "product",
  expected_status: 200,
  crowd_only: true,
  requests: (population) => {
    const { address, session_token } = population!.principals[0]!;
    return [requestBytes("GET", "/v1/session", clientHeaders(address, session_token))];
  },
};

const TASK = { title: "Write the announcement", description: "Two paragraphs and a link.", priority: "high" };

export const readSession = product("GET /v1/session", "GET", 200, () => ({ path: "/v1/session" }));
export const readTask = product(
  "GET /v1/projects/{id}/tasks/{task}",
  "GET",
  200,
  ({ project_id, task_id }) => ({
    path: `/v1/projects/${project_id}/tasks/${task_id}`,
  }),
);
export const createTask = product("POST /v1/projects/{id}/tasks", "POST", 201, ({ project_id }) => ({
  path: `/v1/projects/${project_id}/tasks`,
  body: TASK,
}));
export const createTaskInOne: Side = {
  ...product(
    "POST /v1/projects/{id}/tasks, one project for all",
    "POST",
    201,
    (_, { shared_project_id }) => ({
      path: `/v1/projects/${shared_project_id}/tasks`,
      body: TASK,
    }),
    "editors",
  ),
  crowd_only: true,
};

/** The same while a hundred listen to that project. */
const createTaskHeard: Side = {
  ...createTaskInOne,
  title: `${createTaskInOne.title}, 100 listeners`,
  beside: (port, population) => openListeners(port, population, 100),
};

const beside = (name: string, title: string, side: Side, baseline: Side, target?: Target): Comparison => ({
  name,
  title,
  sides: [
    { side: baseline, baseline: null },
    { side, baseline, ...(target && { target }) },
  ],
});

const atLeast = (ratio: number): Target => ({ bound: "at least", ratio });

export const productCases = [
  beside("session", "an authenticated request", readSession, call, atLeast(0.65)),
  beside("session-one", "an authenticated request of one person alone", readSessionOfOne, readSession),
  beside("task-read", "a task of one's own project", readTask, calls),
  beside("task-create", "a task in one's own project", createTask, callThenWrite, atLeast(0.9)),
  beside(
    "task-create-one",
    "tasks of all callers in one project",
    createTaskInOne,
    callThenWriteOne,
    atLeast(0.9),
  ),
  beside("task-create-heard", "tasks in a project that 100 listen to", createTaskHeard, createTaskInOne),
].map(throughputCase);
