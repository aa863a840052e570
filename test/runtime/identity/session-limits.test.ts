// How many sessions a person has and how long they last: three, 30 minutes idle, 24 hours in all, 8 for ADMIN.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { principalOf, tryToSignIn } from "./attempts.ts";
import { hurry, widenBuckets } from "./settings.ts";
import { eventsOf } from "./trail.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const IDLE_SECONDS = 1_800;
const HOUR_SECONDS = 3_600;

const statusOf = async (person: Person, token = person.token): Promise<number> =>
  (await person.send("/v1/session", { token })).status;
const rowsOfSessions = (person: Person) => rowsOf(principalOf(person), "SELECT id FROM session");

/** Uses the session every 25 minutes, so that it never idles, until that time has passed. */
async function keepAlive(person: Person, seconds: number): Promise<void> {
  let left = seconds;
  for (; left > 1_500; left -= 1_500) {
    clock.advance(1_500);
    expect(await statusOf(person)).toBe(200);
  }
  clock.advance(left);
}

it("a fourth sign-in ends the oldest session, and the audit names it", async () => {
  const bob = await signUp();
  const first = { token: bob.token, session_id: bob.session_id };
  clock.advance(1);
  const second = await bob.otherSession();
  clock.advance(1);
  const third = await bob.otherSession();
  clock.advance(1);
  expect(await statusOf(bob, first.token)).toBe(200);
  const fourth = await bob.otherSession();
  expect(await statusOf(bob, first.token)).toBe(401);
  for (const { token } of [second, third, fourth]) expect(await statusOf(bob, token)).toBe(200);
  expect(await rowsOfSessions(bob)).toHaveLength(3);
  const evicted = (await eventsOf("main")).filter(
    ({ event_type, user_id }) => event_type === "session.evicted" && user_id === bob.id,
  );
  expect(evicted.map(({ targets, rule }) => [targets, rule])).toEqual([[[first.session_id], "sessions_max"]]);
});

it("the session that began first gives way, also where the clock stands still", async () => {
  const bob = await signUp();
  const tokens = [bob.token];
  for (let sign_in = 0; sign_in < 5; sign_in += 1) tokens.push((await bob.otherSession()).token);
  const statuses = await Promise.all(tokens.map((token) => statusOf(bob, token)));
  expect(statuses).toEqual([401, 401, 401, 200, 200, 200]);
});

it("expired sessions do not count, and renewed ones count once", async () => {
  const bob = await signUp();
  clock.advance(IDLE_SECONDS);
  const second = await bob.signIn();
  const renewed = (await second.client.renewSession()).body.session_token!;
  const [third, fourth] = [await bob.otherSession(), await bob.otherSession()];
  for (const token of [renewed, third.token, fourth.token]) expect(await statusOf(bob, token)).toBe(200);
});

it("a session idle for 30 minutes less a millisecond lives, and at 30 minutes it has ended", async () => {
  const bob = await signUp();
  clock.advance(IDLE_SECONDS - 0.001);
  expect(await statusOf(bob)).toBe(200);
  clock.advance(IDLE_SECONDS - 0.001);
  expect(await statusOf(bob)).toBe(200);
  clock.advance(IDLE_SECONDS);
  expect(await statusOf(bob)).toBe(401);
  expect(await rowsOfSessions(bob)).toEqual([]);
});

it("eviction never makes an idle session younger, and older by a minute at most", async () => {
  const bob = await signUp();
  clock.advance(59);
  expect(await statusOf(bob)).toBe(200);
  await evict(principalOf(bob));
  clock.advance(IDLE_SECONDS - 59.001);
  expect(await statusOf(bob)).toBe(200);
  clock.advance(IDLE_SECONDS);
  await evict(principalOf(bob));
  expect(await statusOf(bob)).toBe(401);
});

it("a session ends 24 hours after its sign-in, to the millisecond, however busy it is", async () => {
  const bob = await signUp();
  await keepAlive(bob, 24 * HOUR_SECONDS - 0.001);
  expect(await statusOf(bob)).toBe(200);
  clock.advance(0.001);
  expect(await statusOf(bob)).toBe(401);
});

it("a session of an ADMIN or COORDINATOR ends after 8 hours", async () => {
  await ada.signIn();
  const carl = await userWithRoles(ada, ["COORDINATOR"]);
  for (const person of [ada, carl]) {
    await person.signIn();
    await keepAlive(person, 8 * HOUR_SECONDS - 0.001);
    expect(await statusOf(person)).toBe(200);
    clock.advance(0.001);
    expect(await statusOf(person)).toBe(401);
  }
});

it("a session in which privileged roles come into force ends 8 hours after its sign-in", async () => {
  await ada.signIn();
  const dora = await signUp();
  await ada.client.setRoles({ params: { user_id: dora.id }, body: { roles: ["ADMIN"] } });
  await dora.signIn();
  expect((await dora.client.currentSession()).body.user.roles).toEqual([]);
  dora.useFactor((await dora.client.beginMfa()).body.mfa);
  await dora.client.confirmMfa({ body: { mfa_code: dora.code() } });
  const { session, user } = (await dora.client.currentSession()).body;
  expect(user.roles).toEqual(["ADMIN"]);
  const lifetime_ms = Date.parse(session.expires_at) - Date.parse(session.created_at);
  expect(lifetime_ms).toBe(8 * HOUR_SECONDS * 1000);
});

it("what the client is told of its deadlines is what holds", async () => {
  const bob = await signUp();
  const { session } = (await (await tryToSignIn(bob)).json()) as {
    session: { expires_at: string; idle_expires_at: string };
  };
  expect(Date.parse(session.expires_at) - clock.now_ms()).toBe(24 * HOUR_SECONDS * 1000);
  expect(Date.parse(session.idle_expires_at) - clock.now_ms()).toBe(IDLE_SECONDS * 1000);
});

it("housekeeping clears ended sessions away and spares the living", async () => {
  const bob = await signUp();
  clock.advance(900);
  await bob.otherSession();
  clock.advance(900);
  await ringAlarm(principalOf(bob));
  expect(await rowsOfSessions(bob)).toHaveLength(1);
});

it("signing out ends the session at once and no other", async () => {
  const bob = await signUp();
  const other = await bob.otherSession();
  expect((await bob.send("/v1/auth/logout", { method: "POST" })).status).toBe(204);
  expect(await statusOf(bob)).toBe(401);
  await evict(principalOf(bob));
  expect(await statusOf(bob)).toBe(401);
  expect(await statusOf(bob, other.token)).toBe(200);
  expect((await bob.send("/v1/auth/logout", { method: "POST" })).status).toBe(401);
});
