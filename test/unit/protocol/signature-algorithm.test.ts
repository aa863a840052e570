import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import {
  generateSigningKeys,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  signMessage,
  verifySignature,
} from "../../../src/protocol/signature-algorithm.ts";
import { importPublicJwk, importPublicSpki } from "../../../src/protocol/signing-key.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { flipBit, unhex } from "./fixtures.ts";

const message = utf8("what was agreed");

describe.each(SIGNATURE_ALGORITHMS)("%s", (algorithm) => {
  test("a signature holds for its message and key alone, and no altered bit or length does", async () => {
    const keys = await generateSigningKeys(algorithm);
    const other = await generateSigningKeys(algorithm);
    const signature = await signMessage(algorithm, keys.privateKey, message);
    const holds = (made: Uint8Array, said = message, key = keys.publicKey) =>
      verifySignature(algorithm, key, made, said);
    expect(await holds(signature)).toBe(true);
    expect(await holds(signature, utf8("what was agreed "))).toBe(false);
    expect(await holds(signature, message, other.publicKey)).toBe(false);
    for (let bit = 0; bit < signature.length * 8; bit += 7) {
      expect(await holds(flipBit(signature, bit)), `bit ${bit}`).toBe(false);
    }
    expect(await holds(new Uint8Array(0))).toBe(false);
    expect(await holds(signature.subarray(1))).toBe(false);
    expect(await holds(Uint8Array.of(...signature, 0))).toBe(false);
    expect(await holds(new Uint8Array(signature.length))).toBe(false);
  });

  test("a private key cannot be exported unless that was asked for", async () => {
    const { privateKey } = await generateSigningKeys(algorithm);
    await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
    const { privateKey: open } = await generateSigningKeys(algorithm, { extractable: true });
    expect((await crypto.subtle.exportKey("pkcs8", open)).byteLength).toBeGreaterThan(0);
  });

  test("a key of any other algorithm verifies nothing", async () => {
    const keys = await generateSigningKeys(algorithm);
    const signature = await signMessage(algorithm, keys.privateKey, message);
    for (const other of SIGNATURE_ALGORITHMS.filter((name) => name !== algorithm)) {
      expect(await verifySignature(other, keys.publicKey, signature, message)).toBe(false);
    }
  });
});

test.each([2048, 4096] as const)("RSA keys of %d bits sign in both schemes", async (modulus_bits) => {
  for (const algorithm of ["rsa-v1_5-sha256", "rsa-pss-sha512"] as const) {
    const { privateKey, publicKey } = await generateSigningKeys(algorithm, { modulus_bits });
    const signature = await signMessage(algorithm, privateKey, message);
    expect(signature).toHaveLength(modulus_bits / 8);
    expect(await verifySignature(algorithm, publicKey, signature, message)).toBe(true);
  }
});

test("a key of the right name with a weaker hash verifies nothing", async () => {
  const parameters = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const weak = await crypto.subtle.generateKey({ ...parameters, hash: "SHA-1" }, true, ["sign", "verify"]);
  const signature = await signMessage("rsa-v1_5-sha256", weak.privateKey, message);
  expect(await verifySignature("rsa-v1_5-sha256", weak.publicKey, signature, message)).toBe(false);
});

interface Group {
  publicKeySpki: string;
  publicKeyJwk?: object;
  tests: {
    tcId: number;
    msg: string;
    sig: string;
    result: "valid" | "invalid" | "acceptable";
    flags: string[];
  }[];
}

/** Which verdicts each file must give. A key of exponent 3 is refused before any signature is looked at. */
const FILES: [SignatureAlgorithm, string][] = [
  ["rsa-v1_5-sha256", "wycheproof_rsa_pkcs1_2048_sha256"],
  ["rsa-pss-sha512", "wycheproof_rsa_pss_4096_sha512"],
  ["ecdsa-p256-sha256", "wycheproof_ecdsa_p256_sha256_p1363"],
  ["ed25519", "wycheproof_ed25519"],
];

describe.skipIf(!corporaRoot)(`signatures, Wycheproof${corporaNote}`, () => {
  const groupsOf = (file: string) => (readCorpus(`crypto/${file}.json`) as { groups?: Group[] }).groups ?? [];

  test.each(FILES)(
    "%s: every verdict is the published one, by both forms of each key",
    async (algorithm, file) => {
      let checked = 0;
      for (const { publicKeySpki, publicKeyJwk, tests } of groupsOf(file)) {
        const spki = await importPublicSpki(algorithm, unhex(publicKeySpki));
        if (!spki.ok) {
          expect(spki.why).toBe("exponent");
          for (const { flags } of tests) expect(flags).toContain("SmallPublicKey");
          continue;
        }
        const { kid: _, ...jwk } = (publicKeyJwk ?? {}) as { kid?: string };
        const fromJwk = publicKeyJwk ? await importPublicJwk(algorithm, jwk) : spki;
        for (const { tcId, msg, sig, result } of tests) {
          if (result === "acceptable") continue;
          for (const key of [spki.key, fromJwk.ok ? fromJwk.key : null]) {
            const holds = await verifySignature(algorithm, key!, unhex(sig), unhex(msg));
            expect(holds, `case ${tcId}`).toBe(result === "valid");
          }
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(100);
    },
  );

  test("rsa-pss-sha512 takes no signature of PSS with SHA-256 and a salt of 32, under the same keys", async () => {
    for (const { publicKeySpki, tests } of groupsOf("wycheproof_rsa_pss_2048_sha256")) {
      const key = await importPublicSpki("rsa-pss-sha512", unhex(publicKeySpki));
      expect(tests.length).toBeGreaterThan(100);
      for (const { tcId, msg, sig } of tests) {
        const holds = await verifySignature(
          "rsa-pss-sha512",
          key.ok ? key.key : null!,
          unhex(sig),
          unhex(msg),
        );
        expect(holds, `case ${tcId}`).toBe(false);
      }
    }
  });
});
