// Comments: who may write and delete them, bounds, pages that hold still, and that they go with their task.
import { expect, it } from "vitest";
import { QUOTAS } from "../../../src/domain/project.ts";
import { inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const [bob, carl, dora, eve] = [await signUp(), await signUp(), await signUp(), await signUp()];
const worker = await userWithRoles(ada, ["WORKER"]);

/** A project of bob's with a task: carl and the worker edit, dora looks on, eve is nobody there. */
async function newTask() {
  const project_id = (await bob.client.createProject({ body: { name: "Said" } })).body.project.id;
  for (const [person, role] of [
    [carl, "editor"],
    [worker, "editor"],
    [dora, "viewer"],
  ] as const) {
    await bob.client.setMember({ params: { project_id, user_id: person.id }, body: { role } });
  }
  const { task } = (await bob.client.createTask({ params: { project_id }, body: { title: "a" } })).body;
  return { project_id, task_id: task.id };
}
type Params = Awaited<ReturnType<typeof newTask>>;

const path = ({ project_id, task_id }: Params, rest = "") =>
  `/v1/projects/${project_id}/tasks/${task_id}/comments${rest}`;
const say = (by: Person, params: Params, body: string) => by.send(path(params), { json: { text: body } });
const said = async (by: Person, params: Params, body: string) =>
  (await by.client.createComment({ params, body: { text: body } })).body.comment;
const remove = async (by: Person, params: Params, id: string) =>
  (await by.send(path(params, `/${id}`), { method: "DELETE" })).status;

it("members who change tasks comment, those who look on read, and strangers know of nothing", async () => {
  const params = await newTask();
  const comment = await said(carl, params, "On it.\nToday.");
  expect(comment).toMatchObject({ task_id: params.task_id, author: carl.id, text: "On it.\nToday." });
  expect((await say(worker, params, "a worker holds nothing yet")).status).toBe(201);
  expect((await say(dora, params, "b")).status).toBe(403);
  expect((await dora.client.listComments({ params })).body.comments[0]).toEqual(comment);
  expect((await say(eve, params, "b")).status).toBe(404);
  expect((await eve.send(path(params))).status).toBe(404);
  for (const body of ["", "  \n", "a\u0000b", "x".repeat(10_001)]) {
    expect((await say(bob, params, body)).status).toBe(422);
  }
});

it("a comment is deleted by its author, the owner and ADMIN, and by nobody else", async () => {
  const params = await newTask();
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await said(carl, params, `${index}`)).id);
  expect(await remove(worker, params, ids[0]!)).toBe(403);
  expect(await remove(dora, params, ids[0]!)).toBe(403);
  expect(await remove(eve, params, ids[0]!)).toBe(404);
  expect(await remove(carl, await newTask(), ids[0]!), "by way of another task").toBe(404);
  expect([await remove(carl, params, ids[0]!), await remove(carl, params, ids[0]!)]).toEqual([204, 404]);
  expect([await remove(bob, params, ids[1]!), await remove(ada, params, ids[2]!)]).toEqual([204, 204]);
  expect((await bob.client.listComments({ params })).body.comments).toEqual([]);
});

it("pages show each comment that stays exactly once, while others come and go", async () => {
  const params = await newTask();
  const stay: string[] = [];
  for (let index = 0; index < 9; index += 1) stay.push((await said(bob, params, `${index}`)).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: string; cursor?: string } = { limit: "3", ...(cursor !== null && { cursor }) };
    const page = (await bob.client.listComments({ params, query })).body;
    seen.push(...page.comments.map(({ id }) => id));
    if (seen.length < 9) stay.push((await said(carl, params, "late")).id);
    await remove(bob, params, seen.at(-1)!);
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual(stay);
});

it("comments count as text, are bounded, and go with their task", async () => {
  const params = await newTask();
  const project = objectOf("PROJECT", `main/${params.project_id}`);
  const bytes = async () =>
    (await bob.client.readProject({ params: { project_id: params.project_id } })).body.counts.text_bytes;
  const { id } = await said(bob, params, "größer");
  expect(await bytes()).toBe(1 + 8);
  await remove(bob, params, id);
  expect(await bytes()).toBe(1);
  await said(bob, params, "ten bytes.");
  await inside(project, (_, { storage }) => {
    storage.sql.exec("UPDATE tally SET text_bytes = ?", QUOTAS.text_bytes - 4);
  });
  expect((await say(bob, params, "12345")).status).toBe(409);
  expect((await say(bob, params, "1234")).status).toBe(201);
  await inside(project, (_, { storage }) => {
    storage.sql.exec("UPDATE tally SET text_bytes = 15");
    const row = "INSERT INTO comment (id, task_id, author, body, created_at_ms) VALUES (?, ?, 'x', '', 0)";
    for (let index = 0; index < 998; index += 1) storage.sql.exec(row, `cmt_${index}`, params.task_id);
  });
  expect((await say(bob, params, "one too many")).status).toBe(409);
  await bob.client.deleteTask({ params, if_match: "*" });
  expect(await rowsOf(project, "SELECT * FROM comment")).toEqual([]);
  expect(await bytes()).toBe(0);
});

it("a comment is part of a task's activity, and its text of no event", async () => {
  const params = await newTask();
  const { id } = await said(carl, params, "secret-of-the-house");
  const { changes } = (await bob.client.listActivity({ params, query: {} })).body;
  expect(changes[0]).toMatchObject({ type: "comment.created", actor: carl.id, data: { targets: [id] } });
  expect(JSON.stringify(changes)).not.toContain("secret-of-the-house");
});
