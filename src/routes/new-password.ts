// What every new password must bear, wherever it is set: the policy, the list of common passwords and, where the
// deployment has one, a breach service. A service that does not answer stops nobody; the audit says that it did not.
import type { Config, Env } from "../config.ts";
import { loadCommonPasswords } from "../domain/common-passwords.ts";
import { passwordComplaint } from "../domain/password-policy.ts";
import { userIdOf } from "../domain/principal-id.ts";
import { checkBreach } from "../edge/breach-check.ts";
import { strangersFor } from "../edge/strangers.ts";
import type { RequestContext } from "../schema/messages/request.ts";
import { refuse } from "../schema/result.ts";

interface PasswordCall {
  readonly context: RequestContext;
  readonly config: Config;
  readonly env: Env;
  readonly defer: (work: Promise<unknown>) => void;
}

interface NewPassword {
  readonly workspace: string;
  readonly username: string;
  readonly password: string;
  /** Whether a second factor stands beside it. */
  readonly mfa: boolean;
}

/** A refusal that names the complaint and points at the password, or null. */
export async function complainAbout(call: PasswordCall, chosen: NewPassword, pointer: string) {
  const { workspace, username, password, mfa } = chosen;
  const complaint = passwordComplaint(password, username, mfa, await loadCommonPasswords());
  const detail = complaint ?? (await breachComplaint(call, workspace, username, password));
  return detail === null ? null : refuse("invalid_input", { errors: [{ pointer, detail }] });
}

async function breachComplaint(
  { config, context, env, defer }: PasswordCall,
  workspace: string,
  username: string,
  password: string,
): Promise<string | null> {
  if (config.breach_check_url === null) return null;
  const verdict = await checkBreach(config.breach_check_url, password);
  if (verdict === "unavailable") {
    const shard = await strangersFor(context.source.address, config, env);
    defer(shard.breachUnchecked(workspace, userIdOf(workspace, username), context));
  }
  return verdict === "breached" ? "this password is known from a breach" : null;
}
