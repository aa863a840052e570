// What people do in the load, how often, and what they are answered. A refusal is an errand of its own, made on purpose:
// any other answer than those named is an error.
import { randomBytes } from "node:crypto";
import { signInBody } from "../bench/seed.ts";
import { PASSWORD, type People, type Person, type Team } from "./people.ts";

export interface Step {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  /** Default: the visitor. */
  readonly as?: Person;
  /** Made when it is sent: a proof is good for five minutes alone. */
  body?(): unknown;
  /** In place of a body: these characters. */
  readonly raw?: string;
  readonly expected: readonly number[];
  /** What follows from a reply of 2xx, at once. */
  next?(reply: never): Step | null;
}

export interface Visit {
  readonly person: Person;
  readonly token: string;
  readonly team: Team;
  readonly people: People;
  /** Counts up from visit to visit. */
  readonly turn: number;
  /** 0 to 1. */
  random(): number;
}

interface Errand {
  /** Of a thousand. */
  readonly weight: number;
  step(visit: Visit): Step;
}

const pick = <Item>({ random }: Visit, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)]!;
const project = ({ team }: Visit): string => `/v1/projects/${team.project_id}`;
const aTask = (visit: Visit): string => `${project(visit)}/tasks/${pick(visit, visit.team.task_ids)}`;
const read = (visit: Visit, path: string): Step => ({
  method: "GET",
  path,
  token: visit.token,
  expected: [200],
});

/** Somebody who comes far too often. */
const flooder = ({ people }: Visit): Person => people.persons[0]!;
/** Somebody with room for another session, so that none of those that others use gives way. */
const newcomer = ({ people, turn }: Visit): Person => people.newcomers[turn % people.newcomers.length]!;

export const ERRANDS: Readonly<Record<string, Errand>> = {
  "read one's session": { weight: 150, step: (visit) => read(visit, "/v1/session") },
  "read a task": { weight: 280, step: (visit) => read(visit, aTask(visit)) },
  "list tasks": { weight: 170, step: (visit) => read(visit, `${project(visit)}/tasks?limit=20`) },
  "list one's projects": { weight: 40, step: (visit) => read(visit, "/v1/projects") },
  "list one's work": { weight: 40, step: (visit) => read(visit, "/v1/tasks") },
  "read the feed": { weight: 30, step: (visit) => read(visit, `${project(visit)}/events?after=0&limit=20`) },
  "create a task": {
    weight: 80,
    step: (visit) => ({
      method: "POST",
      path: `${project(visit)}/tasks`,
      token: visit.token,
      body: () => ({ title: "Write the announcement", description: "Two paragraphs and a link." }),
      expected: [201],
    }),
  },
  "change a task": {
    weight: 60,
    step: (visit) => ({
      method: "PATCH",
      path: aTask(visit),
      token: visit.token,
      body: () => ({ priority: pick(visit, ["low", "normal", "high", "urgent"]) }),
      expected: [200],
    }),
  },
  "comment on a task": {
    weight: 30,
    step: (visit) => ({
      method: "POST",
      path: `${aTask(visit)}/comments`,
      token: visit.token,
      body: () => ({ text: "Looks good." }),
      expected: [201],
    }),
  },
  "claim the best task and release it": {
    weight: 40,
    step: (visit) => ({
      method: "POST",
      path: `${project(visit)}/claim`,
      token: visit.token,
      body: () => ({}),
      expected: [200],
      next: ({ task, lease }: { task: { id: string } | null; lease: { fencing_token: number } }) =>
        task && {
          method: "POST",
          path: `${project(visit)}/tasks/${task.id}/release`,
          token: visit.token,
          body: () => ({ fencing_token: lease.fencing_token }),
          expected: [200],
        },
    }),
  },
  "sign in and out": {
    weight: 10,
    step: (visit) => ({
      method: "POST",
      path: "/v1/auth/login",
      as: newcomer(visit),
      body: () => signInBody(newcomer(visit).username, PASSWORD),
      expected: [200],
      next: ({ session_token }: { session_token: string }) => ({
        method: "POST",
        path: "/v1/auth/logout",
        token: session_token,
        as: newcomer(visit),
        expected: [204],
      }),
    }),
  },
  "refused: a forged token": {
    weight: 10,
    step: (visit) => ({
      ...read(visit, "/v1/session"),
      token: `${visit.token.slice(0, -1)}!`,
      expected: [401],
    }),
  },
  "refused: no credential": {
    weight: 5,
    step: () => ({ method: "GET", path: "/v1/session", expected: [401] }),
  },
  "refused: a wrong password": {
    weight: 2,
    step: (visit) => ({
      method: "POST",
      path: "/v1/auth/login",
      body: () => signInBody(visit.person.username, randomBytes(18).toString("base64url")),
      expected: [401],
    }),
  },
  "refused: another team's project": {
    weight: 10,
    step: (visit) => {
      const other = visit.people.teams[(visit.person.team + 1) % visit.people.teams.length]!;
      return { ...read(visit, `/v1/projects/${other.project_id}/tasks`), expected: [404] };
    },
  },
  "refused: the directory, by no ADMIN": {
    weight: 8,
    step: (visit) => ({ ...read(visit, "/v1/users"), expected: [403] }),
  },
  "refused: half a JSON": {
    weight: 8,
    step: (visit) => ({
      method: "POST",
      path: `${project(visit)}/tasks`,
      token: visit.token,
      raw: '{"title": "Half',
      expected: [400],
    }),
  },
  "refused: an unknown field": {
    weight: 7,
    step: (visit) => ({
      method: "POST",
      path: `${project(visit)}/tasks`,
      token: visit.token,
      body: () => ({ title: "A task", colour: "green" }),
      expected: [422],
    }),
  },
  "far too often by one": {
    weight: 20,
    step: (visit) => ({
      ...read(visit, "/v1/session"),
      as: flooder(visit),
      token: flooder(visit).tokens[0]!,
      expected: [200, 429],
    }),
  },
};

const TABLE = Object.entries(ERRANDS);
const TOTAL = TABLE.reduce((sum, [, { weight }]) => sum + weight, 0);

/** Draws one by weight; `at` is 0 to 1. */
export function drawErrand(at: number): [string, Errand] {
  let left = at * TOTAL;
  for (const [name, errand] of TABLE) {
    left -= errand.weight;
    if (left < 0) return [name, errand];
  }
  return TABLE[0]!;
}
