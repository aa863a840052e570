// A project's life through the API: archived is read alone, deleted comes back within 30 days or never, and a new
// owner takes over whole.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { admin, type Person, register, signUp, userWithRoles } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { atOnce, tally } from "../identity/attempts.ts";
import { hurry, set, settings, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

const DAY_SECONDS = 86_400;

await hurry();
await widenBuckets();
// Months pass here, and nobody shall have to sign in again for that.
const { session } = await settings();
await set({ session: { ...session, idle_ms: 1e12, absolute_ms: 1e12, privileged_absolute_ms: 1e12 } });
const ada = await admin("main");
const [bob, carl, dora] = [await signUp(), await signUp(), await signUp()];

const newProject = async (): Promise<string> =>
  (await bob.client.createProject({ body: { name: "Life" } })).body.project.id;
const join = (id: string, person: Person, role: "editor" | "viewer") =>
  bob.client.setMember({ params: { project_id: id, user_id: person.id }, body: { role } });
const post = (by: Person, id: string, move: "archive" | "restore") =>
  by.send(`/v1/projects/${id}/${move}`, { method: "POST" });
const remove = (by: Person, id: string) =>
  by.send(`/v1/projects/${id}`, { method: "DELETE", headers: { "If-Match": "*" } });
const transfer = async (by: Person, id: string, to: Pick<Person, "id">) =>
  (await by.recent()).send(`/v1/projects/${id}/transfer`, { json: { user_id: to.id } });
const statusOf = async (by: Person, id: string) => (await by.send(`/v1/projects/${id}`)).status;
async function listed(by: Person, query: string): Promise<{ id: string; restorable_until: string | null }[]> {
  const answer = await by.send(`/v1/projects?limit=200&${query}`);
  return (await answer.json<{ projects: { id: string; restorable_until: string | null }[] }>()).projects;
}
const lists = async (by: Person, query: string, id: string) =>
  (await listed(by, query)).some((project) => project.id === id);
/** Changes alone: refusals and reads come whenever their object next commits. */
const typesOf = async (id: string): Promise<string[]> =>
  (await eventsOf("main"))
    .filter(({ targets, event_type }) => targets.includes(id) && !NO_CHANGES.has(event_type))
    .map(({ event_type }) => event_type);
const NO_CHANGES = new Set(["access.refused", "project.read"]);

it("a new project is in its workspace's list once it is answered", async () => {
  expect(await lists(ada, "scope=all", await newProject())).toBe(true);
});

it("an archived project is read by its members and changed by nobody", async () => {
  const id = await newProject();
  await join(id, carl, "editor");
  const { task } = (await bob.client.createTask({ params: { project_id: id }, body: { title: "a" } })).body;
  expect((await post(carl, id, "archive")).status).toBe(403);
  expect((await post(bob, id, "archive")).status).toBe(200);
  await evict(objectOf("PROJECT", `main/${id}`));
  const before = await rowsOf(objectOf("PROJECT", `main/${id}`), "SELECT version FROM project");
  const headers = { "If-Match": "*" };
  for (const by of [bob, carl, ada]) {
    expect(await statusOf(by, id)).toBe(200);
    expect((await by.send(`/v1/projects/${id}/tasks/${task.id}`)).status).toBe(200);
    expect((await by.send(`/v1/projects/${id}/tasks`, { json: { title: "b" } })).status).toBe(409);
    const change = { method: "PATCH", json: { title: "b" }, headers };
    expect((await by.send(`/v1/projects/${id}/tasks/${task.id}`, change)).status).toBe(409);
    expect((await by.send(`/v1/projects/${id}/tasks/${task.id}`, { method: "DELETE", headers })).status).toBe(
      409,
    );
  }
  const rename = { method: "PATCH", json: { name: "b" }, headers };
  const invite = { method: "PUT", json: { role: "viewer" } };
  for (const by of [bob, ada]) {
    expect((await by.send(`/v1/projects/${id}`, rename)).status).toBe(409);
    expect((await by.send(`/v1/projects/${id}/members/${dora.id}`, invite)).status).toBe(409);
    expect((await post(by, id, "archive")).status).toBe(409);
  }
  expect((await carl.send(`/v1/projects/${id}`, rename)).status).toBe(403);
  expect(await rowsOf(objectOf("PROJECT", `main/${id}`), "SELECT version FROM project")).toEqual(before);
  expect(await lists(bob, "status=archived", id)).toBe(true);
  expect(await lists(bob, "status=active", id)).toBe(false);
  expect((await post(carl, id, "restore")).status).toBe(403);
  expect((await post(bob, id, "restore")).status).toBe(200);
  expect((await bob.send(`/v1/projects/${id}/tasks`, { json: { title: "b" } })).status).toBe(201);
});

it("in an archived project whoever holds a task may give it back, and members leave or are removed", async () => {
  const id = await newProject();
  await join(id, carl, "editor");
  await join(id, dora, "editor");
  const path = `/v1/projects/${id}`;
  const { task } = (await bob.client.createTask({ params: { project_id: id }, body: { title: "a" } })).body;
  const params = { project_id: id, task_id: task.id };
  const { fencing_token } = (await carl.client.claimTask({ params, body: {} })).body.lease;
  await post(bob, id, "archive");
  for (const move of ["renew", "complete"]) {
    const json = { fencing_token };
    expect((await carl.send(`${path}/tasks/${task.id}/${move}`, { json })).status, move).toBe(409);
  }
  const { body } = await carl.client.releaseTask({ params, body: { fencing_token } });
  expect(body.task).toMatchObject({ status: "open", assigned_to: null, lease: null });
  const leave = (by: Person, { id: user_id }: Person) =>
    by.send(`${path}/members/${user_id}`, { method: "DELETE" });
  expect((await leave(carl, dora)).status, "an editor removes nobody").toBe(403);
  expect((await leave(carl, carl)).status).toBe(204);
  expect((await leave(bob, dora)).status).toBe(204);
  for (const gone of [carl, dora]) expect(await statusOf(gone, id)).toBe(404);
  await remove(bob, id);
  expect((await leave(dora, dora)).status).toBe(404);
});

it("a deleted project is found and restored by its owner and by ADMIN, and is nothing to everybody else", async () => {
  const id = await newProject();
  await join(id, carl, "editor");
  expect((await remove(bob, id)).status).toBe(204);
  await shipAll();
  for (const by of [carl, dora]) {
    expect((await post(by, id, "restore")).status).toBe(404);
    expect(await lists(by, "status=deleted", id)).toBe(false);
  }
  for (const by of [bob, ada]) {
    expect(await statusOf(by, id)).toBe(404);
    expect((await post(by, id, "archive")).status).toBe(404);
    expect((await transfer(by, id, carl)).status).toBe(404);
  }
  const [found] = (await listed(bob, "status=deleted")).filter((project) => project.id === id);
  expect(Date.parse(found!.restorable_until!) - clock.now_ms()).toBeGreaterThan(29.9 * DAY_SECONDS * 1000);
  expect(await lists(ada, "scope=all&status=deleted", id)).toBe(true);
  expect(await lists(ada, "scope=all", id)).toBe(false);
  expect((await post(ada, id, "restore")).status).toBe(200);
  expect(await lists(bob, "", id), "the owner's list follows at once").toBe(true);
  for (const by of [bob, carl]) expect(await statusOf(by, id)).toBe(200);
  expect(await lists(bob, "status=deleted", id)).toBe(false);
});

it("of many who archive at once, one does", async () => {
  const id = await newProject();
  expect(tally(await atOnce(8, () => post(bob, id, "archive")))).toEqual({ 200: 1, 409: 7 });
});

it("after 30 days a deleted project is erased: rows, index entries, and the way back", async () => {
  const id = await newProject();
  const kept = await newProject();
  await join(id, carl, "editor");
  await join(id, dora, "viewer");
  await bob.send(`/v1/projects/${id}/members/${dora.id}`, { method: "DELETE" });
  await remove(bob, id);
  await shipAll();
  const project = objectOf("PROJECT", `main/${id}`);
  clock.advance(30 * DAY_SECONDS - 3_600);
  expect(await ringAlarm(project), "an alarm is set for it").toBe(true);
  expect(await tablesOf(project)).toContain("task");
  expect((await post(bob, id, "restore")).status, "still in time").toBe(200);
  await remove(bob, id);
  await shipAll();
  await evict(project);
  clock.advance(30 * DAY_SECONDS);
  expect((await post(bob, id, "restore")).status, "too late, though nothing has run yet").toBe(404);
  expect(await ringAlarm(project)).toBe(true);
  expect((await post(bob, id, "restore")).status).toBe(404);
  for (const by of [bob, carl, ada]) expect(await statusOf(by, id)).toBe(404);
  for (const holder of [bob, carl].map(({ id: user }) => objectOf("PRINCIPAL", `main/${user}`))) {
    expect(await rowsOf(holder, "SELECT * FROM project WHERE id = ?", id)).toEqual([]);
  }
  expect(await rowsOf(objectOf("WORKSPACE", "main"), "SELECT * FROM project WHERE id = ?", id)).toEqual([]);
  expect(
    await rowsOf(objectOf("PRINCIPAL", `main/${dora.id}`), "SELECT name, role FROM project WHERE id = ?", id),
    "whoever had left keeps no name of it",
  ).toEqual([{ name: "", role: null }]);
  clock.advance(180);
  await ringAlarm(project);
  expect(await tablesOf(project)).toEqual([]);
  expect(await statusOf(bob, id)).toBe(404);
  expect(await statusOf(bob, kept)).toBe(200);
  expect(await typesOf(id)).toEqual([
    "project.created",
    "member.set",
    "member.set",
    "member.removed",
    "project.deleted",
    "project.restored",
    "project.deleted",
    "project.erased",
  ]);
});

it("an erased project leaves nobody a title of its tasks: neither who left it nor an ADMIN", async () => {
  const id = await newProject();
  const [editor, left] = [await signUp(), await signUp()];
  for (const person of [editor, left]) await join(id, person, "editor");
  const params = { project_id: id };
  const held = async (person: Person) =>
    rowsOf(objectOf("PRINCIPAL", `main/${person.id}`), "SELECT title FROM work WHERE project_id = ?", id);
  for (const person of [editor, left, ada]) {
    const { task } = (await bob.client.createTask({ params, body: { title: "a secret" } })).body;
    const named = { ...params, task_id: task.id };
    const { fencing_token } = (await person.client.claimTask({ params: named, body: {} })).body.lease;
    await person.client.completeTask({ params: named, body: { fencing_token } });
    expect(await held(person)).toEqual([{ title: "a secret" }]);
  }
  await bob.client.removeMember({ params: { ...params, user_id: left.id } });
  await remove(bob, id);
  await shipAll();
  clock.advance(30 * DAY_SECONDS);
  await ringAlarm(objectOf("PROJECT", `main/${id}`));
  await shipAll();
  for (const person of [editor, left, ada]) expect(await held(person)).toEqual([]);
});

it("nothing is erased before the audit has taken the news of it", async () => {
  const id = await newProject();
  const project = objectOf("PROJECT", `main/${id}`);
  await remove(bob, id);
  await shipAll();
  const { AUDIT_LOG } = env;
  clock.advance(31 * DAY_SECONDS);
  const down = { getByName: () => ({ append: async () => Promise.reject(new Error("the log is down")) }) };
  const bindings = env as { AUDIT_LOG: unknown };
  bindings.AUDIT_LOG = down;
  await ringAlarm(project);
  clock.advance(180);
  await ringAlarm(project);
  bindings.AUDIT_LOG = AUDIT_LOG;
  expect(await tablesOf(project)).toContain("outbox");
  clock.advance(180);
  await ringAlarm(project);
  expect(await tablesOf(project)).toEqual([]);
  expect((await typesOf(id)).filter((type) => type === "project.erased")).toHaveLength(1);
});

it("a transfer makes one owner of another, and the old one an editor, in every list at once", async () => {
  const id = await newProject();
  await join(id, carl, "viewer");
  expect((await transfer(carl, id, carl)).status).toBe(403);
  expect((await transfer(dora, id, dora)).status).toBe(404);
  expect((await transfer(bob, id, bob)).status).toBe(409);
  const answer = await transfer(bob, id, dora);
  expect(answer.status).toBe(200);
  expect((await answer.json<{ project: { owner: string } }>()).project.owner).toBe(dora.id);
  const { members } = (await dora.client.listMembers({ params: { project_id: id } })).body;
  const roles = Object.fromEntries(members.map(({ user_id, role }) => [user_id, role]));
  expect(roles).toEqual({ [bob.id]: "editor", [carl.id]: "viewer", [dora.id]: "owner" });
  for (const [by, role] of [
    [bob, "editor"],
    [dora, "owner"],
  ] as const) {
    const { projects } = (await by.client.listProjects({ query: { limit: "200" } })).body;
    expect(projects.find((each) => each.id === id)).toMatchObject({ role, owner: dora.id });
  }
  expect((await transfer(bob, id, bob)).status).toBe(403);
  expect((await remove(bob, id)).status).toBe(403);
  expect((await transfer(ada, id, bob)).status, "ADMIN reaches every project").toBe(200);
});

it("of transfers at once there is one owner in the end, and nobody is lost", async () => {
  const id = await newProject();
  await bob.recent();
  const answers = await atOnce(6, (index) => transfer(bob, id, index % 2 ? carl : dora));
  expect(tally(answers)).toEqual({ 200: 1, 403: 5 });
  const { members } = (await bob.client.listMembers({ params: { project_id: id } })).body;
  expect(members.map(({ role }) => role).sort()).toEqual(["editor", "owner"]);
});

it("nobody outside the workspace, unconfirmed or suspended becomes an owner", async () => {
  const id = await newProject();
  const [bea, unconfirmed, gone] = [await admin("globex"), await register({ mfa: true }), await signUp()];
  await (await ada.recent()).client.suspendUser({ params: { user_id: gone.id } });
  for (const stranger of [bea, unconfirmed, gone, { id: `usr_${"0".repeat(26)}` }]) {
    expect((await transfer(bob, id, stranger)).status).toBe(409);
    expect((await transfer(carl, id, stranger)).status, "strangers learn nothing of users").toBe(404);
  }
  expect((await bob.client.readProject({ params: { project_id: id } })).body.project.owner).toBe(bob.id);
});

it("nobody becomes an owner whose role in the workspace lets them do nothing with a project", async () => {
  const id = await newProject();
  for (const role of ["AUDITOR", "OBSERVER"] as const) {
    const reader = await userWithRoles(ada, [role]);
    const refused = await transfer(bob, id, reader);
    expect(refused.status).toBe(409);
    expect((await refused.json<{ detail: string }>()).detail).toContain("role in the workspace");
    expect((await transfer(carl, id, reader)).status, "strangers learn nothing of users").toBe(404);
  }
  expect((await bob.client.readProject({ params: { project_id: id } })).body.project.owner).toBe(bob.id);
  const both = await userWithRoles(ada, ["AUDITOR", "USER"]);
  expect((await transfer(bob, id, both)).status).toBe(200);
});

it("a transfer wants a recent authentication", async () => {
  const id = await newProject();
  await bob.recent();
  clock.advance(601);
  const answer = await bob.send(`/v1/projects/${id}/transfer`, { json: { user_id: carl.id } });
  expect(answer.status).toBe(401);
  expect((await transfer(bob, id, carl)).status).toBe(200);
});
