import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64Url, encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import { equalBytes } from "../../../src/protocol/constant-time.ts";

describe("base64url", () => {
  test.each([
    ["", ""],
    ["f", "Zg"],
    ["fo", "Zm8"],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg"],
    ["fooba", "Zm9vYmE"],
    ["foobar", "Zm9vYmFy"],
  ])("the RFC 4648 section 10 vector %j is %j", (text, encoded) => {
    expect(encodeBase64Url(utf8(text))).toBe(encoded);
    expect(decodeBase64Url(encoded)).toEqual(utf8(text));
  });

  test("the two characters of its own alphabet are - and _", () => {
    expect(encodeBase64Url(Uint8Array.of(0xfb, 0xff))).toBe("-_8");
  });

  test.each([
    ["padding", "Zg=="],
    ["the other alphabet", "+/8"],
    ["white space", "Zm9v\n"],
    ["leading white space", " Zm8"],
    ["a single character", "Z"],
    ["an impossible length", "Zm9vY"],
    ["trailing bits of a 2-character group", "Zh"],
    ["trailing bits of a 3-character group", "Zm9"],
    ["a letter beyond ASCII", "Zmé8"],
    ["a character whose low byte is a letter", "Zm\u0141v"],
  ])("refuses %s", (_what, text) => {
    expect(decodeBase64Url(text)).toBeNull();
  });

  test("agrees with Node's encoder and comes back, for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(decodeBase64Url(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test("each byte string has one spelling: whatever decodes, encodes to the same text", () => {
    const alphabet = fc.constantFrom(..."ABCxyz019-_=+/ \n");
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes) expect(encodeBase64Url(bytes)).toBe(text);
      }),
    );
  });
});

describe("constant-time comparison", () => {
  test("agrees with plain comparison", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (a, b) => {
        expect(equalBytes(a, a.slice())).toBe(true);
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  test("a prefix is not equal, nor is a difference in the first or last byte", () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(9, 2, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 9))).toBe(false);
  });
});
