// Signatures as X.509 carries them (RFC 5280 section 4.1.1.2): the identifiers of our four algorithms (RFC 4055, RFC
// 5758, RFC 8410), and ECDSA values in DER where WebCrypto wants r and s side by side (IEEE P1363). Refuses every other
// identifier or parameter, so that no document chooses a weaker hash.

import { ECDSASigValue } from "@peculiar/asn1-ecc";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { equalBytes } from "./constant-time.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { type SignatureAlgorithm, signMessage, verifySignature } from "./signature-algorithm.ts";

const NULL = [0x05, 0x00];
const SHA_512 = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, ...NULL];
const MGF1 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
/** RSASSA-PSS-params (RFC 4055 section 3.1): SHA-512, MGF1 with SHA-512, a salt of 64 bytes. */
const PSS_512 = [
  ...[0x30, 0x34, 0xa0, 0x0f, ...SHA_512, 0xa1, 0x1c, 0x30, 0x1a, ...MGF1, ...SHA_512],
  ...[0xa2, 0x03, 0x02, 0x01, 0x40],
];

/** What is signed, or has been, in DER. */
type Der = ArrayBuffer | Uint8Array;

/** Object identifier and parameters: in DER, NULL as null, absent ones as undefined. */
const IDENTIFIERS: Readonly<Record<SignatureAlgorithm, readonly [string, ArrayBuffer | null | undefined]>> = {
  "rsa-v1_5-sha256": ["1.2.840.113549.1.1.11", null],
  "rsa-pss-sha512": ["1.2.840.113549.1.1.10", new Uint8Array(PSS_512).buffer],
  "ecdsa-p256-sha256": ["1.2.840.10045.4.3.2", undefined],
  ed25519: ["1.3.101.112", undefined],
};

const POINT_BYTES = 32;

export function identifierOf(name: SignatureAlgorithm): AlgorithmIdentifier {
  const [algorithm, parameters] = IDENTIFIERS[name];
  return new AlgorithmIdentifier({ algorithm, ...(parameters !== undefined && { parameters }) });
}

/** The algorithm that is meant, exactly; null for all others. */
export function algorithmOf({ algorithm, parameters }: AlgorithmIdentifier): SignatureAlgorithm | null {
  for (const [name, [oid, wanted]] of Object.entries(IDENTIFIERS)) {
    if (oid !== algorithm) continue;
    const same =
      wanted && parameters
        ? equalBytes(new Uint8Array(parameters), new Uint8Array(wanted))
        : parameters === wanted;
    return same ? (name as SignatureAlgorithm) : null;
  }
  return null;
}

/** Signs the bytes of a certificate or list. */
export async function signDer(
  algorithm: SignatureAlgorithm,
  key: CryptoKey,
  signed: Der,
): Promise<ArrayBuffer> {
  const value = await signMessage(algorithm, key, bytesOf(signed));
  if (algorithm !== "ecdsa-p256-sha256") return value.buffer;
  const [r, s] = [value.slice(0, POINT_BYTES), value.slice(POINT_BYTES)];
  return AsnConvert.serialize(new ECDSASigValue({ r: positive(r), s: positive(s) }));
}

/** Whether the signature holds over the bytes; false too for a value with a second spelling. */
export async function verifyDer(
  algorithm: SignatureAlgorithm,
  key: CryptoKey,
  signature: Der,
  signed: Der,
): Promise<boolean> {
  const value = algorithm === "ecdsa-p256-sha256" ? sideBySide(signature) : bytesOf(signature);
  return value !== null && verifySignature(algorithm, key, value, bytesOf(signed));
}

/** An unsigned number as the content of an INTEGER: the fewest bytes, the first bit clear. */
export function positive(bytes: Uint8Array): ArrayBuffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array(1) : bytes.subarray(first);
  return new Uint8Array(digits[0]! >= 0x80 ? [0, ...digits] : digits).buffer;
}

function sideBySide(signature: Der): Uint8Array | null {
  let value: ECDSASigValue;
  try {
    value = AsnConvert.parse(signature, ECDSASigValue);
  } catch {
    return null;
  }
  const again = new Uint8Array(AsnConvert.serialize(value));
  const [r, s] = [new Uint8Array(value.r), new Uint8Array(value.s)];
  if (!equalBytes(again, bytesOf(signature)) || !isPoint(r) || !isPoint(s)) return null;
  const joined = new Uint8Array(2 * POINT_BYTES);
  const put = (number: Uint8Array, end: number) => {
    const digits = number.length > POINT_BYTES ? number.subarray(1) : number;
    joined.set(digits, end - digits.length);
  };
  put(r, POINT_BYTES);
  put(s, 2 * POINT_BYTES);
  return joined;
}

/** A positive number of 32 bytes at most, in the fewest. */
const isPoint = (number: Uint8Array): boolean => {
  const [first = 0x80, second = 0] = number;
  if (first >= 0x80 || (first === 0 && second < 0x80)) return false;
  return number.length <= POINT_BYTES || (number.length === POINT_BYTES + 1 && first === 0);
};

const bytesOf = (der: Der): Uint8Array => (der instanceof Uint8Array ? der : new Uint8Array(der));
