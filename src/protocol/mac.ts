// HMAC-SHA-256 (RFC 2104) and SHA-256 (FIPS 180-4).
// By WebCrypto where the caller may wait; by @noble/hashes inside synchronous transactions, where nothing
// may. Refuses truncated MACs: only all 32 bytes count.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import type { CryptoKey } from "./crypto-key.ts";

/** Makes the 32-byte HMAC-SHA-256 of a message. */
export async function sign(key: CryptoKey, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message as Uint8Array<ArrayBuffer>));
}

/** Tells in constant time whether `mac` is the whole HMAC-SHA-256 of the message. */
export function verify(key: CryptoKey, mac: Uint8Array, message: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify(
    "HMAC",
    key,
    mac as Uint8Array<ArrayBuffer>,
    message as Uint8Array<ArrayBuffer>,
  );
}

/** Makes the 32-byte HMAC-SHA-256 of a message without waiting. */
export function macSync(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(nobleSha256, key, message);
}

/** Makes the 32-byte SHA-256 digest without waiting. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}
