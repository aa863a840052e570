// Recovery by a mailed link: it never skips a factor, works once, and tells nobody who exists.
import { expect, it } from "vitest";
import { mintBearerToken, verifyBearerToken } from "../../../src/protocol/bearer-token.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { randomBytes, randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import {
  addressOf,
  countFailures,
  mailOf,
  newestToken,
  recoveryToken,
  withMailbox,
} from "../harness/mailbox.ts";
import { createdObjects, evict, shipAll } from "../harness/objects.ts";
import { admin, Factor, type Person, register, signUp } from "../harness/people.ts";
import { env, newAddress, send } from "../harness/worker.ts";
import { fresh, principalOf, tally, tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
const ada = await admin("main");
const NEW = "a horse with a new battery staple";

const ask = (person: Pick<Person, "workspace" | "username">, address = newAddress()): Promise<Response> =>
  send("/v1/auth/recovery", {
    address,
    json: { workspace: person.workspace, username: person.username },
  });

const confirm = (
  token: string,
  more: Record<string, unknown> = {},
  address = newAddress(),
): Promise<Response> =>
  send("/v1/auth/recovery/confirm", { address, json: { token, new_password: NEW, ...fresh(), ...more } });

it("a link sets a new password once, ends every session and API token, and leaves its event", async () => {
  const bob = await withMailbox();
  const other = await bob.otherSession();
  const robot = { name: "robot", permissions: ["project:list" as const] };
  const { token: api_token } = (await bob.client.createToken({ body: robot })).body;
  expect((await bob.send("/v1/projects", { token: api_token })).status).toBe(200);
  const token = await recoveryToken(bob);
  const recovered = await confirm(token);
  expect(recovered.status, await recovered.clone().text()).toBe(204);
  const event_id = recovered.headers.get("audit-event");
  for (const each of [bob.token, other.token]) {
    expect((await bob.send("/v1/session", { token: each })).status).toBe(401);
  }
  expect((await bob.send("/v1/projects", { token: api_token })).status, "the API token").toBe(401);
  expect((await tryToSignIn(bob)).status, "the old password").toBe(401);
  expect((await tryToSignIn(bob, { password: NEW })).status).toBe(200);
  expect((await confirm(token)).status, "a second use").toBe(401);
  await shipAll();
  const event = (await eventsOf("main")).find(({ id }) => id === event_id);
  expect(event).toMatchObject({
    event_type: "auth.recovered",
    user_id: bob.id,
    details: { ended: 2, tokens_revoked: 1 },
  });
  const subjects = (await mailOf(bob, addressOf(bob))).map(({ subject }) => subject);
  expect(subjects).toContain("[Taskward] Your account was recovered");
});

it("never skips a factor: no code, a wrong one, and a used one are refused, and the link lives", async () => {
  const bob = await withMailbox({ mfa: true });
  const used = bob.code();
  expect((await tryToSignIn(bob, { mfa_code: used })).status).toBe(200);
  const token = await recoveryToken(bob);
  for (const more of [{}, { mfa_code: bob.factor!.wrong() }, { mfa_code: used }, { use_backup_code: true }]) {
    const refused = await confirm(token, more);
    expect([refused.status, (await refused.json<{ type: string }>()).type]).toEqual([
      401,
      "/problems/authentication_failed",
    ]);
  }
  expect((await tryToSignIn(bob, { mfa_code: bob.code() })).status, "the password stands").toBe(200);
  expect((await confirm(token, { mfa_code: bob.code() })).status).toBe(204);
});

it("a backup code serves as the factor, once", async () => {
  const bob = await withMailbox({ mfa: true });
  const backup = { mfa_code: bob.backup_codes[0]!, use_backup_code: true };
  expect((await confirm(await recoveryToken(bob), backup)).status).toBe(204);
  expect((await confirm(await recoveryToken(bob), backup)).status).toBe(401);
});

it("a pending enrolment is no factor: whoever began it on a stolen session cannot recover with it", async () => {
  const bob = await withMailbox({ mfa: true });
  const pending = new Factor((await bob.client.beginMfa()).body.mfa);
  let mfa_code = pending.code();
  while (bob.factor!.knows(mfa_code)) mfa_code = pending.code();
  expect((await confirm(await recoveryToken(bob), { mfa_code })).status).toBe(401);
});

it("five tries void the link, whatever their codes, and count on the account", async () => {
  const bob = await withMailbox({ mfa: true });
  const token = await recoveryToken(bob);
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_, index) => confirm(token, { mfa_code: bob.factor!.wrong(index % 10) })),
  );
  expect(tally(tries)).toEqual({ 401: 20 });
  expect((await confirm(token, { mfa_code: bob.code() })).status, "void").toBe(401);
  expect((await confirm(await recoveryToken(bob), { mfa_code: bob.code() })).status, "another").toBe(204);
});

