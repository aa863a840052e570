// Signing in and out. A password is asked for or comes in a variable, never as an argument: those are seen by others.
import { type Client, createClient, ProblemError, type RequestFor } from "../../api/client.ts";
import { randomSecret } from "../../protocol/random.ts";
import type { Credentials } from "./credentials.ts";
import type { Prompt } from "./prompt.ts";

/** Bound to the session; the same on every call. */
export const USER_AGENT = "taskward-client/1";

export interface Answers {
  readonly workspace?: string | undefined;
  readonly username?: string | undefined;
}

export type SignInBody = RequestFor<"login">["body"];

/** What was sent is answered too: `security-tests` sends it again. */
export async function signIn(
  origin: string,
  { workspace, username }: Answers,
  prompt: Prompt,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ credentials: Credentials; sent: SignInBody }> {
  const client = createClient({ origin, headers: { "user-agent": USER_AGENT } });
  const place = workspace ?? ((await prompt.ask("Workspace [main]")) || "main");
  const name = username ?? (await prompt.ask("Name"));
  const password = environment.TASKWARD_PASSWORD ?? (await prompt.askSecret("Password"));
  const code =
    environment.TASKWARD_CODE ?? (await prompt.ask("Code of your app, or a backup code (none: Enter)"));
  const sent = { workspace: place, username: name, password, ...(await proof(client)), ...codeFields(code) };
  const { body } = await client.login({ body: sent });
  const credentials = {
    origin,
    workspace: place,
    username: body.user.username,
    session_token: body.session_token!,
  };
  return { credentials, sent };
}

/** The service's own time and nonce, so that a wrong clock here does no harm. */
async function proof(client: Client): Promise<{ nonce: string; timestamp: number }> {
  try {
    const { nonce, timestamp } = (await client.nonce()).body;
    return { nonce, timestamp };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { nonce: randomSecret(), timestamp: Date.now() / 1000 };
  }
}

/** Six digits are a code, which apps show in two halves; anything longer is a backup code. */
function codeFields(text: string): Partial<SignInBody> {
  const mfa_code = text.replaceAll(/\s/gu, "");
  return mfa_code === "" ? {} : { mfa_code, ...(mfa_code.length > 6 && { use_backup_code: true }) };
}
