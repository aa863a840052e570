// Randomness from the platform's cryptographic generator (Web Cryptography API, getRandomValues).
// Functions that need salts, secrets or ids take a `RandomBytes`, so that tests can hand in fixed bytes.

import { encodeBase64Url } from "./base64url.ts";
import { encodeCrockford } from "./crockford.ts";

export type RandomBytes = (length: number) => Uint8Array<ArrayBuffer>;

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** Draws `length` random bytes; the platform refuses more than 65,536 at once. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** For ids, which are read from it at once: each request makes some, and fresh memory for each costs more than its bits. */
const scratch = new Uint8Array(ID_BYTES);
const idBits: RandomBytes = () => crypto.getRandomValues(scratch);

/** Makes an id such as `prj_` + 26 characters (128 random bits); throws if the prefix is not letters and `_`. */
export function randomId(prefix: string, random: RandomBytes = idBits): string {
  if (!/^[a-z]+_$/.test(prefix)) throw new RangeError(`an id's prefix is like "prj_", not "${prefix}"`);
  return prefix + encodeCrockford(random(ID_BYTES));
}

/** Makes a secret of 32 random bytes as 43 characters of base64url. */
export function randomSecret(random: RandomBytes = randomBytes): string {
  return encodeBase64Url(random(SECRET_BYTES));
}
