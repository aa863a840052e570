import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { KeyRing, parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { sign } from "../../../src/protocol/mac.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { hex, KEY_1, KEY_2, ring1, ring21, unhex } from "./fixtures.ts";

const text1 = Buffer.from(KEY_1).toString("base64url");

describe("key ring", () => {
  test("the newest is the first, and all are listed in order", () => {
    expect(ring21.newest.key_id).toBe("k2");
    expect(ring21.ids()).toEqual(["k2", "k1"]);
    expect(ring21.has("k1")).toBe(true);
    expect(ring21.has("k3")).toBe(false);
    expect(ring21.has("constructor")).toBe(false);
  });

  test.each([
    ["no key", []],
    [
      "two keys of one id",
      [
        { key_id: "k1", key: KEY_1 },
        { key_id: "k1", key: KEY_2 },
      ],
    ],
    ["a short key", [{ key_id: "k1", key: new Uint8Array(31) }]],
    ["a long key", [{ key_id: "k1", key: new Uint8Array(33) }]],
    ["an empty key id", [{ key_id: "", key: KEY_1 }]],
    ["a key id with a dot", [{ key_id: "k.1", key: KEY_1 }]],
    ["a key id with a line break", [{ key_id: "k1\n", key: KEY_1 }]],
    ["a key id in upper case", [{ key_id: "K1", key: KEY_1 }]],
    ["a key id of 17 characters", [{ key_id: "k".repeat(17), key: KEY_1 }]],
  ])("refuses %s", (_what, keys) => {
    expect(() => new KeyRing(keys)).toThrow(/^key ring: /);
  });

  test("derivation is HKDF-SHA-256 with info taskward/<purpose>", async () => {
    const base = await crypto.subtle.importKey("raw", KEY_1, "HKDF", false, ["deriveBits"]);
    const salt = Uint8Array.of(7, 8);
    const info = new TextEncoder().encode("taskward/some-purpose");
    const expected = await crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt, info },
      base,
      48 * 8,
    );
    expect(hex(await ring1.deriveBytes("k1", "some-purpose", salt, 48))).toBe(hex(new Uint8Array(expected)));
  });

  test("derived bytes never change from release to release", async () => {
    expect(hex(await ring1.deriveBytes("k1", "session-token"))).toBe(
      "e6b77d8648f151a0c104b4ba981ebad43c99586690f65d8ad2117164654c3ec4",
    );
  });

  test("key, purpose, salt and length each give other bytes", async () => {
    const derived = await Promise.all([
      ring21.deriveBytes("k1", "a"),
      ring21.deriveBytes("k2", "a"),
      ring21.deriveBytes("k1", "b"),
      ring21.deriveBytes("k1", "a", Uint8Array.of(1)),
      ring21.deriveBytes("k1", "a", Uint8Array.of(2)),
    ]);
    expect(new Set(derived.map(hex)).size).toBe(5);
    expect(await ring21.deriveBytes("k1", "a", undefined, 16)).toHaveLength(16);
  });

  test("what a caller does to derived bytes does not reach the next caller", async () => {
    const first = await ring1.deriveBytes("k1", "mutable");
    const before = hex(first);
    first.fill(0);
    expect(hex(await ring1.deriveBytes("k1", "mutable"))).toBe(before);
  });

  test("what a caller does to its keys afterwards does not reach the ring", async () => {
    const key = KEY_1.slice();
    const ring = new KeyRing([{ key_id: "k1", key }]);
    key.fill(0);
    expect(await ring.deriveBytes("k1", "a")).toEqual(await ring1.deriveBytes("k1", "a"));
  });

  test("unsalted keys are kept, salted ones are not, and neither can be exported", async () => {
    expect(await ring1.deriveAes("k1", "kept")).toBe(await ring1.deriveAes("k1", "kept"));
    expect(await ring1.deriveMac("k1", "kept")).toBe(await ring1.deriveMac("k1", "kept"));
    const salt = Uint8Array.of(1);
    expect(await ring1.deriveAes("k1", "kept", salt)).not.toBe(await ring1.deriveAes("k1", "kept", salt));
    expect((await ring1.deriveAes("k1", "kept", salt)).extractable).toBe(false);
    expect((await ring1.deriveAes("k1", "kept")).extractable).toBe(false);
    expect((await ring1.deriveMac("k1", "kept")).extractable).toBe(false);
  });

  test("an unknown key id, or a length that HKDF cannot give, is a defect", async () => {
    await expect(ring1.deriveBytes("k9", "a")).rejects.toThrow("unknown key_id");
    await expect(ring1.deriveAes("k9", "a")).rejects.toThrow("unknown key_id");
    await expect(ring1.deriveMac("k9", "a")).rejects.toThrow("unknown key_id");
    for (const length of [0, -1, 1.5, 8_161]) {
      await expect(ring1.deriveBytes("k1", "a", undefined, length)).rejects.toThrow(RangeError);
    }
  });

  test("printing a ring shows no key", async () => {
    const ring = new KeyRing([{ key_id: "k1", key: KEY_1 }]);
    await ring.deriveBytes("k1", "a");
    const derived = [...(await ring.deriveBytes("k1", "a"))].slice(0, 4).join(", ");
    for (const printed of [
      JSON.stringify(ring),
      inspect(ring, { depth: 9, showHidden: true }),
      String(ring),
    ]) {
      expect(printed).not.toMatch(/1, 1, 1/);
      expect(printed).not.toContain(derived);
    }
  });
});

