// PHC strings of Argon2id (C2SP phc-strings; Argon2's parameters as in its reference implementation):
//   $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>[,keyid=<B64>]$<salt in B64>$<hash in B64>
// B64 is standard base64 without padding. `keyid` names the pepper key; the reference bounds it to 8 bytes,
// here it is a key ring's id of up to 16.
// Refuses other algorithms and versions, other orders, leading zeros, and every second spelling of a value.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import { KEY_ID } from "./key-ring.ts";

export interface PhcString {
  memory_kib: number;
  passes: number;
  lanes: number;
  /** The pepper key's id, or null for a hash without a pepper. */
  key_id: string | null;
  /** 8 to 48 bytes. */
  salt: Uint8Array;
  /** 16 to 64 bytes. */
  hash: Uint8Array;
}

const CHARACTERS_MAX = 256;
const PARAMETERS =
  /^m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,7})(?:,keyid=([A-Za-z0-9+/]+))?$/;

/** Reads a PHC string, or answers null for anything that `formatPhc` would not have written. */
export function parsePhc(text: string): PhcString | null {
  if (text.length > CHARACTERS_MAX) return null;
  const parts = text.split("$");
  if (parts.length !== 6 || parts[0] !== "" || parts[1] !== "argon2id" || parts[2] !== "v=19") return null;
  const parameters = PARAMETERS.exec(parts[3]!);
  const salt = decodeB64(parts[4]!);
  const hash = decodeB64(parts[5]!);
  if (!parameters || !salt || !hash) return null;
  if (salt.length < 8 || salt.length > 48 || hash.length < 16 || hash.length > 64) return null;
  const [, memory, passes, lanes, keyId] = parameters;
  const key_id = keyId === undefined ? null : decodeKeyId(keyId);
  if (key_id === undefined) return null;
  return { memory_kib: Number(memory), passes: Number(passes), lanes: Number(lanes), key_id, salt, hash };
}

/** Writes the one PHC string of these values; throws for values that `parsePhc` would refuse. */
export function formatPhc(phc: PhcString): string {
  const keyId = phc.key_id === null ? "" : `,keyid=${encodeB64(utf8(phc.key_id))}`;
  const parameters = `m=${phc.memory_kib},t=${phc.passes},p=${phc.lanes}${keyId}`;
  const text = `$argon2id$v=19$${parameters}$${encodeB64(phc.salt)}$${encodeB64(phc.hash)}`;
  if (!parsePhc(text)) throw new RangeError("values that a PHC string cannot carry");
  return text;
}

function decodeKeyId(b64: string): string | undefined {
  const bytes = decodeB64(b64);
  const key_id = bytes ? String.fromCharCode(...bytes) : "";
  return KEY_ID.test(key_id) ? key_id : undefined;
}

function encodeB64(bytes: Uint8Array): string {
  return encodeBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
}

function decodeB64(text: string): Uint8Array<ArrayBuffer> | null {
  if (/[-_]/.test(text)) return null;
  return decodeBase64Url(text.replaceAll("+", "-").replaceAll("/", "_"));
}
