// Certification requests (PKCS #10, RFC 2986) in PEM: of all that one asks for, the public key alone counts, and that
// its owner signed the request. Names, extensions and attributes are read by nobody: whoever issues decides about them.
// A key is for the algorithm that its request was signed with.

import { CertificationRequest } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { decodePem } from "./pem.ts";
import type { SignatureAlgorithm } from "./signature-algorithm.ts";
import { exportPublicJwk, importPublicSpki, type KeyRefusal, type PublicJwk } from "./signing-key.ts";
import { algorithmOf, verifyDer } from "./x509-signature.ts";

export type RequestRefusal = "not_a_request" | "wrong_algorithm" | "wrong_proof" | KeyRefusal;

export type RequestResult =
  | { readonly ok: true; readonly algorithm: SignatureAlgorithm; readonly key: PublicJwk }
  | { readonly ok: false; readonly why: RequestRefusal };

/** A request for 4,096-bit RSA with many names has about 4,000. */
export const PEM_CHARACTERS_MAX = 8192;
const LABELS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/** The key that a request shows to be its maker's own, or why not. */
export async function readCertificationRequest(pem: string): Promise<RequestResult> {
  const request = parse(pem);
  if (!request) return refused("not_a_request");
  const algorithm = algorithmOf(request.signatureAlgorithm);
  if (!algorithm) return refused("wrong_algorithm");
  const { certificationRequestInfo: info, certificationRequestInfoRaw: signed } = request;
  const imported = await importPublicSpki(
    algorithm,
    new Uint8Array(AsnConvert.serialize(info.subjectPKInfo)),
  );
  if (!imported.ok) return imported;
  if (!signed || !(await verifyDer(algorithm, imported.key, request.signature, signed))) {
    return refused("wrong_proof");
  }
  return { ok: true, algorithm, key: await exportPublicJwk(algorithm, imported.key) };
}

function parse(pem: string): CertificationRequest | null {
  const der = pem.length <= PEM_CHARACTERS_MAX ? decodePem(LABELS, pem) : null;
  try {
    return der && AsnConvert.parse(der, CertificationRequest);
  } catch {
    return null;
  }
}

const refused = (why: RequestRefusal): RequestResult => ({ ok: false, why });
