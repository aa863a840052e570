// Notices: written with what they tell of, mailed to a confirmed address, bounded in rows and in mails.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { addressOf, countFailures, mailOf, recoveryToken, withMailbox } from "../harness/mailbox.ts";
import { evict, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { fresh, principalOf } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";

await hurry();
const ada = await admin("main");
const PLACE = { city: "Berlin", country: "DE" };

const typesOf = async (person: Person): Promise<string[]> =>
  (await person.client.listNotices({ query: { limit: "200" } })).body.notices.map(({ type }) => type);
const subjectsTo = async (person: Person): Promise<string[]> =>
  (await mailOf(person, addressOf(person))).map(({ subject }) => subject.replace("[Taskward] ", ""));

it("each thing that an owner should know is a notice, and a mail", async () => {
  const bob = await withMailbox({ mfa: true, cf: PLACE });
  await bob.client.newBackupCodes();
  await bob.client.createToken({ body: { name: "nightly", permissions: ["project:list"] } });
  const { mfa } = (await bob.client.beginMfa()).body;
  bob.useFactor(mfa);
  await bob.client.confirmMfa({ body: { mfa_code: bob.code() } });
  const password = "another horse with another battery";
  await bob.client.changePassword({ body: { ...bob.proof(), new_password: password } });
  bob.password = password;
  for (let count = 0; count < 3; count += 1) await bob.signIn();
  const stolen = await bob.send("/v1/session", { address: newAddress() });
  expect(stolen.status).toBe(401);
  clock.advance(60);
  await bob.signIn();
  const user_id = { user_id: bob.id };
  await (await ada.recent()).client.setRoles({ params: user_id, body: { roles: ["USER", "OBSERVER"] } });
  await ada.client.suspendUser({ params: user_id });
  await ada.client.restoreUser({ params: user_id });
  await ada.client.resetMfa({ params: user_id });
  bob.factor = null;
  await bob.signIn();
  const types = await typesOf(bob);
  expect(types).toEqual([
    "user.mfa_reset",
    "user.restored",
    "user.suspended",
    "user.roles_changed",
    "session.binding_violated",
    "session.evicted",
    "auth.password_changed",
    "auth.mfa_enabled",
    "token.created",
    "auth.backup_codes_renewed",
    "auth.email_confirmed",
    "auth.email_change_begun",
  ]);
  const { notices } = (await bob.client.listNotices({})).body;
  expect(notices.find(({ type }) => type === "session.binding_violated")).toMatchObject({
    place: "Berlin, DE",
    details: { factors: ["address"] },
    read_at: null,
  });
  expect(notices.find(({ type }) => type === "auth.password_changed")!.place).toBe("Berlin, DE");
  const subjects = await subjectsTo(bob);
  expect(subjects).toContain("Your password was changed");
  expect(subjects).toContain("A session was ended: it was used from elsewhere");
  expect(subjects).toContain("Your second factor was reset");
});

it("without a confirmed address there are notices, and no mail", async () => {
  const bob = await signUp({ mfa: true });
  await bob.client.newBackupCodes();
  expect(await typesOf(bob)).toEqual(["auth.backup_codes_renewed"]);
  expect(await rowsOf(principalOf(bob), "SELECT 1 FROM outbox WHERE destination = 'mail'")).toEqual([]);
});

it("ten mails an hour; the rest come as one summary when the hour allows it, after eviction too", async () => {
  const bob = await withMailbox({ mfa: true });
  for (let count = 0; count < 14; count += 1) {
    clock.advance(30);
    await bob.client.newBackupCodes();
  }
  const before = await subjectsTo(bob);
  expect(before.filter((subject) => subject.startsWith("Your backup codes"))).toHaveLength(10);
  expect((await typesOf(bob)).filter((type) => type === "auth.backup_codes_renewed")).toHaveLength(14);
  await evict(principalOf(bob));
  clock.advance(3_600);
  await ringAlarm(principalOf(bob));
  const mails = (await mailOf(bob, addressOf(bob))).filter(({ subject }) => subject.includes("more notices"));
  expect(mails).toHaveLength(1);
  expect(mails[0]!.subject).toBe("[Taskward] 4 more notices about your account");
  expect(mails[0]!.text.match(/Your backup codes were replaced/g)).toHaveLength(4);
  clock.advance(3_600);
  await ringAlarm(principalOf(bob));
  expect((await subjectsTo(bob)).filter((subject) => subject.includes("more notices"))).toHaveLength(1);
});

it("200 are kept, the newest; pages neither repeat nor skip", async () => {
  const bob = await signUp({ mfa: true });
  const principal = principalOf(bob);
  for (let count = 0; count < 200; count += 1) {
    clock.advance(13);
    if (count % 30 === 0) await bob.signIn();
    await bob.client.newBackupCodes();
  }
  clock.advance(60);
  await bob.signIn();
  await bob.client.createToken({ body: { name: "the last", permissions: ["project:list"] } });
  expect(await rowsOf(principal, "SELECT count(*) AS rows FROM notice")).toEqual([{ rows: 200 }]);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: "70", ...(cursor && { cursor }) };
    const { body } = await bob.client.listNotices({ query });
    seen.push(...body.notices.map(({ id }) => id));
    cursor = body.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toHaveLength(200);
  expect(new Set(seen).size).toBe(200);
  expect((await typesOf(bob))[0]).toBe("token.created");
});

it("reading marks that one and all before it; nobody else's can be read or marked", async () => {
  const bob = await signUp({ mfa: true });
  for (let count = 0; count < 3; count += 1) await bob.client.newBackupCodes();
  const [latest, middle, first] = (await bob.client.listNotices({})).body.notices;
  await bob.client.readNotices({ body: { notice_id: middle!.id } });
  const read = (await bob.client.listNotices({})).body.notices.map(({ read_at }) => read_at !== null);
  expect(read).toEqual([false, true, true]);
  const eve = await signUp();
  for (const { id } of [latest!, middle!, first!]) {
    expect((await eve.send("/v1/notices/read", { json: { notice_id: id } })).status).toBe(404);
  }
  expect((await eve.client.listNotices({})).body.count).toBe(0);
});

it("a change that is refused leaves no notice and no mail", async () => {
  const bob = await withMailbox({ mfa: true });
  const before = await typesOf(bob);
  const wrong = { ...bob.proof(), password: "wrong", new_password: "another horse with another battery" };
  expect((await bob.send("/v1/auth/password", { method: "PUT", json: wrong })).status).toBe(401);
  expect((await bob.send("/v1/auth/mfa/confirm", { json: { mfa_code: "000000" } })).status).toBe(409);
  expect(await typesOf(bob)).toEqual(before);
});

it("who recovered, who asked for it, and who guessed, are told apart", async () => {
  const bob = await withMailbox();
  const token = await recoveryToken(bob);
  await countFailures(bob, 20);
  const json = { token, new_password: "a horse with a new battery staple", ...fresh() };
  expect((await send("/v1/auth/recovery/confirm", { address: bob.address, json })).status).toBe(204);
  bob.password = json.new_password;
  await bob.signIn();
  expect((await typesOf(bob)).slice(0, 3)).toEqual([
    "auth.recovered",
    "auth.attempts_exceeded",
    "auth.recovery_requested",
  ]);
  await shipAll();
});
