// A workspace keeps at least one ADMIN, whoever asks and however many ask at once; and whoever has lost the role
// a moment ago decides nothing more.
import { expect, it } from "vitest";
import type { DirectoryEntry } from "../../../src/schema/messages/outbox.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, register, signUp, userWithRoles } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();

const setRoles = (by: Person, user: Person, roles: string[]) =>
  by.send(`/v1/users/${user.id}/roles`, { method: "PUT", json: { roles } });
const suspend = (by: Person, user: Person) => by.send(`/v1/users/${user.id}/suspend`, { method: "POST" });
const adminsOf = async (workspace: string): Promise<string[]> => {
  const members = await rowsOf<{ id: string; status: string; roles: string }>(
    objectOf("WORKSPACE", workspace),
    "SELECT id, status, roles FROM member",
  );
  return members
    .filter(({ status, roles }) => status === "active" && roles.includes("ADMIN"))
    .map(({ id }) => id);
};

/** What admission would have answered for that person a moment ago. */
const actorOf = (person: Person, permissions = 2 ** 17 - 1): Actor => ({
  workspace: person.workspace,
  principal_id: person.id,
  username: person.username,
  roles: ["ADMIN"],
  mfa_enabled: true,
  permissions,
  session_id: person.session_id,
  address: person.address,
  request_id: "req_test",
});

it("an ADMIN decides from the confirming sign-in on, without a wait", async () => {
  const ada = await admin("first");
  const bob = await signUp({ workspace: "first" });
  expect((await suspend(ada, bob)).status).toBe(200);
});

it("the last ADMIN can neither be demoted nor suspended, not even by themselves", async () => {
  const ada = await admin("second");
  for (const attempt of [setRoles(ada, ada, ["USER"]), setRoles(ada, ada, ["AUDITOR"]), suspend(ada, ada)]) {
    const response = await attempt;
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ type: "/problems/last_admin" });
  }
  expect((await ada.send("/v1/users")).status).toBe(200);
});

it("an ADMIN without a confirmed second factor, unconfirmed or suspended is none that stays", async () => {
  const ada = await admin("third");
  const without = await signUp({ workspace: "third" });
  expect((await setRoles(ada, without, ["ADMIN"])).status).toBe(200);
  const unconfirmed = await register({ workspace: "third", mfa: true });
  expect((await setRoles(ada, unconfirmed, ["ADMIN"])).status).toBe(200);
  const suspended = await userWithRoles(ada, ["ADMIN"]);
  expect((await suspend(ada, suspended)).status).toBe(200);
  expect((await setRoles(ada, ada, ["USER"])).status).toBe(409);
  expect((await suspend(ada, ada)).status).toBe(409);
});

it.each([
  ["demoting", (by: Person, user: Person) => setRoles(by, user, ["USER"])],
  ["suspending", suspend],
  [
    "demoting and suspending",
    (by: Person, user: Person) => (by.id < user.id ? suspend(by, user) : setRoles(by, user, ["USER"])),
  ],
])("of two ADMINs %s each other at once, exactly one succeeds", async (what, act) => {
  const workspace = what.replaceAll(" ", "-");
  const ada = await admin(workspace);
  const bea = await userWithRoles(ada, ["ADMIN"]);
  const statuses = (await Promise.all([act(ada, bea), act(bea, ada)])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(await adminsOf(workspace)).toHaveLength(1);
});

it("six ADMINs stepping down at once leave one", async () => {
  const ada = await admin("six");
  const all = [ada];
  while (all.length < 6) all.push(await userWithRoles(ada, ["ADMIN"]));
  const statuses = await Promise.all(all.map(async (each) => (await setRoles(each, each, ["USER"])).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(all.length - 1);
  expect(await adminsOf("six")).toHaveLength(1);
});

it("an entry of a principal that was under way does not undo a suspension", async () => {
  const ada = await admin("stale");
  const bea = await userWithRoles(ada, ["ADMIN"]);
  const stub = objectOf("WORKSPACE", "stale");
  const [row] = await rowsOf<{ version: number; created_at_ms: number }>(
    stub,
    "SELECT version, created_at_ms FROM member WHERE id = ?",
    bea.id,
  );
  expect((await suspend(ada, bea)).status).toBe(200);
  const entry: DirectoryEntry = {
    kind: "user",
    id: bea.id,
    username: bea.username,
    status: "active",
    roles: ["ADMIN"],
    mfa_enabled: true,
    version: row!.version + 100,
    created_at_ms: row!.created_at_ms,
  };
  const batch = { version: 1, source: "principal/late", incarnation: "inc_late", first_sequence: 1 } as const;
  await env.WORKSPACE.getByName("stale").receive({ ...batch, rows: [entry] });
  expect(await adminsOf("stale")).toEqual([ada.id]);
  expect((await setRoles(ada, ada, ["USER"])).status).toBe(409);
});

it("whoever was ADMIN a moment ago is refused by the workspace itself", async () => {
  const ada = await admin("main");
  const [bea, bob] = [await userWithRoles(ada, ["ADMIN"]), await signUp()];
  const then = actorOf(bea);
  expect((await setRoles(ada, bea, ["USER"])).status).toBe(200);
  const workspace = env.WORKSPACE.getByName("main");
  const refused = { ok: false, refusal: { reason: "permission_denied", rule: "not_admin" } };
  expect(await workspace.setRoles(then, bob.id, ["ADMIN"])).toMatchObject(refused);
  expect(await workspace.setStatus(then, ada.id, "suspended")).toMatchObject(refused);
  expect(await workspace.invite(then, ["ADMIN"], "hash")).toMatchObject(refused);
  expect(await workspace.invite(then, ["USER"], "hash")).toMatchObject(refused);
  expect(await workspace.openWorkspace(then, "back-door")).toMatchObject(refused);
  expect(
    await rowsOf(objectOf("WORKSPACE", "main"), "SELECT * FROM invitation WHERE secret_hash = 'hash'"),
  ).toEqual([]);
});

it("nobody gives roles with more than their own permissions", async () => {
  const ada = await admin("bounded");
  const bob = await signUp({ workspace: "bounded" });
  const workspace = env.WORKSPACE.getByName("bounded");
  const refused = { ok: false, refusal: { reason: "permission_denied", rule: "more_than_own_permissions" } };
  expect(await workspace.setRoles(actorOf(ada, 1), bob.id, ["ADMIN"])).toMatchObject(refused);
  expect(await workspace.invite(actorOf(ada, 1), ["AUDITOR"], "hash")).toMatchObject(refused);
});

it("an ADMIN reaches no user of another tenant", async () => {
  const [ada, bea] = [await admin("here"), await admin("there")];
  expect((await suspend(ada, bea)).status).toBe(404);
  expect((await setRoles(ada, bea, ["USER"])).status).toBe(404);
  expect((await ada.send(`/v1/users/${bea.id}/sessions`, { method: "DELETE" })).status).toBe(404);
  expect((await bea.send("/v1/session")).status).toBe(200);
  expect((await tryToSignIn(bea, { workspace: "here", mfa_code: bea.code() })).status).toBe(401);
});
