// Members of a project and the lists it stands in: one owner who stays, leaving, and deletion that all can see.
import { expect, it } from "vitest";
import { evict, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, register, signUp, userWithRoles } from "../harness/people.ts";
import { atOnce, tally } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const [bob, carl, dora] = [await signUp(), await signUp(), await signUp()];

const newProject = async (owner = bob): Promise<string> =>
  (await owner.client.createProject({ body: { name: "Members" } })).body.project.id;
const setMember = (by: Person, project_id: string, user: Person, role: string) =>
  by.send(`/v1/projects/${project_id}/members/${user.id}`, { method: "PUT", json: { role } });
const removeMember = (by: Person, project_id: string, user: Person) =>
  by.send(`/v1/projects/${project_id}/members/${user.id}`, { method: "DELETE" });
const remove = (by: Person, project_id: string) =>
  by.send(`/v1/projects/${project_id}`, { method: "DELETE", headers: { "If-Match": "*" } });
const listOf = async (person: Person, path = "/v1/projects?limit=200"): Promise<string[]> =>
  (await (await person.send(path)).json<{ projects: { id: string }[] }>()).projects.map(({ id }) => id);
const statusOf = async (person: Person, project_id: string): Promise<number> =>
  (await person.send(`/v1/projects/${project_id}`)).status;

it("the owner keeps the role of owner, and nobody else gets it", async () => {
  const id = await newProject();
  for (const role of ["editor", "viewer", "owner"]) {
    expect((await setMember(bob, id, bob, role)).status).toBe(409);
    expect((await setMember(ada, id, bob, role)).status).toBe(409);
  }
  expect((await setMember(bob, id, carl, "owner")).status).toBe(409);
  expect((await removeMember(bob, id, bob)).status).toBe(409);
  expect((await removeMember(ada, id, bob)).status).toBe(409);
  const { members } = (await bob.client.listMembers({ params: { project_id: id } })).body;
  expect(members.map(({ user_id, role }) => [user_id, role])).toEqual([[bob.id, "owner"]]);
});

it("only the owner manages members, and editors cannot raise themselves", async () => {
  const id = await newProject();
  expect((await setMember(bob, id, carl, "editor")).status).toBe(200);
  for (const role of ["owner", "editor"]) {
    expect((await setMember(carl, id, carl, role)).status).toBe(403);
    expect((await setMember(carl, id, dora, role)).status).toBe(403);
    expect((await setMember(dora, id, dora, role)).status).toBe(404);
  }
  expect((await removeMember(carl, id, bob)).status).toBe(403);
  expect(await statusOf(dora, id)).toBe(404);
});

it("everyone but the owner may leave, and has then left", async () => {
  const id = await newProject();
  await setMember(bob, id, carl, "viewer");
  expect(await statusOf(carl, id)).toBe(200);
  expect((await removeMember(carl, id, carl)).status).toBe(204);
  expect(await statusOf(carl, id)).toBe(404);
  expect(await listOf(carl)).not.toContain(id);
  expect((await removeMember(carl, id, carl)).status).toBe(404);
  expect((await removeMember(bob, id, carl)).status).toBe(404);
});

it("leaving is audited without waiting for another change", async () => {
  const id = await newProject();
  await setMember(bob, id, carl, "viewer");
  await shipAll();
  await removeMember(carl, id, carl);
  expect(await ringAlarm(objectOf("PROJECT", `main/${id}`))).toBe(true);
  const left = (await eventsOf("main")).filter(
    ({ event_type, targets }) => event_type === "member.removed" && targets.includes(id),
  );
  expect(left.map(({ user_id }) => user_id)).toEqual([carl.id]);
});

it("nobody becomes a member who is not there: unknown, of another tenant, or not yet confirmed", async () => {
  const id = await newProject();
  const [bea, unconfirmed] = [await admin("globex"), await register({ mfa: true })];
  const unknown = Object.assign(Object.create(carl), { id: `usr_${"0".repeat(26)}` });
  for (const stranger of [bea, unconfirmed, unknown]) {
    expect((await setMember(bob, id, stranger, "viewer")).status).toBe(409);
  }
  expect(await statusOf(bea, id)).toBe(404);
});

