// Each nonce takes effect once: in sequence, after eviction, at the edges of its window, across operations.
import { expect, it } from "vitest";
import { NONCES_MAX } from "../../../src/domain/nonce-window.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { fresh, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry, set } from "./settings.ts";
import { audited, ruleCounts } from "./trail.ts";

await hurry();
await admin("main");

it("a replayed nonce is refused, and the audit says so", async () => {
  const bob = await signUp();
  const proof = fresh();
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  expect((await tryToSignIn(bob, proof)).status).toBe(401);
  expect((await tryToSignIn(bob, { ...proof, timestamp: proof.timestamp + 1 })).status).toBe(401);
  expect(ruleCounts(await audited("main", { type: "replay.refused", user_id: bob.id, count: 2 }))).toEqual({
    nonce_replayed: 2,
  });
});

it("a replayed nonce is refused after eviction", async () => {
  const bob = await signUp();
  const proof = fresh();
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  await evict(principalOf(bob));
  expect((await tryToSignIn(bob, proof)).status).toBe(401);
});

it.each([
  ["300 s old, the last that is accepted", -300, 200],
  ["a millisecond older", -300.001, 401],
  ["60 s ahead, the last that is accepted", 60, 200],
  ["a millisecond further ahead", 60.001, 401],
  ["of 1970", -1e9, 401],
  ["a day ahead", 86_400, 401],
])("a timestamp that is %s", async (_, seconds, status) => {
  const bob = await signUp();
  const { nonce, timestamp } = fresh(seconds);
  expect((await tryToSignIn(bob, { nonce, timestamp: Math.max(0, timestamp) })).status).toBe(status);
});

it("timestamps as fine as any clock gives them are accepted", async () => {
  const bob = await signUp();
  for (const fraction of [0.123456, 1 / 3, 0.9999999, 0.001]) {
    const response = await tryToSignIn(bob, { ...fresh(), timestamp: clock.now_ms() / 1000 - fraction });
    expect(response.status, String(fraction)).toBe(200);
  }
});

it("a nonce is remembered for as long as its timestamp could be accepted, housekeeping or not", async () => {
  const bob = await signUp();
  const proof = fresh(60);
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  for (const seconds of [300, 60, 0.001]) {
    clock.advance(seconds);
    await ringAlarm(principalOf(bob));
    await evict(principalOf(bob));
    expect((await tryToSignIn(bob, proof, { address: newAddress() })).status).toBe(401);
  }
  // Each of the three was refused for the right reason: the first two as replays, the last as too old.
  const replays = await audited("main", { type: "replay.refused", user_id: bob.id, count: 2 });
  expect(ruleCounts(replays)).toEqual({ nonce_replayed: 2 });
  clock.advance(60);
  await ringAlarm(principalOf(bob));
  expect(await rowsOf(principalOf(bob), "SELECT * FROM nonce")).toEqual([]);
});

it("a wider window, as a deploy brings it, makes no forgotten nonce fresh again", async () => {
  const bob = await signUp();
  const [proof, unused] = [fresh(), fresh(-1)];
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  clock.advance(421);
  await ringAlarm(principalOf(bob));
  expect(await rowsOf(principalOf(bob), "SELECT * FROM nonce")).toEqual([]);
  await set({ nonce_ttl_ms: 3_600_000 });
  await evict(principalOf(bob));
  for (const each of [proof, unused]) expect((await tryToSignIn(bob, each)).status).toBe(401);
  expect((await tryToSignIn(bob, fresh(-300))).status, "what is later than all that was forgotten").toBe(200);
  await set({ nonce_ttl_ms: 300_000 });
});

it("the nonce of a failed sign-in may be used again", async () => {
  const bob = await signUp();
  const proof = fresh();
  expect((await tryToSignIn(bob, { ...proof, password: "wrong" })).status).toBe(401);
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
});

it("another account may use the same nonce", async () => {
  const [bob, carl] = [await signUp(), await signUp()];
  const proof = fresh();
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  expect((await tryToSignIn(carl, proof)).status).toBe(200);
});

it("a nonce counts once over all operations that take one", async () => {
  const bob = await signUp();
  const proof = fresh();
  const { password } = bob;
  expect((await bob.send("/v1/session/step-up", { json: { password, ...proof } })).status).toBe(200);
  expect((await tryToSignIn(bob, proof)).status).toBe(401);
  const change = { password, new_password: "a battery for the staple of a horse", ...proof };
  expect((await bob.send("/v1/auth/password", { method: "PUT", json: change })).status).toBe(401);
  expect((await bob.send("/v1/session/step-up", { json: { password, ...proof } })).status).toBe(401);
});

it("a full memory of nonces refuses, and never forgets a live one to make room", async () => {
  const bob = await signUp();
  const proof = fresh();
  expect((await tryToSignIn(bob, proof)).status).toBe(200);
  const forget_at_ms = clock.now_ms() + 1_000_000;
  await inside(principalOf(bob), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO nonce (nonce, forget_at_ms) SELECT 'seeded-' || i, ? FROM n`,
      NONCES_MAX - 2,
      forget_at_ms,
    );
  });
  await evict(principalOf(bob)); // its memory follows its own writes alone
  await ringAlarm(principalOf(bob));
  expect((await tryToSignIn(bob, fresh(), { address: newAddress() })).status).toBe(401);
  expect((await tryToSignIn(bob, proof, { address: newAddress() })).status).toBe(401);
  const [{ count }] = (await rowsOf<{ count: number }>(
    principalOf(bob),
    "SELECT count(*) AS count FROM nonce",
  )) as [{ count: number }];
  expect(count).toBe(NONCES_MAX);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id });
  expect(ruleCounts(failed)).toEqual({ nonces_full: 1 });
  clock.advance(1_001);
  await ringAlarm(principalOf(bob));
  expect((await tryToSignIn(bob, fresh(), { address: newAddress() })).status).toBe(200);
});

it.each([
  ["42 characters", "A".repeat(42)],
  ["44 characters", "A".repeat(44)],
  ["padding", `${"A".repeat(42)}=`],
  ["another alphabet", `${"A".repeat(42)}+`],
  ["a line break at its end", `${"A".repeat(43)}\n`],
  ["a number", 1],
])("a nonce with %s is not one", async (_, nonce) => {
  const bob = await signUp();
  expect((await tryToSignIn(bob, { nonce })).status).toBe(422);
});
