import { afterAll, describe, expect, test } from "vitest";
import { PEM_CHARACTERS_MAX, readCertificationRequest } from "../../../src/protocol/certification-request.ts";
import { decodePem, encodePem } from "../../../src/protocol/pem.ts";
import { hasOpenssl, Openssl } from "./openssl.ts";

const openssl = new Openssl();
afterAll(() => openssl.remove());

const PSS = ["-sha512", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:64"];
const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
let made = 0;

/** A request as `openssl req -new` makes it. */
function request(...options: string[]): string {
  made += 1;
  const name = `${made}.csr`;
  openssl.run(
    "req",
    "-new",
    "-nodes",
    "-keyout",
    `${made}.key`,
    "-out",
    name,
    "-subj",
    "/CN=any",
    ...options,
  );
  expect(openssl.tries("req", "-verify", "-noout", "-in", name).ok).toBe(true);
  return openssl.read(name);
}

describe.runIf(hasOpenssl)("a request that openssl made", () => {
  test.each([
    ["ed25519", ["-newkey", "ed25519"], "OKP"],
    ["ecdsa-p256-sha256", EC, "EC"],
    ["rsa-v1_5-sha256", ["-newkey", "rsa:2048"], "RSA"],
    ["rsa-pss-sha512", ["-newkey", "rsa:2048", ...PSS], "RSA"],
  ])("shows a key for %s", async (algorithm, options, kty) => {
    expect(await readCertificationRequest(request(...options))).toMatchObject({
      ok: true,
      algorithm,
      key: { kty },
    });
  });

  test("is read for its key alone, whatever names and extensions it asks for", async () => {
    const pem = request(
      ...["-newkey", "ed25519", "-subj", "/O=other/CN=admin", "-addext", "basicConstraints=critical,CA:TRUE"],
      ...["-addext", "subjectAltName=URI:urn:taskward:other:wrk_0", "-addext", "keyUsage=keyCertSign"],
    );
    const read = await readCertificationRequest(pem);
    expect(read.ok && Object.keys(read).sort()).toEqual(["algorithm", "key", "ok"]);
  });

  test.each([
    ["a small modulus", ["-newkey", "rsa:1024"], "modulus_size"],
    ["SHA-1", ["-newkey", "rsa:2048", "-sha1"], "wrong_algorithm"],
    ["a short salt", ["-newkey", "rsa:2048", ...PSS.slice(0, -1), "rsa_pss_saltlen:20"], "wrong_algorithm"],
    ["another curve", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "not_a_key"],
    [
      "another curve of the same size",
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
      "not_a_key",
    ],
  ])("with %s is refused", async (_, options, why) => {
    expect(await readCertificationRequest(request(...options))).toEqual({ ok: false, why });
  });

  test.each([
    ["Ed25519", ["-newkey", "ed25519"]],
    ["P-256", EC],
    ["RSA", ["-newkey", "rsa:2048"]],
  ])("whose proof is of another key, or of other bytes, is refused (%s)", async (_, options) => {
    const [one, other] = [request(...options), request(...options)].map((pem) =>
      decodePem(["CERTIFICATE REQUEST"], pem),
    );
    // Both end with a signature of their own; ECDSA's length varies by a few bytes.
    const spliced = new Uint8Array([...one!.slice(0, -40), ...other!.slice(-40)]);
    expect(await readCertificationRequest(encodePem("CERTIFICATE REQUEST", spliced))).toMatchObject({
      ok: false,
    });
    const at = indexOf(one!, [0x0c, 0x03, 0x61, 0x6e, 0x79]) + 2; // "any", the name in it
    const renamed = one!.slice();
    renamed[at] = 0x42;
    expect(await readCertificationRequest(encodePem("CERTIFICATE REQUEST", renamed))).toEqual({
      ok: false,
      why: "wrong_proof",
    });
  });

  test("is one block and nothing else", async () => {
    const pem = request("-newkey", "ed25519");
    for (const text of [
      `${pem}${pem}`,
      `Certificate Request:\n${pem}`,
      pem.replaceAll("CERTIFICATE REQUEST", "CERTIFICATE"),
      pem.replace("-----BEGIN", "----BEGIN"),
      pem.replace("\n", "\nProc-Type: 4,ENCRYPTED\n"),
      pem.slice(0, 200),
      openssl.read(`${made}.key`),
      "",
      "A".repeat(8193),
    ]) {
      expect(await readCertificationRequest(text), text.slice(0, 40)).toEqual({
        ok: false,
        why: "not_a_request",
      });
    }
    expect(await readCertificationRequest(pem.replaceAll("\n", "\r\n"))).toMatchObject({ ok: true });
  });

  test("is refused unread where it is too long, blanks included", async () => {
    const longest = request("-newkey", "ed25519").padEnd(PEM_CHARACTERS_MAX, "\n");
    expect(await readCertificationRequest(longest)).toMatchObject({ ok: true });
    expect(await readCertificationRequest(`${longest}\n`)).toEqual({ ok: false, why: "not_a_request" });
  });

  test("with any bit altered is refused, or says the same", async () => {
    const pem = request(...EC);
    const der = decodePem(["CERTIFICATE REQUEST"], pem)!;
    const right = await readCertificationRequest(pem);
    for (let at = 0; at < der.length; at += 3) {
      const altered = der.slice();
      altered[at]! ^= 1 << (at % 8);
      const read = await readCertificationRequest(encodePem("CERTIFICATE REQUEST", altered));
      if (read.ok) expect(read, `byte ${at}`).toEqual(right);
    }
  });
});

function indexOf(bytes: Uint8Array, part: readonly number[]): number {
  for (let at = 0; at < bytes.length; at++) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
