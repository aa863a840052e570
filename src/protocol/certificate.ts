// X.509 certificates (RFC 5280) of two kinds: an authority, signed by itself, that signs clients and revocation lists
// and nothing else, and a client of TLS whose name we choose. ECDSA on P-256 signs.

import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { equalBytes } from "./constant-time.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { sha256 } from "./mac.ts";
import type { SignatureAlgorithm } from "./signature-algorithm.ts";
import { identifierOf, positive, signDer } from "./x509-signature.ts";

/** What authorities sign with. */
export const CA_ALGORITHM: SignatureAlgorithm = "ecdsa-p256-sha256";
const ATTRIBUTES = { organization: "2.5.4.10", unit: "2.5.4.11", name: "2.5.4.3" } as const;
const { KeyUsageFlags } = asn1;

/** Who a certificate is about, in the order in which it is written; texts are ASCII. */
export interface Subject {
  readonly organization: string;
  readonly unit: string;
  readonly name: string;
}

/** Whole seconds count: the rest of a millisecond time is cut off. */
export interface Validity {
  readonly not_before_ms: number;
  readonly not_after_ms: number;
}

export interface CertificateRequest extends Validity {
  readonly subject: Subject;
  /** 16 random bytes; made positive. */
  readonly serial: Uint8Array;
  readonly public_key: CryptoKey;
}

/** A certificate that signs others, with its private key. */
export interface Issuer {
  readonly certificate: Uint8Array;
  readonly private_key: CryptoKey;
}

export interface CertificateFacts extends Validity {
  /** Lower-case hex of the positive number. */
  readonly serial_number: string;
  /** SHA-256 of the whole certificate, in lower-case hex. */
  readonly fingerprint: string;
  /** Of its own key, and of the key that signed it; lower-case hex. */
  readonly key_identifier: string;
  readonly issuer_key_identifier: string;
  readonly uris: readonly string[];
}

/** A certificate that may sign certificates of clients, and revocation lists; signed with its own key. */
export async function issueAuthority(
  request: CertificateRequest,
  private_key: CryptoKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await keyInfo(request.public_key);
  const { keyCertSign, cRLSign } = KeyUsageFlags;
  return signed(request, nameOf(request.subject), key, private_key, [
    extension(
      asn1.id_ce_basicConstraints,
      new asn1.BasicConstraints({ cA: true, pathLenConstraint: 0 }),
      true,
    ),
    extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(keyCertSign | cRLSign), true),
    extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(key.identifier)),
  ]);
}

/** A certificate for whoever holds the private key, as a client that goes by that URI. */
export async function issueClient(
  issuer: Issuer,
  request: CertificateRequest & { readonly uri: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const by = AsnConvert.parse(issuer.certificate, asn1.Certificate).tbsCertificate;
  const key = await keyInfo(request.public_key);
  const uri = new asn1.GeneralName({ uniformResourceIdentifier: request.uri });
  return signed(request, by.subject, key, issuer.private_key, [
    extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: false }), true),
    extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([asn1.id_kp_clientAuth])),
    extension(asn1.id_ce_subjectAltName, new asn1.SubjectAlternativeName([uri])),
    extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(key.identifier)),
    authorityKeyIdentifier(by),
  ]);
}

/** What a certificate says, whoever signed it; null where it is none. */
export function readCertificate(der: Uint8Array): CertificateFacts | null {
  const tbs = parseCertificate(der)?.tbsCertificate;
  if (!tbs) return null;
  const own = extensionOf(tbs, asn1.id_ce_subjectKeyIdentifier, asn1.SubjectKeyIdentifier);
  const other = extensionOf(
    tbs,
    asn1.id_ce_authorityKeyIdentifier,
    asn1.AuthorityKeyIdentifier,
  )?.keyIdentifier;
  const names = extensionOf(tbs, asn1.id_ce_subjectAltName, asn1.SubjectAlternativeName) ?? [];
  return {
    serial_number: hex(withoutSign(new Uint8Array(tbs.serialNumber))),
    fingerprint: hex(sha256(der)),
    key_identifier: own ? hex(new Uint8Array(own.buffer)) : "",
    issuer_key_identifier: other ? hex(new Uint8Array(other.buffer)) : "",
    not_before_ms: tbs.validity.notBefore.getTime().getTime(),
    not_after_ms: tbs.validity.notAfter.getTime().getTime(),
    uris: [...names].map(({ uniformResourceIdentifier = "" }) => uniformResourceIdentifier).filter(Boolean),
  };
}

