// Where a worker of the example works if it is sent nowhere: a workspace of its own, with an ADMIN who registers it
// and a project with some tasks, one of which waits for another.
import { type Client, createClient, type RequestFor } from "../api/client.ts";
import { mintBootstrapToken } from "../protocol/bootstrap-token.ts";
import { credentials, randomPassword } from "./authenticator.ts";

export interface Registered {
  readonly worker_id: string;
  readonly key_id: string;
  /** Where it has just been issued. */
  readonly certificate?: string;
}

const TASKS = [
  { ref: "collect", title: "Collect the sources", skills: ["research"] },
  { ref: "translate", title: "Translate the first page", skills: ["german"], depends_on: ["collect"] },
  { ref: "check", title: "Check the figures", skills: ["research"], priority: "high" as const },
  { ref: "paint", title: "Paint the door", skills: ["painting"] },
];

/** Opens a workspace with the bootstrap key; answers its ADMIN's client and the project. */
export async function ownStage(origin: string, bootstrap_key: Uint8Array<ArrayBuffer>) {
  const workspace = `agent-${crypto.randomUUID().slice(0, 6)}`;
  const stranger = createClient({ origin });
  const password = randomPassword();
  const bootstrap_token = await mintBootstrapToken(bootstrap_key, workspace);
  const account = { workspace, username: "ada", password, bootstrap_token };
  const { mfa } = (await stranger.register({ body: account })).body;
  const person = { workspace, username: "ada", password, totp_secret: mfa!.secret };
  const signed_in = await stranger.login({ body: await credentials(stranger, person) });
  const ada = stranger.with({ session_token: signed_in.body.session_token! });
  const { project } = (await ada.createProject({ body: { name: "Example" } })).body;
  await ada.createTasks({ params: { project_id: project.id }, body: { tasks: TASKS } });
  return { workspace, operator: ada, project_id: project.id };
}

/** Registers the worker: an operator's session or token may. */
export async function register(
  operator: Client,
  body: RequestFor<"registerWorker">["body"],
): Promise<Registered> {
  const { worker, key_id, certificate } = (await operator.registerWorker({ body })).body;
  return { worker_id: worker.id, key_id, certificate };
}
