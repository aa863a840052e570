// Twenty failures an hour on one account, from anywhere: then only networks with an earlier success are admitted,
// and nobody is told. Codes on a live session share these counts.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, Factor, type Person, signUp } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { atOnce, fresh, principalOf, tally, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";
import { audited, eventsOf, ruleCounts } from "./trail.ts";

await hurry();
const ada = await admin("main");
const HOUR_SECONDS = 3_600;
const NOWHERE = { place: "", country: "", latitude: null, longitude: null };
const SOURCE = { user_agent: "test", tls_fingerprint: "", certificate: "", ...NOWHERE };

/** Addresses of `count` networks that know nobody: no two in one /24. */
const strangers = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, index) => `198.${18 + ((from + index) >> 8)}.${(from + index) & 255}.7`);

async function failFrom(addresses: readonly string[], person: Person): Promise<Response[]> {
  return atOnce(addresses.length, (index) =>
    tryToSignIn(person, { password: "wrong" }, { address: addresses[index]! }),
  );
}

const signInFrom = async (person: Person, address: string): Promise<number> =>
  (await tryToSignIn(person, {}, { address })).status;

/** Attempts that are counted, and have no verdict yet: their hashes are under way, or whoever asked has gone. */
const begin = (person: Person, addresses: readonly string[]) =>
  Promise.all(
    addresses.map(async (address) => {
      const context = { request_id: "req_test", source: { ...SOURCE, address } };
      const attempt = await env.PRINCIPAL.getByName(`${person.workspace}/${person.id}`).beginAttempt(context);
      return { context, attempt };
    }),
  );

it("after 20 failures from 40 addresses only known networks are admitted, under the same answer", async () => {
  const bob = await signUp({ address: "203.0.113.9" });
  const [first, second] = [strangers(20, 0), strangers(20, 20)];
  const refused = await failFrom([...first, ...second], bob);
  expect(tally(refused)).toEqual({ 401: 40 });
  const unknown = await tryToSignIn(bob, {}, { address: "198.51.100.77" });
  const { request_id: _1, ...generic } = await refused[0]!.json<Record<string, unknown>>();
  const { request_id: _2, ...answer } = await unknown.json<Record<string, unknown>>();
  expect([unknown.status, answer]).toEqual([401, generic]);
  expect(await signInFrom(bob, "203.0.113.9")).toBe(200);
  expect(await signInFrom(bob, "203.0.113.200"), "the same /24").toBe(200);
  expect(await signInFrom(bob, "203.0.114.9"), "the next /24").toBe(401);
  const exceeded = (await eventsOf("main")).filter(
    ({ event_type, user_id }) => event_type === "auth.attempts_exceeded" && user_id === bob.id,
  );
  expect(exceeded.map(({ rule, severity }) => [rule, severity])).toEqual([["account_ceiling", "error"]]);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id, count: 42 });
  expect(ruleCounts(failed)).toEqual({ wrong_password: 20, account_ceiling: 22 });
});

it("19 failures do not close the account, and a success takes its own count back", async () => {
  const bob = await signUp();
  await failFrom(strangers(19, 100), bob);
  expect(await signInFrom(bob, "198.51.100.78")).toBe(200);
  expect(await signInFrom(bob, "198.51.99.79")).toBe(200);
  await failFrom(strangers(1, 120), bob);
  expect(await signInFrom(bob, "198.51.98.80")).toBe(401);
});

it("the ceiling ends when an hour has passed since the failures, with or without housekeeping", async () => {
  const bob = await signUp();
  await failFrom(strangers(20, 200), bob);
  clock.advance(HOUR_SECONDS - 0.001);
  expect(await signInFrom(bob, "198.51.97.81")).toBe(401);
  clock.advance(0.001);
  expect(await signInFrom(bob, "198.51.97.82")).toBe(200);
  clock.advance(HOUR_SECONDS);
  await ringAlarm(principalOf(bob));
  expect(await signInFrom(bob, "198.51.96.83")).toBe(200);
});

it("the right password and code from an unknown network are refused too", async () => {
  const carl = await signUp({ mfa: true });
  await failFrom(strangers(20, 300), carl);
  const right = { mfa_code: carl.code() };
  expect((await tryToSignIn(carl, right, { address: "198.51.95.84" })).status).toBe(401);
  expect((await tryToSignIn(carl, right)).status, "the code was not spent").toBe(200);
});

