// Who may open a stream, from where, and how many: counted exactly, by those who hold them.
import { expect, it } from "vitest";
import { STREAM_LIMITS } from "../../../src/domain/stream.ts";
import { clock } from "../harness/clock.ts";
import { crash, createdObjects, evict, inside, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { newAddress, ORIGIN } from "../harness/worker.ts";
import { atOnce, principalOf, tally } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { newProject, newTask, projectObject } from "./project.ts";
import { events, listen, listenToEvents, type Reader, upgrade } from "./reader.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");

const OPENERS = { upgrade, events };
const placesOf = async (person: Person) =>
  (await rowsOf(principalOf(person), "SELECT id FROM stream")).length;
const openMany = (by: Person, project_ids: readonly string[]): Promise<Reader[]> =>
  Promise.all(
    project_ids.map((project_id, index) => (index % 2 === 0 ? listen : listenToEvents)(by, project_id)),
  );

/** Opens streams until one is refused; answers the refusal. */
async function refusalOf(answer: Response) {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  return {
    status: answer.status,
    retry: answer.headers.get("retry-after"),
    ...(await answer.json<{ type: string }>()),
  };
}

it("the sixth stream of a principal is refused, whichever projects they are of and whatever slept meanwhile", async () => {
  const bob = await signUp();
  const [here, there] = [await newProject(bob), await newProject(bob)];
  const open = await openMany(bob, [here, there, here, there, here]);
  await evict(principalOf(bob));
  await evict(projectObject(here));
  for (const opener of Object.values(OPENERS)) {
    const refused = await refusalOf(await opener(bob, there));
    expect(refused).toMatchObject({ status: 429, retry: "30", type: "/problems/too_many_streams" });
  }
  await open[1]!.leave();
  await until(async () => (await placesOf(bob)) === 4);
  const again = await listenToEvents(bob, there);
  expect((await upgrade(bob, here)).status).toBe(429);
  for (const reader of [...open, again]) await reader.leave();
});

it("of 12 streams opened at once 5 open", async () => {
  const bob = await signUp();
  const projects = [await newProject(bob), await newProject(bob)];
  const answers = await atOnce(12, (index) => upgrade(bob, projects[index % 2]!));
  expect(tally(answers)).toEqual({ 101: 5, 429: 7 });
  expect(await placesOf(bob)).toBe(5);
  for (const { webSocket } of answers) {
    webSocket?.accept();
    webSocket?.close(1000);
  }
  await until(async () => (await placesOf(bob)) === 0);
});

it.each([
  ["a WebSocket", listen],
  ["server-sent events", listenToEvents],
] as const)("who closes %s frees its place", async (_, open) => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  for (let round = 0; round < 3; round += 1) {
    const readers: Reader[] = [];
    for (let count = 0; count < 5; count += 1) readers.push(await open(bob, project_id));
    expect((await upgrade(bob, project_id)).status).toBe(429);
    for (const reader of readers) await reader.leave();
    await until(async () => (await placesOf(bob)) === 0);
  }
});

it("streams that were lost without a word, their object having died, take no places from new ones", async () => {
  const bob = await signUp();
  const [here, there] = [await newProject(bob), await newProject(bob)];
  const lost = await openMany(bob, [here, here, here, there, there]);
  await crash(projectObject(here));
  for (const reader of lost.slice(0, 3)) await reader.ended;
  expect(await placesOf(bob)).toBe(5);
  const open = await openMany(bob, [here, there, here]);
  expect((await upgrade(bob, here)).status).toBe(429);
  await newTask(bob, here);
  expect(await open[0]!.until(2)).toBe(2);
  for (const reader of [...lost.slice(3), ...open]) await reader.leave();
});

