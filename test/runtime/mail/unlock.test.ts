// Past the account's ceiling by a mailed link: it admits the network of one request, once, for one hour.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import {
  addressOf,
  countFailures,
  mailOf,
  newestToken,
  recoveryToken,
  withMailbox,
} from "../harness/mailbox.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { fresh, principalOf, tally, tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";

await hurry();
await admin("main");
const FAR = "2001:db8:aaaa:1::1";
const NEAR_FAR = "2001:db8:aaaa:ffff::9";
const ELSEWHERE = "2001:db8:bbbb:1::1";

const unlock = (token: string, address: string): Promise<Response> =>
  send("/v1/auth/unlock", { address, json: { token } });
const signInFrom = async (person: Person, address: string): Promise<number> =>
  (await tryToSignIn(person, person.factor ? { mfa_code: person.code() } : {}, { address })).status;
const linksOf = async (person: Person): Promise<number> =>
  (await mailOf(person, addressOf(person))).filter(({ text }) => text.includes("#unlock=")).length;

it("the owner gets a link when the ceiling is reached, and it admits their network for an hour", async () => {
  const bob = await withMailbox();
  await countFailures(bob, 19);
  expect(await linksOf(bob)).toBe(0);
  await countFailures(bob, 1);
  const token = await newestToken(bob, addressOf(bob), "unlock");
  expect(await signInFrom(bob, FAR)).toBe(401);
  const answer = await unlock(token, FAR);
  expect([answer.status, answer.headers.has("audit-event")]).toEqual([204, true]);
  await evict(principalOf(bob));
  expect(await signInFrom(bob, NEAR_FAR), "the same /48").toBe(200);
  expect(await signInFrom(bob, ELSEWHERE)).toBe(401);
});

it("the link works once, however many use it at once, and from then on for nobody", async () => {
  const bob = await withMailbox();
  await countFailures(bob, 20);
  const token = await newestToken(bob, addressOf(bob), "unlock");
  const networks = Array.from({ length: 6 }, (_, index) => `2001:db8:c${index}::1`);
  const answers = await Promise.all(networks.map((address) => unlock(token, address)));
  expect(tally(answers)).toEqual({ 204: 1, 401: 5 });
  expect((await unlock(token, ELSEWHERE)).status).toBe(401);
  const admitted = await Promise.all(networks.map((address) => signInFrom(bob, address)));
  expect(admitted.filter((status) => status === 200)).toHaveLength(1);
});

it("admission ends after an hour, and so does a link that nobody used", async () => {
  const bob = await withMailbox();
  await countFailures(bob, 20);
  await unlock(await newestToken(bob, addressOf(bob), "unlock"), FAR);
  clock.advance(3_599);
  await countFailures(bob, 20);
  expect((await tryToSignIn(bob, { password: "wrong" }, { address: FAR })).status).toBe(401);
  clock.advance(1);
  expect(await signInFrom(bob, FAR), "the failures of a second ago still close the account").toBe(401);
  const cat = await withMailbox();
  await countFailures(cat, 20);
  const late = await newestToken(cat, addressOf(cat), "unlock");
  clock.advance(3_600);
  expect((await unlock(late, FAR)).status).toBe(401);
  await ringAlarm(principalOf(bob));
  expect(await rowsOf(principalOf(bob), "SELECT * FROM admitted_network")).toEqual([]);
});

it("however long others guess, one link an hour is mailed, and always a live one", async () => {
  const bob = await withMailbox();
  await countFailures(bob, 60);
  expect(await linksOf(bob)).toBe(1);
  for (let hour = 2; hour <= 4; hour += 1) {
    clock.advance(1_800);
    await countFailures(bob, 30);
    clock.advance(1_800);
    await countFailures(bob, 30);
    expect(await linksOf(bob)).toBe(hour);
  }
  expect((await unlock(await newestToken(bob, addressOf(bob), "unlock"), FAR)).status).toBe(204);
});

it("a link that went to an address is void once another is confirmed", async () => {
  const bob = await withMailbox();
  await countFailures(bob, 20);
  const token = await newestToken(bob, addressOf(bob), "unlock");
  await bob.client.changeEmail({ body: { email: "bob.moved@example.com" } });
  const json = { token: await newestToken(bob, "bob.moved@example.com", "email") };
  expect((await send("/v1/auth/email/confirm", { address: newAddress(), json })).status).toBe(204);
  expect((await unlock(token, newAddress())).status).toBe(401);
});

it("without a confirmed address nothing is mailed, and the ceiling stands", async () => {
  const bob = await signUp();
  await countFailures(bob, 25);
  expect(await signInFrom(bob, FAR)).toBe(401);
  expect(await rowsOf(principalOf(bob), "SELECT * FROM mailed_link")).toEqual([]);
});

it("the link admits, and proves nothing: the password and the code are asked for all the same", async () => {
  const bob = await withMailbox({ mfa: true });
  await countFailures(bob, 20);
  await unlock(await newestToken(bob, addressOf(bob), "unlock"), FAR);
  expect((await tryToSignIn(bob, {}, { address: FAR })).status).toBe(401);
  expect((await tryToSignIn(bob, { password: "wrong", mfa_code: bob.code() }, { address: FAR })).status).toBe(
    401,
  );
  expect(await signInFrom(bob, FAR)).toBe(200);
});

it("the token of another account, or of another kind, admits nothing", async () => {
  const [bob, cat] = [await withMailbox(), await withMailbox()];
  await countFailures(bob, 20);
  await countFailures(cat, 20);
  const of_cat = await newestToken(cat, addressOf(cat), "unlock");
  expect((await unlock(of_cat.replace(cat.id, bob.id), FAR)).status).toBe(401);
  expect((await unlock(await recoveryToken(bob), FAR)).status).toBe(401);
  expect((await unlock(of_cat, FAR)).status).toBe(204);
  expect(await signInFrom(bob, FAR)).toBe(401);
});

it("a recovery link passes the ceiling too, and lets its holder sign in from there", async () => {
  clock.advance(60);
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  await countFailures(bob, 20);
  const json = { token, new_password: "a horse with a new battery staple", ...fresh() };
  expect((await send("/v1/auth/recovery/confirm", { address: FAR, json })).status).toBe(204);
  bob.password = json.new_password;
  expect(await signInFrom(bob, FAR)).toBe(200);
  expect(await signInFrom(bob, ELSEWHERE)).toBe(401);
});
