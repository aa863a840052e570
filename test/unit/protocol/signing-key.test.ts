import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import {
  generateSigningKeys,
  PARAMETERS,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  signMessage,
  verifySignature,
} from "../../../src/protocol/signature-algorithm.ts";
import {
  exportPublicJwk,
  importPrivateJwk,
  importPrivatePkcs8,
  importPublicJwk,
  importPublicSpki,
  readPublicJwk,
} from "../../../src/protocol/signing-key.ts";

type Jwk = Record<string, unknown>;
const message = utf8("what was agreed");

async function material(algorithm: SignatureAlgorithm) {
  const keys = await generateSigningKeys(algorithm, { extractable: true });
  const jwkOf = async (key: typeof keys.publicKey) => (await crypto.subtle.exportKey("jwk", key)) as Jwk;
  return {
    keys,
    public_jwk: await jwkOf(keys.publicKey),
    private_jwk: await jwkOf(keys.privateKey),
    spki: new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey)),
    pkcs8: new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey)),
  };
}

/** What JOSE calls the algorithms: RFC 7518, RFC 8037 and RFC 9864. */
const NAMES: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  "rsa-v1_5-sha256": ["RS256"],
  "rsa-pss-sha512": ["PS512"],
  "ecdsa-p256-sha256": ["ES256"],
  ed25519: ["EdDSA", "Ed25519"],
};

describe.each(SIGNATURE_ALGORITHMS)("a key for %s", async (algorithm) => {
  const { keys, public_jwk, private_jwk, spki, pkcs8 } = await material(algorithm);

  test("is the same in every form, and what one form signs every other verifies", async () => {
    const signers = [
      await importPrivateJwk(algorithm, private_jwk),
      await importPrivatePkcs8(algorithm, pkcs8),
    ];
    const verifiers = [await importPublicJwk(algorithm, public_jwk), await importPublicSpki(algorithm, spki)];
    for (const signer of signers) {
      if (!signer.ok) throw new Error(signer.why);
      expect(signer.key.extractable).toBe(false);
      const signature = await signMessage(algorithm, signer.key, message);
      for (const verifier of verifiers) {
        if (!verifier.ok) throw new Error(verifier.why);
        expect(await verifySignature(algorithm, verifier.key, signature, message)).toBe(true);
        expect(await exportPublicJwk(algorithm, verifier.key)).toEqual(
          await exportPublicJwk(algorithm, keys.publicKey),
        );
      }
    }
  });

  test("is read as the members that make it, whatever stands beside them", () => {
    const read = readPublicJwk(algorithm, { ...public_jwk, kid: "mine", x5u: "https://elsewhere.example" });
    const made = Object.fromEntries(
      Object.entries(public_jwk).filter(([name]) => ["kty", "crv", "n", "e", "x", "y"].includes(name)),
    );
    expect(read).toEqual({ ok: true, key: made });
  });

  test("is refused as a public key while it holds private members", () => {
    expect(readPublicJwk(algorithm, private_jwk)).toEqual({ ok: false, why: "private_key" });
    for (const name of ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
      for (const value of ["", "AAAA"]) {
        const read = readPublicJwk(algorithm, { ...public_jwk, [name]: value });
        expect(read, name).toEqual({ ok: false, why: "private_key" });
      }
  });

  test("is refused when it says that it is for something else", () => {
    for (const other of [
      { use: "enc" },
      { use: "" },
      { key_ops: ["sign"] },
      { key_ops: ["verify", "encrypt"] },
      { key_ops: [] },
      { key_ops: "verify" },
      { alg: "HS256" },
      { alg: "none" },
      { alg: 1 },
    ]) {
      expect(readPublicJwk(algorithm, { ...public_jwk, ...other })).toEqual({ ok: false, why: "wrong_use" });
    }
    expect(readPublicJwk(algorithm, { ...public_jwk, use: "sig", key_ops: ["verify"] }).ok).toBe(true);
    for (const name of Object.values(NAMES).flat()) {
      const { ok } = readPublicJwk(algorithm, { ...public_jwk, alg: name });
      expect(ok, name).toBe(NAMES[algorithm].includes(name));
    }
    expect(readPublicJwk(algorithm, { ...public_jwk, kty: "oct" })).toEqual({ ok: false, why: "wrong_type" });
  });

  test("is no key for an algorithm of another type", async () => {
    for (const other of SIGNATURE_ALGORITHMS) {
      if (PARAMETERS[other].jwk.kty === PARAMETERS[algorithm].jwk.kty) continue;
      const { alg: _, ...jwk } = public_jwk;
      expect(readPublicJwk(other, jwk)).toEqual({ ok: false, why: "wrong_type" });
      expect((await importPublicSpki(other, spki)).ok).toBe(false);
      expect((await importPrivatePkcs8(other, pkcs8)).ok).toBe(false);
    }
  });

  test("is refused in DER with anything behind it, cut short, or of another kind", async () => {
    for (const damaged of [
      Uint8Array.of(...spki, 0),
      spki.subarray(1),
      spki.subarray(0, -1),
      new Uint8Array(0),
      new Uint8Array(10_000),
      pkcs8,
    ]) {
      expect((await importPublicSpki(algorithm, damaged)).ok).toBe(false);
    }
    for (const damaged of [pkcs8.subarray(0, -1), new Uint8Array(0), spki]) {
      expect((await importPrivatePkcs8(algorithm, damaged)).ok).toBe(false);
    }
  });

  test("is refused with a member cut, grown, padded or missing", async () => {
    for (const name of ["n", "e", "x", "y"]) {
      const value = public_jwk[name];
      if (typeof value !== "string") continue;
      for (const other of [
        value.slice(4),
        `${value}AAAA`,
        `AAAA${value}`,
        `${value}=`,
        "",
        undefined,
        7,
        null,
      ]) {
        expect(
          (await importPublicJwk(algorithm, { ...public_jwk, [name]: other })).ok,
          `${name}=${other}`,
        ).toBe(false);
      }
    }
  });

  test("no value whatever makes reading throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readPublicJwk(algorithm, value);
        readPublicJwk(algorithm, { ...public_jwk, ...(value as object) });
      }),
    );
  });
});

