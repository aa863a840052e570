// Sign-ins as somebody who tries would send them: each part can be set, nothing throws.
import { utf8 } from "../../../src/protocol/base64url.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { objectOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { type Sending, send } from "../harness/worker.ts";

/** A fresh nonce with the present time, `seconds` off. */
export const fresh = (seconds = 0) => ({
  nonce: randomSecret(),
  timestamp: (clock.now_ms() + seconds * 1000) / 1000,
});

/** One sign-in with the person's password, as it comes over HTTP; `change` wins. A second factor's code must be given. */
export function tryToSignIn(
  person: Pick<Person, "workspace" | "username" | "password" | "address" | "user_agent">,
  change: Record<string, unknown> = {},
  sending: Sending = {},
): Promise<Response> {
  const { workspace, username, password, address, user_agent } = person;
  const json = { workspace, username, password, ...fresh(), ...change };
  return send("/v1/auth/login", {
    address,
    json,
    ...sending,
    headers: { "User-Agent": user_agent, "Content-Length": lengthOf(json), ...sending.headers },
  });
}

export const lengthOf = (json: unknown): string => `${utf8(JSON.stringify(json)).length}`;

/** The principal's object. */
export const principalOf = ({ workspace, id }: Pick<Person, "workspace" | "id">): DurableObjectStub =>
  objectOf("PRINCIPAL", `${workspace}/${id}`);

/** How often each status was answered. */
export function tally(responses: readonly Response[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Runs the work that many times at once. */
export const atOnce = <Value>(times: number, work: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));
