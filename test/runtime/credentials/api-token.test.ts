// API tokens: never more than their owner's present permissions, dead on revocation, expiry and suspension, and of
// no use for what belongs to people.
import { describe, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, objectOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";

const ada = await admin("main");
const DAY_SECONDS = 86_400;

async function tokenOf(
  person: Person,
  permissions: string[],
  more: object = {},
): Promise<{ id: string; token: string }> {
  await person.recent();
  const { body } = await person.client.createToken({
    body: { name: "robot", permissions: permissions as ["project:list"], ...more },
  });
  return { id: body.api_token.id, token: body.token };
}

const listProjects = (person: Person, token: string) => person.send("/v1/projects", { token });

describe("an API token", () => {
  it("does what its permissions say and nothing else, from any address", async () => {
    const bob = await signUp();
    const { token } = await tokenOf(bob, ["project:list", "project:create"]);
    const elsewhere = { token, address: "203.0.113.200", headers: { "User-Agent": "robot/1" } };
    expect((await bob.send("/v1/projects", elsewhere)).status).toBe(200);
    const created = await bob.send("/v1/projects", { ...elsewhere, json: { name: "By robot" } });
    expect(created.status).toBe(201);
    const { project } = await created.json<{ project: { id: string } }>();
    expect((await bob.send(`/v1/projects/${project.id}`, { token })).status).toBe(403);
  });

  it("that may only read leaves no project for its owner", async () => {
    const [bob, carl] = [await signUp(), await signUp()];
    const { id } = (await bob.client.createProject({ body: { name: "Shared" } })).body.project;
    const body = { role: "editor" as const };
    await bob.client.setMember({ params: { project_id: id, user_id: carl.id }, body });
    const leave = async (permissions: string[]) => {
      const { token } = await tokenOf(carl, permissions);
      return (await carl.send(`/v1/projects/${id}/members/${carl.id}`, { method: "DELETE", token })).status;
    };
    expect(await leave(["project:list", "project:read", "task:read"])).toBe(403);
    expect((await carl.send(`/v1/projects/${id}`)).status, "still a member").toBe(200);
    expect(await leave(["project:read", "project:update"])).toBe(204);
    expect((await carl.send(`/v1/projects/${id}`)).status).toBe(404);
  });

  it("outlives a change of password, unless its owner wants it gone", async () => {
    const bob = await signUp();
    const { token } = await tokenOf(bob, ["project:list"]);
    const change = async (new_password: string, more: object) => {
      await bob.client.changePassword({ body: { ...bob.proof(), new_password, ...more } });
      bob.password = new_password;
    };
    await change("a battery for the staple of a horse", {});
    expect((await listProjects(bob, token)).status).toBe(200);
    await change("a staple for the battery of a horse", { revoke_tokens: true });
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await listProjects(bob, token)).status).toBe(401);
    expect((await bob.client.listTokens()).body.api_tokens).toEqual([]);
  });

  it("is refused where people alone may come: sessions, tokens, roles, passwords", async () => {
    await ada.recent();
    const { token } = await tokenOf(ada, ["system:user_manage", "system:session_manage", "system:admin"]);
    const attempts: [string, string, unknown?][] = [
      ["GET", "/v1/session"],
      ["DELETE", "/v1/sessions"],
      ["POST", "/v1/tokens", { name: "child", permissions: ["project:list"] }],
      ["PUT", `/v1/users/${ada.id}/roles`, { roles: ["ADMIN"] }],
      ["POST", "/v1/invitations", {}],
      ["POST", "/v1/auth/mfa"],
    ];
    for (const [method, path, json] of attempts) {
      const response = await ada.send(path, { token, method, ...(json !== undefined && { json }) });
      expect([path, response.status]).toEqual([path, 403]);
    }
  });

  it("cannot be minted beyond the owner's permissions, nor without a recent authentication", async () => {
    const bob = await signUp();
    const body = { name: "too much", permissions: ["system:audit"] as ["system:audit"] };
    await expect(bob.client.createToken({ body })).rejects.toMatchObject({ status: 403 });
    clock.advance(601);
    const modest = { name: "late", permissions: ["project:list"] as ["project:list"] };
    await expect(bob.client.createToken({ body: modest })).rejects.toMatchObject({
      reason: "step_up_required",
    });
  });

  it("shrinks with its owner's roles on the next request", async () => {
    const olga = await userWithRoles(ada, ["USER", "AUDITOR"]);
    const { token } = await tokenOf(olga, ["system:audit", "project:list"]);
    expect((await olga.send("/v1/audit/events", { token })).status).toBe(200);
    await ada.recent();
    await ada.client.setRoles({ params: { user_id: olga.id }, body: { roles: ["USER"] } });
    expect((await olga.send("/v1/audit/events", { token })).status).toBe(403);
    expect((await listProjects(olga, token)).status).toBe(200);
  });

  it("fails on the request after its revocation, also after an eviction", async () => {
    const bob = await signUp();
    const { id, token } = await tokenOf(bob, ["project:list"]);
    expect((await listProjects(bob, token)).status).toBe(200);
    await bob.client.revokeToken({ params: { token_id: id } });
    expect((await listProjects(bob, token)).status).toBe(401);
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await listProjects(bob, token)).status).toBe(401);
  });

  it("expires to the millisecond", async () => {
    const bob = await signUp();
    const { token } = await tokenOf(bob, ["project:list"], { expires_in_days: 1 });
    clock.advance(DAY_SECONDS - 0.001);
    expect((await listProjects(bob, token)).status).toBe(200);
    clock.advance(0.001);
    expect((await listProjects(bob, token)).status).toBe(401);
  });

  it("dies with a suspension and does not come back with a restoration", async () => {
    const bob = await signUp();
    const { token } = await tokenOf(bob, ["project:list"]);
    const params = { user_id: bob.id };
    await ada.signIn();
    await ada.client.suspendUser({ params });
    expect((await listProjects(bob, token)).status).toBe(401);
    await ada.client.restoreUser({ params });
    expect((await listProjects(bob, token)).status).toBe(401);
  });

  it("is refused when a character of it changes, and in a cookie", async () => {
    const bob = await signUp();
    const { token } = await tokenOf(bob, ["project:list"]);
    const middle = Math.floor(token.length / 2);
    const altered = token.slice(0, middle) + (token[middle] === "a" ? "b" : "a") + token.slice(middle + 1);
    for (const wrong of [altered, token.slice(0, -9), `${token}0`]) {
      expect((await listProjects(bob, wrong)).status).toBe(401);
    }
    const headers = { Cookie: `__Host-taskward-session=${token}` };
    expect((await bob.send("/v1/projects", { token: null, headers })).status).toBe(401);
  });
});
