// Invitations: one use, 72 hours, at most the inviter's roles; and at registration nobody chooses their own.
import { expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import type { Role } from "../../../src/schema/role.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp, userWithRoles } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { atOnce, tally } from "./attempts.ts";
import { hurry, set } from "./settings.ts";

await hurry();
const ada = await admin("main");
const HOUR_SECONDS = 3_600;
let guests = 0;

const registering = (json: Record<string, unknown>) =>
  send("/v1/auth/register", {
    address: newAddress(),
    json: {
      username: `guest${guests++}`,
      password: "a staple for the battery of a horse",
      enable_mfa: false,
      ...json,
    },
  });

async function invite(roles: Role[] = ["USER"], by = ada): Promise<string> {
  await by.recent();
  return (await by.client.invite({ body: { roles } })).body.secret;
}

it("of 20 parallel registrations with one invitation, one is admitted", async () => {
  const invitation = await invite();
  const answers = await atOnce(20, () => registering({ invitation }));
  expect(tally(answers)).toEqual({ 201: 1, 403: 19 });
  expect((await registering({ invitation })).status).toBe(403);
});

it("an invitation lasts 72 hours, to the millisecond", async () => {
  const [first, second] = [await invite(), await invite()];
  clock.advance(72 * HOUR_SECONDS - 0.001);
  expect((await registering({ invitation: first })).status).toBe(201);
  clock.advance(0.001);
  expect((await registering({ invitation: second })).status).toBe(403);
  await ada.signIn();
});

it("an invitation gives its roles, and none that need a second factor without one", async () => {
  const invitation = await invite(["AUDITOR", "OBSERVER"]);
  expect((await registering({ invitation })).status).toBe(422);
  const response = await registering({ invitation, enable_mfa: true });
  expect(response.status, "the refused registration did not spend it").toBe(201);
  expect(await response.json()).toMatchObject({
    user: { roles: ["AUDITOR", "OBSERVER"], status: "unconfirmed" },
  });
});

it("a taken name does not spend an invitation", async () => {
  const [bob, invitation] = [await signUp(), await invite()];
  expect((await registering({ invitation, username: bob.username })).status).toBe(409);
  expect((await registering({ invitation })).status).toBe(201);
});

it("a registration that came to nothing does not spend an invitation: it is tried again, by the same name alone", async () => {
  const invitation = await invite();
  const username = "persistent";
  vi.spyOn(Principal.prototype, "create").mockRejectedValueOnce(new Error("out of reach"));
  expect((await registering({ invitation, username })).status).toBeGreaterThanOrEqual(500);
  expect((await registering({ invitation })).status).toBe(403);
  expect((await registering({ invitation, username })).status).toBe(201);
  expect((await registering({ invitation, username })).status).toBe(409);
  expect((await registering({ invitation })).status).toBe(403);
});

it("only ADMINs invite", async () => {
  await ada.recent();
  for (const role of ["USER", "COORDINATOR", "AUDITOR", "OBSERVER", "WORKER"] as const) {
    const person = await userWithRoles(ada, [role]);
    const response = await person.send("/v1/invitations", { json: { roles: [role] } });
    expect(response.status, role).toBe(403);
  }
});

it.each(["suspended", "demoted", "left without a second factor"])(
  "the open invitations of an ADMIN who was %s are worth nothing",
  async (what) => {
    await ada.signIn();
    const bea = await userWithRoles(ada, ["ADMIN"]);
    const invitations = [await invite(["ADMIN"], bea), await invite(["USER"], bea)];
    const params = { user_id: bea.id };
    if (what === "suspended") await ada.client.suspendUser({ params });
    else if (what === "demoted") await ada.client.setRoles({ params, body: { roles: ["USER"] } });
    else await ada.client.resetMfa({ params });
    for (const invitation of invitations) {
      expect((await registering({ invitation, enable_mfa: true })).status).toBe(403);
    }
  },
);

it("who invites by an exception leaves no invitation open once that is taken away", async () => {
  await ada.signIn();
  const bob = await signUp({ mfa: true });
  const params = { user_id: bob.id, permission: "system:user_manage" as const };
  const until = new Date(clock.now_ms() + HOUR_SECONDS * 1_000).toISOString();
  await ada.client.setOverride({ params, body: { effect: "grant", until } });
  const [first, second] = [await invite(["USER"], bob), await invite(["USER"], bob)];
  expect((await registering({ invitation: first })).status).toBe(201);
  await ada.client.removeOverride({ params });
  expect((await registering({ invitation: second })).status).toBe(403);
});

it("an invitation of one tenant opens no other", async () => {
  const bea = await admin("globex");
  const invitation = await invite(["USER"], bea);
  expect((await registering({ invitation, workspace: "main" })).status).toBe(403);
  expect((await registering({ invitation, workspace: "globex" })).status).toBe(201);
});

it("the secret is shown once and kept as a hash", async () => {
  const secret = await invite();
  const rows = await rowsOf(objectOf("WORKSPACE", "main"), "SELECT * FROM invitation");
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(JSON.stringify((await ada.client.listInvitations({ query: {} })).body)).not.toContain(secret);
});

it.each(["roles", "role", "permissions", "status", "is_admin", "__proto__"])(
  "a registration with the field %s is refused",
  async (field) => {
    const body = `{"username":"chooser","password":"a staple for the battery of a horse","${field}":["ADMIN"]}`;
    const headers = { "Content-Type": "application/json" };
    const response = await send("/v1/auth/register", { address: newAddress(), body, headers });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: `/${field}` }] });
  },
);

it("where registration is by invitation, nobody comes without one", async () => {
  await set({ registration: "invitation" });
  expect((await registering({})).status).toBe(403);
  expect((await registering({ invitation: "made-up" })).status).toBe(403);
  expect((await registering({ invitation: await invite() })).status).toBe(201);
  await set({ registration: "open" });
});