it("a list shows one's own projects from the moment that each change is answered", async () => {
  const id = await newProject();
  expect(await listOf(bob)).toContain(id);
  expect(await listOf(carl)).not.toContain(id);
  await setMember(bob, id, carl, "viewer");
  expect(await listOf(carl)).toContain(id);
  const { project } = (
    await bob.client.updateProject({
      params: { project_id: id },
      body: { name: "Renamed" },
      if_match: "*",
    })
  ).body;
  await shipAll();
  const { projects } = (await carl.client.listProjects({ query: {} })).body;
  expect(projects.find((each) => each.id === id)).toMatchObject({ name: project.name, role: "viewer" });
  await removeMember(bob, id, carl);
  expect(await listOf(carl)).not.toContain(id);
  await remove(bob, id);
  expect(await listOf(bob)).not.toContain(id);
});

it("a deleted project is gone for everybody, ADMIN included, and from every list", async () => {
  const id = await newProject();
  await setMember(bob, id, carl, "editor");
  const { task } = (await bob.client.createTask({ params: { project_id: id }, body: { title: "a" } })).body;
  await shipAll();
  expect(await listOf(ada, "/v1/projects?scope=all&limit=200")).toContain(id);
  expect((await remove(carl, id)).status).toBe(403);
  expect((await remove(bob, id)).status).toBe(204);
  await evict(objectOf("PROJECT", `main/${id}`));
  for (const person of [bob, carl, ada]) {
    expect(await statusOf(person, id)).toBe(404);
    expect((await person.send(`/v1/projects/${id}/tasks`)).status).toBe(404);
    expect((await person.send(`/v1/projects/${id}/tasks/${task.id}`)).status).toBe(404);
    expect((await person.send(`/v1/projects/${id}/tasks`, { json: { title: "b" } })).status).toBe(404);
    expect((await setMember(person, id, dora, "viewer")).status).toBe(404);
    expect((await remove(person, id)).status).toBe(404);
  }
  await shipAll();
  for (const person of [bob, carl]) expect(await listOf(person)).not.toContain(id);
  expect(await listOf(ada, "/v1/projects?scope=all&limit=200")).not.toContain(id);
});

it("a stranger cannot tell a project that is not theirs from one that never was", async () => {
  const id = await newProject();
  const never = `prj_${"0".repeat(26)}`;
  const answers = await Promise.all(
    [id, never].map(async (project_id) => {
      const response = await dora.send(`/v1/projects/${project_id}`);
      const { request_id: _, ...body } = await response.json<Record<string, unknown>>();
      return [response.status, body];
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(
    await rowsOf(
      objectOf("PROJECT", `main/${never}`),
      "SELECT name FROM sqlite_master WHERE name = 'project'",
    ),
  ).toEqual([]);
});

it("a role in the project gives no more than the role in the workspace", async () => {
  await ada.recent();
  const id = await newProject();
  const observer = await userWithRoles(ada, ["OBSERVER"]);
  expect((await setMember(bob, id, observer, "editor")).status).toBe(200);
  expect(await statusOf(observer, id)).toBe(200);
  expect((await observer.send(`/v1/projects/${id}/tasks`, { json: { title: "a" } })).status).toBe(403);
});

it("a late entry of an older version does not bring a project back into a list", async () => {
  const id = await newProject();
  await setMember(bob, id, carl, "viewer");
  await removeMember(bob, id, carl);
  const principal = objectOf("PRINCIPAL", `main/${carl.id}`) as unknown as {
    receive(batch: unknown): Promise<unknown>;
  };
  const [row] = await rowsOf<{ version: number }>(
    principal as never,
    "SELECT version FROM project WHERE id = ?",
    id,
  );
  const entry = {
    kind: "project",
    id,
    name: "late",
    status: "active",
    owner: bob.id,
    role: "owner",
    created_at_ms: 1,
  };
  const batch = { version: 1, source: `project/main/${id}`, incarnation: "inc_late", first_sequence: 1 };
  await principal.receive({ ...batch, rows: [{ ...entry, version: row!.version - 1 }] });
  expect(await listOf(carl)).not.toContain(id);
});

it("of parallel changes of a project that name one version, one wins", async () => {
  const id = await newProject();
  const answers = await atOnce(10, (index) =>
    bob.send(`/v1/projects/${id}`, {
      method: "PATCH",
      json: { name: `name ${index}` },
      headers: { "If-Match": '"v1"' },
    }),
  );
  expect(tally(answers)).toEqual({ 200: 1, 412: 9 });
});
