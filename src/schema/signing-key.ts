// Public keys that signatures are checked with, as JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037).
// Refuses private members, symmetric keys and other curves.
import * as v from "valibot";
import type { KeptCertificate } from "./certificate.ts";
import { context } from "./context.ts";
import { KeyId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

/** Names of the registry of RFC 9421 section 3.3. A key has one, so that no signature can choose another. */
export const SIGNATURE_ALGORITHMS = [
  "rsa-v1_5-sha256",
  "rsa-pss-sha512",
  "ecdsa-p256-sha256",
  "ed25519",
] as const;
export const SignatureAlgorithm = v.picklist(SIGNATURE_ALGORITHMS);
export type SignatureAlgorithm = v.InferOutput<typeof SignatureAlgorithm>;

const member = v.optional(
  v.pipe(v.string(), v.maxLength(1024), v.regex(/^[A-Za-z0-9_-]+$/u, "expected base64url without padding")),
);

/**
 * A public key: RSA of 2,048 to 4,096 bits, P-256 or Ed25519. `alg` of an RSA key chooses RSASSA-PSS (PS512, the
 * default) or RSASSA-PKCS1-v1_5 (RS256). What makes a good key is checked when it is read.
 */
export const PublicJwk = v.strictObject({
  kty: v.picklist(["RSA", "EC", "OKP"]),
  alg: v.optional(v.picklist(["PS512", "RS256", "ES256", "EdDSA", "Ed25519"])),
  crv: v.optional(v.picklist(["P-256", "Ed25519"])),
  n: member,
  e: member,
  x: member,
  y: member,
  /** Read and dropped. */
  kid: v.optional(v.pipe(v.string(), v.maxLength(256), context("secret"))),
  use: v.optional(v.picklist(["sig"])),
  key_ops: v.optional(v.pipe(v.array(v.picklist(["verify"])), v.maxLength(1))),
  ext: v.optional(v.boolean()),
});
export type PublicJwk = v.InferOutput<typeof PublicJwk>;

/** A key to be kept: the JWK's required members alone, and its thumbprint (RFC 7638). */
export interface NewKey {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly jwk: Readonly<Record<string, string>>;
  readonly thumbprint: string;
  /** Absent where a neighbouring version registers it. */
  readonly certificate?: KeptCertificate;
}

export const SigningKey = v.object({
  id: KeyId,
  algorithm: SignatureAlgorithm,
  /** SHA-256 (RFC 7638), in base64url. */
  thumbprint: v.string(),
  created_at: Timestamp,
  last_used_at: v.nullable(Timestamp),
  /** When its newest certificate expires, and the key with it; null for a key from before there were any. */
  expires_at: v.nullable(Timestamp),
});
export type SigningKey = v.InferOutput<typeof SigningKey>;

/** A key with a certificate that it has just got. */
export interface CertifiedKey extends SigningKey {
  /** PEM. */
  readonly certificate: string;
}
