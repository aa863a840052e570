// A sign-in says nothing about names: who exists, who is suspended, and which part was wrong stay unsaid.
import { expect, it, vi } from "vitest";
import { userIdOf } from "../../../src/domain/principal-id.ts";
import { argon2 } from "../../../src/edge/password-hasher.ts";
import { createdObjects, objectOf, tablesOf } from "../harness/objects.ts";
import { admin, register, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { tryToSignIn } from "./attempts.ts";
import { audited, ruleCounts } from "./trail.ts";

const ada = await admin("main");
const bob = await signUp();
const carl = await signUp({ mfa: true });
const nobody = { ...bob, username: "nobody", user_agent: bob.user_agent };

/** All of an answer that a caller could compare; what differs by request is left out. */
async function wholeOf(response: Response) {
  const headers = Object.fromEntries(response.headers);
  const { request_id, ...body } = (await response.json()) as Record<string, unknown>;
  expect(request_id).toBe(headers["request-id"]);
  delete headers["request-id"];
  return { status: response.status, headers, body };
}

it("every failed sign-in gets one and the same answer, whatever was wrong", async () => {
  const dora = await signUp();
  await ada.client.suspendUser({ params: { user_id: dora.id } });
  const eric = await register({ mfa: true });
  const at = () => ({ address: newAddress() });
  const unknown = await wholeOf(await tryToSignIn(nobody, {}, at()));
  expect(unknown.status).toBe(401);
  expect(unknown.body).toMatchObject({ type: "/problems/authentication_failed" });
  expect(unknown.body).not.toHaveProperty("detail");
  const refused = {
    "wrong password": tryToSignIn(bob, { password: "another horse, another staple" }, at()),
    "missing code": tryToSignIn(carl, {}, at()),
    "wrong code": tryToSignIn(carl, { mfa_code: carl.factor!.wrong() }, at()),
    "wrong backup code": tryToSignIn(carl, { mfa_code: "AAAA-AAAA-AAAA-AAAA", use_backup_code: true }, at()),
    "replayed nonce": tryToSignIn(bob, { nonce: "A".repeat(43), timestamp: 0 }, at()),
    "suspended user": tryToSignIn(dora, {}, at()),
    "unconfirmed user": tryToSignIn(eric, {}, at()),
    "unknown workspace": tryToSignIn(bob, { workspace: "no-such-place" }, at()),
    "name that could be none": tryToSignIn(bob, { username: "main/../\n'; --" }, at()),
  };
  for (const [what, response] of Object.entries(refused)) {
    expect(await wholeOf(await response), what).toEqual(unknown);
  }
});

it("the audit knows which part was wrong", async () => {
  const finn = await signUp();
  await tryToSignIn(finn, { password: "wrong" });
  await tryToSignIn(finn, { username: "never-was" });
  const rulesOf = async (user_id: string) =>
    ruleCounts(await audited("main", { type: "auth.sign_in_failed", user_id }));
  expect(await rulesOf(finn.id)).toEqual({ wrong_password: 1 });
  expect(await rulesOf(userIdOf("main", "never-was"))).toEqual({ unknown_name: 1 });
});

it("an unknown name costs the same hash as a known one", async () => {
  const hash = vi.spyOn(argon2(), "hash");
  await tryToSignIn(bob, { password: "wrong" }, { address: newAddress() });
  await tryToSignIn(nobody, {}, { address: newAddress() });
  const [known, unknown] = hash.mock.calls.map(([, { salt, ...costs }]) => ({ ...costs, salt: salt.length }));
  expect(hash).toHaveBeenCalledTimes(2);
  expect(unknown).toEqual(known);
  hash.mockRestore();
});

it("probing names and workspaces leaves no storage", async () => {
  await tryToSignIn(nobody, {}, { address: "198.18.0.1" });
  const before = await createdObjects();
  for (const username of ["zoe", "yann", "xenia"]) {
    await tryToSignIn(bob, { username }, { address: "198.18.0.1" });
    await tryToSignIn(bob, { username, workspace: "probed" }, { address: "198.18.0.1" });
    expect(await tablesOf(objectOf("PRINCIPAL", `main/${userIdOf("main", username)}`))).toEqual([]);
  }
  expect(await createdObjects()).toEqual(before);
});

it("the case of a name does not matter, so none can look like another", async () => {
  const gina = await signUp({ username: "gina.k" });
  expect((await tryToSignIn(gina, { username: "GINA.K" })).status).toBe(200);
  // KELVIN SIGN lower-cases to an ASCII k: it is the same name, not a second account.
  const twin = await gina.send("/v1/auth/register", {
    token: null,
    json: { username: "gina.\u212A", password: "a staple for the battery of a horse", enable_mfa: false },
  });
  expect(twin.status).toBe(409);
});