/** The name of an issuer in what it signs, and the extension that names its key. */
export function issuerOf(certificate: Uint8Array): { name: asn1.Name; key: asn1.Extension } {
  const { tbsCertificate } = AsnConvert.parse(certificate, asn1.Certificate);
  return { name: tbsCertificate.subject, key: authorityKeyIdentifier(tbsCertificate) };
}

export const extension = (extnID: string, value: object, critical = false): asn1.Extension =>
  new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

interface KeyInfo {
  readonly info: asn1.SubjectPublicKeyInfo;
  readonly identifier: ArrayBuffer;
}

/** The identifier is the first 160 bits of SHA-256 over the key's bit string (RFC 7093 section 2, method 1). */
async function keyInfo(key: CryptoKey): Promise<KeyInfo> {
  const spki = (await crypto.subtle.exportKey("spki", key)) as ArrayBuffer;
  const info = AsnConvert.parse(spki, asn1.SubjectPublicKeyInfo);
  return {
    info,
    identifier: sha256(new Uint8Array(info.subjectPublicKey)).slice(0, 20).buffer as ArrayBuffer,
  };
}

async function signed(
  { subject, serial, not_before_ms, not_after_ms }: CertificateRequest,
  issuer: asn1.Name,
  key: KeyInfo,
  private_key: CryptoKey,
  extensions: asn1.Extension[],
): Promise<Uint8Array<ArrayBuffer>> {
  const tbsCertificate = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: positive(serial),
    signature: identifierOf(CA_ALGORITHM),
    issuer,
    validity: new asn1.Validity({ notBefore: new Date(not_before_ms), notAfter: new Date(not_after_ms) }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: key.info,
    extensions: new asn1.Extensions(extensions),
  });
  const signatureValue = await signDer(CA_ALGORITHM, private_key, AsnConvert.serialize(tbsCertificate));
  const signatureAlgorithm = identifierOf(CA_ALGORITHM);
  const whole = new asn1.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue });
  return new Uint8Array(AsnConvert.serialize(whole));
}

function nameOf(subject: Subject): asn1.Name {
  return new asn1.Name(
    (["organization", "unit", "name"] as const).map((attribute) => {
      const value = new asn1.AttributeValue({ utf8String: subject[attribute] });
      const pair = new asn1.AttributeTypeAndValue({ type: ATTRIBUTES[attribute], value });
      return new asn1.RelativeDistinguishedName([pair]);
    }),
  );
}

function authorityKeyIdentifier(issuer: asn1.TBSCertificate): asn1.Extension {
  const own = extensionOf(issuer, asn1.id_ce_subjectKeyIdentifier, asn1.SubjectKeyIdentifier);
  if (!own) throw new TypeError("an authority's certificate names its key");
  const keyIdentifier = new asn1.KeyIdentifier(own.buffer);
  return extension(asn1.id_ce_authorityKeyIdentifier, new asn1.AuthorityKeyIdentifier({ keyIdentifier }));
}

/** A certificate as it is written; null where it is none, has a second spelling, or something behind it. */
export function parseCertificate(der: Uint8Array): asn1.Certificate | null {
  try {
    const certificate = AsnConvert.parse(der, asn1.Certificate);
    // One spelling alone, and nothing behind it: the fingerprint is over these bytes.
    return equalBytes(new Uint8Array(AsnConvert.serialize(certificate)), der) ? certificate : null;
  } catch {
    return null;
  }
}

/** An extension's value; null where it is absent or malformed. */
export function extensionOf<Value>(
  { extensions }: asn1.TBSCertificate,
  id: string,
  type: new () => Value,
): Value | null {
  const extended = extensions?.find(({ extnID }) => extnID === id);
  try {
    return extended ? AsnConvert.parse(extended.extnValue, type) : null;
  } catch {
    return null;
  }
}

const withoutSign = (number: Uint8Array): Uint8Array => (number[0] === 0 ? number.subarray(1) : number);

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
