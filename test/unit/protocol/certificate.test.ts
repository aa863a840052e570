import { afterAll, describe, expect, test } from "vitest";
import {
  type CertificateRequest,
  type Issuer,
  issueAuthority,
  issueClient,
  readCertificate,
} from "../../../src/protocol/certificate.ts";
import { refusalOf } from "../../../src/protocol/certificate-check.ts";
import { encodePem } from "../../../src/protocol/pem.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { issueRevocationList, type Revoked } from "../../../src/protocol/revocation-list.ts";
import {
  generateSigningKeys,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from "../../../src/protocol/signature-algorithm.ts";
import { hasOpenssl, Openssl } from "./openssl.ts";

const DAY_MS = 86_400_000;
const now_ms = Math.floor(Date.now() / 1000) * 1000;
const URI = "urn:taskward:main:wrk_0";
const openssl = new Openssl();
afterAll(() => openssl.remove());

interface Made extends Issuer {
  readonly pem: string;
}

async function authority(organization = "main", change: Partial<CertificateRequest> = {}): Promise<Made> {
  const { publicKey, privateKey } = await generateSigningKeys("ecdsa-p256-sha256");
  const request = {
    subject: { organization, unit: "Agents", name: "Taskward authority" },
    serial: randomBytes(16),
    public_key: publicKey,
    not_before_ms: now_ms - 60_000,
    not_after_ms: now_ms + 3650 * DAY_MS,
    ...change,
  };
  const certificate = await issueAuthority(request, privateKey);
  return { certificate, private_key: privateKey, pem: encodePem("CERTIFICATE", certificate) };
}

async function client(
  by: Issuer,
  change: Partial<CertificateRequest & { uri: string }> = {},
  algorithm: SignatureAlgorithm = "ed25519",
): Promise<Uint8Array<ArrayBuffer>> {
  const { publicKey } = await generateSigningKeys(algorithm);
  return issueClient(by, {
    subject: { organization: "main", unit: "WORKER", name: "translator-1" },
    serial: randomBytes(16),
    public_key: publicKey,
    not_before_ms: now_ms - 60_000,
    not_after_ms: now_ms + 90 * DAY_MS,
    uri: URI,
    ...change,
  });
}

const list = (by: Issuer, revoked: readonly Revoked[] = [], number = 1) =>
  issueRevocationList(by, {
    number,
    this_update_ms: now_ms - 1000,
    next_update_ms: now_ms + DAY_MS,
    revoked,
  });

const ca = await authority();
const judged = (der: Uint8Array, more: { uri?: string; now_ms?: number } = {}) =>
  refusalOf(der, [ca.certificate], { uri: URI, now_ms, ...more });

describe("a certificate of a client", () => {
  test.each(SIGNATURE_ALGORITHMS)("for %s stands up to the check of its authority", async (algorithm) => {
    expect(await judged(await client(ca, {}, algorithm))).toBeNull();
  });

  test("says what it was issued with", async () => {
    const serial = new Uint8Array(16).fill(0xab);
    const facts = readCertificate(await client(ca, { serial }))!;
    expect(facts).toMatchObject({
      serial_number: "ab".repeat(16),
      uris: [URI],
      not_before_ms: now_ms - 60_000,
      not_after_ms: now_ms + 90 * DAY_MS,
      issuer_key_identifier: readCertificate(ca.certificate)!.key_identifier,
    });
    expect(facts.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test("of another authority is refused, though that one has the same name", async () => {
    expect(await judged(await client(await authority("other")))).toBe("unknown_issuer");
    expect(await judged(await client(await authority()))).toBe("wrong_signature");
  });

  test("is refused before and after its time, and when its authority's is over", async () => {
    const der = await client(ca);
    expect(await judged(der, { now_ms: now_ms - 61_000 })).toBe("not_yet_valid");
    expect(await judged(der, { now_ms: now_ms + 90 * DAY_MS })).toBeNull();
    expect(await judged(der, { now_ms: now_ms + 90 * DAY_MS + 1 })).toBe("expired");
    const old = await authority("main", { not_after_ms: now_ms + DAY_MS });
    const late = await client(old);
    const at = { uri: URI, now_ms: now_ms + 2 * DAY_MS };
    expect(await refusalOf(late, [old.certificate], at)).toBe("expired");
  });

  test("of another client is refused", async () => {
    const der = await client(ca, { uri: "urn:taskward:main:wrk_1" });
    expect(await judged(der)).toBe("wrong_subject");
  });

  test("that an authority or a client made itself is refused", async () => {
    const { publicKey, privateKey } = await generateSigningKeys("ecdsa-p256-sha256");
    const der = await client(ca, { public_key: publicKey });
    // A client that signs the next one with its own key: neither its name nor its purpose allows that.
    const forged = await client({ certificate: der, private_key: privateKey });
    expect(await refusalOf(forged, [der], { uri: URI, now_ms })).toBe("unknown_issuer");
    expect(await judged(ca.certificate)).toBe("wrong_purpose");
  });

  test("with any bit altered, cut short or with something behind it is refused", async () => {
    const der = await client(ca);
    for (let at = 0; at < der.length; at += 7) {
      const altered = der.slice();
      altered[at]! ^= 1 << (at % 8);
      expect(await judged(altered), `byte ${at}`).not.toBeNull();
    }
    expect(await judged(der.slice(0, -1))).toBe("not_a_certificate");
    expect(await judged(new Uint8Array([...der, 0]))).toBe("not_a_certificate");
    expect(readCertificate(new Uint8Array())).toBeNull();
  });
});

describe.runIf(hasOpenssl)("openssl", () => {
  test("verifies the chain, prints the names and purposes, and takes the certificate for a client alone", async () => {
    const der = await client(ca);
    openssl.write("ca.pem", ca.pem);
    openssl.write("leaf.pem", encodePem("CERTIFICATE", der));
    openssl.write("crl.der", await list(ca));
    openssl.run("crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem");
    const verify = ["verify", "-x509_strict", "-CAfile", "ca.pem", "-crl_check", "-CRLfile", "crl.pem"];
    expect(openssl.run(...verify, "-purpose", "sslclient", "leaf.pem")).toBe("leaf.pem: OK\n");
    expect(openssl.tries(...verify, "-purpose", "sslserver", "leaf.pem").ok).toBe(false);
    const text = openssl.run("x509", "-in", "leaf.pem", "-noout", "-text");
    expect(text).toContain("Subject: O = main, OU = WORKER, CN = translator-1");
    expect(text).toContain("Issuer: O = main, OU = Agents, CN = Taskward authority");
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication\n/);
    expect(text).toContain(`URI:${URI}`);
    const fingerprint = openssl.run("x509", "-in", "leaf.pem", "-noout", "-fingerprint", "-sha256");
    expect(fingerprint.split("=")[1]!.trim().replaceAll(":", "").toLowerCase()).toBe(
      readCertificate(der)!.fingerprint,
    );
  });

  test.each([0x00, 0x7f, 0x80, 0xff])(
    "reads a serial number that begins with %i as we do, positive",
    async (first) => {
      const serial = new Uint8Array([first, ...randomBytes(15)]);
      const der = await client(ca, { serial });
      openssl.write("serial.pem", encodePem("CERTIFICATE", der));
      const read = openssl
        .run("x509", "-in", "serial.pem", "-noout", "-serial")
        .trim()
        .slice(7)
        .toLowerCase();
      expect(read).toBe(readCertificate(der)!.serial_number);
    },
  );

  test("finds the revoked one in the list, and its number and times", async () => {
    const [kept, revoked] = [await client(ca), await client(ca)];
    const { serial_number } = readCertificate(revoked)!;
    openssl.write("ca.pem", ca.pem);
    openssl.write("kept.pem", encodePem("CERTIFICATE", kept));
    openssl.write("revoked.pem", encodePem("CERTIFICATE", revoked));
    openssl.write("crl.der", await list(ca, [{ serial_number, revoked_at_ms: now_ms }], 4097));
    openssl.run("crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem");
    const verify = ["verify", "-CAfile", "ca.pem", "-crl_check", "-CRLfile", "crl.pem"];
    expect(openssl.tries(...verify, "kept.pem").ok).toBe(true);
    const refused = openssl.tries(...verify, "revoked.pem");
    expect(refused.ok).toBe(false);
    expect(refused.text).toContain("certificate revoked");
    const text = openssl.run("crl", "-in", "crl.pem", "-noout", "-text");
    expect(text).toContain(`Serial Number: ${serial_number.toUpperCase()}`);
    expect(text).toMatch(/X509v3 CRL Number: \s+(?:4097|0x1001)\n/);
    expect(text).toMatch(/Next Update: /);
  });

  test("takes certificates of an authority that has given way to another, while both are known", async () => {
    const next = await authority();
    openssl.write("both.pem", next.pem + ca.pem);
    for (const [name, by] of [
      ["before.pem", ca],
      ["after.pem", next],
    ] as const) {
      openssl.write(name, encodePem("CERTIFICATE", await client(by)));
      expect(openssl.tries("verify", "-CAfile", "both.pem", name), name).toMatchObject({ ok: true });
    }
    openssl.write("new.pem", next.pem);
    expect(openssl.tries("verify", "-CAfile", "new.pem", "before.pem").ok).toBe(false);
  });
});
