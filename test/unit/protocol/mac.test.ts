import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalBytes } from "../../../src/protocol/constant-time.ts";
import { macSync, sha256, sign, verify } from "../../../src/protocol/mac.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { flipBit, hex, unhex } from "./fixtures.ts";

const importMac = (key: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

describe("HMAC-SHA-256", () => {
  test("RFC 4231 case 2, by both implementations", async () => {
    const key = new TextEncoder().encode("Jefe");
    const message = new TextEncoder().encode("what do ya want for nothing?");
    const mac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect(hex(await sign(await importMac(key), message))).toBe(mac);
    expect(hex(macSync(key, message))).toBe(mac);
    expect(await verify(await importMac(key), unhex(mac), message)).toBe(true);
  });

  test("both implementations agree, and no single altered bit or shortened MAC holds", async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.nat(255), async (key, message, bit) => {
        const imported = await importMac(Uint8Array.from(key));
        const mac = await sign(imported, message);
        expect(hex(mac)).toBe(hex(macSync(key, message)));
        expect(await verify(imported, mac, message)).toBe(true);
        expect(await verify(imported, flipBit(mac, bit), message)).toBe(false);
        expect(await verify(imported, mac.subarray(0, 16), message)).toBe(false);
        expect(await verify(imported, mac, flipBit(message, bit % (message.length * 8)))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test("an empty MAC never holds", async () => {
    expect(await verify(await importMac(new Uint8Array(32)), new Uint8Array(0), new Uint8Array(0))).toBe(
      false,
    );
  });
});

test("SHA-256 agrees with Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(hex(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
  );
});

interface HmacVector {
  tcId: number;
  tagSize: number;
  key: string;
  msg: string;
  tag: string;
  result: string;
}

describe.skipIf(!corporaRoot)(`HMAC-SHA-256, Wycheproof${corporaNote}`, () => {
  const { tests = [] } = readCorpus("crypto/wycheproof_hmac_sha256.json") as { tests?: HmacVector[] };

  test("accepts every valid tag and refuses every invalid one, by both implementations", async () => {
    expect(tests.length).toBeGreaterThan(100);
    for (const { tcId, tagSize, key, msg, tag, result } of tests) {
      const imported = await importMac(unhex(key));
      const made = macSync(unhex(key), unhex(msg));
      expect(hex(await sign(imported, unhex(msg))), `case ${tcId}`).toBe(hex(made));
      const holds = equalBytes(made.subarray(0, tagSize / 8), unhex(tag));
      expect(holds, `case ${tcId}`).toBe(result === "valid");
      // Only whole tags count for `verify`, even where the shortened one is right.
      const whole = result === "valid" && tagSize === 256;
      expect(await verify(imported, unhex(tag), unhex(msg)), `case ${tcId}`).toBe(whole);
    }
  });
});
