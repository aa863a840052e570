// Changing the password needs the present one and a code, ends every other session, and leaves nothing to the old.
import { expect, it } from "vitest";
import type { Attempt, Proof } from "../../../src/schema/messages/principal.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress, send } from "../harness/worker.ts";
import { atOnce, fresh, principalOf, tally, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";
import { audited, ruleCounts } from "./trail.ts";

await hurry();
await admin("main");
const NEXT = "a battery for the staple of a horse";

const change = (person: Person, json: Record<string, unknown>, token = person.token) =>
  person.send("/v1/auth/password", { method: "PUT", token, json });
const changing = (person: Person) => change(person, { ...person.proof(), new_password: NEXT });
const contextOf = (address: string) => ({
  request_id: "req_test",
  source: {
    address,
    user_agent: "",
    tls_fingerprint: "",
    certificate: "",
    place: "",
    country: "",
    latitude: null,
    longitude: null,
  },
});

it("a change ends all other sessions and keeps its own", async () => {
  const bob = await signUp();
  const others = [await bob.otherSession(), await bob.otherSession()];
  expect((await changing(bob)).status).toBe(204);
  expect((await bob.send("/v1/session")).status).toBe(200);
  for (const { token } of others) expect((await bob.send("/v1/session", { token })).status).toBe(401);
  expect(await rowsOf(principalOf(bob), "SELECT id FROM session")).toEqual([{ id: bob.session_id }]);
});

it("the old password no longer works, the new one does, and evictions change nothing", async () => {
  const bob = await signUp();
  await changing(bob);
  for (let round = 0; round < 2; round += 1) {
    expect((await tryToSignIn(bob)).status).toBe(401);
    expect((await tryToSignIn(bob, { password: NEXT })).status).toBe(200);
    await evict(principalOf(bob));
  }
});

it("a change needs the present password, and the code where there is a second factor", async () => {
  const [bob, carl] = [await signUp(), await signUp({ mfa: true })];
  expect((await change(bob, { ...fresh(), password: "wrong", new_password: NEXT })).status).toBe(401);
  const { password } = carl;
  expect((await change(carl, { ...fresh(), password, new_password: NEXT })).status).toBe(401);
  const wrong_code = { ...fresh(), password, mfa_code: carl.factor!.wrong(), new_password: NEXT };
  expect((await change(carl, wrong_code)).status).toBe(401);
  for (const person of [bob, carl]) {
    const code = person.totp_secret === null ? {} : { mfa_code: person.code() };
    expect((await tryToSignIn(person, code)).status, "nothing was changed").toBe(200);
  }
});

it("of two changes at once, one holds, and its password is the one that works", async () => {
  const bob = await signUp();
  const words = ["first", "second", "third", "fourth"];
  const answers = await atOnce(4, (index) =>
    change(bob, { ...bob.proof(), new_password: `${words[index]} ${NEXT}` }),
  );
  expect(tally(answers)).toEqual({ 204: 1, 401: 3 });
  const winner = answers.findIndex(({ status }) => status === 204);
  for (const [index, word] of words.entries()) {
    const attempt = { password: `${word} ${NEXT}` };
    const response = await tryToSignIn(bob, attempt, { address: newAddress() });
    expect(response.status).toBe(index === winner ? 200 : 401);
  }
});

/** A proof whose hash was compared before now; what the Worker hands to the principal. */
const provenBefore = (attempt: Attempt, rehashed_phc: string | null = null): Proof => ({
  attempt,
  password_matches: true,
  rehashed_phc,
  code: null,
  use_backup_code: false,
  nonce: fresh().nonce,
  timestamp_ms: clock.now_ms(),
});

it("a sign-in that compared the old password before the change is refused after it", async () => {
  const bob = await signUp();
  const principal = env.PRINCIPAL.getByName(`main/${bob.id}`);
  const context = contextOf(bob.address);
  const attempt = await principal.beginAttempt(context);
  expect((await changing(bob)).status).toBe(204);
  const late = await principal.signIn(provenBefore(attempt), context);
  expect(late).toMatchObject({ ok: false, refusal: { rule: "password_changed" } });
  expect(await rowsOf(principalOf(bob), "SELECT id FROM session")).toHaveLength(1);
});

it("a better hash of the old password, made before the change, does not bring it back", async () => {
  const bob = await signUp();
  const principal = env.PRINCIPAL.getByName(`main/${bob.id}`);
  const context = contextOf(bob.address);
  const attempt = await principal.beginAttempt(context);
  await changing(bob);
  expect(await principal.signIn(provenBefore(attempt, attempt.phc), context)).toMatchObject({ ok: false });
  expect((await tryToSignIn(bob)).status).toBe(401);
  expect((await tryToSignIn(bob, { password: NEXT })).status).toBe(200);
});

it("a password is the same however its letters are composed", async () => {
  const composed = "crème brûlée für Zoë, bitte";
  const bob = await signUp({ password: composed.normalize("NFC") });
  expect((await tryToSignIn(bob, { password: composed.normalize("NFD") })).status).toBe(200);
  expect((await tryToSignIn(bob, { password: composed.replaceAll("è", "e") })).status).toBe(401);
});

it.each([
  ["of 14 characters, without a second factor", "fourteen chars", false],
  ["of 14 characters that take 28 UTF-16 units", "😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰", false],
  ["of 7 characters, with one", "7 chars", true],
  ["that everybody tries first", "password123", true],
  ["that everybody tries first, in full width", "ｐａｓｓｗｏｒｄ123", true],
  ["with the own name in it", "the name is Nominal", true],
  ["that is one block over and over", "abcabcabcabcabc", false],
  ["of more than 256", "long ".repeat(52), false],
])("a new password %s is refused", async (_, password, enable_mfa) => {
  const json = { username: "nominal", password, enable_mfa };
  const response = await send("/v1/auth/register", { address: newAddress(), json });
  expect(response.status).toBe(422);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ errors: [{ pointer: "/password" }] });
  expect(text, "the value is not repeated").not.toContain(password);
});

it("long passwords count to their last character", async () => {
  const long = `${"a long beginning, ".repeat(14)}end`;
  const bob = await signUp({ password: long });
  expect((await tryToSignIn(bob, { password: `${long.slice(0, -1)}x` })).status).toBe(401);
  expect((await tryToSignIn(bob, { password: long.slice(0, -1) })).status).toBe(401);
  expect((await tryToSignIn(bob)).status).toBe(200);
});

it("a failed change counts as a failed attempt and is audited with its rule", async () => {
  const bob = await signUp();
  await change(bob, { ...fresh(), password: "wrong", new_password: NEXT });
  const failed = await audited("main", { type: "auth.sign_in_failed", user_id: bob.id });
  expect(ruleCounts(failed)).toEqual({ wrong_password: 1 });
});

it("a change that was undone leaves nothing of it in memory either", async () => {
  const bob = await signUp();
  const run = (sql: string) => inside(principalOf(bob), (_, { storage }) => void storage.sql.exec(sql));
  await run("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT raise(ABORT, 'no room'); END");
  expect((await changing(bob)).status).toBeGreaterThanOrEqual(500);
  await run("DROP TRIGGER full");
  expect((await tryToSignIn(bob, { password: NEXT })).status).toBe(401);
  expect((await tryToSignIn(bob)).status).toBe(200);
});
