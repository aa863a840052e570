// ECDSA in DER: both numbers in the fewest bytes, whatever they begin with.
import { expect, test } from "vitest";
import { generateSigningKeys } from "../../../src/protocol/signature-algorithm.ts";
import { signDer, verifyDer } from "../../../src/protocol/x509-signature.ts";

const ALGORITHM = "ecdsa-p256-sha256";

test("a signature holds however small or large the first byte of its number is", async () => {
  const { privateKey, publicKey } = await generateSigningKeys(ALGORITHM);
  const message = new Uint8Array([1, 2, 3]);
  // No two signatures are alike. Of 33 bytes, the first one says that the number is positive: from 0x80 on it has to.
  const wanted = new Set([0x80, 0x81, 0xff]);
  while (wanted.size > 0) {
    const signature = new Uint8Array(await signDer(ALGORITHM, privateKey, message));
    if (signature[3] !== 33 || !wanted.delete(signature[5]!)) continue;
    expect(await verifyDer(ALGORITHM, publicKey, signature, message)).toBe(true);
  }
});
