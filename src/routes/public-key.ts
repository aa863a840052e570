// Reading the public key of a request: which algorithm it is for, whether it is a good one, and its thumbprint.
import { encodeBase64Url, utf8 } from "../protocol/base64url.ts";
import { sha256 } from "../protocol/mac.ts";
import { randomId } from "../protocol/random.ts";
import type { SignatureAlgorithm } from "../protocol/signature-algorithm.ts";
import { importPublicJwk, type KeyRefusal, readPublicJwk } from "../protocol/signing-key.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { NewKey, PublicJwk } from "../schema/signing-key.ts";

const DETAILS: Readonly<Record<KeyRefusal, string>> = {
  not_a_key: "expected a public key as a JSON Web Key",
  wrong_type: "expected a key of RSA, P-256 or Ed25519",
  private_key: "expected a public key",
  wrong_use: "expected a key that verifies signatures",
  modulus_size: "expected a modulus of 2048 to 4096 bits",
  exponent: "expected the public exponent 65537",
  weak_point: "expected a point that is not weak",
};

/** A key to be kept under a new id, or `invalid_input` that points at it. */
export async function readKey(jwk: PublicJwk): Promise<Result<NewKey>> {
  const algorithm = algorithmOf(jwk);
  const read = readPublicJwk(algorithm, jwk);
  const imported = read.ok ? await importPublicJwk(algorithm, jwk) : read;
  if (!read.ok || !imported.ok) {
    const why = read.ok ? "not_a_key" : read.why;
    return refuse("invalid_input", { errors: [{ pointer: "/public_jwk", detail: DETAILS[why] }] });
  }
  const members = Object.fromEntries(Object.entries(read.key).sort(([a], [b]) => (a < b ? -1 : 1)));
  // RFC 7638 section 3: the required members, in order, without white space.
  const thumbprint = encodeBase64Url(sha256(utf8(JSON.stringify(members))));
  return ok({ id: randomId("key_"), algorithm, jwk: members, thumbprint });
}

function algorithmOf({ kty, alg }: PublicJwk): SignatureAlgorithm {
  if (kty === "RSA") return alg === "RS256" ? "rsa-v1_5-sha256" : "rsa-pss-sha512";
  return kty === "EC" ? "ecdsa-p256-sha256" : "ed25519";
}
