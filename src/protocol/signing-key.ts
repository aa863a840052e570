// Public and private signing keys as JWK (RFC 7517, 7518, 8037), SPKI (RFC 5280) and PKCS #8 (RFC 5958).
// Every form passes the same checks. Refuses RSA below 2,048 or above 4,096 bits, even moduli, exponents but
// 65,537, other curves, points of small order (any message verifies under them), key_ops, use or alg for
// something else, members with a second spelling, and private members where a public key is wanted.

import { decodeBase64Url } from "./base64url.ts";
import { equalBytes } from "./constant-time.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { PARAMETERS, PUBLIC_EXPONENT, type SignatureAlgorithm } from "./signature-algorithm.ts";

/** The members that make the key and no others (RFC 7638 section 3.2), so equal keys are equal values. */
export type PublicJwk =
  | { readonly kty: "RSA"; readonly n: string; readonly e: string }
  | { readonly kty: "EC"; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: "OKP"; readonly crv: string; readonly x: string };

export type KeyRefusal =
  | "not_a_key"
  | "wrong_type"
  | "private_key"
  | "wrong_use"
  | "modulus_size"
  | "exponent"
  | "weak_point";

export type KeyResult<Key> =
  | { readonly ok: true; readonly key: Key }
  | { readonly ok: false; readonly why: KeyRefusal };

const MODULUS_BYTES_MIN = 2048 / 8;
const MODULUS_BYTES_MAX = 4096 / 8;
const DER_BYTES_MAX = 4096; // a PKCS #8 of RSA 4096 has about 2,400
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const CURVE_25519_P = 2n ** 255n - 19n;
/** The y coordinates of the points of order 8; those of order 1, 2 and 4 are 1, -1 and 0. */
const ORDER_8_Y = [
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
];

type Members = Readonly<Record<string, unknown>>;

/** Checks a public key for one algorithm and answers the members that make it, without importing it. */
export function readPublicJwk(algorithm: SignatureAlgorithm, jwk: unknown): KeyResult<PublicJwk> {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return refused("not_a_key");
  const members = jwk as Members;
  if (PRIVATE_MEMBERS.some((name) => members[name] !== undefined)) return refused("private_key");
  return readMembers(algorithm, members, "verify");
}

/** Imports a public key as a key that verifies, and can be exported, or says why not. */
export async function importPublicJwk(
  algorithm: SignatureAlgorithm,
  jwk: unknown,
): Promise<KeyResult<CryptoKey>> {
  const read = readPublicJwk(algorithm, jwk);
  return read.ok ? importKey(algorithm, "jwk", read.key, true, "verify") : read;
}

/** Imports a private key as a key that signs and cannot be exported, or says why not. */
export async function importPrivateJwk(
  algorithm: SignatureAlgorithm,
  jwk: unknown,
): Promise<KeyResult<CryptoKey>> {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return refused("not_a_key");
  const members = jwk as Members;
  if (typeof members.d !== "string" || members.oth !== undefined) return refused("not_a_key");
  const read = readMembers(algorithm, members, "sign");
  if (!read.ok) return read;
  const secret = Object.fromEntries(PRIVATE_MEMBERS.map((name) => [name, members[name]]));
  return importKey(algorithm, "jwk", { ...secret, ...read.key }, false, "sign");
}

/** Imports a SubjectPublicKeyInfo (DER, in its one encoding) as a key that verifies, or says why not. */
export async function importPublicSpki(
  algorithm: SignatureAlgorithm,
  der: Uint8Array,
): Promise<KeyResult<CryptoKey>> {
  if (der.length > DER_BYTES_MAX) return refused("not_a_key");
  const imported = await importKey(algorithm, "spki", der, true, "verify");
  if (!imported.ok) return imported;
  // What WebCrypto writes again differs from what it read if there was another spelling, or more behind it.
  const again = new Uint8Array((await crypto.subtle.exportKey("spki", imported.key)) as ArrayBuffer);
  if (!equalBytes(again, der)) return refused("not_a_key");
  const read = readMembers(algorithm, await exportJwk(imported.key), "verify");
  return read.ok ? imported : read;
}

/** Imports a PKCS #8 private key as a key that signs and cannot be exported, or says why not. */
export async function importPrivatePkcs8(
  algorithm: SignatureAlgorithm,
  der: Uint8Array,
): Promise<KeyResult<CryptoKey>> {
  if (der.length > DER_BYTES_MAX) return refused("not_a_key");
  const imported = await importKey(algorithm, "pkcs8", der, true, "sign");
  return imported.ok ? importPrivateJwk(algorithm, await exportJwk(imported.key)) : imported;
}

