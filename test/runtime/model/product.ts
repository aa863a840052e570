// The product under test: one principal object, asked as the Worker asks it, with the password's verdict given.

import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { type BearerKind, verifyBearerToken } from "../../../src/protocol/bearer-token.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { withoutChecksum } from "../../../src/protocol/leak-checksum.ts";
import { randomId, randomSecret } from "../../../src/protocol/random.ts";
import {
  fromText,
  type PolicyText,
  type SecretClaim,
  type TextOf,
  toText,
} from "../../../src/schema/messages/admission.ts";
import type { Order } from "../../../src/schema/messages/outbox.ts";
import type { PrincipalRpc } from "../../../src/schema/messages/principal.ts";
import type { Actor, RequestContext, Source } from "../../../src/schema/messages/request.ts";
import type { Result } from "../../../src/schema/result.ts";
import type { Permission, Role } from "../../../src/schema/role.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, objectOf, rowsOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import type { Policy } from "./admission.ts";
import type { Shown } from "./proofs.ts";
import { DEVICES } from "./sources.ts";

/** Never opened as a workspace: whatever a principal ships to its directory is gone. */
const WORKSPACE = "model";
const ring = parseKeyRing(env.KEY_RING);

/** Whoever holds it: the id of a session, ticket or API token, and its secret. */
export interface Held {
  readonly id: string;
  readonly secret: Uint8Array;
}

export interface Answer<Value = unknown> {
  readonly outcome: string;
  readonly value?: Value;
}

const answerOf = <Value>(result: Result<Value>): Answer<Value> =>
  result.ok ? { outcome: "ok", value: result.value } : { outcome: result.refusal.reason };

const contextOf = (source: Source): RequestContext => ({ request_id: "req_model", source });

const claimOf = ({ id, secret }: Held, source: Source): TextOf<SecretClaim> =>
  toText({ id, secret: encodeBase64Url(secret), context: contextOf(source), target: "" });

async function heldIn(kind: BearerKind, token: string): Promise<Held> {
  const claims = await verifyBearerToken(ring, kind, token);
  if (!claims) throw new Error(`the product made a ${kind} token that does not verify`);
  return { id: claims.id, secret: claims.secret };
}

const policyOf = (policy: Policy, api_tokens: boolean): PolicyText =>
  toText({
    ...policy,
    operation: "model",
    rate_class: "api",
    rate_cost: 1,
    api_tokens,
    read_event: null,
    describe_session: false,
  });

/** Expired accounts say so to the audit log, which must be there to hear it. */
export const openAuditLog = (): Promise<void> => env.AUDIT_LOG.getByName(WORKSPACE).open();

export class Product {
  readonly #id = randomId("usr_");
  readonly #name = `${WORKSPACE}/${this.#id}`;
  readonly #incarnation = randomId("inc_");

  get #rpc(): PrincipalRpc {
    return env.PRINCIPAL.getByName(this.#name);
  }

