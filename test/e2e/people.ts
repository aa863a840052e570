// People for end-to-end tests: the first ADMIN of `main`, and users who register and sign in. Each comes
// from an address of a documentation range (RFC 5737), to which the session is then bound.
import { type Client, createClient, type RequestFor } from "../../src/api/client.ts";
import { credentials, type Person, randomPassword } from "../../src/cli/authenticator.ts";
import { totpAt } from "../../src/protocol/one-time-code.ts";
import type { Server } from "./server.ts";

/** Limits that a test of something else never meets. */
export const WIDE_RATE_LIMITS = JSON.stringify(
  Object.fromEntries(
    ["login", "api", "task", "project", "worker"].map((rate_class) => [
      rate_class,
      { per_minute: 600_000, burst: 100_000 },
    ]),
  ),
);

export interface SignedIn {
  readonly user_id: string;
  readonly address: string;
  readonly session_token: string;
  readonly client: Client;
  /** What this person signs in with. */
  readonly person: Person;
}

/** A client of the server that comes from this address. */
export const clientAt = (server: Server, address: string, session_token: string | null = null): Client =>
  createClient({ origin: server.origin, session_token, headers: { "cf-connecting-ip": address } });

/** Registers the first ADMIN of a workspace, `main` by default, and signs in from each of the addresses (three at most). */
export async function signInAdmin(
  server: Server,
  addresses: readonly string[],
  { workspace, bootstrap_token } = { workspace: "main", bootstrap_token: server.bootstrap_token },
): Promise<SignedIn[]> {
  const person = { workspace, username: "ada", password: randomPassword() };
  const { mfa } = (await clientAt(server, addresses[0]!).register({ body: { ...person, bootstrap_token } }))
    .body;
  const sessions: SignedIn[] = [];
  for (const [index, address] of addresses.entries()) {
    // The account is confirmed by a code of the app; that code is then spent, so backup codes follow.
    const backup_code = index === 0 ? undefined : mfa!.backup_codes[index];
    sessions.push(await signIn(server, address, { ...person, totp_secret: mfa!.secret }, backup_code));
  }
  return sessions;
}

/** Registers a user without a second factor, where registration is open, and signs in. */
export async function signInUser(
  server: Server,
  username: string,
  address: string,
  workspace = "main",
): Promise<SignedIn> {
  const person = { workspace, username, password: randomPassword() };
  await clientAt(server, address).register({ body: { ...person, enable_mfa: false } });
  return signIn(server, address, person);
}

async function signIn(
  server: Server,
  address: string,
  person: Person,
  backup_code?: string,
): Promise<SignedIn> {
  const stranger = clientAt(server, address);
  const body: RequestFor<"login">["body"] = await credentials(stranger, person);
  const proof = backup_code ? { ...body, mfa_code: backup_code, use_backup_code: true } : body;
  const { session_token, user } = (await stranger.login({ body: proof })).body;
  return {
    user_id: user.id,
    address,
    session_token: session_token!,
    client: clientAt(server, address, session_token!),
    person,
  };
}

const STEP_MS = 30_000;
/** So many steps before now and after it: more than a test takes. */
const STEPS_ABOUT = 10;

/** Whether it is a code that the secret has about now. */
export function isCodeAboutNow(secret: string, code: string): boolean {
  const now_ms = Date.now();
  for (let step = -STEPS_ABOUT; step <= STEPS_ABOUT; step += 1) {
    if (totpAt(secret, now_ms + step * STEP_MS) === code) return true;
  }
  return false;
}

/** A code that the secret does not have about now, as any fixed one could by chance. */
export function wrongCode(secret: string): string {
  for (let number = 0; ; number += 1) {
    const code = String(number).padStart(6, "0");
    if (!isCodeAboutNow(secret, code)) return code;
  }
}
