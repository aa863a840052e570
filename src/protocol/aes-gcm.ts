// AES-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags, by WebCrypto.
// Refuses other nonce lengths (they are hashed into the counter and may collide) and shortened tags.

import type { CryptoKey } from "./crypto-key.ts";

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Encrypts to ciphertext followed by the tag; a nonce must never come twice under one key. */
export async function encryptAesGcm(
  key: CryptoKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associated_data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`an AES-GCM nonce is ${NONCE_BYTES} bytes`);
  const parameters = algorithm(nonce, associated_data);
  return new Uint8Array(await crypto.subtle.encrypt(parameters, key, plaintext as Uint8Array<ArrayBuffer>));
}

/** Decrypts ciphertext followed by the tag, or answers null if anything was altered or has the wrong length. */
export async function decryptAesGcm(
  key: CryptoKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated_data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return null;
  const parameters = algorithm(nonce, associated_data);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed as Uint8Array<ArrayBuffer>));
  } catch {
    return null;
  }
}

function algorithm(nonce: Uint8Array, associated_data: Uint8Array) {
  return {
    name: "AES-GCM",
    iv: nonce as Uint8Array<ArrayBuffer>,
    additionalData: associated_data as Uint8Array<ArrayBuffer>,
    tagLength: TAG_BYTES * 8,
  };
}