it("failed tries of one source lock it out of the name, at sign-in too", async () => {
  const bob = await withMailbox({ mfa: true });
  const token = await recoveryToken(bob);
  const address = newAddress();
  for (let count = 0; count < 4; count += 1) await confirm(token, { mfa_code: bob.factor!.wrong() }, address);
  expect((await tryToSignIn(bob, { password: "wrong" }, { address })).status).toBe(401);
  expect((await tryToSignIn(bob, { mfa_code: bob.code() }, { address })).status).toBe(429);
  expect((await confirm(token, { mfa_code: bob.code() }, address)).status).toBe(429);
});

it("used twice at once, one succeeds", async () => {
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) => confirm(token, { new_password: `${NEW} ${index}` })),
  );
  expect(tally(answers)).toEqual({ 204: 1, 401: 4 });
});

it("two links at once: the second is void when the first was used", async () => {
  const bob = await withMailbox();
  const [first, second] = [await recoveryToken(bob), await recoveryToken(bob)];
  expect(first).not.toBe(second);
  expect((await confirm(second)).status).toBe(204);
  expect((await confirm(first)).status).toBe(401);
});

it.each([
  [1_799.999, 204],
  [1_800, 401],
])("after %d s, eviction or not, the link answers %i", async (seconds, status) => {
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  clock.advance(seconds);
  await evict(principalOf(bob));
  expect((await confirm(token)).status).toBe(status);
});

it("an altered token, one of another kind, and one whose row never was, are refused and store nothing", async () => {
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  const ring = parseKeyRing(env.KEY_RING);
  const claims = (await verifyBearerToken(ring, "recovery", token))!;
  const before = await createdObjects();
  const mint = (change: Partial<typeof claims>) =>
    mintBearerToken(ring, "recovery", { ...claims, ...change });
  for (const forged of [
    token.slice(0, -3),
    token.replace("twr_1", "twu_1"),
    token.replace(".main.", ".other."),
    bob.token,
    await mint({ secret: randomBytes(32) }),
    await mint({ id: `rcv_${"0".repeat(26)}` }),
    await mint({ principal_id: `usr_${"0".repeat(26)}` }),
    await mint({ principal_id: ada.id }),
    await mint({ workspace: "other" }),
    "",
  ]) {
    expect([401, 422]).toContain((await confirm(forged)).status);
  }
  const made = (await createdObjects()).filter((name) => !before.includes(name));
  expect(made.filter((name) => !name.startsWith("STRANGERS"))).toEqual([]);
  expect((await confirm(token)).status, "and the link itself still works").toBe(204);
});

it("the confirmation's token does not recover, nor the other way round", async () => {
  const bob = await withMailbox();
  await bob.client.changeEmail({ body: { email: "elsewhere@example.com" } });
  const email = await newestToken(bob, "elsewhere@example.com", "email");
  expect((await confirm(email)).status).toBe(401);
  const recovery = await recoveryToken(bob);
  const crossed = await send("/v1/auth/email/confirm", { address: newAddress(), json: { token: recovery } });
  expect(crossed.status).toBe(401);
});

it("known, unknown, unconfirmed, suspended and too often: one answer, and mail where it may be alone", async () => {
  const known = await withMailbox();
  const without = await signUp();
  const unconfirmed = await signUp();
  await unconfirmed.client.changeEmail({ body: { email: addressOf(unconfirmed) } });
  const suspended = await withMailbox();
  await (await ada.signIn()).client.suspendUser({ params: { user_id: suspended.id } });
  const before = await createdObjects();
  const unknown = { workspace: "main", username: "nobody-at-all" };
  const nowhere = { workspace: "nowhere", username: "nobody-at-all" };
  const seen = new Set<string>();
  for (const person of [known, known, known, known, unknown, nowhere, without, unconfirmed, suspended]) {
    const answer = await ask(person);
    const headers = [...answer.headers].filter(([name]) => name !== "request-id");
    seen.add(JSON.stringify([answer.status, headers, await answer.text()]));
  }
  expect([...seen]).toHaveLength(1);
  expect(JSON.parse([...seen][0]!)[0]).toBe(202);
  expect([...seen][0]).not.toContain("audit-event");
  const made = (await createdObjects()).filter((name) => !before.includes(name));
  expect(
    made.filter((name) => !name.startsWith("STRANGERS")),
    "no storage for names",
  ).toEqual([]);
  const links = async (person: Person) =>
    (await mailOf(person, addressOf(person))).filter(({ text }) => text.includes("#recovery=")).length;
  expect(await links(known), "three an hour").toBe(3);
  for (const person of [without, unconfirmed, suspended]) expect(await links(person)).toBe(0);
  clock.advance(3_600);
  await ask(known);
  expect(await links(known)).toBe(4);
});

