// Whether a certificate is that of a certain client (RFC 5280 section 6, for a path of one). Refuses: another issuer, a
// signature that does not hold, a time outside of its validity or its issuer's, any purpose but a client's of TLS, any
// other subject. Whether it was revoked, its issuer's list says.

import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { CA_ALGORITHM, extensionOf, parseCertificate, readCertificate } from "./certificate.ts";
import { equalBytes } from "./constant-time.ts";
import { importPublicSpki } from "./signing-key.ts";
import { algorithmOf, verifyDer } from "./x509-signature.ts";

const { KeyUsageFlags } = asn1;

export type CertificateRefusal =
  | "not_a_certificate"
  | "unknown_issuer"
  | "wrong_signature"
  | "not_yet_valid"
  | "expired"
  | "wrong_purpose"
  | "wrong_subject";

/** Why a certificate is not that of the client `uri` at this time, signed by one of these authorities; null when it is. */
export async function refusalOf(
  der: Uint8Array,
  authorities: readonly Uint8Array[],
  { uri, now_ms }: { readonly uri: string; readonly now_ms: number },
): Promise<CertificateRefusal | null> {
  const certificate = parseCertificate(der);
  const facts = certificate && readCertificate(der);
  if (!certificate || !facts) return "not_a_certificate";
  const issuer = authorities
    .map(parseCertificate)
    .find((each) => each && isIssuer(each.tbsCertificate, certificate.tbsCertificate));
  if (!issuer) return "unknown_issuer";
  if (!(await isSignedBy(certificate, issuer.tbsCertificate))) return "wrong_signature";
  for (const { validity } of [certificate.tbsCertificate, issuer.tbsCertificate]) {
    if (now_ms < validity.notBefore.getTime().getTime()) return "not_yet_valid";
    if (now_ms > validity.notAfter.getTime().getTime()) return "expired";
  }
  if (!isForClients(certificate.tbsCertificate)) return "wrong_purpose";
  return facts.uris.length === 1 && facts.uris[0] === uri ? null : "wrong_subject";
}

function isIssuer(authority: asn1.TBSCertificate, { issuer }: asn1.TBSCertificate): boolean {
  const [a, b] = [authority.subject, issuer].map((name) => new Uint8Array(AsnConvert.serialize(name)));
  const usage = extensionOf(authority, asn1.id_ce_keyUsage, asn1.KeyUsage)?.toNumber() ?? 0;
  const is_authority =
    extensionOf(authority, asn1.id_ce_basicConstraints, asn1.BasicConstraints)?.cA === true;
  return is_authority && (usage & KeyUsageFlags.keyCertSign) !== 0 && equalBytes(a!, b!);
}

async function isSignedBy(certificate: asn1.Certificate, by: asn1.TBSCertificate): Promise<boolean> {
  const { tbsCertificate, tbsCertificateRaw, signatureAlgorithm, signatureValue } = certificate;
  const inside = algorithmOf(tbsCertificate.signature);
  if (inside !== CA_ALGORITHM || algorithmOf(signatureAlgorithm) !== CA_ALGORITHM) return false;
  const key = await importPublicSpki(
    CA_ALGORITHM,
    new Uint8Array(AsnConvert.serialize(by.subjectPublicKeyInfo)),
  );
  return key.ok && verifyDer(CA_ALGORITHM, key.key, signatureValue, tbsCertificateRaw!);
}

/** It signs as a client of TLS, and nothing else. */
function isForClients(tbs: asn1.TBSCertificate): boolean {
  const usage = extensionOf(tbs, asn1.id_ce_keyUsage, asn1.KeyUsage)?.toNumber();
  const purposes = extensionOf(tbs, asn1.id_ce_extKeyUsage, asn1.ExtendedKeyUsage) ?? [];
  const is_authority = extensionOf(tbs, asn1.id_ce_basicConstraints, asn1.BasicConstraints)?.cA === true;
  const alone = [...purposes].join() === asn1.id_kp_clientAuth;
  return usage === KeyUsageFlags.digitalSignature && alone && !is_authority;
}
