// People of the tests, made through the API alone: registered, invited, signed in, each at an address of their own,
// so that one test's rate limits and lockouts are not another's.
import { type Client, createClient } from "../../../src/api/client.ts";
import { decodeBase64Url } from "../../../src/protocol/base64url.ts";
import { mintBootstrapToken } from "../../../src/protocol/bootstrap-token.ts";
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import type { Role } from "../../../src/schema/role.ts";
import { clock, STEP_MS } from "./clock.ts";
import { deliver, env, newAddress, ORIGIN, requestTo, type Sending, send } from "./worker.ts";

const RECENT_MS = 600_000;
/** Less than any session may be idle. */
const AWAKE_MS = 1_200_000;
const PRIVILEGED: readonly Role[] = ["ADMIN", "COORDINATOR", "AUDITOR"];

export interface NewPerson {
  /** Default `main`. */
  readonly workspace?: string;
  /** Default: one that no other test of this file uses. */
  readonly username?: string;
  readonly password?: string;
  /** Whether to register with a second factor; default false. */
  readonly mfa?: boolean;
  readonly invitation?: string;
  readonly bootstrap_token?: string;
  readonly address?: string;
  readonly user_agent?: string;
  readonly cf?: Record<string, unknown>;
}

/** The token with one character of its MAC altered, and so forged. */
export function forged(token: string): string {
  const altered = token.at(-2) === "A" ? "B" : "A";
  return `${token.slice(0, -2)}${altered}${token.slice(-1)}`;
}

/** How many steps before and after now a wrong code is none of: more than any test counts on. */
const STEPS_ABOUT = 4;

/** An authenticator app with one secret: it never shows a code twice. */
export class Factor {
  readonly secret: string;
  readonly backup_codes: string[];
  #last_step = -1;

  constructor({ secret, backup_codes }: { secret: string; backup_codes: readonly string[] }) {
    this.secret = secret;
    this.backup_codes = [...backup_codes];
  }

