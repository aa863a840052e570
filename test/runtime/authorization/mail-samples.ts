// Requests of the ways by e-mail that succeed: each with a person and a mailed token of its own.
import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { addressOf, countFailures, newestToken, recoveryToken, withMailbox } from "../harness/mailbox.ts";
import { signUp } from "../harness/people.ts";
import type { Samples } from "./samples.ts";

let addresses = 0;

export const mailSamples = {
  changeEmail: () => {
    addresses += 1;
    return { body: { email: `sample${addresses}@example.com` } };
  },
  async confirmEmail() {
    const person = await signUp();
    await person.client.changeEmail({ body: { email: addressOf(person) } });
    const token = await newestToken(person, addressOf(person), "email");
    return { body: { token }, whose: person.id };
  },
  requestRecovery: ({ visitor }) => ({ body: { username: visitor.username } }),
  async confirmRecovery() {
    const person = await withMailbox();
    const token = await recoveryToken(person);
    const fresh = { nonce: randomSecret(), timestamp: clock.now_ms() / 1000 };
    return { body: { token, new_password: "yet another staple for a horse", ...fresh }, whose: person.id };
  },
  async unlockByLink() {
    const person = await withMailbox();
    await countFailures(person, 20);
    const token = await newestToken(person, addressOf(person), "unlock");
    return { body: { token }, whose: person.id };
  },
  listNotices: () => ({ query: { limit: "5" } }),
  async readNotices(_, as) {
    // Beginning to set an address leaves one.
    await (await as.recent()).client.changeEmail({ body: { email: "notice@example.com" } });
    const { notices } = (await as.client.listNotices({ query: { limit: "1" } })).body;
    return { body: { notice_id: notices[0]!.id } };
  },
} satisfies Partial<Samples>;
