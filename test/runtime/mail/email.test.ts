// The e-mail address: nothing but its confirmation goes to it before it is confirmed, and an earlier one stays till then.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { addressOf, mailOf, mailTo, newestToken, withMailbox } from "../harness/mailbox.ts";
import { evict, shipAll } from "../harness/objects.ts";
import { admin, Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { principalOf, tally } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";

await hurry();
const ada = await admin("main");

const confirm = (token: string): Promise<Response> =>
  send("/v1/auth/email/confirm", { address: newAddress(), json: { token } });
const isConfirmed = async (person: Person): Promise<boolean> =>
  (await person.client.currentSession()).body.user.email_confirmed;
const linksTo = async (person: Person, address: string): Promise<number> =>
  (await mailOf(person, address)).filter(({ text }) => text.includes("#email=")).length;

it("the address of a registration is confirmed by the mailed token, once, by anybody who holds it", async () => {
  const bob = new Person();
  const email = addressOf(bob);
  const { username, password } = bob;
  const json = { username, password, enable_mfa: false, email };
  const registered = await send("/v1/auth/register", { address: bob.address, json });
  bob.id = (await registered.json<{ user: { id: string } }>()).user.id;
  await bob.signIn();
  expect(await isConfirmed(bob)).toBe(false);
  await evict(principalOf(bob));
  const token = await newestToken(bob, email, "email");
  expect(tally(await Promise.all([confirm(token), confirm(token), confirm(token)]))).toEqual({
    204: 1,
    401: 2,
  });
  expect(await isConfirmed(bob)).toBe(true);
  expect((await confirm(token)).status).toBe(401);
});

it("an unconfirmed address gets its confirmation and nothing else", async () => {
  const bob = await signUp({ mfa: true });
  await bob.client.changeEmail({ body: { email: addressOf(bob) } });
  await bob.client.newBackupCodes();
  await send("/v1/auth/recovery", { address: newAddress(), json: { username: bob.username } });
  const mails = await mailOf(bob, addressOf(bob));
  expect(mails.map(({ subject }) => subject)).toEqual(["[Taskward] Confirm your e-mail address"]);
  const types = (await bob.client.listNotices({})).body.notices.map(({ type }) => type);
  expect(types, "though the owner can read of it").toEqual([
    "auth.backup_codes_renewed",
    "auth.email_change_begun",
  ]);
});

it("the earlier address stays until the new one is confirmed, and hears of both steps", async () => {
  const bob = await withMailbox();
  const [before, after] = [addressOf(bob), "bob.new@example.com"];
  await bob.client.changeEmail({ body: { email: after } });
  await send("/v1/auth/recovery", { address: newAddress(), json: { username: bob.username } });
  const subjects = (await mailOf(bob, before)).map(({ subject }) => subject);
  expect(subjects).toContain("[Taskward] A change of your e-mail address was begun");
  expect(subjects, "recovery still goes there").toContain("[Taskward] Set a new password");
  expect((await mailTo(after)).map(({ subject }) => subject)).toEqual([
    "[Taskward] Confirm your e-mail address",
  ]);
  clock.advance(1);
  await confirm(await newestToken(bob, after, "email"));
  expect((await mailOf(bob, before)).at(-1)!.subject).toBe("[Taskward] Your e-mail address was changed");
  const old = (await mailTo(before)).length;
  await send("/v1/auth/recovery", { address: newAddress(), json: { username: bob.username } });
  expect((await mailOf(bob, after)).map(({ subject }) => subject)).toContain("[Taskward] Set a new password");
  expect(await mailTo(before)).toHaveLength(old);
});

it("only the latest link confirms, and it confirms the latest address", async () => {
  const bob = await signUp();
  await bob.client.changeEmail({ body: { email: "first@example.com" } });
  await bob.client.changeEmail({ body: { email: "second@example.com" } });
  const first = await newestToken(bob, "first@example.com", "email");
  const second = await newestToken(bob, "second@example.com", "email");
  expect((await confirm(first)).status).toBe(401);
  expect(await isConfirmed(bob)).toBe(false);
  expect((await confirm(second)).status).toBe(204);
});

it("a suspension voids the link of a change that was begun, and so does a change of password that revokes tokens", async () => {
  const [bob, carl] = [await withMailbox(), await withMailbox()];
  const begun = async (person: Person) => {
    const email = `thief.of.${addressOf(person)}`;
    await person.client.changeEmail({ body: { email } });
    return newestToken(person, email, "email");
  };
  const [of_bob, of_carl] = [await begun(bob), await begun(carl)];
  const params = { user_id: bob.id };
  await (await ada.recent()).client.suspendUser({ params });
  expect((await confirm(of_bob)).status).toBe(401);
  await ada.client.restoreUser({ params });
  expect((await confirm(of_bob)).status, "for good").toBe(401);
  const new_password = "carl's own new password";
  await carl.client.changePassword({ body: { ...carl.proof(), new_password, revoke_tokens: true } });
  expect((await confirm(of_carl)).status).toBe(401);
});

it("three links an hour, so that nobody's mailbox is filled; a day each", async () => {
  const bob = await signUp();
  const email = addressOf(bob);
  for (let count = 0; count < 3; count += 1) await bob.client.changeEmail({ body: { email } });
  const refused = await bob.send("/v1/auth/email", { method: "PUT", json: { email } });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3600"]);
  expect(await linksTo(bob, email)).toBe(3);
  clock.advance(3_599);
  const late = await bob.signIn();
  expect((await late.send("/v1/auth/email", { method: "PUT", json: { email } })).status).toBe(429);
  clock.advance(1);
  expect((await late.send("/v1/auth/email", { method: "PUT", json: { email } })).status).toBe(204);
  const token = await newestToken(bob, email, "email");
  clock.advance(86_400);
  expect((await confirm(token)).status).toBe(401);
});

it("wants a session and a recent authentication", async () => {
  const bob = await signUp();
  const json = { email: addressOf(bob) };
  expect((await send("/v1/auth/email", { method: "PUT", json })).status).toBe(401);
  clock.advance(601);
  const stale = await bob.send("/v1/auth/email", { method: "PUT", json });
  expect((await stale.json<{ type: string }>()).type).toBe("/problems/step_up_required");
  expect(await mailOf(bob, addressOf(bob))).toEqual([]);
});

it("an address that is confirmed already is a conflict, and one of another account is nobody's business", async () => {
  const bob = await withMailbox();
  const again = await bob.send("/v1/auth/email", { method: "PUT", json: { email: addressOf(bob) } });
  expect(again.status).toBe(409);
  const cat = await signUp();
  expect((await cat.send("/v1/auth/email", { method: "PUT", json: { email: addressOf(bob) } })).status).toBe(
    204,
  );
  await shipAll();
});
