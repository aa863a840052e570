// The mailbox of the tests: what principals have mailed, once their alarms have rung. And people who have one.

import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "./clock.ts";
import { objectOf, ringAlarm } from "./objects.ts";
import type { Person } from "./people.ts";
import { register } from "./people.ts";
import { env, newAddress, send } from "./worker.ts";

export interface Received {
  readonly id: string;
  readonly from: { readonly email: string; readonly name: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export const principalObject = ({ workspace, id }: Pick<Person, "workspace" | "id">): DurableObjectStub =>
  objectOf("PRINCIPAL", `${workspace}/${id}`);

/** All mail to that address, oldest first. */
export async function mailTo(address: string): Promise<Received[]> {
  const found: Received[] = [];
  let cursor: string | undefined;
  do {
    const page = await env.AUDIT_BUCKET.list({ prefix: "mailbox/", ...(cursor && { cursor }) });
    for (const { key } of page.objects) {
      const mail = await (await env.AUDIT_BUCKET.get(key))!.json<Received>();
      if (mail.to === address) found.push(mail);
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return found;
}

/** Rings the person's alarm and answers all mail to that address. */
export async function mailOf(person: Pick<Person, "workspace" | "id">, address: string): Promise<Received[]> {
  await ringAlarm(principalObject(person));
  return mailTo(address);
}

/** The token of the mail's link. */
export function tokenIn({ text }: Received): string {
  const [, token] = /#(?:recovery|email|unlock)=(\S+)/.exec(text) ?? [];
  if (!token) throw new Error(`no link in: ${text}`);
  return token;
}

/** The token of the newest mail to that address that has a link of that kind. */
export async function newestToken(
  person: Pick<Person, "workspace" | "id">,
  address: string,
  kind: "recovery" | "email" | "unlock",
): Promise<string> {
  const mails = (await mailOf(person, address)).filter(({ text }) => text.includes(`#${kind}=`));
  if (mails.length === 0) throw new Error(`no ${kind} mail to ${address}`);
  return tokenIn(mails.at(-1)!);
}

export const addressOf = ({ username, workspace }: Pick<Person, "username" | "workspace">): string =>
  `${username}@${workspace}.example`;

/** Sets and confirms the person's address: `<username>@<workspace>.example`. They are signed in. */
export async function confirmAddress(person: Person): Promise<string> {
  const email = addressOf(person);
  await (await person.recent()).client.changeEmail({ body: { email } });
  const token = await newestToken(person, email, "email");
  const confirmed = await send("/v1/auth/email/confirm", { address: newAddress(), json: { token } });
  if (confirmed.status !== 204) throw new Error(await confirmed.text());
  return email;
}

/** A signed-in person with a confirmed address. */
export async function withMailbox(person: Parameters<typeof register>[0] = {}): Promise<Person> {
  const made = await (await register(person)).signIn();
  await confirmAddress(made);
  return made;
}

/** Asks for a recovery link and answers its token. */
export async function recoveryToken(person: Person): Promise<string> {
  const { workspace, username } = person;
  clock.advance(0.001); // mails of one moment have no order
  await send("/v1/auth/recovery", { address: newAddress(), json: { workspace, username } });
  return newestToken(person, addressOf(person), "recovery");
}

const network = (() => {
  let count = 0;
  return () => {
    count += 1;
    return `198.18.${count & 255}.${(count >> 8) + 1}`;
  };
})();

/** Fails on the account from as many networks, as wrong sign-ins would. */
export async function countFailures(person: Person, count: number): Promise<void> {
  const principal = env.PRINCIPAL.getByName(`${person.workspace}/${person.id}`);
  for (let index = 0; index < count; index += 1) {
    const source = {
      address: network(),
      user_agent: "",
      tls_fingerprint: "",
      certificate: "",
      place: "Paris, FR",
      country: "FR",
      latitude: null,
      longitude: null,
    };
    const context = { request_id: "req_00000000000000000000000000", source };
    const proof = {
      attempt: await principal.beginAttempt(context),
      password_matches: false,
      rehashed_phc: null,
      code: null,
      use_backup_code: false,
      nonce: randomSecret(),
      timestamp_ms: clock.now_ms(),
    };
    await principal.signIn(proof, context);
  }
}