describe("key ring as JSON", () => {
  test("reads a ring", async () => {
    const ring = parseKeyRing(JSON.stringify([{ key_id: "k1", key: text1 }]));
    expect(ring.ids()).toEqual(["k1"]);
    expect(await ring.deriveBytes("k1", "a")).toEqual(await ring1.deriveBytes("k1", "a"));
  });

  test.each([
    ["broken JSON", `[{"key_id":"k1","key":"${text1}"`],
    ["a bare key", text1],
    ["an object", `{"key_id":"k1","key":"${text1}"}`],
    ["an empty list", "[]"],
    ["null entries", "[null]"],
    ["a list of strings", `["${text1}"]`],
    ["a padded key", `[{"key_id":"k1","key":"${text1}="}]`],
    ["a short key", `[{"key_id":"k1","key":"${text1.slice(0, 40)}"}]`],
    ["a key that is a number", `[{"key_id":"k1","key":7}]`],
    ["id and key exchanged", `[{"key_id":"${text1}","key":"k1"}]`],
    ["a key as the key id", `[{"key_id":"${text1}","key":"${text1}"}]`],
    ["the same id twice", `[{"key_id":"k1","key":"${text1}"},{"key_id":"k1","key":"${text1}"}]`],
  ])("refuses %s without repeating the key", (_what, json) => {
    let thrown: unknown;
    try {
      parseKeyRing(json);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect((thrown as Error).message).toMatch(/^key ring: /);
    expect(inspect(thrown, { depth: 9 })).not.toContain(text1.slice(0, 6));
  });
});

interface HkdfVector {
  tcId: number;
  ikm: string;
  salt: string;
  info: string;
  okm: string;
  size: number;
  result: string;
}

describe.skipIf(!corporaRoot)(`HKDF-SHA-256 of this runtime, Wycheproof${corporaNote}`, () => {
  const { tests = [] } = readCorpus("crypto/wycheproof_hkdf_sha256.json") as { tests?: HkdfVector[] };

  test("gives every published output", async () => {
    expect(tests.length).toBeGreaterThan(50);
    for (const { tcId, ikm, salt, info, okm, size, result } of tests) {
      const base = await crypto.subtle.importKey("raw", unhex(ikm), "HKDF", false, ["deriveBits"]);
      const parameters = { name: "HKDF", hash: "SHA-256", salt: unhex(salt), info: unhex(info) };
      const derived = crypto.subtle.deriveBits(parameters, base, size * 8);
      if (result === "valid") expect(hex(new Uint8Array(await derived)), `case ${tcId}`).toBe(okm);
      else await expect(derived, `case ${tcId}`).rejects.toThrow();
    }
  });

  test("the ring's own derivation equals HKDF-SHA-256 by hand for the vectors' salts and sizes", async () => {
    for (const { salt, size, result } of tests) {
      if (result !== "valid" || salt === "") continue;
      const bytes = await ring1.deriveBytes("k1", "vectors", unhex(salt), size);
      const prk = await hmac(unhex(salt), KEY_1);
      expect(hex(bytes)).toBe(hex(await expand(prk, new TextEncoder().encode("taskward/vectors"), size)));
    }
  });
});

async function hmac(key: Uint8Array<ArrayBuffer>, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return sign(imported, message);
}

// RFC 5869 section 2.3, as written there.
async function expand(prk: Uint8Array<ArrayBuffer>, info: Uint8Array, length: number): Promise<Uint8Array> {
  let block: Uint8Array = new Uint8Array(0);
  const output: number[] = [];
  for (let counter = 1; output.length < length; counter++) {
    block = await hmac(prk, Uint8Array.of(...block, ...info, counter));
    output.push(...block);
  }
  return Uint8Array.from(output.slice(0, length));
}
