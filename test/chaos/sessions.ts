// The sessions of one person, as the person knows them: signs in, renews, ends some, and tries what must be dead: ended
// sessions, and sign-ins that were sent before.

import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../scripts/training/random.ts";
import { type Client, createClient } from "../../src/api/client.ts";
import { type Credentials, credentials, randomPassword } from "../../src/cli/authenticator.ts";
import { PARENT_GRACE_MS } from "../../src/domain/session.ts";
import { oneOf, type Stage } from "./stage.ts";

const LIVE_MAX = 3;
/** By so much a process may know the time later. */
const BEHIND_MS = 500;

interface Live {
  readonly id: string;
  readonly token: string;
}

export class Sessions {
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #username: string;
  readonly #password = randomPassword();
  readonly #stranger: Client;
  /** Oldest first; the newest is in use. */
  live: Live[] = [];
  /** Tokens of sessions whose end was answered. */
  readonly ended: string[] = [];
  /** Tokens that others have taken the place of: to be tried last, since that ends the others. */
  readonly renewed: string[] = [];
  /** When the last of them was, by the service's clock at the latest. */
  #renewed_ms = 0;
  readonly #used: Credentials[] = [];
  /** A sign-in or a renewal was not answered: there may be sessions that nobody knows. */
  #isUnsure = false;
  user_id = "";

  constructor(stage: Stage, random: Random, username: string, address: string) {
    this.#stage = stage;
    this.#random = random;
    this.#username = username;
    this.#stranger = createClient({ origin: stage.server.origin, headers: { "cf-connecting-ip": address } });
  }

  get client(): Client {
    return this.#as(this.live.at(-1)!.token);
  }

  #as(session_token: string): Client {
    return this.#stranger.with({ session_token });
  }

  async register(): Promise<void> {
    const body = { workspace: "main", username: this.#username, password: this.#password, enable_mfa: false };
    await this.#stranger.register({ body });
    await this.signIn();
  }

  async signIn(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const person = { workspace: "main", username: this.#username, password: this.#password };
    const proof = await caller.insist("nonce", () => credentials(this.#stranger, person));
    if (!proof.ok) return;
    const signed_in = await caller.once("sign-in", () => this.#stranger.login({ body: proof.answer }));
    if (signed_in === null) {
      this.#isUnsure = true;
      return this.live.length === 0 ? this.signIn() : this.settle();
    }
    if (!signed_in.ok) return;
    const { session_token, session, user } = signed_in.answer.body;
    this.user_id = user.id;
    this.#used.push(proof.answer);
    this.live.push({ id: session.id, token: session_token! });
    // The oldest gives way.
    if (this.live.length > LIVE_MAX) this.ended.push(this.live.shift()!.token);
    if (this.live.some(({ token }) => this.ended.includes(token)))
      ledger.violate("a session token came twice");
    if (this.#isUnsure) await this.settle();
  }

  /** Ends all but the session in use, so that what is alive is known again. */
  async settle(): Promise<void> {
    const ended = await this.#stage.caller.insist("end of the others", () => this.client.endOtherSessions());
    if (!ended.ok) return;
    for (const { token } of this.live.slice(0, -1)) this.ended.push(token);
    this.live = this.live.slice(-1);
    this.#isUnsure = false;
  }

  async renew(): Promise<void> {
    const { id, token } = this.live.at(-1)!;
    const renewed = await this.#stage.caller.once("renewal", () => this.client.renewSession());
    this.#renewed_ms = this.#stage.machine.latest_ms();
    if (renewed?.ok) {
      this.renewed.push(token);
      this.live = [...this.live.slice(0, -1), { id, token: renewed.answer.body.session_token! }];
      return;
    }
    // Its child may be there, and ask for the end of this one: neither is used any more.
    this.live.pop();
    this.renewed.push(token);
    this.#isUnsure = true;
    await this.signIn();
  }

  /** Ends one of them: any but the one in use, or that one. */
  async endOne(): Promise<void> {
    const { caller } = this.#stage;
    const other = this.live.length > 1 ? oneOf(this.#random, this.live.slice(0, -1))! : null;
    if (other) {
      const params = { session_id: other.id };
      // Repeated after an outage, it may be gone already.
      const ended = await caller.insist("end of a session", () => this.client.endSession({ params }), [
        "not_found",
      ]);
      if (!ended.ok && ended.reason === "no_answer") return;
      this.live = this.live.filter(({ id }) => id !== other.id);
      this.ended.push(other.token);
    } else {
      const { token } = this.live.at(-1)!;
      const left = await caller.insist("sign-out", () => this.#as(token).logout(), ["session_ended"]);
      if (!left.ok && left.reason === "no_answer") return;
      this.live.pop();
      this.ended.push(token);
    }
    await this.tryEnded(this.ended.at(-1));
    if (this.live.length === 0) await this.signIn();
  }

  /** A session whose end was answered is refused from then on. */
  async tryEnded(token = oneOf(this.#random, this.ended)): Promise<void> {
    if (token === undefined) return;
    const { caller, ledger } = this.#stage;
    const heard = await caller.insist("ended session", () => this.#as(token).whoAmI(), ["session_ended"]);
    if (heard.ok) ledger.violate(`a session of ${this.#username} is honoured after its end was answered`);
  }

  /** What was signed in with once, signs nobody in again. */
  async tryUsed(): Promise<void> {
    const body = oneOf(this.#random, this.#used);
    if (body === undefined) return;
    const { caller, ledger } = this.#stage;
    const again = await caller.insist("replayed sign-in", () => this.#stranger.login({ body }), [
      "authentication_failed",
    ]);
    if (again.ok) ledger.violate(`a nonce of ${this.#username} was taken twice`);
  }

  /** At the end: exactly what the person believes to be alive is. */
  async check(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const listed = await caller.insist("list of sessions", () => this.client.listSessions());
    const count = listed.ok ? listed.answer.body.count : 0;
    if (count > LIVE_MAX) ledger.violate(`${this.#username} has ${count} sessions`);
    if (!this.#isUnsure && count !== this.live.length)
      ledger.violate(`${this.#username} has ${count} sessions, and was answered ${this.live.length}`);
    for (const { token } of this.live) await caller.insist("live session", () => this.#as(token).whoAmI());
    for (const token of this.ended) await this.tryEnded(token);
    // They live on for a moment.
    const dead_ms = this.#renewed_ms + PARENT_GRACE_MS + BEHIND_MS;
    await wait(Math.max(0, dead_ms - this.#stage.machine.now_ms()));
    for (const token of this.renewed.slice(-LIVE_MAX)) await this.tryEnded(token);
  }
}
