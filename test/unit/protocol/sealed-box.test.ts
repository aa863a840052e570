import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { KeyRing } from "../../../src/protocol/key-ring.ts";
import { keyIdOf, open, openJson, seal, sealJson } from "../../../src/protocol/sealed-box.ts";
import { flipBit, hex, KEY_1, ring1, ring2, ring21, unhex } from "./fixtures.ts";

const options = { purpose: "session-state", associated_data: "main/usr_1/ses_1/v1" };
const plaintext = utf8("the bindings of a session");

describe("sealed box", () => {
  test("what was sealed opens, for any plaintext, associated data and salt", async () => {
    const salts = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.string(),
        salts,
        async (bytes, associated_data, salt) => {
          const where = salt ? { purpose: "p", associated_data, salt } : { purpose: "p", associated_data };
          expect(await open(ring1, await seal(ring1, bytes, where), where)).toEqual(Uint8Array.from(bytes));
        },
      ),
      { numRuns: 50 },
    );
  });

  test("the format is version, key id length, key id, nonce, ciphertext, tag", async () => {
    const box = await seal(ring21, plaintext, options);
    expect(hex(box.subarray(0, 4))).toBe(`0102${hex(utf8("k2"))}`);
    expect(box).toHaveLength(2 + 2 + 12 + plaintext.length + 16);
    expect(keyIdOf(box)).toBe("k2");
  });

  test("a box of an earlier release still opens", async () => {
    const box = unhex(
      "01026b315295a274240cd0898fa6eaabc7fe0663da85fc85213b509554b30310b4d475d30588ecf6ad4f27dfa4374fe9b8edf7c419d928082e",
    );
    expect(await open(ring1, box, options)).toEqual(plaintext);
  });

  test("the same plaintext never makes the same box", async () => {
    const boxes = await Promise.all(Array.from({ length: 100 }, () => seal(ring1, plaintext, options)));
    expect(new Set(boxes.map(hex)).size).toBe(100);
  });

  test("any flipped bit is refused", async () => {
    const box = await seal(ring21, plaintext, options);
    for (let bit = 0; bit < box.length * 8; bit++) {
      expect(await open(ring21, flipBit(box, bit), options), `bit ${bit}`).toBeNull();
    }
  });

  test("any truncation and any extension is refused", async () => {
    const box = await seal(ring1, plaintext, options);
    for (let length = 0; length < box.length; length++) {
      expect(await open(ring1, box.subarray(0, length), options), `${length} bytes`).toBeNull();
      expect(await open(ring1, box.subarray(box.length - length), options)).toBeNull();
    }
    expect(await open(ring1, Uint8Array.of(...box, 0), options)).toBeNull();
  });

  test("another purpose, associated data or salt does not open it", async () => {
    const salt = Uint8Array.of(1, 2, 3);
    const box = await seal(ring1, plaintext, options);
    const salted = await seal(ring1, plaintext, { ...options, salt });
    expect(await open(ring1, box, { ...options, purpose: "other" })).toBeNull();
    expect(await open(ring1, box, { ...options, associated_data: "main/usr_1/ses_2/v1" })).toBeNull();
    expect(await open(ring1, box, { ...options, associated_data: "" })).toBeNull();
    expect(await open(ring1, box, { ...options, salt })).toBeNull();
    expect(await open(ring1, salted, options)).toBeNull();
    expect(await open(ring1, salted, { ...options, salt: Uint8Array.of(1, 2, 4) })).toBeNull();
    expect(await open(ring1, salted, { ...options, salt })).toEqual(plaintext);
  });

  test("bytes cannot move between the key id and the associated data", async () => {
    // The same key bytes under "k" and "k1": only the bound header tells the two boxes apart.
    const ring = new KeyRing([
      { key_id: "k", key: KEY_1 },
      { key_id: "k1", key: KEY_1 },
    ]);
    const box = await seal(ring, plaintext, { purpose: "p", associated_data: "1abc" });
    const moved = Uint8Array.of(1, 2, ...utf8("k1"), ...box.subarray(3));
    expect(keyIdOf(moved)).toBe("k1");
    expect(await open(ring, moved, { purpose: "p", associated_data: "abc" })).toBeNull();
    expect(await open(ring, moved, { purpose: "p", associated_data: "1abc" })).toBeNull();
  });

  test("after rotation old boxes open, and after retirement they do not", async () => {
    const old = await seal(ring1, plaintext, options);
    expect(await open(ring21, old, options)).toEqual(plaintext);
    expect(keyIdOf(await seal(ring21, plaintext, options))).toBe("k2");
    expect(await open(ring2, old, options)).toBeNull();
  });

  test("what is too short for a box names no key", async () => {
    const shortest = await seal(ring1, new Uint8Array(0), options);
    expect(keyIdOf(shortest)).toBe("k1");
    for (let size = 0; size < shortest.length; size += 1)
      expect(keyIdOf(shortest.subarray(0, size)), `${size} bytes`).toBeNull();
  });

  test("no bytes whatever make it throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        const box = Uint8Array.of(1, 2, ...utf8("k1"), ...bytes);
        expect(await open(ring1, bytes, options)).toBeNull();
        expect(await open(ring1, box, options)).toBeNull();
        keyIdOf(bytes);
      }),
    );
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["another version", Uint8Array.of(2, 2, 107, 49, ...new Uint8Array(40))],
    ["an empty key id", Uint8Array.of(1, 0, ...new Uint8Array(40))],
    ["a key id longer than the box", Uint8Array.of(1, 255, ...utf8("k1"), ...new Uint8Array(40))],
    ["a key id of 17 characters", Uint8Array.of(1, 17, ...utf8("k".repeat(17)), ...new Uint8Array(40))],
    ["a key id that is not one", Uint8Array.of(1, 2, 0xff, 0xfe, ...new Uint8Array(40))],
  ])("keyIdOf answers null for %s", (_what, box) => {
    expect(keyIdOf(box)).toBeNull();
  });
});

describe("sealed JSON", () => {
  test("comes back as the same value", async () => {
    const value = { user_agent: "Ünï", risk: [1, 2.5, null], ok: true };
    expect(await openJson(ring1, await sealJson(ring1, value, options), options)).toEqual(value);
    expect(await openJson<number>(ring1, await sealJson(ring1, 0, options), options)).toBe(0);
  });

  test("null, undefined and boxes that are not JSON cannot be mistaken for values", async () => {
    await expect(sealJson(ring1, null, options)).rejects.toThrow(TypeError);
    await expect(sealJson(ring1, undefined, options)).rejects.toThrow(TypeError);
    expect(await openJson(ring1, await seal(ring1, plaintext, options), options)).toBeNull();
    expect(await openJson(ring1, new Uint8Array(60), options)).toBeNull();
  });
});
