import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeCrockford } from "../../../src/protocol/crockford.ts";
import { randomBytes, randomId, randomSecret } from "../../../src/protocol/random.ts";
import { countingBytes } from "./fixtures.ts";

describe("random", () => {
  test("an id is its prefix and 26 characters without I, L, O and U", () => {
    for (let round = 0; round < 200; round++) {
      expect(randomId("prj_")).toMatch(/^prj_[0-9a-hjkmnp-tv-z]{26}$/);
    }
  });

  test("ids, secrets and bytes do not repeat", () => {
    const made = Array.from({ length: 500 }, () => [
      randomId("tsk_"),
      randomSecret(),
      `${randomBytes(16)}`,
    ]).flat();
    expect(new Set(made).size).toBe(1_500);
  });

  test("a secret is 32 bytes in base64url", () => {
    expect(Buffer.from(randomSecret(), "base64url")).toHaveLength(32);
    expect(randomSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test("randomness comes in from outside", () => {
    expect(randomId("ses_", countingBytes())).toBe("ses_000g40r40m30e209185gr38e1w");
    expect(randomSecret(countingBytes())).toBe("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  });

  test.each(["", "prj", "Prj_", "p-j_", "prj_x"])("refuses the prefix %j", (prefix) => {
    expect(() => randomId(prefix)).toThrow(RangeError);
  });

  test("different bytes of one length never share a base32 text", () => {
    const bits = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const decoded = [...encodeCrockford(bytes)].map((c) =>
          alphabet.indexOf(c).toString(2).padStart(5, "0"),
        );
        expect(decoded.join("").slice(0, bytes.length * 8)).toBe(bits(bytes));
      }),
    );
  });
});
