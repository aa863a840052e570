// Reading the public key of a request, as a JWK or in a certification request: which algorithm it is for, whether it is
// a good one, and its thumbprint.
import { encodeBase64Url, utf8 } from "../protocol/base64url.ts";
import { type RequestRefusal, readCertificationRequest } from "../protocol/certification-request.ts";
import { sha256 } from "../protocol/mac.ts";
import { randomId } from "../protocol/random.ts";
import type { SignatureAlgorithm } from "../protocol/signature-algorithm.ts";
import { importPublicJwk, type PublicJwk as ReadJwk, readPublicJwk } from "../protocol/signing-key.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { NewKey, PublicJwk } from "../schema/signing-key.ts";

const DETAILS: Readonly<Record<RequestRefusal, string>> = {
  not_a_key: "expected a public key as a JSON Web Key",
  wrong_type: "expected a key of RSA, P-256 or Ed25519",
  private_key: "expected a public key",
  wrong_use: "expected a key that verifies signatures",
  modulus_size: "expected a modulus of 2048 to 4096 bits",
  exponent: "expected the public exponent 65537",
  weak_point: "expected a point that is not weak",
  not_a_request: "expected a PKCS #10 request in PEM",
  wrong_algorithm:
    "expected a signature by RSA with SHA-256, RSASSA-PSS with SHA-512, ECDSA with SHA-256, or Ed25519",
  wrong_proof: "expected to be signed with the private half of its key",
};

/** What a body gives: one of the two. */
interface GivenKey {
  readonly public_jwk?: PublicJwk | undefined;
  readonly csr?: string | undefined;
}

/** A key to be kept under a new id, or `invalid_input` that points at it. */
export function readKey({ public_jwk, csr }: GivenKey): Promise<Result<NewKey>> {
  return csr === undefined ? readJwk(public_jwk!) : readCsr(csr);
}

async function readCsr(csr: string): Promise<Result<NewKey>> {
  const read = await readCertificationRequest(csr);
  return read.ok ? ok(newKey(read.algorithm, read.key)) : wrong("/csr", read.why);
}

async function readJwk(jwk: PublicJwk): Promise<Result<NewKey>> {
  const algorithm = algorithmOf(jwk);
  const read = readPublicJwk(algorithm, jwk);
  const imported = read.ok ? await importPublicJwk(algorithm, jwk) : read;
  if (!read.ok || !imported.ok) return wrong("/public_jwk", read.ok ? "not_a_key" : read.why);
  return ok(newKey(algorithm, read.key));
}

const wrong = (pointer: string, why: RequestRefusal) =>
  refuse("invalid_input", { errors: [{ pointer, detail: DETAILS[why] }] });

function newKey(algorithm: SignatureAlgorithm, key: ReadJwk): NewKey {
  const members = Object.fromEntries(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
  // RFC 7638 section 3: the required members, in order, without white space.
  const thumbprint = encodeBase64Url(sha256(utf8(JSON.stringify(members))));
  return { id: randomId("key_"), algorithm, jwk: members, thumbprint };
}

function algorithmOf({ kty, alg }: PublicJwk): SignatureAlgorithm {
  if (kty === "RSA") return alg === "RS256" ? "rsa-v1_5-sha256" : "rsa-pss-sha512";
  return kty === "EC" ? "ecdsa-p256-sha256" : "ed25519";
}
