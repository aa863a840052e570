// Mail on its way: it commits with its change, waits sealed, is tried until it is taken, and stops nothing else.
import { afterEach, expect, it } from "vitest";
import { verifyBearerToken } from "../../../src/protocol/bearer-token.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { clock } from "../harness/clock.ts";
import { addressOf, confirmAddress, mailTo, tokenIn, withMailbox } from "../harness/mailbox.ts";
import { allOf, inside, KINDS, ringAlarm, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress, ORIGIN, send } from "../harness/worker.ts";
import { principalOf, tryToSignIn } from "../identity/attempts.ts";
import { hurry, set, settings } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
await admin("main");
const { mail: mailbox } = await settings();

interface Sent {
  readonly from: { readonly email: string; readonly name: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly headers: Record<string, string>;
}
type Outcome = "taken" | "down" | { readonly code: string };

/** Mail goes by a binding that does as it is told; answers what it has taken. */
async function bindMail(person: Person, outcomeOf: (mail: Sent) => Outcome): Promise<Sent[]> {
  const taken: Sent[] = [];
  const EMAIL = {
    async send(mail: Sent) {
      const outcome = outcomeOf(mail);
      if (outcome === "taken") taken.push(mail);
      else if (outcome === "down") throw new Error("no connection");
      else throw Object.assign(new Error("refused"), outcome);
    },
  };
  await set({ mail: { from: "taskward@example.com", origin: ORIGIN, via: "binding" } });
  await inside(principalOf(person), (instance) => {
    Object.assign((instance as unknown as { env: object }).env, { EMAIL });
  });
  return taken;
}
afterEach(() => set({ mail: mailbox }));

const waiting = (person: Person) =>
  rowsOf<{ row: string }>(
    principalOf(person),
    "SELECT row FROM outbox WHERE destination = 'mail' ORDER BY sequence",
  );

const askRecovery = ({ username }: Person) =>
  send("/v1/auth/recovery", { address: newAddress(), json: { username } });

it("while the way is down, changes go on and nothing is lost; once it is up, all goes out, in order", async () => {
  const bob = await withMailbox({ mfa: true });
  let up = false;
  const taken = await bindMail(bob, () => (up ? "taken" : "down"));
  await bob.client.newBackupCodes();
  await askRecovery(bob);
  for (let round = 0; round < 4; round += 1) await ringAlarm(principalOf(bob));
  expect(taken).toEqual([]);
  expect(await waiting(bob)).toHaveLength(2);
  const events = (await eventsOf("main")).filter(({ user_id }) => user_id === bob.id);
  expect(
    events.map(({ event_type }) => event_type),
    "the audit is not held up",
  ).toEqual(expect.arrayContaining(["auth.backup_codes_renewed", "auth.recovery_requested"]));
  up = true;
  clock.advance(60);
  await ringAlarm(principalOf(bob));
  expect(taken.map(({ subject }) => subject)).toEqual([
    "[Taskward] Your backup codes were replaced",
    "[Taskward] Set a new password",
  ]);
  expect(taken[0]).toMatchObject({
    from: { email: "taskward@example.com", name: "Taskward" },
    to: addressOf(bob),
    headers: { "Auto-Submitted": "auto-generated" },
  });
  expect(await waiting(bob)).toEqual([]);
});

it("what went out before a failure does not go out again", async () => {
  const bob = await withMailbox({ mfa: true });
  let down = true;
  const taken = await bindMail(bob, ({ subject }) =>
    down && subject.includes("new password") ? "down" : "taken",
  );
  await bob.client.newBackupCodes();
  await askRecovery(bob);
  for (let round = 0; round < 3; round += 1) await ringAlarm(principalOf(bob));
  expect(taken).toHaveLength(1);
  down = false;
  await ringAlarm(principalOf(bob));
  expect(taken).toHaveLength(2);
});

it("a recipient that will never take mail does not hold up what comes after, and leaves an event", async () => {
  const bob = await withMailbox({ mfa: true });
  const taken = await bindMail(bob, ({ subject }) =>
    subject.includes("backup") ? { code: "E_RECIPIENT_SUPPRESSED" } : "taken",
  );
  await bob.client.newBackupCodes();
  await askRecovery(bob);
  await ringAlarm(principalOf(bob));
  expect(taken.map(({ subject }) => subject)).toEqual(["[Taskward] Set a new password"]);
  const dropped = (await eventsOf("main")).filter(({ event_type }) => event_type === "mail.dropped");
  expect(dropped).toMatchObject([{ rule: "recipient_refused", targets: [bob.id], decision: "deny" }]);
});

it("a link that has expired while the way was down is not sent any more", async () => {
  const bob = await withMailbox();
  let up = false;
  const taken = await bindMail(bob, () => (up ? "taken" : "down"));
  await askRecovery(bob);
  await ringAlarm(principalOf(bob));
  clock.advance(1_800);
  up = true;
  await ringAlarm(principalOf(bob));
  expect(taken).toEqual([]);
  expect(await waiting(bob)).toEqual([]);
});

it("without mail at all nothing waits, nothing is confirmed, and the answers are as ever", async () => {
  const bob = await signUp();
  await set({ mail: null });
  const changed = await bob.send("/v1/auth/email", { method: "PUT", json: { email: addressOf(bob) } });
  expect(changed.status).toBe(409);
  expect((await askRecovery(bob)).status).toBe(202);
  const json = {
    username: "mailless",
    password: "a staple for a horse's battery",
    enable_mfa: false,
    email: "m@example.com",
  };
  expect((await send("/v1/auth/register", { address: newAddress(), json })).status).toBe(201);
  expect(await waiting(bob)).toEqual([]);
});

it("tokens and addresses stand nowhere in clear: not in any row of any object", async () => {
  const bob = await withMailbox();
  const taken = await bindMail(bob, () => "down");
  await askRecovery(bob);
  await bob.client.changeEmail({ body: { email: "fresh@example.com" } });
  expect(await waiting(bob)).toHaveLength(3);
  await set({ mail: mailbox });
  const dumps: string[] = [];
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) {
      for (const table of await tablesOf(stub)) {
        const rows = await rowsOf(stub, `SELECT * FROM "${table}"`);
        dumps.push(
          JSON.stringify(rows, (_, value) => (value instanceof ArrayBuffer ? textOf(value) : value)),
        );
      }
    }
  }
  const stored = dumps.join("\n");
  await ringAlarm(principalOf(bob));
  expect(taken).toEqual([]);
  const mails = [...(await mailTo(addressOf(bob))), ...(await mailTo("fresh@example.com"))];
  const tokens = mails.filter(({ text }) => text.includes("/link#")).map(tokenIn);
  expect(tokens).toHaveLength(3);
  for (const token of tokens) {
    const [, , , , , secret, mac] = token.split(".");
    for (const part of [token, secret!, mac!]) expect(stored).not.toContain(part);
  }
  for (const address of [addressOf(bob), "fresh@example.com"]) expect(stored).not.toContain(address);
  expect(stored, "what is stored can be read at all").toContain(bob.id);
});

