// The ring of keys as a deploy changes it: every object wakes with the new one, and no row is still on its way to
// another object under the old.
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { allOf, evict, KINDS, shipAll } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { set } from "./settings.ts";

type Keys = readonly { readonly key_id: string; readonly key: string }[];

let keys = JSON.parse(env.KEY_RING) as Keys;

/** Newest first. */
export const ringIds = (): string[] => keys.map(({ key_id }) => key_id);

async function deploy(ring: Keys): Promise<void> {
  await shipAll();
  clock.advance(1); // as it does while an object moves from one deploy to the next
  keys = ring;
  await set({ key_ring: parseKeyRing(JSON.stringify(keys)) });
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) await evict(stub).catch(() => {});
  }
}

/** Puts a new key first; answers the id of the one that was. */
export async function rotate(key_id: string): Promise<string> {
  const [before] = ringIds();
  await deploy([{ key_id, key: encodeBase64Url(randomBytes(32)) }, ...keys]);
  return before!;
}

/** Takes keys out; answers what puts them back. */
export async function take(...gone: string[]): Promise<() => Promise<void>> {
  const before = keys;
  await deploy(keys.filter(({ key_id }) => !gone.includes(key_id)));
  return () => deploy(before);
}

/** Takes a key out once these people have moved on; the first is an ADMIN. All are then signed in. */
export async function retire(key_id: string, ada: Person, ...others: Person[]): Promise<void> {
  const people = [ada, ...others];
  for (const person of people) await person.signIn();
  for (const { id } of people) await ada.client.sweepKeys({ params: { principal_id: id } });
  await take(key_id);
  for (const person of people) await person.signIn();
}
