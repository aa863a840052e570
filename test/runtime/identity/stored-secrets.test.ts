// After everything that a person does, no table, no R2 object and no log line holds a secret in clear.
import { expect, it, vi } from "vitest";
import { decodeBase64Url, encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import { hex, hexOf, storedValues } from "../harness/dump.ts";
import { allOf, ringAlarm, shipAll } from "../harness/objects.ts";
import { admin, bootstrapToken, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { tryToSignIn } from "./attempts.ts";
import { eventsOf } from "./trail.ts";

const lines: string[] = [];
for (const level of ["log", "info", "warn", "error", "debug"] as const) {
  vi.spyOn(console, level).mockImplementation((...parts) => void lines.push(parts.map(String).join(" ")));
}

/** The parts of a token that are not ids: its secret, its MAC. */
function secretParts(token: string): string[] {
  const parts = token.split(".").filter((part) => part.length >= 43);
  expect(parts.length, "a token has a secret part").toBeGreaterThan(0);
  return parts;
}

/** The ways in which a secret could have been written down. */
function spellings(secret: string): string[] {
  const forms = [secret, secret.toLowerCase(), secret.replaceAll("-", ""), encodeBase64Url(utf8(secret))];
  const raw = decodeBase64Url(secret);
  return [...forms.map(hexOf), ...(raw && raw.length >= 16 ? [hex(raw), hexOf(hex(raw))] : [])];
}

it("passwords, factors, tokens, invitations and the bootstrap token are nowhere in clear", async () => {
  const secrets = new Map<string, string>();
  const keep = (what: string, ...values: string[]) => {
    for (const [index, value] of values.entries()) secrets.set(`${what} ${index}`, value);
  };
  const keepPerson = (what: string, person: Person) => {
    keep(`${what}'s password`, person.password);
    keep(`${what}'s token`, person.token, ...secretParts(person.token));
    if (person.totp_secret) keep(`${what}'s factor`, person.totp_secret, ...person.backup_codes);
  };
  const ada = await admin("main", { password: "the password of ada" });
  keep("bootstrap token", await bootstrapToken("main"));
  const { secret } = (await ada.client.invite({ body: { roles: ["USER"] } })).body;
  keep("invitation", secret);
  const bob = await signUp({ invitation: secret, password: "a very long password of bob" });
  const carl = await userWithRoles(ada, ["AUDITOR"], { password: "the password of carl" });
  for (const [what, person] of Object.entries({ ada, bob, carl })) keepPerson(what, person);

  await tryToSignIn(bob, { password: "a password that bob mistyped" });
  await tryToSignIn(bob, { username: "a-password-as-name", password: "mistyped twice over" });
  keep("mistyped password", "a password that bob mistyped", "mistyped twice over");
  const nonce = randomSecret();
  await tryToSignIn(carl, { mfa_code: carl.backup_codes[2], use_backup_code: true, nonce });
  const renewed = (await bob.client.renewSession()).body.session_token!;
  keep("renewed token", renewed, ...secretParts(renewed));
  const { mfa } = (await bob.client.with({ session_token: renewed }).beginMfa()).body;
  keep("pending factor", mfa.secret, ...mfa.backup_codes);
  const new_password = "the changed password of carl";
  await carl.client.changePassword({ body: { ...carl.proof(), new_password } });
  keep("changed password", new_password);
  const { backup_codes } = (await carl.client.newBackupCodes()).body;
  keep("new backup codes", ...backup_codes);
  const minted = (await carl.client.createToken({ body: { name: "reports", permissions: ["system:audit"] } }))
    .body;
  keep("API token", minted.token, ...secretParts(minted.token));
  const { ticket } = (await carl.client.beginHandoff()).body;
  keep("hand-off ticket", ticket, ...secretParts(ticket));
  await ada.client.openWorkspace({ body: { name: "other" } });
  keep("other bootstrap token", await bootstrapToken("other"));
  await bob.send("/v1/session", { token: `${bob.token}x` });
  await bob.client.with({ session_token: renewed }).createProject({ body: { name: "Harmless" } });

  await shipAll();
  expect((await eventsOf("main")).length).toBeGreaterThan(10);
  for (const stub of await allOf("AUDIT_LOG")) await ringAlarm(stub);
  const values = [...(await storedValues()), { where: "console", hex: hexOf(lines.join("\n")) }];
  expect(values.some(({ where }) => where.startsWith("R2/audit/main/events/"))).toBe(true);
  expect(values.some(({ where }) => where === "PRINCIPAL/totp/box")).toBe(true);
  expect(lines.some((line) => line.includes("auth.signed_in"))).toBe(true);
  // The search itself works: names are stored, and are found.
  expect(values.some((value) => value.hex.includes(hexOf(bob.username)))).toBe(true);

  const found: string[] = [];
  for (const [what, value] of secrets) {
    for (const spelling of spellings(value)) {
      for (const { where, hex: stored } of values)
        if (stored.includes(spelling)) found.push(`${what} in ${where}`);
    }
  }
  expect(found).toEqual([]);
});
