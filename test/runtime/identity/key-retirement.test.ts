// Taking a key out of the ring: a sweep seals anew what can be, counts what cannot, and finds no use only where the
// key can go without anybody noticing.
import { expect, it } from "vitest";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { withMailbox } from "../harness/mailbox.ts";
import { allOf, evict, KINDS, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { principalOf, tryToSignIn } from "./attempts.ts";
import { hurry, set, widenBuckets } from "./settings.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
let keys = JSON.parse(env.KEY_RING) as { key_id: string; key: string }[];

/** Deploys a ring: every object wakes with it. */
async function deploy(ring: typeof keys): Promise<void> {
  await shipAll();
  clock.advance(1); // as it does while an object moves from one deploy to the next
  keys = ring;
  await set({ key_ring: parseKeyRing(JSON.stringify(keys)) });
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) await evict(stub).catch(() => {});
  }
}
const newKey = (key_id: string) => ({ key_id, key: encodeBase64Url(randomBytes(32)) });

/** What a sweep finds of one key: kind → count. */
async function usesOf(person: Person, key_id: string | null): Promise<Record<string, number>> {
  const { body } = await ada.client.sweepKeys({ params: { principal_id: person.id } });
  expect(body.newest_key_id).toBe(keys[0]!.key_id);
  expect(body.key_ids).toEqual(keys.map((key) => key.key_id));
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
  const old = keys[0]!.key_id;
  await deploy([newKey("s2"), ...keys]);
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
  const retired = keys[0]!.key_id;
  await deploy([newKey("s3"), ...keys]);
  await bob.signIn();
  const { backup_codes } = (await bob.client.newBackupCodes()).body;
  clock.advance(86_401);
  await ringAlarm(principalOf(bob));
  await bob.signIn();
  await ada.signIn();
  const { body } = await ada.client.sweepKeys({ params: { principal_id: bob.id } });
  expect(new Set(body.uses.map(({ key_id }) => key_id))).toEqual(new Set(["s3"]));
  await deploy(keys.filter(({ key_id }) => key_id !== retired));
  expect((await bob.send("/v1/session")).status, "the session").toBe(200);
  expect((await bob.client.listSessions()).body.sessions[0]!.device).toBe(bob.user_agent);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status, "password and factor").toBe(200);
  const backup = { mfa_code: backup_codes[0], use_backup_code: true };
  expect((await tryToSignIn(bob, backup)).status, "a backup code").toBe(200);
});

it("a key that went too early is still found, and what it sealed is left as it is", async () => {
  const [bob, early] = [await signUp({ mfa: true }), keys];
  await deploy([newKey("s4"), ...early]);
  await ada.signIn();
  await usesOf(ada, null);
  await deploy([keys[0]!]);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(401);
  expect(await usesOf(bob, early[0]!.key_id)).toMatchObject({
    password: 1,
    second_factor: 1,
    backup_code: 8,
  });
  await deploy([keys[0]!, ...early]);
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
