// The key ring: named 256-bit master keys, newest first, from which every other key is derived
// by HKDF-SHA-256 (RFC 5869) with info = "taskward/" + purpose. The newest key seals, all of them open.
// Refuses an empty ring, duplicate or odd key ids and keys that are not 32 bytes; never prints a key.

import { decodeBase64Url, utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";

export interface RingKey {
  key_id: string;
  key: Uint8Array<ArrayBuffer>;
}

/** What a key id looks like, in rings, tokens, boxes and PHC strings. */
export const KEY_ID = /^[a-z0-9]{1,16}$/;

const KEY_BYTES = 32;
const HKDF_BYTES_MAX = 255 * 32; // RFC 5869 section 2.3: 255 blocks of the hash
const NO_SALT = new Uint8Array(0);

/**
 * Master keys and what is derived from them. A purpose serves one algorithm and one use.
 * Derivations without a salt are kept, for purposes are a small fixed set; salted ones never are.
 */
export class KeyRing {
  readonly newest: { readonly key_id: string };
  // Private fields, so that neither JSON.stringify nor console.log can show a key.
  readonly #masters = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #derivedBytes = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #derivedKeys = new Map<string, CryptoKey>();

  /** Takes a copy of the keys, newest first; throws if there is none, or one that a ring cannot hold. */
  constructor(keys: RingKey[]) {
    for (const { key_id, key } of keys) {
      if (!KEY_ID.test(key_id)) throw new Error("key ring: a key_id is 1 to 16 of a-z and 0-9");
      if (key.length !== KEY_BYTES) throw new Error(`key ring: a key is ${KEY_BYTES} bytes`);
      if (this.#masters.has(key_id)) throw new Error("key ring: two keys share a key_id");
      this.#masters.set(key_id, key.slice());
    }
    const [first] = keys;
    if (!first) throw new Error("key ring: at least one key is needed");
    this.newest = { key_id: first.key_id };
  }

  /** Lists the key ids, newest first. */
  ids(): string[] {
    return [...this.#masters.keys()];
  }

  /** Tells whether the ring holds the key. */
  has(key_id: string): boolean {
    return this.#masters.has(key_id);
  }

  /** Derives `length` bytes (1 to 8,160) for a purpose; throws on an unknown key id or another length. */
  async deriveBytes(
    key_id: string,
    purpose: string,
    salt?: Uint8Array,
    length = KEY_BYTES,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (!Number.isInteger(length) || length < 1 || length > HKDF_BYTES_MAX) {
      throw new RangeError(`key ring: HKDF-SHA-256 gives 1 to ${HKDF_BYTES_MAX} bytes`);
    }
    if (salt) return hkdf(this.#master(key_id), salt, purpose, length);
    const name = `${length} ${key_id} ${purpose}`;
    let bytes = this.#derivedBytes.get(name);
    if (!bytes) {
      bytes = await hkdf(this.#master(key_id), NO_SALT, purpose, length);
      this.#derivedBytes.set(name, bytes);
    }
    return bytes.slice(); // a copy: what a caller does to its bytes must not reach the next caller
  }

  /** Derives an AES-256-GCM key, not extractable; throws on an unknown key id. */
  async deriveAes(key_id: string, purpose: string, salt?: Uint8Array): Promise<CryptoKey> {
    if (salt) return importAes(await this.deriveBytes(key_id, purpose, salt));
    return this.#kept(`aes ${key_id} ${purpose}`, async () =>
      importAes(await this.deriveBytes(key_id, purpose)),
    );
  }

  /** Derives an HMAC-SHA-256 key that signs and verifies, not extractable; throws on an unknown key id. */
  async deriveMac(key_id: string, purpose: string): Promise<CryptoKey> {
    return this.#kept(`mac ${key_id} ${purpose}`, async () =>
      importMac(await this.deriveBytes(key_id, purpose)),
    );
  }

  #master(key_id: string): Uint8Array<ArrayBuffer> {
    const master = this.#masters.get(key_id);
    if (!master) throw new Error("key ring: unknown key_id");
    return master;
  }

  // Keeps the key, not its promise: on Workers a promise belongs to the request that made it.
  async #kept(name: string, derive: () => Promise<CryptoKey>): Promise<CryptoKey> {
    let key = this.#derivedKeys.get(name);
    if (!key) {
      key = await derive();
      this.#derivedKeys.set(name, key);
    }
    return key;
  }
}

/**
 * Reads `[{"key_id":"k1","key":"<43 base64url characters>"}, …]`, newest first; throws for anything else,
 * in words that never hold key material.
 */
export function parseKeyRing(json: string): KeyRing {
  let entries: unknown;
  try {
    entries = JSON.parse(json);
  } catch {
    // The parser's own message quotes its input, which here is the keys.
    throw new Error("key ring: not JSON");
  }
  if (!Array.isArray(entries)) throw new Error("key ring: not a list");
  return new KeyRing(entries.map(parseRingKey));
}

function parseRingKey(entry: unknown): RingKey {
  const { key_id, key } = (entry ?? {}) as Record<string, unknown>;
  if (typeof key_id !== "string" || typeof key !== "string") {
    throw new Error("key ring: each entry has the strings key_id and key");
  }
  const bytes = decodeBase64Url(key);
  if (!bytes) throw new Error("key ring: a key is not base64url without padding");
  return { key_id, key: bytes };
}

async function hkdf(master: Uint8Array<ArrayBuffer>, salt: Uint8Array, purpose: string, length: number) {
  const base = await crypto.subtle.importKey("raw", master, "HKDF", false, ["deriveBits"]);
  const info = utf8(`taskward/${purpose}`);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: Uint8Array.from(salt), info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, length * 8));
}

function importAes(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function importMac(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