it("guesses in parallel from 60 networks: at most 20 are compared with the password", async () => {
  const bob = await signUp();
  await failFrom(strangers(60, 400), bob);
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id, count: 60 });
  expect(ruleCounts(failed)).toEqual({ wrong_password: 20, account_ceiling: 40 });
});

it("an eviction between counting and comparing admits no guess beyond the ceiling, and forgets none", async () => {
  const bob = await signUp();
  const bobs = env.PRINCIPAL.getByName(`${bob.workspace}/${bob.id}`);
  const lost = await begin(bob, strangers(15, 600));
  await evict(principalOf(bob));
  const kept = await begin(bob, strangers(15, 615));
  expect([...lost, ...kept].every(({ attempt }) => attempt.phc !== null)).toBe(true);
  const rules: (string | null | undefined)[] = [];
  for (const { context, attempt } of [...kept, ...lost]) {
    const { nonce, timestamp } = fresh();
    const proof = { attempt, nonce, timestamp_ms: timestamp * 1000, code: null, use_backup_code: false };
    const password_matches = rules.length === 29;
    const judged = await bobs.signIn({ ...proof, password_matches, rehashed_phc: null }, context);
    rules.push(judged.ok ? undefined : judged.refusal.rule);
  }
  const [guessed, refused] = [rules.slice(0, 20), rules.slice(20)];
  expect(new Set(guessed)).toEqual(new Set(["wrong_password"]));
  expect(new Set(refused), "the right password, too").toEqual(new Set(["account_ceiling"]));
  expect(await rowsOf(principalOf(bob), "SELECT id FROM failure")).toHaveLength(30);
});

it("an operator lifts the ceiling, whether attempts have failed or never had a verdict", async () => {
  const [bob, eve] = [await signUp(), await signUp()];
  await failFrom(strangers(20, 640), bob);
  await begin(eve, strangers(20, 660));
  for (const person of [bob, eve]) {
    expect(await signInFrom(person, "198.51.95.84")).toBe(401);
    await ada.signIn();
    await ada.client.unlockUser({ params: { user_id: person.id } });
    expect(await signInFrom(person, "198.51.95.84")).toBe(200);
  }
});

it("wrong codes and passwords on a live session count with wrong sign-ins of that source", async () => {
  const bob = await signUp({ mfa: true });
  const { password } = bob;
  const json = () => ({ password, mfa_code: bob.factor!.wrong(), ...fresh() });
  expect((await tryToSignIn(bob, { password: "wrong" })).status).toBe(401);
  expect((await bob.send("/v1/session/step-up", { json: json() })).status).toBe(401);
  expect((await bob.send("/v1/session/step-up", { json: { ...json(), password: "wrong" } })).status).toBe(
    401,
  );
  const change = { ...json(), new_password: "a battery for a horse" };
  expect((await bob.send("/v1/auth/password", { method: "PUT", json: change })).status).toBe(401);
  const pending = new Factor((await bob.client.beginMfa()).body.mfa);
  const unconfirmed = { mfa_code: pending.wrong() };
  expect((await bob.send("/v1/auth/mfa/confirm", { json: unconfirmed })).status).toBe(401);
  const right = { mfa_code: bob.code() };
  expect((await tryToSignIn(bob, right)).status, "the sixth").toBe(429);
  expect((await bob.send("/v1/auth/mfa/confirm", { json: right })).status).toBe(429);
  expect((await bob.send("/v1/session/step-up", { json: { password, ...right, ...fresh() } })).status).toBe(
    429,
  );
  const again = { ...change, ...right, ...fresh() };
  expect((await bob.send("/v1/auth/password", { method: "PUT", json: again })).status).toBe(429);
  expect((await bob.send("/v1/session")).status, "the session itself lives").toBe(200);
});

it("codes guessed on a stolen session count towards the account's ceiling", async () => {
  const bob = await signUp({ mfa: true });
  const pending = new Factor((await bob.client.beginMfa()).body.mfa);
  for (let guess = 0; guess < 4; guess += 1) {
    await bob.send("/v1/auth/mfa/confirm", { json: { mfa_code: pending.wrong(guess) } });
  }
  await failFrom(strangers(16, 500), bob);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() }, { address: "198.51.94.85" })).status).toBe(401);
});
