// A new key at the head of the ring needs no downtime: what older keys sealed, signed and peppered still holds,
// and a password moves to the new pepper at its next sign-in.
import { expect, it } from "vitest";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { parsePhc } from "../../../src/protocol/password-hash.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { allOf, evict, KINDS, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress } from "../harness/worker.ts";
import { atOnce, principalOf, tally, tryToSignIn } from "./attempts.ts";
import { hurry, set, widenBuckets, widenLockout } from "./settings.ts";

await hurry();
await widenBuckets();
await widenLockout();
await admin("main");

let keys = JSON.parse(env.KEY_RING) as { key_id: string; key: string }[];
const known_ids = new Set(keys.map(({ key_id }) => key_id));

/** Puts a new key first, as a deploy with a new secret does: every object wakes with it. */
async function rotate(kept = keys): Promise<string> {
  const key_id = `r${known_ids.size}`;
  known_ids.add(key_id);
  keys = [{ key_id, key: encodeBase64Url(randomBytes(32)) }, ...kept];
  await set({ key_ring: parseKeyRing(JSON.stringify(keys)) });
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) await evict(stub).catch(() => {});
  }
  return key_id;
}

async function pepperOf(person: Person): Promise<string | null> {
  const [row] = await rowsOf<{ phc: string }>(principalOf(person), "SELECT phc FROM account");
  return parsePhc(row!.phc)!.key_id;
}

it("a password is hashed again at the first sign-in after a rotation, and keeps working", async () => {
  const bob = await signUp();
  const key_id = await rotate();
  expect(await pepperOf(bob)).not.toBe(key_id);
  expect((await tryToSignIn(bob, { password: "wrong" })).status).toBe(401);
  expect(await pepperOf(bob), "a failure moves nothing").not.toBe(key_id);
  expect((await tryToSignIn(bob)).status).toBe(200);
  expect(await pepperOf(bob)).toBe(key_id);
  expect((await tryToSignIn(bob)).status).toBe(200);
});

it("sign-ins under way while the hash is made anew all hold", async () => {
  const bob = await signUp();
  await rotate();
  expect(tally(await atOnce(20, () => tryToSignIn(bob)))).toEqual({ 200: 20 });
});

it("sessions, second factors and backup codes outlive a rotation", async () => {
  const bob = await signUp({ mfa: true });
  await rotate();
  expect((await bob.send("/v1/session")).status).toBe(200);
  const { sessions } = (await bob.client.listSessions()).body;
  expect(sessions[0]!.device).toBe(bob.user_agent);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(200);
  const backup = { mfa_code: bob.backup_codes[0], use_backup_code: true };
  expect((await tryToSignIn(bob, backup)).status).toBe(200);
  await rotate();
  expect((await tryToSignIn(bob, backup)).status).toBe(401);
});

it("a retired key opens nothing more, and whoever signed in since has moved on", async () => {
  const [bob, carl] = [await signUp(), await signUp()];
  const retired = keys;
  await rotate();
  expect((await tryToSignIn(bob)).status).toBe(200);
  await rotate(keys.filter((key) => !retired.includes(key)));
  expect((await tryToSignIn(bob)).status).toBe(200);
  expect((await tryToSignIn(carl)).status).toBe(401);
  expect((await carl.send("/v1/session")).status).toBe(401);
  expect((await tryToSignIn(carl, {}, { address: newAddress() })).status, "still one answer").toBe(401);
});
