// Who the load comes from: principals with sessions, in teams that share a project. Principals and sessions come by the
// seeding worker (workers/seeding.ts), projects and their members by the API.

import { bootstrapToken } from "../../scripts/secrets.mjs";
import { requestBytes } from "../bench/http.ts";
import { address, clientHeaders } from "../bench/seed.ts";
import type { Crew } from "./crew.ts";

export const PASSWORD = "a staple for the battery of a horse";
/** Of one person, by default. */
export const SESSIONS_MAX = 3;
const TEAM = 20;
const TASKS = 10;

export interface Team {
  readonly project_id: string;
  readonly task_ids: string[];
}

export interface Person {
  readonly username: string;
  readonly address: string;
  readonly id: string;
  readonly tokens: readonly string[];
  readonly team: number;
}

export interface People {
  readonly persons: readonly Person[];
  readonly teams: readonly Team[];
  /** Those who have room for another session. */
  readonly newcomers: readonly Person[];
}

/** Makes all of them, as many at once as the crew has hands. Throws at the first refusal. */
export async function makePeople(
  crew: Crew,
  { principals, sessions }: { readonly principals: number; readonly sessions: number },
  bootstrap_key: string,
  say: (text: string) => void,
): Promise<People> {
  // Their workspace opens with its first ADMIN.
  const admin = { username: "load-admin", password: PASSWORD, enable_mfa: true };
  const account = { ...admin, bootstrap_token: bootstrapToken(bootstrap_key) };
  await crew.ask(requestBytes("POST", "/v1/auth/register", clientHeaders(address(0)), account), 201);
  const hash = await crew.ask(requestBytes("POST", "/seed/hash", {}, undefined, PASSWORD), 200);
  const { phc } = hash as { phc: string };
  const persons = await crew.each(principals, "principals", say, async (i): Promise<Person> => {
    const username = `load-${i}`;
    const own = Math.floor(sessions / principals) + (i < sessions % principals ? 1 : 0);
    const from = address(i + 1);
    const made = await crew.ask(
      requestBytes("POST", "/seed/person", clientHeaders(from), { username, phc, sessions: own }),
      200,
    );
    const { id, tokens } = made as { id: string; tokens: string[] };
    return { username, address: from, id, tokens, team: Math.floor(i / TEAM) };
  });
  const teams = await crew.each(Math.ceil(principals / TEAM), "teams", say, async (n): Promise<Team> => {
    const [owner, ...others] = persons.slice(n * TEAM, (n + 1) * TEAM);
    const headers = clientHeaders(owner!.address, owner!.tokens[0]);
    const ask = (method: string, path: string, body: unknown, status: number) =>
      crew.ask(requestBytes(method, path, headers, body), status);
    const { project } = (await ask("POST", "/v1/projects", { name: `Team ${n}` }, 201)) as {
      project: { id: string };
    };
    for (const { id } of others)
      await ask("PUT", `/v1/projects/${project.id}/members/${id}`, { role: "editor" }, 200);
    const titles = Array.from({ length: TASKS }, (_, at) => ({ ref: `t${at}`, title: `Task ${at}` }));
    const { tasks } = (await ask(
      "POST",
      `/v1/projects/${project.id}/tasks/bulk`,
      { tasks: titles },
      201,
    )) as {
      tasks: { id: string }[];
    };
    return { project_id: project.id, task_ids: tasks.map(({ id }) => id) };
  });
  return { persons, teams, newcomers: persons.filter(({ tokens }) => tokens.length < SESSIONS_MAX) };
}
