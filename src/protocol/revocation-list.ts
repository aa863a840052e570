// Certificate revocation lists (RFC 5280 section 5) of one authority, in DER: number, thisUpdate, nextUpdate, and the
// serial numbers that are revoked and have not expired. No list is for a part of the certificates or of the reasons.

import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { extension, type Issuer, issuerOf } from "./certificate.ts";
import { identifierOf, positive, signDer } from "./x509-signature.ts";

export interface Revoked {
  /** Lower-case hex. */
  readonly serial_number: string;
  readonly revoked_at_ms: number;
}

export interface ListRequest {
  /** Rises with each list of the authority; below 2^53. */
  readonly number: number;
  readonly this_update_ms: number;
  readonly next_update_ms: number;
  readonly revoked: readonly Revoked[];
}

const ALGORITHM = "ecdsa-p256-sha256";

/** The list, signed by its authority. */
export async function issueRevocationList(
  issuer: Issuer,
  { number, this_update_ms, next_update_ms, revoked }: ListRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, key } = issuerOf(issuer.certificate);
  const tbsCertList = new asn1.TBSCertList({
    version: asn1.Version.v2,
    signature: identifierOf(ALGORITHM),
    issuer: name,
    thisUpdate: new asn1.Time(this_update_ms),
    nextUpdate: new asn1.Time(next_update_ms),
    // A list of none is absent (section 5.1.2.6).
    ...(revoked.length > 0 && { revokedCertificates: revoked.map(entryOf) }),
    crlExtensions: [key, extension(asn1.id_ce_cRLNumber, new asn1.CRLNumber(number))],
  });
  const signature = await signDer(ALGORITHM, issuer.private_key, AsnConvert.serialize(tbsCertList));
  const list = new asn1.CertificateList({
    tbsCertList,
    signatureAlgorithm: identifierOf(ALGORITHM),
    signature,
  });
  return new Uint8Array(AsnConvert.serialize(list));
}

const entryOf = ({ serial_number, revoked_at_ms }: Revoked): asn1.RevokedCertificate => {
  const digits = serial_number.match(/../g) ?? [];
  const userCertificate = positive(new Uint8Array(digits.map((pair) => Number.parseInt(pair, 16))));
  return new asn1.RevokedCertificate({ userCertificate, revocationDate: new asn1.Time(revoked_at_ms) });
};
