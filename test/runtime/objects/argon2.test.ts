// Argon2id as this runtime computes it: the published values, one instance for all, and every character counts.
import { expect, it } from "vitest";
import { argon2 } from "../../../src/edge/password-hasher.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { KeyRing } from "../../../src/protocol/key-ring.ts";
import {
  DUMMY_PHC,
  hashPassword,
  PASSWORD_PARAMETERS,
  parsePhc,
  verifyPassword,
} from "../../../src/protocol/password-hash.ts";

const ring = new KeyRing([{ key_id: "k1", key: new Uint8Array(32).fill(1) }]);
const verify = async (password: string, phc: string) =>
  (await verifyPassword({ argon2: argon2(), ring, password, phc })).matches;
const hash = (password: string) => hashPassword({ argon2: argon2(), ring, password });
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Of the reference implementation's own tests (phc-winner-argon2, src/test.c, version 0x13, Argon2id).
it.each([
  [2, 256, 1, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"],
  [2, 256, 2, "password", "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"],
  [2, 65_536, 1, "password", "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"],
  [2, 65_536, 1, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"],
  [
    2,
    65_536,
    1,
    "differentpassword",
    "somesalt",
    "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
  ],
])(
  "t=%i m=%i p=%i of %s with %s is as published",
  (timeCost, memoryCost, parallelism, password, salt, expected) => {
    const options = {
      salt: utf8(salt),
      hashLength: 32,
      timeCost,
      memoryCost,
      parallelism,
      type: 2,
      version: 19,
    } as const;
    expect(hex(argon2().hash(password, options).hash)).toBe(expected);
  },
);

it("one instance serves every hash of the isolate", () => {
  expect(argon2()).toBe(argon2());
});

it("a string that Node made is verified here", async () => {
  const phc =
    "$argon2id$v=19$m=19456,t=2,p=1,keyid=azE$AAECAwQFBgcICQoLDA0ODw$Vo2Smln5pfi6F+ViW+jNN686/cnhp1MTm84QePURZjE";
  expect(await verify("correct horse battery staple", phc)).toBe(true);
  expect(await verify("correct horse battery stapl", phc)).toBe(false);
});

it("what is made here carries today's cost, a salt of its own and the newest pepper", async () => {
  const [first, second] = [
    parsePhc(await hash("the same password"))!,
    parsePhc(await hash("the same password"))!,
  ];
  const { memory_kib, passes, lanes, salt_bytes, hash_bytes } = PASSWORD_PARAMETERS;
  for (const { salt, hash: digest, ...rest } of [first, second]) {
    expect(rest).toEqual({ memory_kib, passes, lanes, key_id: "k1" });
    expect([salt.length, digest.length]).toEqual([salt_bytes, hash_bytes]);
  }
  expect([memory_kib, passes, lanes]).toEqual([19_456, 2, 1]);
  expect(first.salt).not.toEqual(second.salt);
});

it("nothing matches the stand-in for unknown names", async () => {
  const phc = DUMMY_PHC(ring);
  for (const password of ["", "password", "\u0000".repeat(32)])
    expect(await verify(password, phc)).toBe(false);
});

it.each([
  ["beyond ASCII", "pässwörd für Zoë 密码 пароль"],
  ["beyond the basic plane", "🐎🔋📎🐎🔋📎🐎🔋📎🐎🔋📎🐎🔋📎"],
  ["with a null character in it", "before\u0000after the null"],
  ["of 256 characters", "0123456789abcdef".repeat(16)],
  ["of 256 characters of three bytes", `${"試".repeat(255)}驗`],
])("a password %s is told apart in every character", async (_, password) => {
  const phc = await hash(password);
  expect(await verify(password, phc)).toBe(true);
  const characters = [...password];
  // Where other hashes stop reading (bcrypt after 72 bytes), where blocks end, and the ends.
  const places = [0, 24, 63, 72, 128, characters.length - 1];
  for (const place of new Set(places.filter((each) => each < characters.length))) {
    const other = characters.with(place, characters[place] === "x" ? "y" : "x").join("");
    expect(await verify(other, phc), `character ${place}`).toBe(false);
  }
  expect(await verify(characters.slice(0, -1).join(""), phc)).toBe(false);
  expect(await verify(`${password}x`, phc)).toBe(false);
});
