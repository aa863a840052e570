// An account registered with a second factor stands once its first sign-in carried a code, within 24 hours.
// After that it is gone: its name free, its rows deleted, and nothing of it left for whoever comes next.
import { expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import type { Role } from "../../../src/schema/role.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { admin, type Person, register, signUp } from "../harness/people.ts";
import { principalOf, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";
import { eventsOf } from "./trail.ts";

await hurry();
const ada = await admin("main");
const DAY_SECONDS = 86_400;

const entriesOf = ({ id }: Person) =>
  rowsOf(objectOf("WORKSPACE", "main"), "SELECT * FROM member WHERE id = ?", id);
const alarmOf = (person: Person) => ringAlarm(principalOf(person));

it("the account of a first sign-in without a code stays unconfirmed", async () => {
  const bob = await register({ mfa: true });
  expect((await tryToSignIn(bob)).status).toBe(401);
  expect(await rowsOf(principalOf(bob), "SELECT status FROM account")).toEqual([{ status: "unconfirmed" }]);
});

it("a millisecond before its 24 hours are over, an account can be confirmed, and then stays", async () => {
  const bob = await register({ mfa: true });
  clock.advance(DAY_SECONDS - 0.001);
  await alarmOf(bob);
  await bob.signIn();
  clock.advance(DAY_SECONDS);
  await alarmOf(bob);
  expect(await entriesOf(bob)).toMatchObject([{ status: "active" }]);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(200);
});

it("when its 24 hours are over, it cannot be confirmed even before it was cleared away", async () => {
  const bob = await register({ mfa: true });
  clock.advance(DAY_SECONDS);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status).toBe(401);
});

it("an expired account leaves no rows and no directory entry, and its name is free", async () => {
  const bob = await register({ mfa: true, username: "fleeting" });
  expect(await entriesOf(bob)).toHaveLength(1);
  clock.advance(DAY_SECONDS);
  await alarmOf(bob);
  expect(await tablesOf(principalOf(bob))).toEqual([]);
  expect(await entriesOf(bob)).toEqual([]);
  const types = (await eventsOf("main")).filter(({ targets }) => targets.includes(bob.id));
  expect(types.map(({ event_type }) => event_type)).toEqual(["auth.registered", "user.expired"]);
  const next = await signUp({ username: "fleeting", password: "nothing like the one before" });
  expect(next.id).toBe(bob.id);
  expect((await tryToSignIn(bob)).status).toBe(401);
  // It is written down anew what its tokens are made under.
  expect(await rowsOf(principalOf(next), "SELECT key_id FROM key_era")).toEqual([{ key_id: "k1" }]);
});

it("whoever takes the name next inherits nothing", async () => {
  await ada.signIn();
  const project = (await ada.client.createProject({ body: { name: "Inherited" } })).body.project;
  const bob = await register({ mfa: true, username: "heir" });
  await ada.client.setRoles({ params: { user_id: bob.id }, body: { roles: ["COORDINATOR"] } });
  const path = `/v1/projects/${project.id}/members/${bob.id}`;
  expect((await ada.send(path, { method: "PUT", json: { role: "editor" } })).status).toBe(409);
  clock.advance(DAY_SECONDS);
  await alarmOf(bob);
  const heir = await signUp({ username: "heir" });
  const { roles } = (await heir.client.currentSession()).body.user;
  expect(roles).toEqual(["USER"] satisfies Role[]);
  expect(await entriesOf(heir)).toMatchObject([{ roles: '["USER"]', order_version: 0 }]);
});

it("the workspace still reaches whoever takes the name next", async () => {
  await ada.signIn();
  const bob = await register({ mfa: true, username: "reached" });
  await ada.client.setRoles({ params: { user_id: bob.id }, body: { roles: ["OBSERVER"] } });
  clock.advance(DAY_SECONDS);
  await alarmOf(bob);
  const heir = await signUp({ username: "reached" });
  await ada.signIn();
  await ada.client.suspendUser({ params: { user_id: heir.id } });
  expect((await heir.send("/v1/session")).status).toBe(401);
  expect((await tryToSignIn(heir)).status).toBe(401);
});

it("what the next holder of the name does is still shipped", async () => {
  const bob = await register({ mfa: true, username: "shipped" });
  clock.advance(DAY_SECONDS);
  await alarmOf(bob);
  const heir = await signUp({ username: "shipped" });
  expect(await alarmOf(heir), "an alarm is set").toBe(true);
  const signedIn = (await eventsOf("main")).filter(({ user_id }) => user_id === heir.id);
  expect(signedIn.map(({ event_type }) => event_type)).toContain("auth.signed_in");
});

it("an account whose last events cannot be shipped stays until they are, and says so once", async () => {
  const bob = await register({ mfa: true, username: "undelivered" });
  await shipAll();
  const append = vi.spyOn(AuditLog.prototype, "append").mockRejectedValue(new Error("out of reach"));
  clock.advance(DAY_SECONDS);
  for (let round = 0; round < 3; round += 1) {
    await alarmOf(bob);
    expect(await tablesOf(principalOf(bob))).toContain("account");
  }
  const waiting = await rowsOf<{ at_ms: number }>(
    principalOf(bob),
    "SELECT row FROM outbox WHERE destination = 'audit'",
  );
  expect(waiting).toHaveLength(1);
  append.mockRestore();
  await alarmOf(bob);
  expect(await tablesOf(principalOf(bob))).toEqual([]);
  const expired = (await eventsOf("main")).filter(
    ({ event_type, targets }) => event_type === "user.expired" && targets.includes(bob.id),
  );
  expect(expired).toHaveLength(1);
});
