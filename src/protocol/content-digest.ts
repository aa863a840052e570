// Content-Digest (RFC 9530): which bytes a message carries, as a dictionary of digests by algorithm.
// Knows sha-256 and sha-512, all that the registry of RFC 9530 section 5 still calls active. Refuses a field
// without either, with one given twice, of the wrong length, or with anything but bare bytes for its value.

import { equalBytes } from "./constant-time.ts";
import { parseDictionary, serializeDictionary } from "./structured-field.ts";

export type DigestAlgorithm = "sha-256" | "sha-512";

const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = { "sha-256": 32, "sha-512": 64 };
const ALGORITHMS = Object.keys(DIGEST_BYTES) as readonly DigestAlgorithm[];

export type Digests = ReadonlyMap<DigestAlgorithm, Uint8Array>;

/** Reads the field's digests under known algorithms; null if there is none, or anything about one is wrong. */
export function parseContentDigest(field: string): Digests | null {
  const dictionary = parseDictionary(field);
  if (!dictionary) return null;
  const digests = new Map<DigestAlgorithm, Uint8Array>();
  for (const algorithm of ALGORITHMS) {
    const member = dictionary.get(algorithm);
    if (!member) continue;
    const value = "value" in member && member.parameters.size === 0 ? member.value : null;
    if (!(value instanceof Uint8Array) || value.length !== DIGEST_BYTES[algorithm]) return null;
    digests.set(algorithm, value);
  }
  return digests.size > 0 ? digests : null;
}

/** Makes the field's value for a body. */
export async function contentDigest(
  body: Uint8Array,
  algorithm: DigestAlgorithm = "sha-256",
): Promise<string> {
  const value = await digest(body, algorithm);
  return serializeDictionary(new Map([[algorithm, { value, parameters: new Map() }]]));
}

/** Tells whether the field is well formed and every digest that it gives under a known algorithm is the body's. */
export async function verifyContentDigest(field: string, body: Uint8Array): Promise<boolean> {
  const digests = parseContentDigest(field);
  if (!digests) return false;
  for (const [algorithm, claimed] of digests) {
    if (!equalBytes(claimed, await digest(body, algorithm))) return false;
  }
  return true;
}

async function digest(body: Uint8Array, algorithm: DigestAlgorithm): Promise<Uint8Array> {
  const name = algorithm.toUpperCase();
  return new Uint8Array(await crypto.subtle.digest(name, body as Uint8Array<ArrayBuffer>));
}
