// An operator resets a second factor: its owner enrols anew, and what needs a factor is not in force till then.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { addressOf, mailOf, withMailbox } from "../harness/mailbox.ts";
import { evict, shipAll } from "../harness/objects.ts";
import { admin, register, signUp, userWithRoles } from "../harness/people.ts";
import { principalOf, tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";

await hurry();
const ada = await admin("main");

it("removes factor and backup codes, ends sessions, tells the owner; the password then suffices", async () => {
  const bob = await withMailbox({ mfa: true });
  const backup = { mfa_code: bob.backup_codes[0]!, use_backup_code: true };
  const { user } = (await ada.client.resetMfa({ params: { user_id: bob.id } })).body;
  expect(user).toMatchObject({ id: bob.id, mfa_enabled: false });
  expect((await bob.send("/v1/session")).status).toBe(401);
  await evict(principalOf(bob));
  expect((await tryToSignIn(bob)).status).toBe(200);
  expect((await tryToSignIn(bob, backup)).status, "a code that is not needed is not looked at").toBe(200);
  bob.factor = null;
  await bob.signIn();
  const { mfa } = (await bob.client.beginMfa()).body;
  bob.useFactor(mfa);
  await bob.client.confirmMfa({ body: { mfa_code: bob.code() } });
  expect((await tryToSignIn(bob)).status).toBe(401);
  const subjects = (await mailOf(bob, addressOf(bob))).map(({ subject }) => subject);
  expect(subjects).toContain("[Taskward] Your second factor was reset");
});

it("an ADMIN without a factor has no power, in the workspace's eyes too, until they enrol again", async () => {
  const bea = await userWithRoles(ada, ["ADMIN"]);
  await (await ada.recent()).client.resetMfa({ params: { user_id: bea.id } });
  bea.factor = null;
  await bea.signIn();
  expect((await bea.send("/v1/users")).status).toBe(403);
  expect((await bea.client.currentSession()).body.user.roles).toEqual([]);
  const suspended = await ada.send(`/v1/users/${ada.id}/suspend`, { method: "POST" });
  expect([suspended.status, (await suspended.json<{ type: string }>()).type]).toEqual([
    409,
    "/problems/last_admin",
  ]);
  bea.useFactor((await bea.client.beginMfa()).body.mfa);
  await bea.client.confirmMfa({ body: { mfa_code: bea.code() } });
  expect((await bea.send("/v1/users")).status).toBe(200);
});

it("nobody resets their own, nor that of somebody with more permissions, nor one that is not there", async () => {
  const own = await ada.send(`/v1/users/${ada.id}/mfa`, { method: "DELETE" });
  expect(own.status).toBe(409);
  const bob = await signUp({ mfa: true });
  const params = { user_id: bob.id, permission: "system:user_manage" as const };
  const inAnHour = new Date(clock.now_ms() + 3_600_000).toISOString();
  await (await ada.recent()).client.setOverride({ params, body: { effect: "grant", until: inAnHour } });
  const over = await bob.send(`/v1/users/${ada.id}/mfa`, { method: "DELETE" });
  expect([over.status, (await over.json<{ type: string }>()).type]).toEqual([
    403,
    "/problems/permission_denied",
  ]);
  expect((await ada.send("/v1/session")).status, "the ADMIN's session goes on").toBe(200);
  const plain = await signUp();
  expect((await bob.send(`/v1/users/${plain.id}/mfa`, { method: "DELETE" })).status).toBe(409);
  const unconfirmed = await register({ mfa: true });
  expect((await bob.send(`/v1/users/${unconfirmed.id}/mfa`, { method: "DELETE" })).status).toBe(409);
  const other = await signUp({ mfa: true });
  expect((await bob.send(`/v1/users/${other.id}/mfa`, { method: "DELETE" })).status).toBe(200);
  await shipAll();
});
