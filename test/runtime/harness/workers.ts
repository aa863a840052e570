// Workers as tests need them: registered by somebody who may, with keys that tests hold.

import { generateSigningKeys, type SignatureAlgorithm } from "../../../src/protocol/signature-algorithm.ts";
import type { PublicJwk } from "../../../src/schema/signing-key.ts";
import type { Person } from "./people.ts";

let names = 0;

/** A name that no other test of this file uses. */
export function newWorkerName(): string {
  names += 1;
  return `worker-${names}`;
}

/** The public half of a new key pair, as a registration takes it. */
export async function newPublicJwk(algorithm: SignatureAlgorithm = "ed25519"): Promise<PublicJwk> {
  const { publicKey } = await generateSigningKeys(algorithm);
  return publicJwkOf(publicKey);
}

/** The members that make the key; workerd also names absent ones. */
export async function publicJwkOf(key: CryptoKey): Promise<PublicJwk> {
  const { kty, crv, n, e, x, y } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as PublicJwk;
}

/** Registers a worker whose private key nobody keeps. */
export async function registerWorker(by: Person): Promise<{ worker_id: string; key_id: string }> {
  const body = { name: newWorkerName(), public_jwk: await newPublicJwk() };
  const worker_id = (await by.client.registerWorker({ body })).body.worker.id;
  const { keys } = (await by.client.listKeys({ params: { worker_id } })).body;
  return { worker_id, key_id: keys[0]!.id };
}
