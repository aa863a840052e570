// The bootstrap token makes the first ADMIN of its workspace, and is dead once that one is confirmed.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { createdObjects, evict, objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, bootstrapToken, type Person, register, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { atOnce, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
let names = 0;

const registering = (json: Record<string, unknown>) =>
  send("/v1/auth/register", {
    address: newAddress(),
    json: { username: `first${names++}`, password: "horse and staple", enable_mfa: true, ...json },
  });
const candidate = async (workspace: string, username = `candidate${names++}`): Promise<Person> =>
  register({ workspace, username, mfa: true, bootstrap_token: await bootstrapToken(workspace) });
const signInOf = (person: Person) => tryToSignIn(person, { mfa_code: person.code() });

it("the token is dead after the first ADMIN is confirmed, also after eviction", async () => {
  const bootstrap_token = await bootstrapToken("one");
  await admin("one");
  expect((await registering({ workspace: "one", bootstrap_token })).status).toBe(403);
  await evict(objectOf("WORKSPACE", "one"));
  expect((await registering({ workspace: "one", bootstrap_token })).status).toBe(403);
});

it("until then a second registration supersedes the first, which then becomes nobody", async () => {
  const [first, second] = [await candidate("two"), await candidate("two")];
  expect((await signInOf(first)).status).toBe(401);
  expect((await signInOf(second)).status).toBe(200);
  expect((await signInOf(first)).status).toBe(401);
  const rows = await rowsOf(principalOf(first), "SELECT status FROM account");
  expect(rows).toEqual([{ status: "unconfirmed" }]);
});

it("a registration that ends because the name is taken supersedes nobody", async () => {
  const [first, second] = [await candidate("taken"), await candidate("taken")];
  const bootstrap_token = await bootstrapToken("taken");
  const again = await registering({ workspace: "taken", username: first.username, bootstrap_token });
  expect(again.status).toBe(409);
  expect((await signInOf(first)).status).toBe(401);
  expect((await signInOf(second)).status).toBe(200);
});

it("of candidates who all sign in at once, only the last to register becomes ADMIN", async () => {
  const people: Person[] = [];
  while (people.length < 5) people.push(await candidate("five"));
  const statuses = await Promise.all(people.map(async (person) => (await signInOf(person)).status));
  expect(statuses).toEqual([401, 401, 401, 401, 200]);
});

it("of 10 parallel registrations with the token, one becomes ADMIN", async () => {
  const people = await atOnce(10, () => candidate("parallel"));
  const statuses = await Promise.all(people.map(async (person) => (await signInOf(person)).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

it("a reservation that nobody confirmed does not keep the next one out", async () => {
  const first = await candidate("expired", "same-name");
  clock.advance(86_400);
  await ringAlarm(principalOf(first));
  const second = await candidate("expired", "same-name");
  expect((await tryToSignIn(first, { mfa_code: first.code() })).status).toBe(401);
  expect((await signInOf(second)).status).toBe(200);
});

it("the token of another workspace, or none at all, makes nobody ADMIN and no workspace", async () => {
  const before = await createdObjects();
  const [here, there] = [await bootstrapToken("here"), await bootstrapToken("there")];
  const wrong = [there, `${here}x`, here.slice(0, -1), here.replace("twb_", "twp_"), "", "twb_"];
  for (const bootstrap_token of [...wrong, undefined]) {
    expect((await registering({ workspace: "here", bootstrap_token })).status).toBe(403);
  }
  const after = (await createdObjects()).filter((name) => !name.startsWith("STRANGERS"));
  expect(after).toEqual(before.filter((name) => !name.startsWith("STRANGERS")));
});

it("an unknown workspace leaves no storage, whatever is asked of it", async () => {
  const before = (await createdObjects()).filter((name) => !name.startsWith("STRANGERS"));
  await registering({ workspace: "unknown", enable_mfa: false, password: "a long enough password here" });
  await registering({ workspace: "unknown", invitation: "made-up" });
  await send("/v1/auth/login", {
    json: { workspace: "unknown", username: "ada", password: "x", nonce: "A".repeat(43), timestamp: 0 },
  });
  const after = (await createdObjects()).filter((name) => !name.startsWith("STRANGERS"));
  expect(after).toEqual(before);
});

it("the first ADMIN needs a second factor", async () => {
  const bootstrap_token = await bootstrapToken("factor");
  const json = { workspace: "factor", bootstrap_token, enable_mfa: false };
  expect((await registering({ ...json, password: "a staple for the battery of a horse" })).status).toBe(422);
});

it("the ADMIN of main opens others, each with a token of its own", async () => {
  const ada = await admin("main");
  const { bootstrap_token } = (await ada.client.openWorkspace({ body: { name: "opened" } })).body;
  const bea = await signUp({ workspace: "opened", mfa: true, bootstrap_token });
  expect((await bea.client.currentSession()).body.user.roles).toEqual(["ADMIN"]);
  expect((await bea.send("/v1/workspaces", { json: { name: "nested" } })).status).toBe(403);
  expect((await registering({ workspace: "main", bootstrap_token })).status).toBe(403);
});
