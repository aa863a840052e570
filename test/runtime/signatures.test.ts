// Signatures inside the runtime that serves them: its WebCrypto must know every algorithm, and refuse as
// Node's does. What is signed and checked is tested in plain Node, with published vectors.

import { describe, expect, test } from "vitest";
import { utf8 } from "../../src/protocol/base64url.ts";
import { contentDigest, verifyContentDigest } from "../../src/protocol/content-digest.ts";
import { signHttpMessage, verifyHttpMessage } from "../../src/protocol/message-signature.ts";
import {
  generateSigningKeys,
  SIGNATURE_ALGORITHMS,
  verifySignature,
} from "../../src/protocol/signature-algorithm.ts";
import {
  exportPublicJwk,
  importPrivatePkcs8,
  importPublicJwk,
  importPublicSpki,
} from "../../src/protocol/signing-key.ts";

const NOW_SECONDS = 1_800_000_000;
const policy = {
  components: ["@method", "@target-uri", "content-digest"],
  parameters: ["created", "keyid"],
  age_seconds_max: 300,
  skew_seconds: 60,
} as const;

describe.each(SIGNATURE_ALGORITHMS)("%s in the runtime", (algorithm) => {
  test("a signature of another length does not hold, and breaks nothing", async () => {
    const { publicKey } = await generateSigningKeys(algorithm);
    for (const length of [0, 1, 63, 64, 65, 255, 256, 257, 512]) {
      const signature = new Uint8Array(length).fill(1);
      expect(await verifySignature(algorithm, publicKey, signature, utf8("a message"))).toBe(false);
    }
  });

  test("keys travel as JWK, SPKI and PKCS #8, and a signed request holds until it is altered", async () => {
    const keys = await generateSigningKeys(algorithm, { extractable: true });
    const exported = async (format: "spki" | "pkcs8", key: CryptoKey) =>
      new Uint8Array((await crypto.subtle.exportKey(format, key)) as ArrayBuffer);
    const signer = await importPrivatePkcs8(algorithm, await exported("pkcs8", keys.privateKey));
    const spki = await exported("spki", keys.publicKey);
    const verifiers = [
      await importPublicSpki(algorithm, spki),
      await importPublicJwk(algorithm, await exportPublicJwk(algorithm, keys.publicKey)),
    ];
    expect((await importPublicSpki(algorithm, Uint8Array.of(...spki, 0))).ok).toBe(false);
    if (!signer.ok) throw new Error(signer.why);

    const body = utf8('{"title":"write the minutes"}');
    const headers = new Headers({ "content-digest": await contentDigest(body) });
    const unsigned = new Request("https://api.example.com/v1/tasks?a=b", { method: "POST", headers });
    const { signature_input, signature } = await signHttpMessage(
      unsigned,
      { algorithm, key: signer.key },
      { label: "sig", components: policy.components, created: NOW_SECONDS, keyid: "key-1" },
    );
    headers.set("signature-input", signature_input);
    headers.set("signature", signature);
    const request = new Request(unsigned.url, { method: "POST", headers });
    for (const verifier of verifiers) {
      if (!verifier.ok) throw new Error(verifier.why);
      const keyOf = async () => ({ algorithm, key: verifier.key });
      const check = (message: Request) => verifyHttpMessage(message, policy, NOW_SECONDS * 1000, keyOf);
      expect((await check(request)).ok).toBe(true);
      expect((await check(new Request(`${request.url}&c=d`, { method: "POST", headers }))).ok).toBe(false);
      expect((await check(new Request(request.url, { method: "PUT", headers }))).ok).toBe(false);
    }
    expect(await verifyContentDigest(headers.get("content-digest")!, body)).toBe(true);
    expect(await verifyContentDigest(headers.get("content-digest")!, body.subarray(1))).toBe(false);
  });
});