it("what is refused takes no place, neither at the principal nor at the project", async () => {
  const { per_project } = STREAM_LIMITS;
  const [bob, carl] = [await signUp(), await signUp()];
  const project_id = await newProject(bob);
  await bob.client.setMember({ params: { project_id, user_id: carl.id }, body: { role: "viewer" } });
  Object.assign(STREAM_LIMITS, { per_project: 2 });
  try {
    const first = await listen(bob, project_id);
    const second = await listenToEvents(carl, project_id);
    const refused = await refusalOf(await upgrade(carl, project_id));
    expect(refused).toMatchObject({ status: 429, detail: "at most 2 open streams in a project" });
    expect(await placesOf(carl)).toBe(1);
    await first.leave();
    await until(async () => (await placesOf(bob)) === 0);
    const third = await listen(carl, project_id);
    for (const reader of [second, third]) await reader.leave();
  } finally {
    Object.assign(STREAM_LIMITS, { per_project });
  }
});

it("for whoever is no member there is no stream, and asking leaves nothing behind", async () => {
  const [bob, eve] = [await signUp(), await signUp()];
  const project_id = await newProject(bob);
  const before = await createdObjects();
  for (const opener of Object.values(OPENERS)) {
    expect((await opener(eve, project_id)).status).toBe(404);
    expect((await opener(eve, `prj_${"0".repeat(26)}`)).status).toBe(404);
    expect((await opener(bob, project_id, null, { token: null })).status).toBe(401);
  }
  expect(await createdObjects()).toEqual(before);
  expect(await placesOf(eve)).toBe(0);
});

it("an API token listens if it may read projects and tasks, and an ADMIN may listen anywhere", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const tokenFor = async (...permissions: ("project:read" | "task:read" | "project:list")[]) =>
    (await bob.client.createToken({ body: { name: "feed", permissions } })).body.token;
  const statusFor = async (token: string) => (await events(bob, project_id, null, { token })).status;
  expect(await statusFor(await tokenFor("project:read"))).toBe(403);
  expect(await statusFor(await tokenFor("task:read", "project:list"))).toBe(403);
  const token = await tokenFor("project:read", "task:read");
  await (await listen(bob, project_id, null, { sending: { token } })).leave();
  await (await listenToEvents(ada, project_id)).leave();
  const auditor = await userWithRoles(ada, ["AUDITOR"]);
  expect((await upgrade(auditor, project_id)).status).toBe(403);
});

it("a cookie opens streams for this service's own pages alone", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const json = { ...bob.credentials(), transport: "cookie" };
  const signedIn = await bob.send("/v1/auth/login", { json, token: null });
  const Cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const statuses = async (headers: Record<string, string>) => {
    const sending = { token: null, headers: { Cookie, ...headers } };
    const answers = [
      await upgrade(bob, project_id, null, sending),
      await events(bob, project_id, null, sending),
    ];
    for (const { webSocket, body } of answers) {
      webSocket?.accept();
      webSocket?.close(1000);
      await body?.cancel();
    }
    return answers.map(({ status }) => status);
  };
  expect(await statuses({ Origin: ORIGIN })).toEqual([101, 200]);
  expect(await statuses({ Origin: "https://evil.example" })).toEqual([403, 403]);
  expect(await statuses({ Origin: `${ORIGIN}.evil.example` })).toEqual([403, 403]);
  expect(await statuses({ Origin: "null" })).toEqual([403, 403]);
  expect(await statuses({})).toEqual([403, 403]);
  expect(await statuses({ "Sec-Fetch-Site": "same-origin" })).toEqual([403, 200]);
  expect(await statuses({ "Sec-Fetch-Site": "same-site" })).toEqual([403, 403]);
  expect(await statuses({ "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" })).toEqual([
    403, 403,
  ]);
});

it("a stream is refused to a session that is used from elsewhere", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  expect((await upgrade(bob, project_id, null, { address: newAddress() })).status).toBe(401);
});

it("what a stream keeps holds no secret", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id);
  const kept = await inside(projectObject(project_id), (_, state) =>
    JSON.stringify(
      state.getWebSockets().map((socket) => [socket.deserializeAttachment(), state.getTags(socket)]),
    ),
  );
  expect(kept).toContain(bob.id);
  for (const part of bob.token.split(".").slice(5)) expect(kept).not.toContain(part);
  expect(kept).not.toContain(bob.address);
  clock.advance(1);
  await reader.leave();
});

/** Polls what happens after an answer, in turns of the event loop. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) if (await holds()) return;
  throw new Error("it did not come to hold");
}