const textOf = (bytes: ArrayBuffer): string => new TextDecoder("latin1").decode(bytes);

it("links lead to the configured origin, whatever Host the request named", async () => {
  const bob = await withMailbox();
  const url = "https://evil.example/v1/auth/recovery";
  const headers = { "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example" };
  expect((await send(url, { address: newAddress(), headers, json: { username: bob.username } })).status).toBe(
    202,
  );
  await ringAlarm(principalOf(bob));
  const mail = (await mailTo(addressOf(bob))).find(({ subject }) => subject.includes("new password"))!;
  expect(mail.text).toContain("\nhttp://localhost:8787/link#recovery=twr_1.");
  // The token is drawn by chance, and could hold the word.
  expect(mail.text.replace(tokenIn(mail), "")).not.toContain("evil");
  expect(await verifyBearerToken(parseKeyRing(env.KEY_RING), "recovery", tokenIn(mail))).not.toBeNull();
});

it("nothing that a stranger sends gets into a mail, and no header can be injected", async () => {
  const bob = await withMailbox();
  const hostile = "Mozilla\tvisit evil.example and type your password";
  const cf = { city: "Berlin\r\nBcc: eve@evil.example\r\n\r\nvisit evil.example", country: "DE" };
  await send("/v1/auth/recovery", {
    address: newAddress(),
    headers: { "User-Agent": hostile },
    cf,
    json: { username: bob.username },
  });
  await ringAlarm(principalOf(bob));
  const mail = (await mailTo(addressOf(bob))).find(({ subject }) => subject.includes("new password"))!;
  expect(mail.text).not.toContain("Mozilla");
  expect(mail.text, "a place stays on its line").not.toMatch(/^Bcc:/m);
  expect(`${mail.subject}${mail.to}${mail.from.name}${mail.from.email}`).not.toMatch(/\p{Cc}/u);
});

it.each([
  "eve@example.com\r\nBcc: bob@example.com",
  "eve@example.com\nSubject: x",
  "eve@example.com, bob@example.com",
  "Eve <eve@example.com>",
  "eve@example.com\u2028Bcc: bob@example.com",
  "eve@exam\u0000ple.com",
  `${"e".repeat(250)}@example.com`,
  "eve@localhost",
  "",
])("the address %j is refused", async (email) => {
  const bob = await signUp();
  expect((await bob.send("/v1/auth/email", { method: "PUT", json: { email } })).status).toBe(422);
  const json = { username: "injector", password: "a staple for a horse's battery", enable_mfa: false, email };
  expect((await send("/v1/auth/register", { address: newAddress(), json })).status).toBe(422);
});

it("the mailbox page shows mails escaped, newest first, on this machine alone", async () => {
  const bob = await withMailbox();
  clock.advance(1);
  await confirmAddress(bob).catch(() => undefined);
  await askRecovery(bob);
  await ringAlarm(principalOf(bob));
  await env.AUDIT_BUCKET.put(
    "mailbox/999999999999999-mai_x.json",
    JSON.stringify({
      to: "<i>x</i>",
      subject: "<script>alert(1)</script>",
      text: "<b>http://evil.example/link#</b>",
      made_at_ms: 1,
    }),
  );
  const answer = await send("http://localhost:8787/mailbox");
  const text = await answer.text();
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(text).toContain('<a href="http://localhost:8787/link#recovery=twr_1.');
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toMatch(/<script|<i>|<b>|href="http:\/\/evil/);
  expect(text.indexOf("alert(1)")).toBeLessThan(text.indexOf("Set a new password"));
  for (const elsewhere of [
    `${ORIGIN}/mailbox`,
    "http://evil.example:8787/mailbox",
    "http://localhost.evil.example/mailbox",
  ]) {
    expect((await send(elsewhere)).status).toBe(404);
  }
  await set({ mail: { from: "taskward@example.com", origin: ORIGIN, via: "binding" } });
  expect((await send("http://localhost:8787/mailbox")).status).toBe(404);
  expect((await tryToSignIn(bob)).status).toBe(200);
});
