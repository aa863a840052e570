// What happens once happens once, however many ask at the same time. Other limits are out of the way here.
import { expect, it } from "vitest";
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import { clock } from "../harness/clock.ts";
import { rowsOf } from "../harness/objects.ts";
import { admin, register, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { atOnce, fresh, principalOf, tally, tryToSignIn } from "./attempts.ts";
import { hurry, widenBuckets, widenLockout } from "./settings.ts";
import { audited, ruleCounts } from "./trail.ts";

await hurry();
await widenBuckets();
await widenLockout();
await admin("main");
/** The coarse limit in front of everything counts by address. */
const addresses = Array.from({ length: 8 }, newAddress);
const from = (index: number) => ({ address: addresses[index % addresses.length]! });

const sessionsOf = (person: { workspace: string; id: string }) =>
  rowsOf<{ id: string }>(principalOf(person), "SELECT id FROM session ORDER BY created_at_ms, id");

it("of 1,000 parallel uses of one nonce, one signs in", async () => {
  const bob = await register();
  const proof = fresh();
  const answers = await atOnce(1_000, (index) => tryToSignIn(bob, proof, from(index)));
  expect(tally(answers)).toEqual({ 200: 1, 401: 999 });
  expect(await sessionsOf(bob)).toHaveLength(1);
  expect(await rowsOf(principalOf(bob), "SELECT nonce FROM nonce")).toEqual([{ nonce: proof.nonce }]);
  const refused = await audited("main", { type: "replay.refused", user_id: bob.id, count: 999 });
  expect(ruleCounts(refused)).toEqual({ nonce_replayed: 999 });
});

it("of 1,000 parallel sign-ins with one code, one gets a session", async () => {
  const carl = await signUp({ mfa: true });
  clock.advance(90);
  const mfa_code = totpAt(carl.totp_secret!, clock.now_ms());
  const before = await sessionsOf(carl);
  const answers = await atOnce(1_000, (index) => tryToSignIn(carl, { mfa_code }, from(index)));
  expect(tally(answers)).toEqual({ 200: 1, 401: 999 });
  expect(await sessionsOf(carl)).toHaveLength(before.length + 1);
  const refused = await audited("main", { type: "auth.sign_in_failed", user_id: carl.id, count: 999 });
  expect(ruleCounts(refused)).toEqual({ code_refused: 999 });
});

it("of 100 parallel sign-ins with one backup code, one gets a session", async () => {
  const dora = await signUp({ mfa: true });
  const backup = { mfa_code: dora.backup_codes[3], use_backup_code: true };
  const answers = await atOnce(100, (index) => tryToSignIn(dora, backup, from(index)));
  expect(tally(answers)).toEqual({ 200: 1, 401: 99 });
  const refused = await audited("main", { type: "auth.sign_in_failed", user_id: dora.id, count: 99 });
  expect(ruleCounts(refused)).toEqual({ backup_code_refused: 99 });
});

it("of 100 parallel first sign-ins with one code, one confirms the account", async () => {
  const eric = await register({ mfa: true });
  const mfa_code = eric.code();
  const answers = await atOnce(100, (index) => tryToSignIn(eric, { mfa_code }, from(index)));
  expect(tally(answers)).toEqual({ 200: 1, 401: 99 });
  const confirmed = await audited("main", { type: "auth.account_confirmed", user_id: eric.id });
  expect(confirmed).toHaveLength(1);
});

it("50 parallel sign-ins leave exactly three sessions, and three tokens that work", async () => {
  const finn = await register();
  const answers = await atOnce(50, () => tryToSignIn(finn));
  expect(tally(answers)).toEqual({ 200: 50 });
  expect(await sessionsOf(finn)).toHaveLength(3);
  const tokens = await Promise.all(
    answers.map(async (answer) => (await answer.json<Signed>()).session_token),
  );
  const { address, user_agent } = finn;
  const reads = await Promise.all(
    tokens.map((token) => send("/v1/session", { token, address, headers: { "User-Agent": user_agent } })),
  );
  expect(tally(reads)).toEqual({ 200: 3, 401: 47 });
  const evicted = await audited("main", { type: "session.evicted", user_id: finn.id, count: 47 });
  expect(new Set(evicted.flatMap(({ targets }) => targets)).size).toBe(47);
});

it("of 20 parallel registrations of one name, one holds it", async () => {
  const json = { username: "wanted", password: "a staple for the battery of a horse", enable_mfa: false };
  const answers = await atOnce(20, (index) => send("/v1/auth/register", { ...from(index), json }));
  expect(tally(answers)).toEqual({ 201: 1, 409: 19 });
});

it("of 50 parallel step-ups with one code, one holds", async () => {
  const gina = await signUp({ mfa: true });
  const [mfa_code, { password }] = [gina.code(), gina];
  const answers = await atOnce(50, () =>
    gina.send("/v1/session/step-up", { json: { password, mfa_code, ...fresh() } }),
  );
  expect(tally(answers)).toEqual({ 200: 1, 401: 49 });
});

interface Signed {
  readonly session_token: string;
}
