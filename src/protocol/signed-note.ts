// Signed notes (C2SP signed-note) with Ed25519 (RFC 8032) by WebCrypto: text, a blank line, signature lines.
// Opening refuses a note with a malformed line, a control character, more than 100 signatures, a wrong signature of
// a known key, or none of a known key. Signatures of unknown keys are passed over.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeBase64Url, utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { sha256 } from "./mac.ts";

/** Who may have signed; `id` is SHA-256(name || 0x0A || 0x01 || public key)[:4] as a number. */
export interface VerifierKey {
  readonly name: string;
  readonly id: number;
  readonly public_key: Uint8Array<ArrayBuffer>;
}

export interface NoteSigner extends VerifierKey {
  readonly private_key: CryptoKey;
}

export interface OpenedNote {
  /** With its last newline. */
  readonly text: string;
  /** The known keys that signed it, at least one. */
  readonly signed_by: readonly VerifierKey[];
}

export interface SignatureLine {
  /** Without its newline. */
  readonly line: string;
  readonly name: string;
  readonly id: number;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SIGNATURES_MAX = 100;
/** PrivateKeyInfo (RFC 8410 section 7) in front of the 32 bytes of a seed. */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/** No white space of any kind and no plus; no control character either, for a note has none. */
const NAME = /^[^\s\p{White_Space}\p{Cc}+]+$/u;
const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/;

/**
 * A verifier key of that name; throws for a name that a note cannot carry, or another length of key. `type` is the byte
 * of the kind of signature.
 */
export function verifierKeyOf(name: string, public_key: Uint8Array, type = ED25519): VerifierKey {
  if (!NAME.test(name)) throw new TypeError("a key's name has neither spaces nor plus");
  if (public_key.length !== KEY_BYTES) throw new RangeError("an Ed25519 public key is 32 bytes");
  const hash = sha256(new Uint8Array([...utf8(name), 0x0a, type, ...public_key]));
  return {
    name,
    id: new DataView(hash.buffer, hash.byteOffset).getUint32(0),
    public_key: public_key.slice(),
  };
}

/** `<name>+<id in hex>+<base64 of 0x01 and the public key>`. */
export const formatVerifierKey = (key: VerifierKey): string => formatTypedKey(key, ED25519);

/** The same for signatures of another type. */
export function formatTypedKey({ name, id, public_key }: VerifierKey, type: number): string {
  const encoded = encodeBase64(new Uint8Array([type, ...public_key]));
  return `${name}+${id.toString(16).padStart(8, "0")}+${encoded}`;
}

/** Reads a verifier key, or answers null where the id is not the key's, or the type is not Ed25519. */
export const parseVerifierKey = (text: string): VerifierKey | null => parseTypedKey(text, ED25519);

/** The same for signatures of another type. */
export function parseTypedKey(text: string, type: number): VerifierKey | null {
  const [, name, , encoded] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = decodeBase64(encoded ?? "");
  if (!name || !NAME.test(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== type) return null;
  const key = verifierKeyOf(name, bytes.subarray(1), type);
  return formatTypedKey(key, type) === text ? key : null;
}

/** The signer whose private key is that seed of 32 bytes. */
export async function signerOf(name: string, seed: Uint8Array): Promise<NoteSigner> {
  if (seed.length !== KEY_BYTES) throw new RangeError("an Ed25519 seed is 32 bytes");
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...seed]);
  // Extractable for the moment only: no other way leads from the private key to the public one.
  const pair = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = (await crypto.subtle.exportKey("jwk", pair)) as { x?: string };
  const public_key = decodeBase64Url(x ?? "")!;
  const private_key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return { ...verifierKeyOf(name, public_key), private_key };
}

/** Signs a text that ends with a newline, in the order of the signers. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteText(text))
    throw new TypeError("a note's text ends with a newline and has no control characters");
  const lines = await Promise.all(
    signers.map(async ({ name, id, private_key }) => {
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", private_key, utf8(text)));
      const bytes = new Uint8Array(4 + signature.length);
      new DataView(bytes.buffer).setUint32(0, id);
      bytes.set(signature, 4);
      return `— ${name} ${encodeBase64(bytes)}\n`;
    }),
  );
  return `${text}\n${lines.join("")}`;
}

/** A note's parts, of which nothing is verified; null for what is no note. */
export function readNote(note: string): { text: string; signatures: SignatureLine[] } | null {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n") || !isNoteText(note) || !note.isWellFormed()) return null;
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) return null;
  const signatures: SignatureLine[] = [];
  for (const line of lines) {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = decodeBase64(encoded ?? "");
    if (!name || !NAME.test(name) || !bytes || bytes.length <= 4) return null;
    const id = new DataView(bytes.buffer).getUint32(0);
    signatures.push({ line, name, id, signature: bytes.slice(4) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Opens a note with known keys, or answers null; two known keys of one name and id are refused too. */
export async function openNote(note: string, keys: readonly VerifierKey[]): Promise<OpenedNote | null> {
  const read = readNote(note);
  if (!read) return null;
  const signed_by = new Set<VerifierKey>();
  for (const { name, id, signature } of read.signatures) {
    const [key, another] = keys.filter((known) => known.name === name && known.id === id);
    if (another) return null;
    if (!key) continue;
    if (!(await verifies(key, signature, read.text))) return null;
    signed_by.add(key);
  }
  return signed_by.size === 0 ? null : { text: read.text, signed_by: [...signed_by] };
}

export async function verifies(
  { public_key }: VerifierKey,
  signature: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const key = await crypto.subtle.importKey("raw", public_key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, utf8(text));
}

const isNoteText = (text: string): boolean =>
  text.endsWith("\n") && [...text].every((character) => character >= " " || character === "\n");
