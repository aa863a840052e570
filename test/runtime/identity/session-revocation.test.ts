// A revocation that was answered holds: no request sent after it succeeds, whatever was under way, whoever
// revoked, and whether or not the object was evicted since.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { atOnce, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "./settings.ts";
import { eventsOf } from "./trail.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
const ada = await admin("main");

/**
 * Reads with the person's session in 20 lanes, revokes when half are done, and answers the statuses of reads
 * sent before the revocation was answered and of those sent after.
 */
async function readAround(person: Person, path: string, reads: number, revoke: () => Promise<unknown>) {
  const [before, after]: [number[], number[]] = [[], []];
  let answered = false;
  let sent = 0;
  let revoking: Promise<unknown> | null = null;
  await atOnce(20, async () => {
    while (sent < reads) {
      sent += 1;
      const statuses = answered ? after : before;
      statuses.push((await person.send(path)).status);
      if (sent >= reads / 2) {
        revoking ??= revoke().then(() => {
          answered = true;
        });
      }
    }
  });
  await revoking;
  await evict(principalOf(person));
  after.push((await person.send(path)).status);
  return { before, after };
}

it("of 10,000 parallel reads none that was sent after the revocation was answered succeeds", async () => {
  const bob = await signUp();
  const other = await bob.otherSession();
  const owner = bob.client.with({ session_token: other.token });
  const { before, after } = await readAround(bob, "/v1/session", 10_000, () =>
    owner.endSession({ params: { session_id: bob.session_id } }),
  );
  expect(before).toContain(200);
  expect(after.length).toBeGreaterThan(4_000);
  expect(new Set(after)).toEqual(new Set([401]));
  expect((await bob.send("/v1/session", { token: other.token })).status).toBe(200);
});

const revocations: Record<string, (person: Person) => Promise<unknown>> = {
  "signing out": (person) => person.client.logout(),
  "ending all others from elsewhere": async (person) => {
    const { token } = await person.otherSession();
    return person.client.with({ session_token: token }).endOtherSessions();
  },
  "an ADMIN ending the sessions": ({ id }) => ada.client.endUserSessions({ params: { user_id: id } }),
  "an ADMIN suspending the user": ({ id }) => ada.client.suspendUser({ params: { user_id: id } }),
  "an ADMIN changing the roles": ({ id }) =>
    ada.client.setRoles({ params: { user_id: id }, body: { roles: ["USER"] } }),
  "a password change elsewhere": async (person) => {
    const { token } = await person.otherSession();
    const body = { ...person.proof(), new_password: "a battery for the staple of a horse" };
    return person.client.with({ session_token: token }).changePassword({ body });
  },
  "a use from another address": (person) => person.send("/v1/session", { address: "198.51.100.200" }),
};

it.each(Object.entries(revocations))("after %s no project can be read", async (_, revoke) => {
  await ada.recent();
  const bob = await signUp();
  const { project } = (await bob.client.createProject({ body: { name: "Secret" } })).body;
  const { before, after } = await readAround(bob, `/v1/projects/${project.id}`, 120, () => revoke(bob));
  expect(before).toContain(200);
  expect(new Set(after)).toEqual(new Set([401]));
});

it("a suspended user cannot sign in, and a restored one can", async () => {
  await ada.recent();
  const bob = await signUp();
  await ada.client.suspendUser({ params: { user_id: bob.id } });
  expect((await tryToSignIn(bob)).status).toBe(401);
  await evict(principalOf(bob));
  expect((await tryToSignIn(bob)).status).toBe(401);
  await ada.client.restoreUser({ params: { user_id: bob.id } });
  expect((await bob.send("/v1/session")).status, "the old session stays ended").toBe(401);
  expect((await tryToSignIn(bob)).status).toBe(200);
});

it("a permission taken away fails on the next request of every session", async () => {
  await ada.recent();
  const carl = await userWithRoles(ada, ["AUDITOR"]);
  expect((await carl.send("/v1/audit/events")).status).toBe(200);
  await ada.client.setRoles({ params: { user_id: carl.id }, body: { roles: ["USER"] } });
  expect((await carl.send("/v1/audit/events")).status).toBe(401);
  clock.advance(30);
  await carl.signIn();
  expect((await carl.send("/v1/audit/events")).status).toBe(403);
});

it("nobody ends the session of another by its id", async () => {
  const [bob, eve] = [await signUp(), await signUp()];
  const path = `/v1/sessions/${bob.session_id}`;
  expect((await eve.send(path, { method: "DELETE" })).status).toBe(404);
  expect((await bob.send("/v1/session")).status).toBe(200);
});

it("every revocation is in the audit log with who and what", async () => {
  await ada.recent();
  const bob = await signUp();
  const other = await bob.otherSession();
  await bob.client.endSession({ params: { session_id: other.session_id } });
  await ada.client.endUserSessions({ params: { user_id: bob.id } });
  const events = (await eventsOf("main")).map(({ event_type, user_id, targets }) => [
    event_type,
    user_id,
    targets,
  ]);
  expect(events).toContainEqual(["session.revoked", bob.id, [other.session_id]]);
  expect(events).toContainEqual(["user.sessions_ended", ada.id, [bob.id]]);
});