describe("RSA moduli", () => {
  const jwk = (modulus: Uint8Array, e = "AQAB") => ({ kty: "RSA", n: encodeBase64Url(modulus), e });
  const odd = (bytes: number, first = 0x80) => new Uint8Array(bytes).fill(first, 0, 1).fill(1, bytes - 1);

  test.each([
    ["1,024 bits", jwk(odd(128)), "modulus_size"],
    ["2,047 bits", jwk(odd(256, 0x40)), "modulus_size"],
    ["a leading zero", jwk(odd(257, 0)), "modulus_size"],
    ["4,104 bits", jwk(odd(513)), "modulus_size"],
    ["an even modulus", jwk(new Uint8Array(256).fill(0x80)), "not_a_key"],
    ["the exponent 3", jwk(odd(256), "Aw"), "exponent"],
    ["the exponent 1", jwk(odd(256), "AQ"), "exponent"],
    ["the exponent 65,537 with a leading zero", jwk(odd(256), "AAEAAQ"), "exponent"],
    ["a huge exponent", jwk(odd(256), encodeBase64Url(odd(256))), "exponent"],
  ])("%s is refused", (_what, key, why) => {
    expect(readPublicJwk("rsa-pss-sha512", key)).toEqual({ ok: false, why });
  });

  test.each([256, 384, 512])("%d bytes are taken", (bytes) => {
    expect(readPublicJwk("rsa-pss-sha512", jwk(odd(bytes))).ok).toBe(true);
  });
});

test("a P-256 point that is not on the curve is no key", async () => {
  const { public_jwk } = await material("ecdsa-p256-sha256");
  const swapped = { ...public_jwk, x: public_jwk.y, y: public_jwk.x };
  expect(await importPublicJwk("ecdsa-p256-sha256", swapped)).toEqual({ ok: false, why: "not_a_key" });
});

describe("Ed25519 points of small order", () => {
  const P = 2n ** 255n - 19n;
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let bit = exponent, square = base % P; bit > 0n; bit >>= 1n, square = (square * square) % P) {
      if (bit & 1n) result = (result * square) % P;
    }
    return result;
  };
  const d = ((P - 121665n) * power(121666n, P - 2n)) % P;
  /** 2P has y = 0, the order 4, where x² = -y²; with the curve's equation that is d·y⁴ + 2y² - 1 = 0. */
  const orderEight = (y: bigint) => (d * power(y, 4n) + 2n * y * y - 1n) % P === 0n;
  const encoded = (y: bigint, sign: boolean) =>
    Uint8Array.from({ length: 32 }, (_, index) => {
      const byte = Number((y >> BigInt(8 * index)) & 255n);
      return index === 31 && sign ? byte | 0x80 : byte;
    });
  const eighth = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

  test.each([0n, 1n, P - 1n, P, P + 1n, P + 18n, eighth, P - eighth])(
    "y = %d is refused, with either sign",
    (y) => {
      if (y > 1n && y < P - 1n) expect(orderEight(y)).toBe(true);
      for (const sign of [false, true]) {
        const jwk = { kty: "OKP", crv: "Ed25519", x: encodeBase64Url(encoded(y, sign)) };
        expect(readPublicJwk("ed25519", jwk)).toEqual({ ok: false, why: "weak_point" });
      }
    },
  );
});

describe("what is no private key", async () => {
  const { private_jwk, public_jwk, pkcs8, spki, keys } = await material("ed25519");
  const refused = { ok: false, why: "not_a_key" };

  test.each([
    null,
    undefined,
    "key",
    7,
    [private_jwk],
    public_jwk,
    { ...private_jwk, d: 7 },
    { ...private_jwk, oth: [] },
  ])("%j is refused as JWK", async (jwk) => {
    expect(await importPrivateJwk("ed25519", jwk)).toEqual(refused);
  });

  test.each([null, undefined, "key", 7, [public_jwk]])("%j is refused as a public one", (jwk) => {
    expect(readPublicJwk("ed25519", jwk)).toEqual(refused);
  });

  test("says what else is wrong with it, as a public one does", async () => {
    expect(await importPrivateJwk("ed25519", { ...private_jwk, kty: "EC" })).toEqual({
      ok: false,
      why: "wrong_type",
    });
    const signs = { ...private_jwk, key_ops: ["sign"] };
    expect((await importPrivateJwk("ed25519", signs)).ok).toBe(true);
    const verifies = { ...private_jwk, key_ops: ["verify"] };
    expect(await importPrivateJwk("ed25519", verifies)).toEqual({ ok: false, why: "wrong_use" });
  });

  test("is refused in DER for its length before anything reads it", async () => {
    expect(await importPrivatePkcs8("ed25519", new Uint8Array(100_000))).toEqual(refused);
    expect(await importPublicSpki("ed25519", new Uint8Array(100_000))).toEqual(refused);
    expect((await importPrivatePkcs8("ed25519", pkcs8)).ok).toBe(true);
    expect((await importPublicSpki("ed25519", spki)).ok).toBe(true);
  });

  test("is not exported as a public one, nor for another algorithm", async () => {
    await expect(exportPublicJwk("ed25519", keys.privateKey)).rejects.toThrow("private_key");
    await expect(exportPublicJwk("ecdsa-p256-sha256", keys.publicKey)).rejects.toThrow("wrong_type");
  });
});
