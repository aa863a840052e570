// Certificates of workers, and the authorities of workspaces that issue them.
import * as v from "valibot";
import { Timestamp } from "./text.ts";

/** A PKCS #10 request (RFC 2986) in PEM. What it asks for beside its key counts for nothing. */
export const CertificationRequest = v.pipe(
  v.string(),
  v.maxLength(8_192),
  v.regex(
    /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/=\r\n]+-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/u,
    "expected a PKCS #10 request in PEM",
  ),
  v.title("Certification request"),
);

/** X.509 in PEM. */
export const CertificatePem = v.pipe(v.string(), v.title("Certificate in PEM"));

/** An authority is named by the identifier of its key, as certificates carry it. */
export const KeyIdentifier = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{40}$/u, "expected the 40 hex digits of an authority key identifier"),
  v.title("Authority key identifier"),
);

export const Authority = v.object({
  key_identifier: KeyIdentifier,
  created_at: Timestamp,
  expires_at: Timestamp,
});
export type Authority = v.InferOutput<typeof Authority>;

/** What a worker's own object keeps of a certificate. */
export interface KeptCertificate {
  /** SHA-256 of the whole, in lower-case hex. */
  readonly fingerprint: string;
  /** Lower-case hex. */
  readonly serial_number: string;
  readonly not_after_ms: number;
}

export interface IssuedCertificate extends KeptCertificate {
  readonly pem: string;
}
