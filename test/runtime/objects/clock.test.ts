// A clock that steps back revives nothing: no nonce, no session, no tokens in a bucket, no invitation.
// And somebody hears of it.
import { afterEach, expect, it, vi } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, objectOf, ringAlarm } from "../harness/objects.ts";
import { admin, register, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { fresh, principalOf, tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
const ada = await admin("main");

/** Each test gives back what it took from the time. */
let taken_seconds = 0;
function stepBack(seconds: number): void {
  clock.stepBack(seconds);
  taken_seconds += seconds;
}
afterEach(() => {
  clock.advance(taken_seconds);
  taken_seconds = 0;
});

it.each(["before", "after"])(
  "a nonce that was forgotten in time does not count anew, %s eviction",
  async (when) => {
    const bob = await signUp();
    const proof = fresh();
    expect((await tryToSignIn(bob, proof)).status).toBe(200);
    clock.advance(400);
    await ringAlarm(principalOf(bob));
    stepBack(395);
    if (when === "after") await evict(principalOf(bob));
    expect((await tryToSignIn(bob, proof, { address: newAddress() })).status).toBe(401);
  },
);

it("a session that has ended stays ended", async () => {
  const bob = await signUp();
  clock.advance(1_800);
  expect((await bob.send("/v1/session")).status).toBe(401);
  stepBack(1_700);
  expect((await bob.send("/v1/session")).status).toBe(401);
  await evict(principalOf(bob));
  expect((await bob.send("/v1/session")).status).toBe(401);
});

it("a session that housekeeping cleared away stays away", async () => {
  const bob = await signUp();
  clock.advance(1_801);
  await ringAlarm(principalOf(bob));
  stepBack(1_700);
  expect((await bob.send("/v1/session")).status).toBe(401);
});

it("a parent token whose ten seconds are over gets none back", async () => {
  const bob = await signUp();
  const child = (await bob.client.renewSession()).body.session_token!;
  clock.advance(11);
  expect((await bob.send("/v1/session", { token: child })).status).toBe(200);
  // Something that is stored with its time, so that the object knows how late it is.
  await bob.client.with({ session_token: child }).createProject({ body: { name: "Later" } });
  stepBack(9);
  expect((await bob.send("/v1/session")).status).toBe(401);
});

it("a bucket is not filled again by going back and forth", async () => {
  const address = newAddress();
  const ask = async () => (await send("/v1/auth/login", { address, json: {} })).status;
  for (let asked = 0; asked < 10; asked += 1) expect(await ask()).toBe(422);
  expect(await ask()).toBe(429);
  stepBack(3_600);
  expect(await ask()).toBe(429);
  clock.advance(3_600);
  taken_seconds -= 3_600;
  expect(await ask()).toBe(429);
  clock.advance(12);
  expect([await ask(), await ask()]).toEqual([422, 429]);
});

it("an expired account is not confirmed after all", async () => {
  const bob = await register({ mfa: true });
  clock.advance(86_400);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(401);
  stepBack(3_600);
  await evict(principalOf(bob));
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(401);
});

it("an invitation that was refused as too old stays refused", async () => {
  await ada.signIn();
  const { secret: invitation } = (await ada.client.invite({ body: { roles: ["USER"] } })).body;
  clock.advance(72 * 3_600);
  const json = {
    username: "late",
    password: "a staple for the battery of a horse",
    enable_mfa: false,
    invitation,
  };
  expect((await send("/v1/auth/register", { address: newAddress(), json })).status).toBe(403);
  stepBack(3_600);
  expect((await send("/v1/auth/register", { address: newAddress(), json })).status).toBe(403);
  await evict(objectOf("WORKSPACE", "main"));
  expect((await send("/v1/auth/register", { address: newAddress(), json })).status).toBe(403);
});

it("a step back of more than a second is audited with its size, a smaller one is not", async () => {
  const [bob, carl] = [await signUp(), await signUp()];
  stepBack(0.9);
  await tryToSignIn(carl);
  stepBack(59.1);
  expect((await tryToSignIn(bob)).status, "its clock stands still, and it serves").toBe(200);
  clock.advance(60);
  taken_seconds = 0;
  const sizes = await vi.waitFor(
    async () => {
      const events = (await eventsOf("main")).filter(({ event_type }) => event_type === "clock.stepped_back");
      expect(events.map(({ details }) => details.by_ms)).toContain(60_000);
      return events.map(({ details }) => details.by_ms);
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(sizes).not.toContain(900);
});

it("an object whose clock is behind comes to rest all the same", async () => {
  const bob = await signUp();
  stepBack(200);
  expect((await tryToSignIn(bob)).status).toBe(200);
  // Eviction waits for what is under way: it would wait for ever for an object that keeps itself busy.
  await evict(principalOf(bob));
  expect((await tryToSignIn(bob)).status).toBe(200);
});