  async register(roles: readonly Role[], enable_mfa: boolean) {
    const account = { id: this.#id, username: "model", phc: "phc", email: null, bootstrap: false };
    const created = await this.#rpc.create({ ...account, roles, enable_mfa }, contextOf(DEVICES.laptop));
    return answerOf(created);
  }

  /** A wrong password, so that it counts whatever else is so. */
  async guess(source: Source): Promise<void> {
    const timestamp_ms = clock.now_ms();
    const { address } = source;
    const wrong = {
      address,
      password: false,
      code: null,
      backup: false,
      nonce: randomSecret(),
      timestamp_ms,
    };
    await this.#rpc.signIn(await this.#proof(wrong, source), contextOf(source));
  }

  async signIn(shown: Shown, source: Source): Promise<Answer<Held>> {
    return this.#held(answerOf(await this.#rpc.signIn(await this.#proof(shown, source), contextOf(source))));
  }

  async acceptHandoff({ id, secret }: Held, shown: Shown, source: Source): Promise<Answer<Held>> {
    const proof = await this.#proof(shown, source);
    return this.#held(answerOf(await this.#rpc.acceptHandoff(id, secret, proof, contextOf(source))));
  }

  async stepUp(actor: Actor, shown: Shown, source: Source): Promise<Answer> {
    return answerOf(await this.#rpc.stepUp(actor, await this.#proof(shown, source)));
  }

  async admit({ id, secret }: Held, source: Source, policy: Policy): Promise<Answer<Actor>> {
    const claim = claimOf({ id, secret }, source);
    return answerOf(fromText(await this.#rpc.admit(claim, policyOf(policy, false))).decision);
  }

  async renew(actor: Actor, source: Source): Promise<Answer<Held>> {
    return this.#held(answerOf(await this.#rpc.renew(actor, contextOf(source))));
  }

  async beginHandoff(actor: Actor): Promise<Answer<Held>> {
    const { outcome, value } = answerOf(await this.#rpc.beginHandoff(actor));
    return value ? { outcome, value: await heldIn("handoff", value.value.ticket) } : { outcome };
  }

  async signOut(actor: Actor): Promise<Answer> {
    return answerOf(await this.#rpc.signOut(actor));
  }

  async endSession(actor: Actor, id: string): Promise<Answer> {
    return answerOf(await this.#rpc.endSession(actor, id));
  }

  /** The outcome of these two says how many ended. */
  async endOthers(actor: Actor): Promise<Answer> {
    const { outcome, value } = answerOf(await this.#rpc.endOtherSessions(actor));
    return { outcome: value ? `ended ${value.value.ended}` : outcome };
  }

  async endAll(): Promise<Answer> {
    const operator: Actor = {
      workspace: WORKSPACE,
      principal_id: "usr_operator",
      username: "operator",
      roles: ["ADMIN"],
      mfa_enabled: true,
      permissions: -1,
      session_id: "ses_operator",
      address: "203.0.113.1",
      request_id: "req_model",
    };
    const { outcome, value } = answerOf(await this.#rpc.endAllSessions(operator));
    return { outcome: value ? `ended ${value.value.ended}` : outcome };
  }

  async receive(first_sequence: number, rows: readonly Order[]): Promise<Answer> {
    const batch = { version: 1, source: "workspace/model", incarnation: this.#incarnation } as const;
    const receipt = await this.#rpc.receive({ ...batch, first_sequence, rows });
    return { outcome: receipt.gone ? "gone" : `next ${receipt.next_sequence}` };
  }

  async createToken(actor: Actor, permissions: readonly Permission[], days: number): Promise<Answer<Held>> {
    const { outcome, value } = answerOf(await this.#rpc.createToken(actor, "model", permissions, days));
    if (!value) return { outcome };
    return { outcome, value: await heldIn("api", withoutChecksum(value.value.token) ?? "") };
  }

  async useToken({ id, secret }: Held, for_tokens: boolean, permission: Permission | null): Promise<Answer> {
    const policy = { permission, recent_authentication: false, under_suspicion: false };
    const claim = claimOf({ id, secret }, DEVICES.laptop);
    return answerOf(fromText(await this.#rpc.admitToken(claim, policyOf(policy, for_tokens))).decision);
  }

  async revokeToken(actor: Actor, id: string): Promise<Answer> {
    return answerOf(await this.#rpc.revokeToken(actor, id));
  }

  /** Drops the object's memory, and wakes it first if it has none. */
  async evict(): Promise<void> {
    await this.#rpc.user();
    await evict(objectOf("PRINCIPAL", this.#name));
  }

  /** Rings the alarm. What waits to be shipped is dropped first: it is no part of the model, and slow. */
  ring(): Promise<void> {
    return inside(objectOf("PRINCIPAL", this.#name), (instance, { storage }) => {
      const tables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").toArray();
      if (tables.length > 0) storage.sql.exec("DELETE FROM outbox");
      return (instance as { alarm(): Promise<void> }).alarm();
    });
  }

  /** Has it record the time, as an alarm does that has something to clean: twice, since the first notices it. */
  async recordTime(): Promise<void> {
    const stub = objectOf("PRINCIPAL", this.#name);
    await inside(stub, (instance) => void Object.assign(instance, { mustClean: () => true }));
    await this.ring();
    await this.ring();
    await inside(stub, (instance) => Reflect.deleteProperty(instance, "mustClean"));
  }

  async sessions() {
    const sessions = await this.#rpc.sessions("");
    return sessions.ok ? sessions.value : [];
  }

  async count(what: string): Promise<number> {
    const rows = await rowsOf<{ count: number }>(
      objectOf("PRINCIPAL", this.#name),
      `SELECT count(*) AS count FROM ${what}`,
    );
    return rows[0]!.count;
  }

  async #proof({ password, code, backup, nonce, timestamp_ms }: Shown, source: Source) {
    const attempt = await this.#rpc.beginAttempt(contextOf(source));
    const given = { password_matches: password, rehashed_phc: null, use_backup_code: backup };
    return { attempt, ...given, code, nonce, timestamp_ms };
  }

  async #held({ outcome, value }: Answer<{ value: { session_token: string } }>): Promise<Answer<Held>> {
    return value ? { outcome, value: await heldIn("session", value.value.session_token) } : { outcome };
  }
}
