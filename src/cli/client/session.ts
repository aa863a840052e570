// Whose client it is: signed in, by a token, or signing as a worker.
import { type Client, createClient, type Fetch } from "../../api/client.ts";
import { createSigner } from "../../api/sign-request.ts";
import { agentKey } from "../agent-key.ts";
import { keyIdOf, tokenOf } from "../environment.ts";
import { parseOrigin } from "../origin.ts";
import type { Progress } from "../progress.ts";
import { type Credentials, credentialsFile, loadCredentials } from "./credentials.ts";
import { type Common, UsageError } from "./request.ts";
import { USER_AGENT } from "./sign-in.ts";

const ORIGIN = "http://localhost:8787";

/** The origin that is meant: the one asked for, else where one is signed in, else this machine's own. Throws OriginError. */
export function originOf({ origin }: Pick<Common, "origin">): string {
  return parseOrigin(origin ?? loadCredentials(credentialsFile())?.origin ?? ORIGIN);
}

/** The session that is kept for an origin, however that was written when it began; null where there is none. */
function keptFor(origin: string): Credentials | null {
  const credentials = loadCredentials(credentialsFile());
  return credentials !== null && originOf(credentials) === origin ? credentials : null;
}

/** A client in the session that is kept, whatever token the environment holds; null where nobody is signed in. */
export function keptClient(): Client | null {
  const credentials = loadCredentials(credentialsFile());
  if (credentials === null) return null;
  const { session_token } = credentials;
  return createClient({
    origin: originOf(credentials),
    headers: { "user-agent": USER_AGENT },
    session_token,
  });
}

/** A key goes before a token, a token before a sign-in. A session goes to the origin that gave it and nowhere else. */
export async function clientFor(common: Common, progress?: Progress): Promise<Client> {
  const origin = originOf(common);
  const base = {
    origin,
    headers: { "user-agent": USER_AGENT },
    ...(progress && { fetch: counted(progress) }),
  };
  if (common.key !== undefined) {
    const key_id = keyIdOf(common["key-id"]);
    if (key_id === null)
      throw new UsageError("--key needs --key-id, the text that the registration answered.");
    const { algorithm, key } = await agentKey(common.key, { may_make: false });
    return createClient({ ...base, signer: createSigner({ algorithm, key, key_id }) });
  }
  const session_token = tokenOf() ?? keptFor(origin)?.session_token ?? null;
  return createClient({ ...base, session_token });
}

/** Tells how much of an answer has come; of the whole, where the service says how long it is. */
const counted =
  (progress: Progress): Fetch =>
  async (url, init) => {
    const answer = await fetch(url, init);
    const length = Number(answer.headers.get("content-length") ?? 0);
    if (!answer.body) return answer;
    if (length > 0) progress.expect(length);
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, onward) {
        progress.advance(chunk.length);
        onward.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(count), answer);
  };

/** Whose log is read where, as in `https://tasks.example/main`: every credential names its workspace. Null without one. */
export function workspacePlace(common: Common): string | null {
  const origin = originOf(common);
  const key_id = common.key === undefined ? null : keyIdOf(common["key-id"]);
  const workspace = (key_id ?? tokenOf() ?? keptFor(origin)?.session_token)?.split(".")[2];
  return workspace ? `${origin}/${workspace}` : null;
}
