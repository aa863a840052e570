// Backup codes: eight, each once, for their owner alone, and never in place of a first proof of the authenticator.
import { expect, it } from "vitest";
import { evict } from "../harness/objects.ts";
import { admin, type Person, register, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { fresh, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
await admin("main");

const statusWith = async (person: Person, mfa_code: string, use_backup_code = true): Promise<number> =>
  (await tryToSignIn(person, { mfa_code, use_backup_code }, { address: newAddress() })).status;

it("each of the eight signs in once, before and after eviction", async () => {
  const bob = await signUp({ mfa: true });
  expect(new Set(bob.backup_codes).size).toBe(8);
  for (const code of bob.backup_codes) expect(await statusWith(bob, code)).toBe(200);
  await evict(principalOf(bob));
  for (const code of bob.backup_codes) expect(await statusWith(bob, code)).toBe(401);
});

it("a code is known as people type it, and spent in every spelling", async () => {
  const bob = await signUp({ mfa: true });
  const [first, second] = bob.backup_codes as [string, string];
  const typed = first.toLowerCase().replaceAll("-", " ").replaceAll("1", "l").replaceAll("0", "o");
  expect(await statusWith(bob, typed)).toBe(200);
  expect(await statusWith(bob, first)).toBe(401);
  expect(await statusWith(bob, second.replaceAll("-", ""))).toBe(200);
  expect(await statusWith(bob, second.toLowerCase())).toBe(401);
});

it("a backup code is no code of the authenticator, nor the other way round", async () => {
  const bob = await signUp({ mfa: true });
  expect(await statusWith(bob, bob.backup_codes[0]!, false)).toBe(401);
  expect(await statusWith(bob, bob.code())).toBe(401);
});

it("codes of another person are refused", async () => {
  const [bob, carl] = [await signUp({ mfa: true }), await signUp({ mfa: true })];
  for (const code of carl.backup_codes) expect(await statusWith(bob, code)).toBe(401);
  expect(await statusWith(carl, carl.backup_codes[0]!)).toBe(200);
});

it("a backup code cannot confirm an account", async () => {
  const bob = await register({ mfa: true });
  for (const code of bob.backup_codes.slice(0, 3)) expect(await statusWith(bob, code)).toBe(401);
  expect(await statusWith(bob, bob.code(), false)).toBe(200);
  for (const code of bob.backup_codes) expect(await statusWith(bob, code)).toBe(200);
});

it("new codes replace all old ones", async () => {
  const bob = await signUp({ mfa: true });
  const { backup_codes } = (await bob.client.newBackupCodes()).body;
  expect(backup_codes).toHaveLength(8);
  for (const code of bob.backup_codes) expect(await statusWith(bob, code)).toBe(401);
  expect(await statusWith(bob, backup_codes[0]!)).toBe(200);
});

it("codes of an enrolment that nobody confirmed are worth nothing, and the old ones stay", async () => {
  const bob = await signUp({ mfa: true });
  const { mfa } = (await bob.client.beginMfa()).body;
  expect(await statusWith(bob, mfa.backup_codes[0]!)).toBe(401);
  expect(await statusWith(bob, bob.backup_codes[0]!)).toBe(200);
  const other = await signUp({ mfa: true });
  const begun = (await other.client.beginMfa()).body.mfa;
  const old = [...other.backup_codes];
  other.useFactor(begun);
  await other.client.confirmMfa({ body: { mfa_code: other.code() } });
  expect(await statusWith(other, old[0]!)).toBe(401);
  expect(await statusWith(other, begun.backup_codes[0]!)).toBe(200);
});

it("codes renewed during an enrolment are the present factor's, and the enrolment's count once it is confirmed", async () => {
  const bob = await signUp({ mfa: true });
  const { mfa } = (await bob.client.beginMfa()).body;
  const { backup_codes: renewed } = (await bob.client.newBackupCodes()).body;
  expect(await statusWith(bob, renewed[0]!)).toBe(200);
  expect(await statusWith(bob, mfa.backup_codes[0]!)).toBe(401);
  bob.useFactor(mfa);
  await bob.client.confirmMfa({ body: { mfa_code: bob.code() } });
  expect(await statusWith(bob, renewed[1]!)).toBe(401);
  expect(await statusWith(bob, mfa.backup_codes[0]!)).toBe(200);
});

it("a backup code steps up once", async () => {
  const bob = await signUp({ mfa: true });
  const { password } = bob;
  const use = () => ({ password, mfa_code: bob.backup_codes[0], use_backup_code: true, ...fresh() });
  expect((await bob.send("/v1/session/step-up", { json: use() })).status).toBe(200);
  expect((await bob.send("/v1/session/step-up", { json: use() })).status).toBe(401);
});