  /** A code that was not shown yet; moves time on by a step when those within reach are used up. */
  code(): string {
    const now = Math.floor(clock.now_ms() / STEP_MS);
    const step = Math.max(now - 1, this.#last_step + 1);
    if (step > now + 1) clock.advance(STEP_MS / 1000);
    const code = this.#at(step);
    // Of steps within reach that happen to share a code the latest is the one that counts as used.
    const furthest = Math.max(step, now + 1);
    this.#last_step = furthest;
    while (this.#at(this.#last_step) !== code) this.#last_step -= 1;
    return code;
  }

  /** Whether it is the code of a step about now. */
  knows(code: string): boolean {
    const now = Math.floor(clock.now_ms() / STEP_MS);
    for (let step = now - STEPS_ABOUT; step <= now + STEPS_ABOUT; step += 1) {
      if (this.#at(step) === code) return true;
    }
    return false;
  }

  /** The first of so many wrong codes, or another: any fixed one could be right for a secret drawn by chance. */
  wrong(which = 0): string {
    const codes = Array.from({ length: which + 2 * STEPS_ABOUT + 2 }, (_, index) =>
      `${index}`.padStart(6, "0"),
    );
    return codes.filter((code) => !this.knows(code))[which]!;
  }

  #at(step: number): string {
    return totpAt(this.secret, step * STEP_MS);
  }
}

let names = 0;
function newUsername(): string {
  names += 1;
  return `person${names}`;
}

export class Person {
  readonly workspace: string;
  readonly username: string;
  password: string;
  address: string;
  user_agent: string;
  cf: Record<string, unknown> | undefined;
  id = "";
  /** The session token; empty before the first sign-in. */
  token = "";
  session_id = "";
  factor: Factor | null = null;
  #authenticated_ms = 0;
  #signed_in_ms = 0;

  constructor(person: NewPerson = {}) {
    this.workspace = person.workspace ?? "main";
    this.username = person.username ?? newUsername();
    this.password = person.password ?? "a staple for the battery of a horse";
    this.address = person.address ?? newAddress();
    this.user_agent = person.user_agent ?? "taskward-test/1";
    this.cf = person.cf;
  }

  /** The typed client with this person's session, address and user agent as they are now. */
  get client(): Client {
    return createClient({
      origin: ORIGIN,
      session_token: this.token || null,
      headers: { "CF-Connecting-IP": this.address, "User-Agent": this.user_agent },
      fetch: (url, { method, headers, body }) => {
        const sending = { method, headers: Object.fromEntries(headers), address: null };
        return deliver(
          requestTo(url, {
            ...sending,
            ...(body !== undefined && { body }),
            ...(this.cf && { cf: this.cf }),
          }),
        );
      },
    });
  }

  /** A raw request with this person's session, address and user agent; `sending` wins. */
  send(path: string, sending: Sending = {}): Promise<Response> {
    return send(path, {
      token: this.token,
      address: this.address,
      ...(this.cf && { cf: this.cf }),
      ...sending,
      headers: { "User-Agent": this.user_agent, ...sending.headers },
    });
  }

  get totp_secret(): string | null {
    return this.factor?.secret ?? null;
  }

  get backup_codes(): string[] {
    return this.factor?.backup_codes ?? [];
  }

  /** A code that was not used yet; see Factor. */
  code(): string {
    return this.factor!.code();
  }

  /** Begins to use another second factor. */
  useFactor(mfa: { secret: string; backup_codes: string[] }): void {
    this.factor = mfa instanceof Factor ? mfa : new Factor(mfa);
  }

  /** A fresh proof of identity, as sign-in, step-up and password change take it. */
  proof() {
    const fresh = { nonce: randomSecret(), timestamp: clock.now_ms() / 1000 };
    return {
      password: this.password,
      ...fresh,
      ...(this.factor && { mfa_code: this.factor.code() }),
    };
  }

  /** What a sign-in of this person sends. */
  credentials() {
    return { workspace: this.workspace, username: this.username, ...this.proof() };
  }

  /** Signs in and keeps the session; ten times at most before time moves on (class `login`). */
  async signIn(): Promise<this> {
    const { body } = await this.client.with({ session_token: null }).login({ body: this.credentials() });
    this.#authenticated_ms = clock.now_ms();
    this.#signed_in_ms = clock.now_ms();
    return this.useSession(body);
  }

  /** Goes on with another session of theirs. */
  useSession({
    session_token,
    session,
  }: {
    session_token?: string | undefined;
    session: { id: string };
  }): this {
    this.token = session_token!;
    this.session_id = session.id;
    return this;
  }

  /** Authenticates again where the last time is ten minutes ago. */
  async recent(): Promise<this> {
    if (clock.now_ms() - this.#authenticated_ms < RECENT_MS) return this;
    await this.client.stepUp({ body: this.proof() });
    this.#authenticated_ms = clock.now_ms();
    return this;
  }

  /** Signs in again where the last time is so long ago that the session may have been idle for too long. */
  async awake(): Promise<this> {
    const idle_ms = clock.now_ms() - this.#signed_in_ms;
    return this.#signed_in_ms === 0 || idle_ms < AWAKE_MS ? this : this.signIn();
  }

  /** Another of this person's sessions, as another device would hold it. */
  async otherSession(): Promise<{ token: string; session_id: string }> {
    const { body } = await this.client.with({ session_token: null }).login({ body: this.credentials() });
    return { token: body.session_token!, session_id: body.session.id };
  }
}

/** Registers a person without signing in. */
export async function register(person: NewPerson = {}): Promise<Person> {
  const made = new Person(person);
  const { workspace, username, password } = made;
  const { invitation, bootstrap_token } = person;
  const { user, mfa } = (
    await made.client.register({
      body: {
        workspace,
        username,
        password,
        enable_mfa: person.mfa ?? false,
        ...(invitation !== undefined && { invitation }),
        ...(bootstrap_token !== undefined && { bootstrap_token }),
      },
    })
  ).body;
  made.id = user.id;
  if (mfa) made.useFactor(mfa);
  return made;
}

/** Registers a person and signs in. Without an invitation the role is USER, and the workspace must exist. */
export async function signUp(person: NewPerson = {}): Promise<Person> {
  return (await register(person)).signIn();
}

/** The bootstrap token of a workspace. */
export const bootstrapToken = (workspace: string): Promise<string> =>
  mintBootstrapToken(decodeBase64Url(env.BOOTSTRAP_KEY)!, workspace);

/** The first ADMIN of a new workspace, which comes to be with them. */
export async function admin(workspace = "main", person: NewPerson = {}): Promise<Person> {
  return signUp({ ...person, workspace, mfa: true, bootstrap_token: await bootstrapToken(workspace) });
}

/** A signed-in person whom an ADMIN invited to these roles; with a second factor where a role needs it. */
export async function userWithRoles(by: Person, roles: Role[], person: NewPerson = {}): Promise<Person> {
  await by.recent();
  const { secret } = (await by.client.invite({ body: { roles } })).body;
  const mfa = person.mfa ?? roles.some((role) => PRIVILEGED.includes(role));
  return signUp({ ...person, workspace: by.workspace, mfa, invitation: secret });
}
