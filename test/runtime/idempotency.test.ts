// A request with an Idempotency-Key counts once, however often, in parallel, and after whatever it comes again.
import { expect, it } from "vitest";
import { clock } from "./harness/clock.ts";
import { crash, evict, inside, objectOf, ringAlarm, rowsOf } from "./harness/objects.ts";
import { admin, type Person, signUp } from "./harness/people.ts";
import { atOnce, principalOf, tally } from "./identity/attempts.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "./identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
const ada = await admin("main");
const bob = await signUp();

const DAY_SECONDS = 86_400;
let keys = 0;
const newKey = () => `key-${++keys}`;
const post = (person: Person, path: string, json: unknown, key: string) =>
  person.send(path, { method: "POST", json, headers: { "Idempotency-Key": key } });
const newProject = async (): Promise<string> =>
  (await bob.client.createProject({ body: { name: "Once" } })).body.project.id;
const tasksIn = async (project_id: string) =>
  (await bob.client.listTasks({ params: { project_id } })).body.tasks;

it("a repeat is answered as the first request was, and nothing is done twice", async () => {
  const project_id = await newProject();
  const path = `/v1/projects/${project_id}/tasks`;
  const key = newKey();
  const first = await post(bob, path, { title: "Write" }, key);
  clock.advance(60);
  const again = await post(bob, path, { title: "Write" }, key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(await again.text()).toBe(await first.text());
  for (const header of ["ETag", "Audit-Event"]) {
    expect(again.headers.get(header)).toBe(first.headers.get(header));
    expect(first.headers.get(header)).not.toBeNull();
  }
  expect(first.headers.get("Idempotency-Replayed")).toBeNull();
  expect(again.headers.get("Idempotency-Replayed")).toBe("true");
  expect(await tasksIn(project_id)).toHaveLength(1);
});

it("of a hundred at once under one key one is carried out, and all get its answer", async () => {
  const project_id = await newProject();
  const key = newKey();
  const answers = await atOnce(100, () =>
    post(bob, `/v1/projects/${project_id}/tasks`, { title: "Write" }, key),
  );
  expect(tally(answers)).toEqual({ 201: 100 });
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(await tasksIn(project_id)).toHaveLength(1);
});

it("a repeated creation of a project reaches the project of the first", async () => {
  const key = newKey();
  const answers = await atOnce(20, () => post(bob, "/v1/projects", { name: "Launch" }, key));
  expect(tally(answers)).toEqual({ 201: 20 });
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  const { projects } = (await bob.client.listProjects({ query: { limit: "100" } })).body;
  expect(projects.filter(({ name }) => name === "Launch")).toHaveLength(1);
});

it("a key that came with another request is refused, and changes nothing", async () => {
  const project_id = await newProject();
  const path = `/v1/projects/${project_id}/tasks`;
  const key = newKey();
  await post(bob, path, { title: "Write" }, key);
  const other = await post(bob, path, { title: "Print" }, key);
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ type: "/problems/idempotency_key_reused" });
  expect((await tasksIn(project_id)).map(({ title }) => title)).toEqual(["Write"]);
  // The same request, written differently.
  const respelled = await post(bob, path, { priority: "normal", title: "Write" }, `"${key}"`);
  expect(respelled.status).toBe(201);
  expect(await tasksIn(project_id)).toHaveLength(1);
});

it("a key belongs to its principal and its operation", async () => {
  const project_id = await newProject();
  await bob.client.setMember({ params: { project_id, user_id: ada.id }, body: { role: "editor" } });
  const key = newKey();
  const task = { title: "Write" };
  const path = `/v1/projects/${project_id}/tasks`;
  const mine = await (await post(bob, path, task, key)).json<{ task: { id: string } }>();
  const theirs = await (await post(ada, path, task, key)).json<{ task: { id: string } }>();
  expect(theirs.task.id).not.toBe(mine.task.id);
  const bulk = { tasks: [{ ref: "a", title: "Write" }] };
  expect((await post(bob, `${path}/bulk`, bulk, key)).status).toBe(201);
  expect(await tasksIn(project_id)).toHaveLength(3);
});

it("a refused request is not kept: its repeat is tried anew", async () => {
  const project_id = await newProject();
  const [blocker] = (
    await bob.client.createTasks({ params: { project_id }, body: { tasks: [{ ref: "a", title: "First" }] } })
  ).body.tasks;
  const path = `/v1/projects/${project_id}/tasks`;
  const absent = blocker!.id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  const key = newKey();
  expect((await post(bob, path, { title: "Second", depends_on: [absent] }, key)).status).toBe(409);
  expect((await post(bob, path, { title: "Second", depends_on: [blocker!.id] }, key)).status).toBe(201);
});

