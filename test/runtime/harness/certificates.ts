// What a worker's owner makes and reads around certificates: requests, and what came back.
import { CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificateList, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { readCertificate } from "../../../src/protocol/certificate.ts";
import { decodePem, encodePem } from "../../../src/protocol/pem.ts";
import { generateSigningKeys, type SignatureAlgorithm } from "../../../src/protocol/signature-algorithm.ts";
import { identifierOf, signDer } from "../../../src/protocol/x509-signature.ts";
import type { Person } from "./people.ts";

/** A request for a new key, signed with it, or with another. */
export async function newRequest(
  algorithm: SignatureAlgorithm = "ed25519",
  signed_with?: CryptoKey,
): Promise<{ csr: string; key: CryptoKey }> {
  const { publicKey, privateKey } = await generateSigningKeys(algorithm);
  const spki = (await crypto.subtle.exportKey("spki", publicKey)) as ArrayBuffer;
  const certificationRequestInfo = new CertificationRequestInfo({
    subjectPKInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signed = AsnConvert.serialize(certificationRequestInfo);
  const signature = await signDer(algorithm, (signed_with ?? privateKey) as typeof privateKey, signed);
  const request = new CertificationRequest({
    certificationRequestInfo,
    signatureAlgorithm: identifierOf(algorithm),
    signature,
  });
  const csr = encodePem("CERTIFICATE REQUEST", new Uint8Array(AsnConvert.serialize(request)));
  return { csr, key: privateKey as CryptoKey };
}

export const derOf = (pem: string): Uint8Array => decodePem(["CERTIFICATE"], pem)!;
export const factsOf = (pem: string) => readCertificate(derOf(pem))!;

/** Certificates of the authorities, newest first. */
export async function authoritiesOf(reader: Person): Promise<Uint8Array[]> {
  const answer = await reader.send("/v1/pki/ca");
  const text = new TextDecoder().decode(await answer.arrayBuffer());
  const blocks = text.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map(derOf);
}

export interface ReadList {
  readonly der: Uint8Array;
  readonly number: number;
  readonly serial_numbers: readonly string[];
  readonly this_update_ms: number;
  readonly next_update_ms: number;
}

/** The revocation list of an authority, or of the present one. */
export async function listOf(reader: Person, authority?: string): Promise<ReadList> {
  const answer = await reader.send(`/v1/pki/crl${authority ? `?authority=${authority}` : ""}`);
  if (answer.status !== 200) throw new Error(await answer.text());
  const der = new Uint8Array(await answer.arrayBuffer());
  const { tbsCertList: list } = AsnConvert.parse(der, CertificateList);
  const number = list.crlExtensions!.find(({ extnID }) => extnID === "2.5.29.20")!;
  const hex = (bytes: ArrayBuffer) =>
    [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    der,
    number: Number.parseInt(hex(number.extnValue.buffer).slice(4), 16),
    serial_numbers: (list.revokedCertificates ?? []).map(({ userCertificate }) =>
      hex(userCertificate).replace(/^00/, ""),
    ),
    this_update_ms: list.thisUpdate.getTime().getTime(),
    next_update_ms: list.nextUpdate!.getTime().getTime(),
  };
}
