// A sealed box: AES-256-GCM under a key derived from the key ring for one purpose (and, if given, a salt).
//   0x01 · length of key id (1 byte) · key id (ASCII) · random nonce (12 bytes) · ciphertext · tag (16 bytes)
// Everything before the nonce is authenticated in front of the caller's associated data.
// Refuses, always with the same null: unknown keys, other purposes, salts or associated data, any altered bit.

import { decryptAesGcm, encryptAesGcm, NONCE_BYTES, TAG_BYTES } from "./aes-gcm.ts";
import { utf8 } from "./base64url.ts";
import { KEY_ID, type KeyRing } from "./key-ring.ts";
import { randomBytes } from "./random.ts";

export interface SealOptions {
  /** What the box is for; each purpose has a key of its own. */
  purpose: string;
  /** Where the box belongs (workspace, owner, row, version), so that it opens nowhere else. */
  associated_data: string;
  /** A further secret or context for the key derivation; without it the box does not open. */
  salt?: Uint8Array;
}

const VERSION = 1;

/**
 * Seals with the ring's newest key. Random 96-bit nonces are safe for 2^32 boxes per derived key
 * (NIST SP 800-38D section 8.3): rotate the ring, or salt, long before.
 */
export async function seal(
  ring: KeyRing,
  plaintext: Uint8Array,
  options: SealOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { key_id } = ring.newest;
  const header = new Uint8Array([VERSION, key_id.length, ...utf8(key_id)]);
  const key = await ring.deriveAes(key_id, options.purpose, options.salt);
  const nonce = randomBytes(NONCE_BYTES);
  const sealed = await encryptAesGcm(key, nonce, plaintext, bind(header, options.associated_data));
  return concat(header, nonce, sealed);
}

/** Opens a box with whichever key of the ring sealed it, or answers null for anything that is not right. */
export async function open(
  ring: KeyRing,
  box: Uint8Array,
  options: SealOptions,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const key_id = keyIdOf(box);
  if (key_id === null || !ring.has(key_id)) return null;
  const nonceAt = 2 + key_id.length;
  const sealedAt = nonceAt + NONCE_BYTES;
  const key = await ring.deriveAes(key_id, options.purpose, options.salt);
  const associatedData = bind(box.subarray(0, nonceAt), options.associated_data);
  return decryptAesGcm(key, box.subarray(nonceAt, sealedAt), box.subarray(sealedAt), associatedData);
}

/** Reads which key sealed the box (a claim until it opens), or answers null if it cannot be a box. */
export function keyIdOf(box: Uint8Array): string | null {
  const [version, length] = box;
  if (version !== VERSION || length === undefined) return null;
  if (box.length < 2 + length + NONCE_BYTES + TAG_BYTES) return null;
  const key_id = String.fromCharCode(...box.subarray(2, 2 + length));
  return KEY_ID.test(key_id) ? key_id : null;
}

/** Seals a value as JSON; throws for null and undefined, which an unopened box could not be told from. */
export async function sealJson(
  ring: KeyRing,
  value: unknown,
  options: SealOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (value === null || value === undefined)
    throw new TypeError("a sealed value is neither null nor undefined");
  return seal(ring, utf8(JSON.stringify(value)), options);
}

/** Opens what `sealJson` sealed, or answers null; the type is the caller's word, so validate what may be old. */
export async function openJson<T>(ring: KeyRing, box: Uint8Array, options: SealOptions): Promise<T | null> {
  const plaintext = await open(ring, box, options);
  if (!plaintext) return null;
  try {
    return JSON.parse(new TextDecoder().decode(plaintext)) as T;
  } catch {
    return null;
  }
}

// Unambiguous: the header carries its own length, so where the associated data begins cannot be moved.
function bind(header: Uint8Array, associated_data: string): Uint8Array<ArrayBuffer> {
  return concat(header, utf8(associated_data));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