/** Exports the members that make the public key; throws for a key that cannot be exported. */
export async function exportPublicJwk(algorithm: SignatureAlgorithm, key: CryptoKey): Promise<PublicJwk> {
  const read = readPublicJwk(algorithm, await exportJwk(key));
  if (!read.ok) throw new TypeError(`not a public key for ${algorithm}: ${read.why}`);
  return read.key;
}

function readMembers(
  algorithm: SignatureAlgorithm,
  members: Members,
  use: "sign" | "verify",
): KeyResult<PublicJwk> {
  const { jwk } = PARAMETERS[algorithm];
  const { kty, crv, n, e, x, y, alg, use: publicUse, key_ops } = members;
  if (kty !== jwk.kty || (jwk.crv !== undefined && crv !== jwk.crv)) return refused("wrong_type");
  if (alg !== undefined && !jwk.alg.includes(alg as string)) return refused("wrong_use");
  if (publicUse !== undefined && publicUse !== "sig") return refused("wrong_use");
  if (key_ops !== undefined && !isOnly(key_ops, use)) return refused("wrong_use");
  if (jwk.kty === "RSA") return readRsa(n, e);
  const xBytes = bytesOf(x);
  if (xBytes?.length !== 32) return refused("not_a_key");
  if (jwk.kty === "OKP") {
    return isSmallOrder(xBytes)
      ? refused("weak_point")
      : { ok: true, key: { kty: "OKP", crv: crv as string, x: x as string } };
  }
  if (bytesOf(y)?.length !== 32) return refused("not_a_key");
  return { ok: true, key: { kty: "EC", crv: crv as string, x: x as string, y: y as string } };
}

function readRsa(n: unknown, e: unknown): KeyResult<PublicJwk> {
  const modulus = bytesOf(n);
  const exponent = bytesOf(e);
  if (!modulus || !exponent) return refused("not_a_key");
  // The first bit is set: RFC 7518 section 6.3.1.1 allows no leading zero, and a 2,041-bit key is none of 2,048.
  const sized = modulus.length >= MODULUS_BYTES_MIN && modulus.length <= MODULUS_BYTES_MAX;
  if (!sized || modulus[0]! < 0x80) return refused("modulus_size");
  if (modulus.at(-1)! % 2 === 0) return refused("not_a_key");
  if (!equalBytes(exponent, PUBLIC_EXPONENT)) return refused("exponent");
  return { ok: true, key: { kty: "RSA", n: n as string, e: e as string } };
}

/** Tells whether an encoded Ed25519 point (RFC 8032 section 5.1.3) has small order or a second spelling. */
function isSmallOrder(encoded: Uint8Array): boolean {
  let y = 0n;
  for (let index = 31; index >= 0; index--) y = (y << 8n) | BigInt(encoded[index]!);
  y &= (1n << 255n) - 1n; // the last bit is the sign of x
  return y <= 1n || y >= CURVE_25519_P - 1n || ORDER_8_Y.includes(y);
}

// Implementations write both operations for a pair; a list that names anything else is for something else.
function isOnly(key_ops: unknown, use: "sign" | "verify"): boolean {
  return Array.isArray(key_ops) && key_ops.length === 1 && key_ops[0] === use;
}

function bytesOf(value: unknown): Uint8Array | null {
  return typeof value === "string" && value !== "" && value.length <= 1024 ? decodeBase64Url(value) : null;
}

async function exportJwk(key: CryptoKey): Promise<Members> {
  return (await crypto.subtle.exportKey("jwk", key)) as object as Members;
}

async function importKey(
  algorithm: SignatureAlgorithm,
  format: "jwk" | "spki" | "pkcs8",
  data: unknown,
  extractable: boolean,
  use: "sign" | "verify",
): Promise<KeyResult<CryptoKey>> {
  const { key } = PARAMETERS[algorithm];
  try {
    // The declared types of Workers and Node disagree about JWK; both take what is handed in here.
    const imported = await crypto.subtle.importKey(format as "jwk", data as never, key, extractable, [use]);
    return { ok: true, key: imported };
  } catch {
    return refused("not_a_key");
  }
}

const refused = (why: KeyRefusal): { readonly ok: false; readonly why: KeyRefusal } => ({ ok: false, why });
