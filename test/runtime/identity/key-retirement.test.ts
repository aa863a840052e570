// Taking a key out of the ring: a sweep seals anew what can be, counts what cannot, and finds no use only where the
// key can go without anybody noticing.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { withMailbox } from "../harness/mailbox.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { principalOf, tryToSignIn } from "./attempts.ts";
import { ringIds, rotate, take } from "./rings.ts";
import { hurry, widenBuckets } from "./settings.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");

/** What a sweep finds of one key: kind → count. */
async function usesOf(person: Person, key_id: string | null): Promise<Record<string, number>> {
  const { body } = await ada.client.sweepKeys({ params: { principal_id: person.id } });
  expect(body.newest_key_id).toBe(ringIds()[0]);
  expect(body.key_ids).toEqual(ringIds());
  const found = body.uses.filter((use) => use.key_id === key_id);
  return Object.fromEntries(found.map(({ kind, count }) => [kind, count]));
}

it("a sweep seals anew what opens, and counts what others hold until it has moved on", async () => {
  const bob = await withMailbox({ mfa: true });
  const { token } = (
    await bob.client.createToken({
      body: { name: "robot", permissions: ["project:list"], expires_in_days: 1 },
    })
  ).body;
  const old = await rotate("s2");
  await ada.signIn();
  expect(await usesOf(bob, old), "boxes have moved on").toEqual({
    password: 1,
    session_state: 1,
    session_token: 1,
    api_token: 1,
    backup_code: 8,
  });
  expect(await usesOf(bob, "s2")).toMatchObject({ second_factor: 1, address: 1, session_description: 1 });
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status, "by the factor sealed anew").toBe(200);
  expect(await usesOf(bob, old), "the password has moved on").not.toHaveProperty("password");
  expect((await bob.send("/v1/projects", { token })).status).toBe(200);
  const { backup_codes } = (await (await bob.recent()).client.newBackupCodes()).body;
  clock.advance(86_401);
  await ringAlarm(principalOf(bob));
  await ada.signIn();
  expect(await usesOf(bob, old), "nothing is made under it any more").toEqual({});
  expect(await usesOf(bob, null)).toEqual({});
  expect((await tryToSignIn(bob, { mfa_code: backup_codes[0], use_backup_code: true })).status).toBe(200);
});

it("a key that no sweep finds can go: sign-in, factor, codes, sessions and mail work without it", async () => {
  const bob = await withMailbox({ mfa: true });
  const retired = await rotate("s3");
  await bob.signIn();
  const { backup_codes } = (await bob.client.newBackupCodes()).body;
  clock.advance(86_401);
  await ringAlarm(principalOf(bob));
  await bob.signIn();
  await ada.signIn();
  const { body } = await ada.client.sweepKeys({ params: { principal_id: bob.id } });
  expect(new Set(body.uses.map(({ key_id }) => key_id))).toEqual(new Set(["s3"]));
  await take(retired);
  expect((await bob.send("/v1/session")).status, "the session").toBe(200);
  expect((await bob.client.listSessions()).body.sessions[0]!.device).toBe(bob.user_agent);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status, "password and factor").toBe(200);
  const backup = { mfa_code: backup_codes[0], use_backup_code: true };
  expect((await tryToSignIn(bob, backup)).status, "a backup code").toBe(200);
});

it("a key that went too early is still found, and what it sealed is left as it is", async () => {
  const [bob, early] = [await signUp({ mfa: true }), ringIds()];
  await rotate("s4");
  await ada.signIn();
  await usesOf(ada, null);
  const putBack = await take(...early);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(401);
  expect(await usesOf(bob, early[0]!)).toMatchObject({
    password: 1,
    second_factor: 1,
    backup_code: 8,
  });
  await putBack();
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status, "once it is back").toBe(200);
});

it("rows of before this was written down count as made under an unknown key", async () => {
  const bob = await signUp();
  await rowsOf(principalOf(bob), "DELETE FROM key_era");
  await evict(principalOf(bob));
  await ada.signIn();
  expect(await usesOf(bob, null)).toEqual({ session_token: 1 });
});

it("nobody is swept into being", async () => {
  const principal_id = `usr_${"0".repeat(26)}`;
  await ada.signIn();
  expect((await ada.send(`/v1/principals/${principal_id}/key-sweep`, { method: "POST" })).status).toBe(404);
  expect(
    await rowsOf(
      principalOf({ workspace: "main", id: principal_id }),
      "SELECT name FROM sqlite_master WHERE name = 'object'",
    ),
  ).toEqual([]);
});
