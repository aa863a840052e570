// Enrolling, replacing and removing a second factor on a live session, and authenticating again before it.
import { expect, it, vi } from "vitest";
import { Sealing } from "../../../durable-objects/principal/sealing.ts";
import { clock } from "../harness/clock.ts";
import { rowsOf } from "../harness/objects.ts";
import { admin, Factor, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { newPublicJwk, newWorkerName, registerWorker } from "../harness/workers.ts";
import { fresh, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
const ada = await admin("main");
const LONG = "fifteen characters or more";

const remove = (person: Person, new_password = LONG) =>
  person.send("/v1/auth/mfa", { method: "DELETE", json: { new_password } });
const statusOf = async (person: Person, token = person.token) =>
  (await person.send("/v1/session", { token })).status;

it("a factor counts only once a code of it was shown", async () => {
  const bob = await signUp();
  const { mfa } = (await bob.client.beginMfa()).body;
  expect((await tryToSignIn(bob)).status).toBe(200);
  const other = await signUp({ mfa: true });
  bob.useFactor(mfa);
  let mfa_code = other.code();
  while (bob.factor!.knows(mfa_code)) mfa_code = other.code();
  expect((await bob.send("/v1/auth/mfa/confirm", { json: { mfa_code } })).status).toBe(401);
  const { user } = (await bob.client.confirmMfa({ body: { mfa_code: bob.code() } })).body;
  expect(user.mfa_enabled).toBe(true);
  expect((await tryToSignIn(bob)).status).toBe(401);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(200);
});

it("confirming ends all other sessions, and its code is spent", async () => {
  const bob = await signUp();
  const { token } = await bob.otherSession();
  bob.useFactor((await bob.client.beginMfa()).body.mfa);
  const mfa_code = bob.code();
  await bob.client.confirmMfa({ body: { mfa_code } });
  expect([await statusOf(bob), await statusOf(bob, token)]).toEqual([200, 401]);
  expect((await tryToSignIn(bob, { mfa_code })).status).toBe(401);
  expect((await bob.send("/v1/auth/mfa/confirm", { json: { mfa_code: bob.code() } })).status).toBe(409);
});

it("a replaced enrolment cannot be confirmed, and the present factor stays", async () => {
  const bob = await signUp({ mfa: true });
  const first = new Factor((await bob.client.beginMfa()).body.mfa);
  const second = new Factor((await bob.client.beginMfa()).body.mfa);
  let mfa_code = first.code();
  while (second.knows(mfa_code)) mfa_code = first.code();
  expect((await bob.send("/v1/auth/mfa/confirm", { json: { mfa_code } })).status).toBe(401);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(200);
});

it("an enrolment that begins while another is being confirmed is not confirmed by that one's code", async () => {
  const bob = await signUp();
  const { mfa } = (await bob.client.beginMfa()).body;
  bob.useFactor(mfa);
  const opened = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { openTotp } = Sealing.prototype;
  const spy = vi.spyOn(Sealing.prototype, "openTotp").mockImplementationOnce(async function (
    this: Sealing,
    box,
  ) {
    const secret = await openTotp.call(this, box);
    opened.resolve();
    await begun.promise;
    return secret;
  });
  const confirming = bob.send("/v1/auth/mfa/confirm", { json: { mfa_code: bob.code() } });
  await opened.promise;
  await bob.client.beginMfa();
  begun.resolve();
  expect((await confirming).status).toBe(409);
  spy.mockRestore();
  expect((await tryToSignIn(bob)).status, "there is no second factor").toBe(200);
});

it("removal needs a password of 15 characters, which becomes the password", async () => {
  const bob = await signUp({ mfa: true, password: "horse!12" });
  const { token } = await bob.otherSession();
  expect((await remove(bob, "fourteen chars")).status).toBe(422);
  expect((await remove(bob)).status).toBe(200);
  expect([await statusOf(bob), await statusOf(bob, token)]).toEqual([200, 401]);
  expect((await tryToSignIn(bob)).status).toBe(401);
  expect((await tryToSignIn(bob, { password: LONG })).status).toBe(200);
  expect(await rowsOf(principalOf(bob), "SELECT 1 FROM totp UNION ALL SELECT 1 FROM backup_code")).toEqual(
    [],
  );
  expect((await remove(bob)).status).toBe(409);
});

it("privileged roles keep their second factor, also those who got the role without being in force", async () => {
  await ada.recent();
  for (const role of ["ADMIN", "COORDINATOR", "AUDITOR"] as const) {
    const person = await userWithRoles(ada, [role]);
    expect((await remove(person)).status, role).toBe(409);
    expect((await person.client.currentSession()).body.user.mfa_enabled).toBe(true);
  }
});

it("privileged roles count only with a confirmed second factor", async () => {
  await ada.recent();
  const bob = await signUp();
  await ada.client.setRoles({ params: { user_id: bob.id }, body: { roles: ["AUDITOR", "OBSERVER"] } });
  await bob.signIn();
  expect((await bob.client.currentSession()).body.user.roles).toEqual(["OBSERVER"]);
  expect((await bob.send("/v1/audit/events")).status).toBe(403);
  bob.useFactor((await bob.client.beginMfa()).body.mfa);
  await bob.client.confirmMfa({ body: { mfa_code: bob.code() } });
  expect((await bob.send("/v1/audit/events")).status).toBe(200);
});

it("sensitive operations want an authentication of the last ten minutes, to the millisecond", async () => {
  const bob = await signUp({ mfa: true });
  clock.advance(600);
  expect((await bob.send("/v1/auth/backup-codes", { method: "POST" })).status).toBe(201);
  clock.advance(0.001);
  const requests: [string, string, unknown?][] = [
    ["POST", "/v1/auth/backup-codes"],
    ["POST", "/v1/auth/mfa"],
    ["POST", "/v1/auth/mfa/confirm", { mfa_code: "000000" }],
    ["DELETE", "/v1/auth/mfa", { new_password: LONG }],
  ];
  for (const [method, path, json] of requests) {
    const response = await bob.send(path, { method, ...(json !== undefined && { json }) });
    expect([response.status, response.headers.get("WWW-Authenticate")]).toEqual([
      401,
      'Bearer realm="taskward", error="insufficient_user_authentication", max_age=600',
    ]);
  }
});

it("a worker, or a key for one, is a way in that outlives the session: people authenticate before, programs need not", async () => {
  const boss = await userWithRoles(await ada.recent(), ["COORDINATOR"]);
  const { worker_id } = await registerWorker(boss);
  const permissions = ["worker:register", "worker:manage"] as const;
  const body = { name: "enrolment", permissions: [...permissions] };
  const { token } = (await boss.client.createToken({ body })).body;
  clock.advance(600.001);
  const requests = async () => [
    ["/v1/workers", { name: newWorkerName(), public_jwk: await newPublicJwk() }] as const,
    [`/v1/workers/${worker_id}/keys`, { public_jwk: await newPublicJwk() }] as const,
  ];
  for (const [path, json] of await requests()) {
    const refused = await boss.send(path, { json });
    expect([refused.status, (await refused.json<{ type: string }>()).type]).toEqual([
      401,
      "/problems/step_up_required",
    ]);
    expect((await boss.send(path, { json, token })).status, "by API token").toBe(201);
  }
  clock.advance(60); // class `worker`
  await boss.recent();
  for (const [path, json] of await requests()) expect((await boss.send(path, { json })).status).toBe(201);
});

it("stepping up wants password and code, and counts for its own session alone", async () => {
  const bob = await signUp({ mfa: true });
  const other = await bob.otherSession();
  clock.advance(601);
  const { password } = bob;
  const stepUp = (json: Record<string, unknown>) =>
    bob.send("/v1/session/step-up", { json: { ...fresh(), ...json } });
  expect((await stepUp({ password })).status).toBe(401);
  expect((await stepUp({ password: "wrong", mfa_code: bob.code() })).status).toBe(401);
  expect((await stepUp({ password, mfa_code: bob.code() })).status).toBe(200);
  expect((await bob.send("/v1/auth/mfa", { method: "POST" })).status).toBe(201);
  expect((await bob.send("/v1/auth/mfa", { method: "POST", token: other.token })).status).toBe(401);
});

it("stepping up does not move the absolute deadline", async () => {
  const bob = await signUp();
  const before = (await bob.client.currentSession()).body.session;
  clock.advance(900);
  const after = (await bob.client.stepUp({ body: bob.proof() })).body.session;
  expect(after.expires_at).toBe(before.expires_at);
  expect(after.authenticated_at).not.toBe(before.authenticated_at);
});
