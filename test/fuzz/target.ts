// What fuzzing aims at: a real server with an ADMIN, a user, a project and a task, whose ids requests mostly carry.
import { signInAdmin, signInUser, WIDE_RATE_LIMITS } from "../e2e/people.ts";
import { type Server, startServer } from "../e2e/server.ts";

export interface Caller {
  readonly address: string;
  readonly session_token: string | null;
}

export interface Target {
  readonly server: Server;
  readonly callers: { readonly admin: Caller; readonly user: Caller; readonly nobody: Caller };
  /** Ids that exist, by the names of path parameters. */
  readonly ids: Readonly<Record<string, string>>;
  readonly etag: string;
}

export async function startTarget(): Promise<Target> {
  const server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  try {
    const [admin] = await signInAdmin(server, ["198.51.100.1"]);
    const nobody = { address: "198.51.100.3", session_token: null };
    const user = await newcomer(server, 0);
    return { server, ids: user.ids, etag: user.etag, callers: { admin: admin!, user: user.caller, nobody } };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The same with another user and project: what was sent before may have ended the session, or used up a quota. */
export async function renewed(target: Target, round: number): Promise<Target> {
  const { caller, ids, etag } = await newcomer(target.server, round);
  return { ...target, ids, etag, callers: { ...target.callers, user: caller } };
}

async function newcomer(server: Server, round: number) {
  const user = await signInUser(server, `fuzzed-${round}`, `203.0.113.${(round % 250) + 1}`);
  const created = await user.client.createProject({ body: { name: "Fuzzed" } });
  const project_id = created.body.project.id;
  const { task } = (await user.client.createTask({ params: { project_id }, body: { title: "Fuzzed" } })).body;
  const caller: Caller = { address: user.address, session_token: user.session_token };
  // The user's own id would let the ADMIN suspend or erase the user: nobody's stands in its place.
  return {
    caller,
    ids: { project_id, task_id: task.id, user_id: `usr_${"0".repeat(26)}` },
    etag: created.etag!,
  };
}
