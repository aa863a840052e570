// Overrides: exceptions to roles that count from the next request on and end by themselves; a deny wins.
import { describe, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, objectOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";

const ada = await admin("main");

async function override(person: Person, permission: string, effect: "grant" | "deny", seconds = 3_600) {
  await ada.signIn();
  const until = new Date(clock.now_ms() + seconds * 1000).toISOString();
  const params = { user_id: person.id, permission: permission as "project:create" };
  return ada.client.setOverride({ params, body: { effect, until } });
}

const create = (person: Person) => person.send("/v1/projects", { json: { name: "Try" } });

describe("an override", () => {
  it("denies what the role allows, on the next request, in the running session, until its end", async () => {
    const bob = await signUp();
    expect((await create(bob)).status).toBe(201);
    await override(bob, "project:create", "deny", 300);
    expect((await create(bob)).status).toBe(403);
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    clock.advance(299.999);
    expect((await create(bob)).status).toBe(403);
    clock.advance(0.001);
    expect((await create(bob)).status).toBe(201);
  });

  it("grants what the role lacks, until it is taken away", async () => {
    const olga = await userWithRoles(ada, ["OBSERVER"]);
    expect((await create(olga)).status).toBe(403);
    await override(olga, "project:create", "grant");
    expect((await create(olga)).status).toBe(201);
    await ada.client.removeOverride({ params: { user_id: olga.id, permission: "project:create" } });
    expect((await create(olga)).status).toBe(403);
  });

  it("grants system permissions only to whoever has a confirmed second factor", async () => {
    const without = await signUp();
    const withFactor = await signUp({ mfa: true });
    for (const person of [without, withFactor]) await override(person, "system:audit", "grant");
    expect((await without.send("/v1/audit/events")).status).toBe(403);
    expect((await withFactor.send("/v1/audit/events")).status).toBe(200);
  });

  it("has an end, in the future and within a year", async () => {
    const bob = await signUp();
    const put = async (json: object) => {
      const path = `/v1/users/${bob.id}/overrides/project:create`;
      return (await ada.send(path, { method: "PUT", json: { effect: "deny", ...json } })).status;
    };
    const inSeconds = (seconds: number) => new Date(clock.now_ms() + seconds * 1000).toISOString();
    await ada.recent();
    for (const json of [{}, { until: null }, { until: inSeconds(0) }, { until: inSeconds(-1) }]) {
      expect(await put(json)).toBe(422);
    }
    expect(await put({ until: inSeconds(366 * 86_400 + 1) })).toBe(422);
    expect((await create(bob)).status, "nothing was denied").toBe(201);
    expect(await put({ until: inSeconds(366 * 86_400) })).toBe(200);
    expect((await create(bob)).status).toBe(403);
  });

  it("binds an ADMIN too, in projects as well, but never the last one", async () => {
    const second = await userWithRoles(ada, ["ADMIN"]);
    const { body } = await (await signUp()).client.createProject({ body: { name: "Someone's" } });
    expect((await second.send(`/v1/projects/${body.project.id}`)).status).toBe(200);
    await override(second, "project:read", "deny");
    expect((await second.send(`/v1/projects/${body.project.id}`)).status).toBe(403);
    await ada.client.setRoles({ params: { user_id: second.id }, body: { roles: ["USER"] } });
    await expect(override(ada, "system:user_manage", "deny")).rejects.toMatchObject({ reason: "last_admin" });
  });

  it("leaves every ADMIN able to act as one", async () => {
    const second = await userWithRoles(ada, ["ADMIN"]);
    await expect(override(second, "system:user_manage", "deny")).rejects.toMatchObject({ status: 409 });
    await ada.client.setRoles({ params: { user_id: second.id }, body: { roles: ["USER"] } });
  });

  it("that was made before leaves whoever becomes ADMIN able to act as one: they may be the last", async () => {
    const second = await userWithRoles(ada, ["AUDITOR"]);
    for (const permission of ["system:user_manage", "system:audit", "project:read"]) {
      await override(second, permission, "deny");
    }
    expect((await second.send("/v1/audit/events")).status).toBe(403);
    await ada.client.setRoles({ params: { user_id: second.id }, body: { roles: ["ADMIN"] } });
    await second.signIn();
    expect((await second.send("/v1/users")).status).toBe(200);
    const { body } = await second.client.whoAmI();
    expect(body.principal.permissions).toContain("system:audit");
    expect(body.principal.permissions, "others stay").not.toContain("project:read");
    await second.client.removeOverride({ params: { user_id: second.id, permission: "project:read" } });
    await ada.signIn();
    await ada.client.setRoles({ params: { user_id: second.id }, body: { roles: ["USER"] } });
  });
});
