import initialize from "@phi-ag/argon2/node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Argon2,
  DUMMY_PHC,
  formatPhc,
  hashPassword,
  PASSWORD_PARAMETERS,
  parsePhc,
  verifyPassword,
} from "../../../src/protocol/password-hash.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { countingBytes, hex, ring1, ring2, ring21, unhex } from "./fixtures.ts";

const argon2: Argon2 = await initialize();
const password = "correct horse battery staple";
const phc = await hashPassword({ argon2, ring: ring1, password, random: countingBytes() });

/** Counts hashes and does none: for what must be refused before, or equal in cost. */
function countingArgon2() {
  const asked: object[] = [];
  const hash: Argon2["hash"] = (input, { salt: _salt, ...cost }) => {
    asked.push({ ...cost, characters: input.length });
    return { hash: new Uint8Array(cost.hashLength).fill(7) };
  };
  return { asked, hash };
}

/** A stored string with changed values. */
function variant(changes: Partial<NonNullable<ReturnType<typeof parsePhc>>>): string {
  return formatPhc({ ...parsePhc(phc)!, ...changes });
}

describe("password hash", () => {
  test("a password matches its own string and needs no rehash", async () => {
    expect(await verifyPassword({ argon2, ring: ring1, password, phc })).toEqual({
      matches: true,
      rehash: false,
    });
  });

  test("the string names algorithm, version, cost, pepper key, salt and hash, and stays as it is", () => {
    expect(phc).toBe(
      "$argon2id$v=19$m=19456,t=2,p=1,keyid=azE$AAECAwQFBgcICQoLDA0ODw$Vo2Smln5pfi6F+ViW+jNN686/cnhp1MTm84QePURZjE",
    );
  });

  test("any other password does not match", async () => {
    for (const other of [
      "",
      "correct horse battery stapl",
      `${password} `,
      password.toUpperCase(),
      `${password}\0`,
    ]) {
      expect(await verifyPassword({ argon2, ring: ring1, password: other, phc })).toEqual({
        matches: false,
        rehash: false,
      });
    }
  });

  test("the same password never makes the same string", async () => {
    expect(await hashPassword({ argon2, ring: ring1, password })).not.toBe(
      await hashPassword({ argon2, ring: ring1, password }),
    );
  });

  test("every character counts, however long the password and whatever its script", async () => {
    const long = "日本語のパスワード🔑é".repeat(30);
    const stored = await hashPassword({ argon2, ring: ring1, password: long });
    expect((await verifyPassword({ argon2, ring: ring1, password: long, phc: stored })).matches).toBe(true);
    for (const other of [`${long.slice(0, -1)}e`, long.slice(0, -1), `${long}x`, `x${long.slice(1)}`]) {
      expect((await verifyPassword({ argon2, ring: ring1, password: other, phc: stored })).matches).toBe(
        false,
      );
    }
  });

  test("Argon2 only ever sees 43 ASCII characters", async () => {
    const seen: string[] = [];
    const spy: Argon2 = {
      hash(input, { hashLength }) {
        seen.push(input);
        return { hash: new Uint8Array(hashLength) };
      },
    };
    await hashPassword({ argon2: spy, ring: ring1, password: "🔑\0ß" });
    await hashPassword({ argon2: spy, ring: ring1, password: "x".repeat(60_000) });
    for (const input of seen) expect(input).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test("composed and decomposed spellings are one password, compatibility forms are not", async () => {
    const stored = await hashPassword({ argon2, ring: ring1, password: "caf\u00e9 noir ﬁn" });
    const check = (typed: string) => verifyPassword({ argon2, ring: ring1, password: typed, phc: stored });
    expect((await check("cafe\u0301 noir ﬁn")).matches).toBe(true);
    expect((await check("caf\u00e9 noir fin")).matches).toBe(false);
  });

  test("without the pepper key nothing matches", async () => {
    expect((await verifyPassword({ argon2, ring: ring2, password, phc })).matches).toBe(false);
    const renamed = variant({ key_id: "k2" });
    expect((await verifyPassword({ argon2, ring: ring21, password, phc: renamed })).matches).toBe(false);
  });

  test("a hash without a pepper is refused before it is computed", async () => {
    const { asked, hash } = countingArgon2();
    const bare = variant({ key_id: null });
    expect((await verifyPassword({ argon2: { hash }, ring: ring1, password, phc: bare })).matches).toBe(
      false,
    );
    expect(asked).toEqual([]);
  });

  test("after rotation of the pepper a match asks for a rehash", async () => {
    expect(await verifyPassword({ argon2, ring: ring21, password, phc })).toEqual({
      matches: true,
      rehash: true,
    });
    expect(await verifyPassword({ argon2, ring: ring21, password: "wrong", phc })).toEqual({
      matches: false,
      rehash: false,
    });
  });

  test.each([
    ["memory", { memory_kib: 19_455 }, true],
    ["passes", { passes: 1 }, true],
    ["salt", { salt: new Uint8Array(15) }, true],
    ["hash", { hash: new Uint8Array(31).fill(7) }, true],
    ["memory, the least that is computed", { memory_kib: 32 }, true],
    ["nothing, but stronger", { memory_kib: 65_536, passes: 3, lanes: 4 }, false],
  ])("a rehash is asked for where it is weaker in %s", async (_what, changes, rehash) => {
    const { hash } = countingArgon2();
    const stored = variant({ hash: new Uint8Array(32).fill(7), ...changes });
    expect(await verifyPassword({ argon2: { hash }, ring: ring1, password, phc: stored })).toEqual({
      matches: true,
      rehash,
    });
  });

  test.each([
    ["65,537 KiB", { memory_kib: 65_537 }],
    ["4 TiB", { memory_kib: 4_294_967_295 }],
    ["31 KiB", { memory_kib: 31 }],
    ["11 passes", { passes: 11 }],
    ["5 lanes", { lanes: 5 }],
  ])("%s are refused before anything is computed", async (_what, changes) => {
    const { asked, hash } = countingArgon2();
    const stored = variant({ hash: new Uint8Array(32).fill(7), ...changes });
    expect((await verifyPassword({ argon2: { hash }, ring: ring1, password, phc: stored })).matches).toBe(
      false,
    );
    expect(asked).toEqual([]);
  });

  test("an unknown user costs the same as a known one, and never matches", async () => {
    const { asked, hash } = countingArgon2();
    const dummy = DUMMY_PHC(ring1);
    await verifyPassword({ argon2: { hash }, ring: ring1, password, phc });
    await verifyPassword({ argon2: { hash }, ring: ring1, password, phc: dummy });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(parsePhc(dummy)).toMatchObject({ memory_kib: PASSWORD_PARAMETERS.memory_kib, key_id: "k1" });
    for (const guess of [password, "", "\0"]) {
      expect((await verifyPassword({ argon2, ring: ring1, password: guess, phc: dummy })).matches).toBe(
        false,
      );
    }
  });
});

describe("PHC string", () => {
  test("reads what it writes", () => {
    const positive = fc.integer({ min: 1, max: 9_999_999 });
    const values = fc.record({
      memory_kib: positive,
      passes: positive,
      lanes: positive,
      key_id: fc.option(fc.stringMatching(/^[a-z0-9]{1,16}$/)),
      salt: fc.uint8Array({ minLength: 8, maxLength: 48 }).map((bytes) => Uint8Array.from(bytes)),
      hash: fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Uint8Array.from(bytes)),
    });
    fc.assert(
      fc.property(values, (value) => {
        expect(parsePhc(formatPhc(value))).toEqual(value);
      }),
    );
  });

  test("each string has one spelling: whatever parses, formats to the same text", () => {
    fc.assert(
      fc.property(fc.nat(phc.length - 1), fc.constantFrom(..."$,=019aA+/-_ k"), (index, character) => {
        const altered = phc.slice(0, index) + character + phc.slice(index + 1);
        const parsed = parsePhc(altered);
        if (parsed) expect(formatPhc(parsed)).toBe(altered);
      }),
    );
  });

  const salt = "AAECAwQFBgcICQoLDA0ODw";
  const hash = "A".repeat(43);
  test.each([
    ["nothing", ""],
    ["another algorithm", `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${hash}`],
    ["the algorithm in upper case", `$ARGON2ID$v=19$m=19456,t=2,p=1$${salt}$${hash}`],
    ["an older version", `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${hash}`],
    ["no version", `$argon2id$m=19456,t=2,p=1$${salt}$${hash}`],
    ["another order", `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${hash}`],
    ["a leading zero", `$argon2id$v=19$m=019456,t=2,p=1$${salt}$${hash}`],
    ["a sign", `$argon2id$v=19$m=+19456,t=2,p=1$${salt}$${hash}`],
    ["an exponent", `$argon2id$v=19$m=2e4,t=2,p=1$${salt}$${hash}`],
    ["zero passes", `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${hash}`],
    ["a parameter twice", `$argon2id$v=19$m=19456,m=19456,t=2,p=1$${salt}$${hash}`],
    ["an unknown parameter", `$argon2id$v=19$m=19456,t=2,p=1,data=AA$${salt}$${hash}`],
    ["an empty key id", `$argon2id$v=19$m=19456,t=2,p=1,keyid=$${salt}$${hash}`],
    ["a key id in upper case", `$argon2id$v=19$m=19456,t=2,p=1,keyid=SzE$${salt}$${hash}`],
    ["padding", `$argon2id$v=19$m=19456,t=2,p=1$${salt}==$${hash}`],
    ["the url alphabet", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${"-".repeat(43)}`],
    ["a short salt", `$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAA$${hash}`],
    ["no salt", `$argon2id$v=19$m=19456,t=2,p=1$$${hash}`],
    ["a short hash", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$AAAAAAAA`],
    ["no hash", `$argon2id$v=19$m=19456,t=2,p=1$${salt}`],
    ["a further part", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${hash}$`],
    ["a line break", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${hash}\n`],
    ["text in front", `x$argon2id$v=19$m=19456,t=2,p=1$${salt}$${hash}`],
    ["a megabyte", `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(1_000_000)}$${hash}`],
  ])("refuses %s, and a password never matches it", async (_what, text) => {
    const { asked, hash: count } = countingArgon2();
    expect(parsePhc(text)).toBeNull();
    expect(await verifyPassword({ argon2: { hash: count }, ring: ring1, password, phc: text })).toEqual({
      matches: false,
      rehash: false,
    });
    expect(asked).toEqual([]);
  });

  test("writing values that could not be read is a defect", () => {
    expect(() => variant({ passes: 1.5 })).toThrow(RangeError);
    expect(() => variant({ memory_kib: 0 })).toThrow(RangeError);
    expect(() => variant({ salt: new Uint8Array(7) })).toThrow(RangeError);
    expect(() => variant({ key_id: "K1" })).toThrow(RangeError);
  });
});

interface Argon2Vector {
  type: string;
  version: number;
  t: number;
  m_kib: number;
  p: number;
  password: string;
  salt: string;
  tag: string;
  encoded: string;
}

describe.skipIf(!corporaRoot)(`Argon2id, the reference implementation's vectors${corporaNote}`, () => {
  const { vectors = [] } = readCorpus("crypto/argon2.json") as { vectors?: Argon2Vector[] };
  const { items = [] } = readCorpus("crypto/phc_strings.json") as {
    items?: { phc: string; valid: boolean }[];
  };
  const argon2id = vectors.filter(({ type, version }) => type === "argon2id" && version === 19);

  test.for(argon2id)("m=$m_kib t=$t p=$p $password/$salt gives the published tag", (vector) => {
    const { hash } = argon2.hash(vector.password, {
      salt: new TextEncoder().encode(vector.salt),
      hashLength: 32,
      timeCost: vector.t,
      memoryCost: vector.m_kib,
      parallelism: vector.p,
      type: 2,
      version: 19,
    });
    expect(hex(hash)).toBe(vector.tag);
    const parsed = parsePhc(vector.encoded)!;
    expect(parsed).toMatchObject({
      memory_kib: vector.m_kib,
      passes: vector.t,
      lanes: vector.p,
      key_id: null,
    });
    expect(Buffer.from(parsed.salt).toString()).toBe(vector.salt);
    expect(parsed.hash).toEqual(unhex(vector.tag));
  });

  test("exactly the well-formed Argon2id v19 strings are read, and each writes back as it was", () => {
    expect(items.length).toBeGreaterThan(20);
    for (const { phc: text, valid } of items) {
      const parsed = parsePhc(text);
      expect(parsed !== null, text).toBe(valid && text.startsWith("$argon2id$v=19$"));
      if (parsed) expect(formatPhc(parsed)).toBe(text);
    }
  });
});
