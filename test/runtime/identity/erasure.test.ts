// Erasing a person: every way in ends before the answer; nothing that says who they were is left in any table or in R2;
// their name stays taken; proofs stay valid; and whatever is cut off on the way is done all the same.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { Project } from "../../../durable-objects/project/object.ts";
import type { WorkspaceRpc as Workspace } from "../../../src/schema/messages/workspace.ts";
import { clock } from "../harness/clock.ts";
import { hexOf, storedValues } from "../harness/dump.ts";
import { addressOf, newestToken } from "../harness/mailbox.ts";
import { allOf, crash, evict, objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { verified } from "../objects/logs.ts";
import { principalOf, tryToSignIn } from "./attempts.ts";
import { hurry, set, widenBuckets } from "./settings.ts";
import { audited, eventsOf } from "./trail.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const [bob, carl] = [await signUp(), await signUp()];
beforeEach(async () => {
  for (const person of [ada, bob, carl]) await person.awake();
});

const erase = async (user: Pick<Person, "id">, by = ada) =>
  (await (await by.awake()).recent()).send(`/v1/users/${user.id}`, { method: "DELETE" });
const reasonOf = async (response: Response) => (await response.json<{ type: string }>()).type;

async function projectOf(owner: Person, ...members: Person[]): Promise<string> {
  const { id } = (await owner.client.createProject({ body: { name: "Shared" } })).body.project;
  for (const member of members) {
    await owner.client.setMember({
      params: { project_id: id, user_id: member.id },
      body: { role: "editor" },
    });
  }
  return id;
}

async function taskIn(project_id: string, by = bob): Promise<string> {
  return (await by.client.createTask({ params: { project_id }, body: { title: "A task" } })).body.task.id;
}

describe("who was erased", () => {
  it("has no way in any more, from the answer on", async () => {
    const dora = await userWithRoles(ada, ["COORDINATOR"]);
    const body = { name: "program", permissions: ["project:list" as const] };
    const { token } = (await dora.client.createToken({ body })).body;
    const other = await dora.otherSession();
    expect((await erase(dora)).status).toBe(204);
    for (const each of [dora.token, other.token, token]) {
      expect((await dora.send("/v1/projects", { token: each })).status).toBe(401);
    }
    expect((await tryToSignIn(dora, { mfa_code: dora.code() })).status).toBe(401);
    const listed = (await ada.client.listUsers({ query: { limit: "200" } })).body.users;
    expect(listed.map(({ id }) => id)).not.toContain(dora.id);
    expect((await ada.send(`/v1/users/${dora.id}`)).status).toBe(404);
  });

  it("keeps the name: nobody inherits the id, by open registration or by invitation, now or later", async () => {
    const dora = await signUp({ username: "unrepeatable" });
    await erase(dora);
    const again = async (more: object = {}) => {
      const json = { username: "Unrepeatable", password: "a staple for another battery", ...more };
      const response = await send("/v1/auth/register", { address: dora.address, json });
      return [response.status, await reasonOf(response)];
    };
    expect(await again()).toEqual([409, "/problems/username_taken"]);
    const { secret } = (await (await ada.recent()).client.invite({ body: { roles: ["USER"] } })).body;
    expect(await again({ invitation: secret })).toEqual([409, "/problems/username_taken"]);
    await shipAll();
    clock.advance(3_601);
    await ringAlarm(principalOf(dora));
    expect(await tablesOf(principalOf(dora)), "the object itself is gone").toEqual([]);
    expect(await again()).toEqual([409, "/problems/username_taken"]);
    expect((await signUp({ invitation: secret })).id, "the invitation was not spent").toMatch(/^usr_/);
  });

  it("is not known by name to strangers: where registration is by invitation, any name gets one answer without one", async () => {
    const dora = await signUp({ username: "once-was-here" });
    await erase(dora);
    await set({ registration: "invitation" });
    const answers = (username: string) =>
      Promise.all(
        [{}, { invitation: "made-up" }].map(async (more) => {
          const json = { username, password: "a staple for another battery", enable_mfa: false, ...more };
          const response = await send("/v1/auth/register", { address: newAddress(), json });
          return [response.status, await reasonOf(response)];
        }),
      );
    const refused = [403, "/problems/registration_closed"];
    expect(await answers("never-was-here")).toEqual([refused, refused]);
    expect(await answers("once-was-here")).toEqual([refused, refused]);
    await set({ registration: "open" });
  });

  it("is in no table and no object of R2: neither name, address, mail, device, place nor credential", async () => {
    const dora = await signUp({
      username: "dora.erasable",
      password: "the password that nobody knows",
      address: "203.0.113.199",
      user_agent: "DorasOwnBrowser/7",
      cf: { city: "Erasmusville", country: "NL" },
    });
    const email = addressOf(dora);
    await dora.client.changeEmail({ body: { email } });
    await send("/v1/auth/email/confirm", {
      address: dora.address,
      json: { token: await newestToken(dora, email, "email") },
    });
    const { mfa } = (await (await dora.recent()).client.beginMfa()).body;
    await dora.client.createToken({ body: { name: "Doras program", permissions: ["project:list"] } });
    const project_id = await projectOf(bob, dora);
    await taskIn(project_id, dora);
    await tryToSignIn(dora, { password: "not the password" });
    const [{ phc }] = (await rowsOf(principalOf(dora), "SELECT phc FROM account")) as [{ phc: string }];
    const personal = [dora.username, dora.address, email, dora.user_agent, "Erasmusville", mfa.secret, phc];
    personal.push("Doras program");
    await shipAll();
    const found = async () => {
      const values = (await storedValues()).filter(({ where }) => !where.startsWith("R2/mailbox/"));
      const isIn = (text: string) => values.filter(({ hex }) => hex.includes(hexOf(text)));
      return personal.flatMap((text) => isIn(text).map(({ where }) => `${text} in ${where}`));
    };
    expect((await found()).length, "the search finds what is there").toBeGreaterThan(3);
    await erase(dora);
    // What was refused is noted for a second, which an eviction waits for, and counted for a minute.
    await Promise.all((await allOf("STRANGERS")).map(evict));
    await audited("main", { type: "auth.signed_out", count: 0 });
    await shipAll();
    await ringAlarm(objectOf("AUDIT_LOG", "main"));
    expect(await found()).toEqual([]);
    const events = (await eventsOf("main")).filter(({ user_id }) => user_id === dora.id);
    expect(events.length).toBeGreaterThan(5);
    for (const { ip_address } of events) expect(ip_address ?? "psn_").toMatch(/^psn_/);
    expect(await verified("main")).toMatchObject({ ok: true });
  });
});

describe("what they leave behind", () => {
  it("a person with projects is refused, which are named, until they are transferred or deleted", async () => {
    const dora = await signUp();
    const [kept, deleted] = [await projectOf(dora), await projectOf(dora)];
    const refused = await erase(dora);
    expect(refused.status).toBe(409);
    const problem = await refused.json<{ type: string; detail: string }>();
    expect(problem.type).toBe("/problems/owns_projects");
    expect(problem.detail).toContain(kept);
    expect((await dora.send("/v1/session")).status, "nothing was done").toBe(200);
    await ada.client.transferProject({ params: { project_id: kept }, body: { user_id: bob.id } });
    await dora.send(`/v1/projects/${deleted}`, { method: "DELETE", headers: { "If-Match": "*" } });
    expect((await erase(dora)).status).toBe(204);
    await shipAll();
    const params = { project_id: deleted };
    await ada.client.restoreProject({ params });
    const { project } = (await ada.client.transferProject({ params, body: { user_id: bob.id } })).body;
    expect(project.owner, "an ADMIN restores and transfers what was deleted").toBe(bob.id);
  });

  it("memberships go; what was held or assigned is open to others; tasks done and comments keep the id", async () => {
    const dora = await signUp();
    const project_id = await projectOf(bob, dora, carl);
    const params = { project_id };
    const ids = await Promise.all([1, 2, 3, 4].map(() => taskIn(project_id)));
    const [held, assigned, done, said] = ids as [string, string, string, string];
    await dora.client.claimTask({ params: { ...params, task_id: held }, body: {} });
    await ada.client.assignTask({ params: { ...params, task_id: assigned }, body: { user_id: dora.id } });
    const { lease } = (await dora.client.claimTask({ params: { ...params, task_id: done }, body: {} })).body;
    const { fencing_token } = lease!;
    await dora.client.completeTask({ params: { ...params, task_id: done }, body: { fencing_token } });
    await dora.client.createComment({ params: { ...params, task_id: said }, body: { text: "So it was" } });
    await erase(dora);
    await shipAll();
    const { members } = (await bob.client.listMembers({ params })).body;
    expect(members.map(({ user_id }) => user_id).sort()).toEqual([bob.id, carl.id].sort());
    for (const task_id of [held, assigned]) {
      const { task } = (await bob.client.readTask({ params: { ...params, task_id } })).body;
      expect(task).toMatchObject({ status: "open", assigned_to: null, lease: null });
      expect(
        (await carl.client.claimTask({ params: { ...params, task_id }, body: {} })).body.task.status,
      ).toBe("claimed");
    }
    const { task } = (await bob.client.readTask({ params: { ...params, task_id: done } })).body;
    expect(task).toMatchObject({ status: "done", assigned_to: dora.id });
    const { comments } = (await bob.client.listComments({ params: { ...params, task_id: said } })).body;
    expect(comments).toMatchObject([{ author: dora.id, text: "So it was" }]);
  });

  it("what was theirs where they are no member, as an ADMIN or since they left, is open to others too", async () => {
    const [dora, boss] = [await signUp(), await userWithRoles(ada, ["ADMIN"])];
    const project_id = await projectOf(bob, dora);
    const [assigned, held] = [await taskIn(project_id), await taskIn(project_id)];
    const user_id = dora.id;
    await ada.client.assignTask({ params: { project_id, task_id: assigned }, body: { user_id } });
    await bob.client.removeMember({ params: { project_id, user_id } });
    const params = { project_id, task_id: held };
    await boss.client.claimTask({ params, body: { lease_seconds: 86_400 } });
    await boss.client.updateTask({ params, body: { status: "blocked" }, if_match: "*" });
    for (const person of [dora, boss]) expect((await erase(person)).status).toBe(204);
    await shipAll();
    for (const task_id of [assigned, held]) {
      const { task } = (await bob.client.readTask({ params: { project_id, task_id } })).body;
      expect(task).toMatchObject({ status: "open", assigned_to: null, lease: null });
    }
    const ended = (await audited("main", { type: "task.lease_ended" })).filter(({ targets }) =>
      targets.includes(held),
    );
    expect(ended).toMatchObject([{ rule: "holder_erased", details: { holder: boss.id } }]);
  });

  it("more tasks than one transaction takes are all given back", async () => {
    const dora = await signUp();
    const project_id = await projectOf(bob, dora);
    await taskIn(project_id);
    const stub = objectOf("PROJECT", `main/${project_id}`);
    const columns =
      "title, description, status, priority, skills, created_by, version, created_at_ms, updated_at_ms";
    await rowsOf(
      stub,
      `INSERT INTO task (id, assigned_to, ${columns})
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
         SELECT 'tsk_' || i, ?, ${columns} FROM n, task LIMIT 1100`,
      dora.id,
    );
    await erase(dora);
    await shipAll();
    expect(await rowsOf(stub, "SELECT count(*) AS n FROM task WHERE assigned_to = ?", dora.id)).toEqual([
      { n: 0 },
    ]);
  });
});

describe("who may", () => {
  it("the last ADMIN stays, by their own hand too; of two who erase each other at once, one stays", async () => {
    const eve = await admin("two");
    expect(await reasonOf(await erase(eve, eve))).toBe("/problems/last_admin");
    const mallory = await userWithRoles(eve, ["ADMIN"]);
    const statuses = await Promise.all([erase(mallory, eve), erase(eve, mallory)]);
    expect(statuses.map(({ status }) => status).filter((status) => status === 204)).toHaveLength(1);
    const rows = await rowsOf(objectOf("WORKSPACE", "two"), "SELECT id FROM member");
    expect(rows).toHaveLength(1);
  });

  it("an ADMIN who is not the last may go", async () => {
    const eve = await userWithRoles(ada, ["ADMIN"]);
    expect((await erase(eve, eve)).status).toBe(204);
    expect((await eve.send("/v1/session")).status).toBe(401);
  });

  it("nobody of another workspace is reached", async () => {
    const stranger = await admin("elsewhere");
    expect((await erase(stranger)).status).toBe(404);
    expect((await stranger.send("/v1/session")).status).toBe(200);
  });
});

describe("sent twice, or cut off", () => {
  it("a repeat is answered as the first was, and leaves no second event", async () => {
    const dora = await signUp();
    const [first, again] = [await erase(dora), await erase(dora)];
    expect([first.status, again.status]).toEqual([204, 204]);
    expect(again.headers.get("audit-event")).toBe(first.headers.get("audit-event"));
    const erased = (await eventsOf("main")).filter(
      ({ event_type, targets }) => event_type === "user.erased" && targets.includes(dora.id),
    );
    expect(erased.map(({ id }) => id)).toEqual([first.headers.get("audit-event")]);
  });

  it("while the person's own object is out of reach it says so, and goes on by itself", async () => {
    const dora = await signUp();
    const reach = vi.spyOn(Principal.prototype, "erase").mockRejectedValue(new Error("out of reach"));
    expect((await erase(dora)).status).toBe(503);
    reach.mockRestore();
    await crash(objectOf("WORKSPACE", "main"));
    await ringAlarm(objectOf("WORKSPACE", "main"));
    expect((await dora.send("/v1/session")).status).toBe(401);
    expect((await erase(dora)).status).toBe(204);
  });

  it("a project that is out of reach hears of it later, whatever crashes meanwhile", async () => {
    const dora = await signUp();
    const project_id = await projectOf(bob, dora);
    const stub = objectOf("PROJECT", `main/${project_id}`);
    const reach = vi.spyOn(Project.prototype, "eraseMember").mockRejectedValue(new Error("out of reach"));
    await erase(dora);
    await ringAlarm(principalOf(dora));
    clock.advance(3_601);
    await ringAlarm(principalOf(dora));
    expect(await tablesOf(principalOf(dora)), "it stays until it is heard").toContain("account");
    await crash(principalOf(dora));
    reach.mockRestore();
    await ringAlarm(principalOf(dora));
    expect(await rowsOf(stub, "SELECT * FROM member WHERE user_id = ?", dora.id)).toEqual([]);
    expect(await tablesOf(principalOf(dora))).toEqual([]);
  });

  it("who is made a member while they go is none a moment later", async () => {
    const dora = await signUp();
    const project_id = await projectOf(bob);
    // As a request that has asked for the person just before.
    await erase(dora);
    await rowsOf(
      objectOf("PROJECT", `main/${project_id}`),
      "INSERT INTO member (user_id, username, role) VALUES (?, 'late', 'editor')",
      dora.id,
    );
    await bob.client.updateProject({ params: { project_id }, body: { name: "Renamed" }, if_match: "*" });
    await shipAll();
    const { members } = (await bob.client.listMembers({ params: { project_id } })).body;
    expect(members.map(({ user_id }) => user_id)).toEqual([bob.id]);
  });

  it("what they create while they go is nobody's project: deleted, and an ADMIN's to restore and to hand on", async () => {
    const dora = await signUp();
    const creations = vi.spyOn(Project.prototype, "create");
    const params = { project_id: await projectOf(dora) };
    await dora.client.deleteProject({ params, if_match: "*" });
    await erase(dora);
    // As a request that was admitted just before.
    const id = `prj_${"1".repeat(26)}`;
    const [actor] = creations.mock.calls[0]!;
    creations.mockRestore();
    const stub = objectOf("PROJECT", `main/${id}`) as unknown as Pick<Project, "create">;
    await stub.create({ ...actor }, { id, name: "Late", description: "" });
    await shipAll();
    const query = { scope: "all", status: "deleted", limit: "200" } as const;
    const { projects } = (await ada.client.listProjects({ query })).body;
    expect(projects).toContainEqual(expect.objectContaining({ id, status: "deleted" }));
    expect((await ada.send(`/v1/projects/${id}`)).status).toBe(404);
    const deleted = await audited("main", { type: "project.deleted" });
    expect(deleted.filter(({ targets }) => targets.includes(id))).toMatchObject([{ rule: "owner_erased" }]);
    await ada.client.restoreProject({ params: { project_id: id } });
    const body = { user_id: bob.id };
    const { project } = (await ada.client.transferProject({ params: { project_id: id }, body })).body;
    expect(project).toMatchObject({ status: "active", owner: bob.id });
    await shipAll();
    expect((await bob.client.readProject({ params: { project_id: id } })).body.project.status).toBe("active");
  });

  it("what was under way from their object lists them nowhere again", async () => {
    const dora = await signUp();
    const workspace = objectOf("WORKSPACE", "main") as unknown as Workspace;
    const [row] = await rowsOf<{ created_at_ms: number }>(
      objectOf("WORKSPACE", "main"),
      "SELECT created_at_ms FROM member WHERE id = ?",
      dora.id,
    );
    await erase(dora);
    const { id, username } = dora;
    const who = {
      kind: "user",
      id,
      username,
      status: "active",
      roles: ["ADMIN"],
      mfa_enabled: true,
    } as const;
    await workspace.receive({
      ...{ version: 1, source: "principal/late", incarnation: "inc_late", first_sequence: 1 },
      rows: [{ ...who, version: 100, created_at_ms: row!.created_at_ms }],
    });
    expect(await rowsOf(objectOf("WORKSPACE", "main"), "SELECT * FROM member WHERE id = ?", id)).toEqual([]);
  });
});