it("an answer with a secret is never kept: the repeat names what was created", async () => {
  await bob.recent();
  const key = newKey();
  const body = { name: "robot", permissions: ["task:read"], expires_in_days: 7 };
  const first = await (await post(bob, "/v1/tokens", body, key)).json<{
    api_token: { id: string };
    token: string;
  }>();
  const again = await post(bob, "/v1/tokens", body, key);
  expect(again.status).toBe(409);
  const problem = await again.json<{ type: string; detail: string }>();
  expect(problem.type).toBe("/problems/already_created");
  expect(problem.detail).toContain(first.api_token.id);
  const kept = await rowsOf(principalOf(bob), "SELECT answer, created_id FROM idempotency_key");
  expect(kept).toEqual([{ answer: null, created_id: first.api_token.id }]);
  const { api_tokens } = (await bob.client.listTokens()).body;
  expect(api_tokens.filter(({ name }) => name === "robot")).toHaveLength(1);
});

it("an invitation and a workspace come once too, and their secrets are kept nowhere", async () => {
  await ada.recent();
  for (const [path, body] of [
    ["/v1/invitations", { roles: ["USER"] }],
    ["/v1/workspaces", { name: "once-only" }],
  ] as const) {
    const key = newKey();
    const first = await post(ada, path, body, key);
    expect(first.status).toBe(201);
    const again = await post(ada, path, body, key);
    expect([again.status, (await again.json<{ type: string }>()).type]).toEqual([
      409,
      "/problems/already_created",
    ]);
  }
  const answers = await rowsOf(objectOf("WORKSPACE", "main"), "SELECT answer FROM idempotency_key");
  expect(answers).toEqual([{ answer: null }, { answer: null }]);
});

it("who may no longer do it gets no answer of before", async () => {
  const eve = await signUp();
  const project_id = await newProject();
  const params = { project_id, user_id: eve.id };
  await bob.client.setMember({ params, body: { role: "editor" } });
  const key = newKey();
  const path = `/v1/projects/${project_id}/tasks`;
  expect((await post(eve, path, { title: "Write" }, key)).status).toBe(201);
  await bob.client.setMember({ params, body: { role: "viewer" } });
  expect((await post(eve, path, { title: "Write" }, key)).status).toBe(403);
  await bob.client.removeMember({ params });
  expect((await post(eve, path, { title: "Write" }, key)).status).toBe(404);
});

it.each(["", " ", "a b", '"', '"unfinished', "ü", "x".repeat(256), '""'])(
  "%j is no key, and nothing is done under it",
  async (key) => {
    const project_id = await newProject();
    const path = `/v1/projects/${project_id}/tasks`;
    const status = await post(bob, path, { title: "Write" }, key).then(
      (answer) => answer.status,
      (defect) => (defect as Error).name, // the platform itself may refuse to send it
    );
    expect([400, "TypeError"]).toContain(status);
    expect(await tasksIn(project_id)).toEqual([]);
  },
);

it("an operation that cannot keep a key says so, unless its method may be repeated anyway", async () => {
  const refused = await post(bob, "/v1/session/renew", {}, newKey());
  expect([refused.status, (await refused.json<{ detail: string }>()).detail]).toEqual([
    400,
    "this operation takes no Idempotency-Key",
  ]);
  const read = await bob.send("/v1/session", { headers: { "Idempotency-Key": newKey() } });
  expect(read.status).toBe(200);
});

it("the kept answer and the change are one transaction", async () => {
  const project_id = await newProject();
  const object = objectOf("PROJECT", `main/${project_id}`);
  await inside(object, (_, { storage }) =>
    storage.sql.exec(
      "CREATE TRIGGER fail BEFORE INSERT ON idempotency_key BEGIN SELECT raise(ABORT, 'no'); END",
    ),
  );
  const key = newKey();
  const path = `/v1/projects/${project_id}/tasks`;
  expect((await post(bob, path, { title: "Write" }, key)).status).toBe(500);
  expect(await tasksIn(project_id)).toEqual([]);
  await inside(object, (_, { storage }) => storage.sql.exec("DROP TRIGGER fail"));
  expect((await post(bob, path, { title: "Write" }, key)).status).toBe(201);
});

it("an answer is kept over eviction and crash, for a day and no longer", async () => {
  const project_id = await newProject();
  const object = () => objectOf("PROJECT", `main/${project_id}`);
  const path = `/v1/projects/${project_id}/tasks`;
  const key = newKey();
  const repeat = async () =>
    (await (await post(bob, path, { title: "Write" }, key)).json<{ task: object }>()).task;
  const first = await repeat();
  await evict(object());
  expect(await repeat()).toEqual(first);
  await crash(object());
  expect(await repeat()).toEqual(first);
  clock.advance(DAY_SECONDS);
  await bob.signIn();
  expect(await repeat()).not.toEqual(first);
  clock.advance(DAY_SECONDS);
  await ringAlarm(object());
  expect(await rowsOf(object(), "SELECT key FROM idempotency_key")).toEqual([]);
});

it("a key names a project for good: after a day it makes no other, and says why", async () => {
  const key = newKey();
  const create = () => post(bob, "/v1/projects", { name: "Named" }, key);
  await bob.signIn();
  expect((await create()).status).toBe(201);
  clock.advance(DAY_SECONDS + 1);
  await bob.signIn();
  const again = await create();
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({
    detail: "this project exists already: another one takes another Idempotency-Key",
  });
  const { projects } = (await bob.client.listProjects({ query: { limit: "100" } })).body;
  expect(projects.filter(({ name }) => name === "Named")).toHaveLength(1);
});
