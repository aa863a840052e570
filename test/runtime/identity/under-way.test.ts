// What was under way when its session, or its key, ended: of whoever sent it nothing changes that would outlive it.
import { afterEach, expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { addressOf } from "../harness/mailbox.ts";
import { rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAgent, newPublicJwk } from "../harness/workers.ts";
import { principalOf } from "./attempts.ts";
import { hurry, widenBuckets } from "./settings.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
afterEach(() => void vi.restoreAllMocks());

type Message =
  | "createToken"
  | "removeMfa"
  | "beginMfa"
  | "newBackupCodes"
  | "changeEmail"
  | "changePassword"
  | "addKey"
  | "stepUp";

/** Sends, ends what it lives by while it is on its way to its object, and answers what it then came to. */
async function endedUnderWay(message: Message, send: () => Promise<Response>, end: () => Promise<unknown>) {
  const halt = new Halt();
  const work = Principal.prototype[message] as (...request: unknown[]) => Promise<unknown>;
  vi.spyOn(Principal.prototype, message).mockImplementationOnce(async function (
    this: Principal,
    ...request: unknown[]
  ) {
    await halt.here();
    return work.apply(this, request);
  } as never);
  const sent = send();
  await halt.reached();
  await end();
  halt.end();
  return sent;
}

/** What of a person outlives a session. */
const credentialsOf = async (person: Person) => {
  const tables = ["api_token", "totp", "backup_code", "email_address", "mailed_link"];
  const rows = tables.map((table) => rowsOf(principalOf(person), `SELECT * FROM ${table}`));
  return [await Promise.all(rows), await rowsOf(principalOf(person), "SELECT phc FROM account")];
};

const requests: [Message, (person: Person) => Promise<Response>][] = [
  [
    "createToken",
    (person) => person.send("/v1/tokens", { json: { name: "late", permissions: ["project:list"] } }),
  ],
  [
    "removeMfa",
    (person) =>
      person.send("/v1/auth/mfa", { method: "DELETE", json: { new_password: "the thief's own password" } }),
  ],
  ["beginMfa", (person) => person.send("/v1/auth/mfa", { method: "POST" })],
  ["newBackupCodes", (person) => person.send("/v1/auth/backup-codes", { method: "POST" })],
  [
    "changeEmail",
    (person) => person.send("/v1/auth/email", { method: "PUT", json: { email: addressOf(person) } }),
  ],
  [
    "changePassword",
    (person) => {
      const fresh = { nonce: randomSecret(), timestamp: clock.now_ms() / 1000, mfa_code: person.code() };
      const json = { password: person.password, new_password: "the thief's own password", ...fresh };
      return person.send("/v1/auth/password", { method: "PUT", json });
    },
  ],
];

it.each(requests)(
  "%s does nothing any more once the session that sent it has ended",
  async (message, send) => {
    const bob = await signUp({ mfa: true });
    const owner = bob.client.with({ session_token: (await bob.otherSession()).token });
    await bob.recent();
    const before = await credentialsOf(bob);
    const answer = await endedUnderWay(
      message,
      () => send(bob),
      () => owner.endOtherSessions(),
    );
    expect(answer.status).toBe(401);
    expect(await credentialsOf(bob)).toEqual(before);
  },
);

it("nobody steps up any more once the session has ended, and no event says so", async () => {
  const bob = await signUp({ mfa: true });
  const owner = bob.client.with({ session_token: (await bob.otherSession()).token });
  await bob.recent();
  const stepped = async () => {
    await shipAll();
    await ada.signIn();
    const query = { event_type: "session.stepped_up", user_id: bob.id };
    return (await ada.client.listEvents({ query })).body.events.length;
  };
  const before = await stepped();
  const answer = await endedUnderWay(
    "stepUp",
    () => bob.send("/v1/session/step-up", { json: bob.proof() }),
    () => owner.endOtherSessions(),
  );
  expect(answer.status).toBe(401);
  expect(await stepped()).toBe(before);
});

it("a worker adds no key any more once the key that signed for it was revoked", async () => {
  const agent = await newAgent(await ada.recent());
  const path = `/v1/workers/${agent.id}/keys`;
  const json = { public_jwk: await newPublicJwk() };
  const answer = await endedUnderWay(
    "addKey",
    () => agent.send(path, { json }),
    () => ada.client.revokeKeys({ params: { worker_id: agent.id } }),
  );
  expect(answer.status).toBe(401);
  expect((await ada.client.listKeys({ params: { worker_id: agent.id } })).body.keys).toEqual([]);
});

it("what is still being sent when its session ends is refused, however much of it had come", async () => {
  const bob = await signUp();
  const owner = bob.client.with({ session_token: (await bob.otherSession()).token });
  const halt = new Halt();
  const rest = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    await halt.here();
    controller.enqueue(new TextEncoder().encode('{"name":"late"}'));
    controller.close();
  };
  const body = new ReadableStream<Uint8Array>({ pull: rest }, { highWaterMark: 0 });
  const headers = { "Content-Type": "application/json" };
  const sent = bob.send("/v1/projects", { method: "POST", body, headers });
  await halt.reached();
  expect((await bob.send("/v1/session")).status).toBe(200);
  await owner.endOtherSessions();
  halt.end();
  expect((await sent).status).toBe(401);
  expect((await owner.listProjects({ query: {} })).body.projects).toEqual([]);
});