it("the password policy holds, and a refusal by it spends neither link nor try", async () => {
  const bob = await withMailbox();
  const carl = await withMailbox({ mfa: true });
  const [of_bob, of_carl] = [await recoveryToken(bob), await recoveryToken(carl)];
  for (const new_password of ["fourteen chars", "eleven char", "short"]) {
    for (let count = 0; count < 3; count += 1) {
      expect((await confirm(of_bob, { new_password })).status, new_password).toBe(422);
    }
  }
  expect((await confirm(of_carl, { new_password: "eleven char", mfa_code: carl.code() })).status).toBe(204);
  expect((await confirm(of_bob)).status).toBe(204);
});

it("a nonce works once, and not late", async () => {
  const bob = await withMailbox({ mfa: true });
  const token = await recoveryToken(bob);
  const nonce = randomSecret();
  const timestamp = clock.now_ms() / 1000;
  expect((await tryToSignIn(bob, { nonce, timestamp, mfa_code: bob.code() })).status).toBe(200);
  expect((await confirm(token, { nonce, timestamp, mfa_code: bob.code() })).status).toBe(401);
  const late = { timestamp: clock.now_ms() / 1000 - 301 };
  expect((await confirm(token, { ...late, mfa_code: bob.code() })).status).toBe(401);
});

it("a suspension voids what was mailed before it", async () => {
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  const params = { user_id: bob.id };
  await (await ada.signIn()).client.suspendUser({ params });
  expect((await confirm(token)).status).toBe(401);
  await ada.client.restoreUser({ params });
  expect((await confirm(token)).status, "for good").toBe(401);
  expect((await confirm(await recoveryToken(bob))).status, "a later one").toBe(204);
});

it("a link is void once the password was changed, or another address confirmed: it says nothing of who is there now", async () => {
  const [bob, carl] = [await withMailbox(), await withMailbox()];
  const [of_bob, of_carl] = [await recoveryToken(bob), await recoveryToken(carl)];
  await bob.client.changePassword({ body: { ...bob.proof(), new_password: "bob's own new password" } });
  expect((await confirm(of_bob)).status).toBe(401);
  await carl.client.changeEmail({ body: { email: "carl.moved@example.com" } });
  const json = { token: await newestToken(carl, "carl.moved@example.com", "email") };
  expect((await send("/v1/auth/email/confirm", { address: newAddress(), json })).status).toBe(204);
  expect((await confirm(of_carl)).status).toBe(401);
});

it("a change of address that was begun before a recovery is void: whoever began it gets no mail of the account", async () => {
  const bob = await withMailbox();
  await bob.client.changeEmail({ body: { email: "thief@example.com" } });
  const json = { token: await newestToken(bob, "thief@example.com", "email") };
  expect((await confirm(await recoveryToken(bob))).status).toBe(204);
  expect((await send("/v1/auth/email/confirm", { address: newAddress(), json })).status).toBe(401);
  await ask(bob);
  const subjects = (await mailOf(bob, "thief@example.com")).map(({ subject }) => subject);
  expect(subjects).toEqual(["[Taskward] Confirm your e-mail address"]);
});

it("nobody guesses beyond the ceiling after a recovery from where they once came in; whoever recovered does sign in", async () => {
  const bob = await withMailbox();
  const [thief, owner] = ["2001:db8:aaaa:1::1", "2001:db8:bbbb:1::1"];
  expect((await tryToSignIn(bob, {}, { address: thief })).status).toBe(200);
  await countFailures(bob, 20);
  expect((await tryToSignIn(bob, {}, { address: thief })).status, "a network with a success").toBe(200);
  expect((await confirm(await recoveryToken(bob), {}, owner)).status).toBe(204);
  const signIn = (address: string) => tryToSignIn(bob, { password: NEW }, { address });
  expect((await signIn(thief)).status).toBe(401);
  expect((await signIn(owner)).status).toBe(200);
});

it("the account of another workspace with the same name is another", async () => {
  await admin("acme");
  const here = await withMailbox({ username: "twin" });
  const there = await withMailbox({ username: "twin", workspace: "acme" });
  const token = await recoveryToken(there);
  expect((await confirm(token.replace(".acme.", ".main."))).status).toBe(401);
  expect((await confirm(token)).status).toBe(204);
  expect((await tryToSignIn(here)).status).toBe(200);
});

it("an account that nobody confirmed is not recovered", async () => {
  const bob = await register({ mfa: true });
  expect((await ask(bob)).status).toBe(202);
  expect(await mailOf(bob, addressOf(bob))).toEqual([]);
});
