// Five failures of one source on one name lock that source out of that name for 15 minutes: known and unknown
// names alike, whatever the next password is, and no other source or name.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { allOf, evict, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { atOnce, principalOf, tally, tryToSignIn } from "./attempts.ts";
import { hurry, widenBuckets } from "./settings.ts";
import { audited, ruleCounts } from "./trail.ts";

await hurry();
await widenBuckets();
await admin("main");

async function fail(person: Person, times: number, address = person.address): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) {
    statuses.push((await tryToSignIn(person, { password: `wrong ${count}` }, { address })).status);
  }
  return statuses;
}

interface AttemptRow extends Record<string, SqlStorageValue> {
  name: string;
  failures: number;
}

async function attemptsOn({ workspace, id }: Person): Promise<AttemptRow[]> {
  const found: AttemptRow[] = [];
  for (const shard of await allOf("STRANGERS")) {
    if (!(await tablesOf(shard)).includes("attempt")) continue;
    const sql = "SELECT name, failures FROM attempt WHERE name = ?";
    found.push(...(await rowsOf<AttemptRow>(shard, sql, `${workspace}/${id}`)));
  }
  return found;
}

it("five failures lock, with one answer for known and unknown names", async () => {
  const bob = await signUp();
  const nobody = Object.assign(Object.create(bob), { username: "nobody-here", address: newAddress() });
  const answers = [];
  for (const person of [bob, nobody]) {
    expect(await fail(person, 5)).toEqual([401, 401, 401, 401, 401]);
    const response = await tryToSignIn(person);
    const { request_id: _, ...body } = await response.json<Record<string, unknown>>();
    answers.push({ status: response.status, retry: response.headers.get("Retry-After"), body });
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({ status: 429, retry: "900", body: { type: "/problems/locked_out" } });
});

it("the right password is refused while the lockout lasts, to the millisecond, and evictions do not help", async () => {
  const bob = await signUp();
  await fail(bob, 5);
  expect((await tryToSignIn(bob)).status).toBe(429);
  for (const shard of await allOf("STRANGERS")) await evict(shard);
  clock.advance(899.999);
  const last = await tryToSignIn(bob);
  expect([last.status, last.headers.get("Retry-After")]).toEqual([429, "1"]);
  clock.advance(0.001);
  expect((await tryToSignIn(bob)).status).toBe(200);
});

it("trying on while locked out does not make the lockout longer", async () => {
  const bob = await signUp();
  await fail(bob, 5);
  clock.advance(600);
  expect(await fail(bob, 20)).not.toContain(401);
  clock.advance(300);
  expect((await tryToSignIn(bob)).status).toBe(200);
});

it("other sources, and other names from the same source, are not locked", async () => {
  const [bob, carl] = [await signUp(), await signUp()];
  await fail(bob, 6);
  expect((await tryToSignIn(bob, {}, { address: newAddress() })).status).toBe(200);
  expect((await tryToSignIn(carl, {}, { address: bob.address })).status).toBe(200);
  expect((await tryToSignIn(bob)).status).toBe(429);
});

it("an IPv6 source is its /64: hopping inside it gains nothing", async () => {
  const bob = await signUp();
  for (let host = 1; host <= 5; host += 1) await fail(bob, 1, `2001:db8:7:7::${host}`);
  expect((await tryToSignIn(bob, {}, { address: "2001:db8:7:7:ffff::1" })).status).toBe(429);
  expect((await tryToSignIn(bob, {}, { address: "2001:DB8:7:7:0::9" })).status).toBe(429);
  expect((await tryToSignIn(bob, {}, { address: "2001:db8:7:8::1" })).status).toBe(200);
});

it("an IPv4 address written as IPv6 is the same source", async () => {
  const bob = await signUp();
  await fail(bob, 5, "203.0.113.251");
  expect((await tryToSignIn(bob, {}, { address: "::ffff:203.0.113.251" })).status).toBe(429);
});

it("200 parallel wrong passwords count as 200, and five of them are tried", async () => {
  const bob = await signUp();
  const answers = await atOnce(200, (index) => tryToSignIn(bob, { password: `guess ${index}` }));
  expect(tally(answers)).toEqual({ 401: 5, 429: 195 });
  expect((await attemptsOn(bob)).map(({ failures }) => failures)).toEqual([200]);
  expect(await rowsOf(principalOf(bob), "SELECT id FROM failure")).toHaveLength(5);
  expect((await tryToSignIn(bob)).status).toBe(429);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id, count: 5 });
  expect(ruleCounts(failed)).toEqual({ wrong_password: 5 });
  const locked = (await audited("main", { type: "auth.attempts_exceeded", count: 196 })).filter(
    ({ user_id }) => user_id === bob.id,
  );
  expect(locked.every(({ rule, decision }) => rule === "source_lockout" && decision === "deny")).toBe(true);
});

it("a right password hidden among 50 parallel wrong ones is one of the five or refused", async () => {
  const bob = await signUp();
  const answers = await atOnce(50, (index) => tryToSignIn(bob, index === 40 ? {} : { password: "wrong" }));
  expect(tally(answers)[429]).toBeGreaterThanOrEqual(44);
});

it("a success forgets the source's failures on that name", async () => {
  const bob = await signUp();
  expect(await fail(bob, 4)).toEqual([401, 401, 401, 401]);
  expect((await tryToSignIn(bob)).status).toBe(200);
  expect(await fail(bob, 4)).toEqual([401, 401, 401, 401]);
  expect((await tryToSignIn(bob)).status).toBe(200);
  expect(await attemptsOn(bob)).toEqual([]);
});

it("confirming a factor where none is enrolling is no guess: it locks nobody out, and takes no failure back", async () => {
  const bob = await signUp();
  const confirm = () => bob.send("/v1/auth/mfa/confirm", { json: { mfa_code: "123456" } });
  for (let count = 0; count < 7; count += 1) expect((await confirm()).status).toBe(409);
  expect(await attemptsOn(bob)).toEqual([]);
  expect(await rowsOf(principalOf(bob), "SELECT id FROM failure")).toEqual([]);
  expect(await fail(bob, 4)).toEqual([401, 401, 401, 401]);
  const parallel = await atOnce(20, confirm);
  expect(parallel.every(({ status }) => status === 409 || status === 429)).toBe(true);
  expect((await attemptsOn(bob)).every(({ failures }) => failures >= 4)).toBe(true);
  expect(await rowsOf(principalOf(bob), "SELECT id FROM failure")).toHaveLength(4);
  await fail(bob, 1);
  expect((await tryToSignIn(bob)).status, "the fifth failure").toBe(429);
});

it("one tenant's failures lock no name of another's", async () => {
  await admin("globex");
  const bob = await signUp({ username: "same-name" });
  const twin = await signUp({ workspace: "globex", username: "same-name", address: bob.address });
  await fail(bob, 5);
  expect((await tryToSignIn(twin)).status).toBe(200);
  expect(twin.id).not.toBe(bob.id);
});

it("addresses of sources are kept as keyed hashes only", async () => {
  const bob = await signUp({ address: "198.51.100.249" });
  await fail(bob, 2);
  for (const shard of await allOf("STRANGERS")) {
    for (const table of ["attempt", "bucket"]) {
      if (!(await tablesOf(shard)).includes(table)) continue;
      expect(JSON.stringify(await rowsOf(shard, `SELECT * FROM ${table}`))).not.toContain("198.51.100.249");
    }
  }
});
