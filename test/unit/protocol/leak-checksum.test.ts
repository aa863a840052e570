// The checksum behind API tokens: known values, one spelling, every slip of one character noticed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withChecksum, withoutChecksum } from "../../../src/protocol/leak-checksum.ts";

test("is CRC-32 as published: the check value of 123456789 is cbf43926", () => {
  expect(withChecksum("123456789")).toBe("123456789_cbf43926");
});

test("comes off again, and only where it fits", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (token) => {
      expect(withoutChecksum(withChecksum(token))).toBe(token);
    }),
  );
  for (const text of [
    "",
    "_",
    "x",
    "_00000000",
    "123456789_cbf43927",
    "123456789-cbf43926",
    "123456789_CBF43926",
  ]) {
    expect(withoutChecksum(text)).toBeNull();
  }
});

test("notices any one changed character", () => {
  const whole = withChecksum("twp_1.k1.main.usr_0.tok_0.secret.mac");
  for (let at = 0; at < whole.length; at += 1) {
    const changed = whole.slice(0, at) + (whole[at] === "a" ? "b" : "a") + whole.slice(at + 1);
    expect(withoutChecksum(changed)).toBeNull();
  }
});
