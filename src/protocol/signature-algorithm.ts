// The asymmetric signature algorithms of HTTP message signatures (RFC 9421 section 3.3), by WebCrypto:
// RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017), ECDSA on P-256 (FIPS 186-5), Ed25519 (RFC 8032).
// `hmac-sha256` is not among them: whoever checks such a signature could have made it.

import type { CryptoKey } from "./crypto-key.ts";

export type SignatureAlgorithm = "rsa-v1_5-sha256" | "rsa-pss-sha512" | "ecdsa-p256-sha256" | "ed25519";

interface Parameters {
  /** What WebCrypto calls it, to generate and import keys. */
  readonly key: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  /** What WebCrypto wants to hear when it signs and verifies. */
  readonly use: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
  /** What the key is in a JWK (RFC 7518 section 6, RFC 8037), and its `alg` where one is given. */
  readonly jwk: { readonly kty: string; readonly crv?: string; readonly alg: readonly string[] };
}

export const PARAMETERS: Readonly<Record<SignatureAlgorithm, Parameters>> = {
  "rsa-v1_5-sha256": {
    key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    use: { name: "RSASSA-PKCS1-v1_5" },
    jwk: { kty: "RSA", alg: ["RS256"] },
  },
  "rsa-pss-sha512": {
    key: { name: "RSA-PSS", hash: "SHA-512" },
    use: { name: "RSA-PSS", saltLength: 64 },
    jwk: { kty: "RSA", alg: ["PS512"] },
  },
  "ecdsa-p256-sha256": {
    key: { name: "ECDSA", namedCurve: "P-256" },
    use: { name: "ECDSA", hash: "SHA-256" },
    jwk: { kty: "EC", crv: "P-256", alg: ["ES256"] },
  },
  ed25519: {
    key: { name: "Ed25519" },
    use: { name: "Ed25519" },
    jwk: { kty: "OKP", crv: "Ed25519", alg: ["EdDSA", "Ed25519"] }, // RFC 8037 and RFC 9864
  },
};

export const SIGNATURE_ALGORITHMS = Object.keys(PARAMETERS) as readonly SignatureAlgorithm[];

/** F4, the one public exponent that every implementation takes and none gets wrong. */
export const PUBLIC_EXPONENT = new Uint8Array([1, 0, 1]);

export interface SigningKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Generates a key pair whose public half can be exported, and whose private half only if asked for. */
export async function generateSigningKeys(
  algorithm: SignatureAlgorithm,
  { modulus_bits = 2048, extractable = false }: { modulus_bits?: 2048 | 4096; extractable?: boolean } = {},
): Promise<SigningKeys> {
  const { key } = PARAMETERS[algorithm];
  const rsa = key.name.startsWith("RSA");
  const wanted = rsa ? { ...key, modulusLength: modulus_bits, publicExponent: PUBLIC_EXPONENT } : key;
  return (await crypto.subtle.generateKey(wanted, extractable, ["sign", "verify"])) as SigningKeys;
}

/** Signs a message: RSA of the modulus' length, ECDSA as r and s of 32 bytes each, Ed25519 64 bytes. */
export async function signMessage(
  algorithm: SignatureAlgorithm,
  privateKey: CryptoKey,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { use } = PARAMETERS[algorithm];
  return new Uint8Array(await crypto.subtle.sign(use, privateKey, message as Uint8Array<ArrayBuffer>));
}

/** Tells whether the signature holds; false too for a key that was imported for another algorithm. */
export async function verifySignature(
  algorithm: SignatureAlgorithm,
  publicKey: CryptoKey,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  const { key, use } = PARAMETERS[algorithm];
  // workerd throws for an Ed25519 signature of another length, where the others answer false.
  if (!isFor(key, publicKey) || signature.length !== signatureBytes(publicKey)) return false;
  return crypto.subtle.verify(
    use,
    publicKey,
    signature as Uint8Array<ArrayBuffer>,
    message as Uint8Array<ArrayBuffer>,
  );
}

/** As many as the modulus has (RFC 8017 section 8), or twice 32. */
function signatureBytes(key: CryptoKey): number {
  const { modulusLength = 512 } = key.algorithm as { modulusLength?: number };
  return modulusLength / 8;
}

// WebCrypto compares the name alone and takes the hash from the key: one imported for SHA-1 would do.
function isFor(wanted: Parameters["key"], key: CryptoKey): boolean {
  const { name, hash, namedCurve } = key.algorithm as unknown as {
    name: string;
    hash?: { name: string };
    namedCurve?: string;
  };
  return name === wanted.name && hash?.name === wanted.hash && namedCurve === wanted.namedCurve;
}
