// Whose client it is: signed in, by a token, or signing as a worker.
import { type Client, createClient } from "../../api/client.ts";
import { createSigner } from "../../api/sign-request.ts";
import { agentKey } from "../agent-key.ts";
import { credentialsFile, loadCredentials } from "./credentials.ts";
import { type Common, UsageError } from "./request.ts";
import { USER_AGENT } from "./sign-in.ts";

const ORIGIN = "http://localhost:8787";

/** The origin that is meant: the one asked for, else where one is signed in, else this machine's own. */
export const originOf = ({ origin }: Common): string =>
  origin ?? loadCredentials(credentialsFile())?.origin ?? ORIGIN;

/** A key goes before a token, a token before a sign-in. A session goes to the origin that gave it and nowhere else. */
export async function clientFor(common: Common): Promise<Client> {
  const origin = originOf(common);
  const headers = { "user-agent": USER_AGENT };
  if (common.key !== undefined) {
    const key_id = common["key-id"] ?? process.env.TASKWARD_KEY_ID;
    if (!key_id) throw new UsageError("--key needs --key-id, the text that the registration answered.");
    const { algorithm, key } = await agentKey(common.key);
    return createClient({ origin, headers, signer: createSigner({ algorithm, key, key_id }) });
  }
  const token = process.env.TASKWARD_TOKEN;
  if (token) return createClient({ origin, headers, session_token: token });
  const credentials = loadCredentials(credentialsFile());
  const session_token = credentials?.origin === origin ? credentials.session_token : null;
  return createClient({ origin, headers, session_token });
}

/** Whose log is read where, as in `https://tasks.example/main`: every credential names its workspace. Null without one. */
export function workspacePlace(common: Common): string | null {
  const origin = originOf(common);
  const credentials = loadCredentials(credentialsFile());
  const key_id = common.key === undefined ? undefined : (common["key-id"] ?? process.env.TASKWARD_KEY_ID);
  const session_token = credentials?.origin === origin ? credentials.session_token : undefined;
  const workspace = (key_id ?? process.env.TASKWARD_TOKEN ?? session_token)?.split(".")[2];
  return workspace ? `${origin}/${workspace}` : null;
}
