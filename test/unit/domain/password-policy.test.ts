// Which passwords are refused: NIST SP 800-63B-4 §3.1.1, and nothing beyond it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dictionary } from "@zxcvbn-ts/language-common";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { loadCommonPasswords } from "../../../src/domain/common-passwords.ts";
import { LENGTH_ALONE, LENGTH_WITH_MFA, passwordComplaint } from "../../../src/domain/password-policy.ts";
import { Password } from "../../../src/schema/account.ts";
import { corporaNote, corporaRoot } from "../corpora.ts";

const common = await loadCommonPasswords();
const listed = dictionary["passwords-common"] as string[];
const complaint = (password: string, mfa = true, username = "ada.lovelace") =>
  passwordComplaint(password, username, mfa, common);
/** As registration does it: the shape first, then the policy. */
const isAccepted = (password: string, mfa: boolean) =>
  v.is(Password, password) && complaint(password, mfa) === null;

/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
/** No repetition, no word: `length` different characters from the code point on. */
const distinct = (length: number, from = 0x4e00) =>
  Array.from({ length }, (_, index) => String.fromCodePoint(from + index)).join("");

describe("length", () => {
  test("is at least 8 with MFA and 15 without", () => {
    expect(LENGTH_WITH_MFA).toBe(8);
    expect(LENGTH_ALONE).toBe(15);
    for (const [length, with_mfa, alone] of [
      [7, false, false],
      [8, true, false],
      [14, true, false],
      [15, true, true],
    ] as const) {
      expect(complaint(distinct(length), true) === null, `${length} with MFA`).toBe(with_mfa);
      expect(complaint(distinct(length), false) === null, `${length} alone`).toBe(alone);
    }
  });

  test("may be 128 characters of any plane, and 256 of most", () => {
    for (const length of [64, 128, 200, 256])
      expect(isAccepted(distinct(length), false), `${length}`).toBe(true);
    expect(isAccepted(distinct(128, 0x1f300), false)).toBe(true);
    expect(isAccepted(distinct(257), false)).toBe(false);
  });

  test("counts code points, not UTF-16 units", () => {
    expect(complaint(distinct(7, 0x1f300))).not.toBeNull();
    expect(complaint(distinct(8, 0x1f300))).toBeNull();
    expect(complaint(distinct(14, 0x1f300), false)).not.toBeNull();
    expect(complaint(distinct(15, 0x1f300), false)).toBeNull();
  });

  test("counts after NFC, so that a letter and its accent are one", () => {
    const decomposed = "éàüöñçîø".normalize("NFD");
    expect(decomposed.length).toBeGreaterThan(14);
    expect(complaint(decomposed)).toBeNull();
    expect(complaint(decomposed, false)).not.toBeNull();
    expect(complaint("éàüöñçî".normalize("NFD"))).not.toBeNull();
  });

  test("is judged the same however the text is composed", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."aéàüö한글xyz"), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.boolean(), (text, mfa) => {
        expect(complaint(text.normalize("NFD"), mfa)).toBe(complaint(text.normalize("NFC"), mfa));
      }),
    );
  });
});

describe("composition", () => {
  test.each([
    "quietly the river bends",
    "correcthorsebatterystaple",
    "ALL CAPITALS AND SPACES",
    "82659301746583920",
    "!?;:,.-_#+*/()[]{}",
    "   spaces at both ends   ",
    "der fluss fließt am abend",
    "夜明け前の静かな川の流れを見る",
    "🦊🌊🍋🚲🎻🧭🪁🌵🐙🍄🎈🧵🪐🌙🔔",
  ])("has no rules: %j is accepted", (password) => {
    expect(isAccepted(password, true)).toBe(true);
    if ([...password].length >= 15) expect(isAccepted(password, false)).toBe(true);
  });

  test("any long lower-case passphrase that is not on a list is accepted", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
      minLength: 18,
      maxLength: 60,
    });
    fc.assert(
      fc.property(letters, (text) => {
        fc.pre(new Set(text).size > 6 && !text.includes("ada"));
        expect(isAccepted(text, false)).toBe(true);
      }),
    );
  });
});

describe("blocklist", () => {
  test.each([
    "password",
    "Password",
    "PASSWORD",
    "ｐａｓｓｗｏｒｄ",
    "iloveyou",
    "qwertyuiop",
    "12345678",
    "1234567890",
    "sunshine",
    "football",
  ])("refuses %s, which everybody tries first", (password) => {
    expect(complaint(password)).toMatch(/everybody tries first/);
    expect(complaint(password, false)).not.toBeNull();
  });

  test.each([
    "aaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaa",
    "abababababababab",
    "xyzxyzxyzxyzxyzx",
    "qazwqazwqazwqazwq",
    "🦊".repeat(15),
  ])("refuses %s, a pattern over and over", (password) => {
    expect(complaint(password)).not.toBeNull();
  });

  test("refuses the user's own name, wherever and however it is written", () => {
    for (const password of [
      "ada.lovelace",
      "ada.lovelace1843",
      "my name is ada.lovelace",
      "ADA.LOVELACE of London",
      "ａｄａ．ｌｏｖｅｌａｃｅ in wide",
    ]) {
      expect(complaint(password), password).toMatch(/username/);
    }
    expect(complaint("ada and lovelace apart")).toBeNull();
    expect(complaint("ada.lovelace1843", true, "grace")).toBeNull();
  });

  test("never repeats the password in what it says", () => {
    const texts = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom(...listed.slice(0, 500)));
    fc.assert(
      fc.property(texts, fc.boolean(), (text, mfa) => {
        const marked = `${text}Zq7#`;
        expect(complaint(marked, mfa, "zq7#") ?? "").not.toContain("Zq7#");
        // One of a handful of sentences, whatever was tried.
        if (complaint(text, mfa)) expect(SENTENCES).toContain(complaint(text, mfa));
      }),
    );
  });

  const SENTENCES = [
    "expected at least 8 characters",
    "expected at least 15 characters, or 8 with MFA",
    "this password is among those that everybody tries first",
    "expected more than one repeated pattern",
    "the password must not contain the username",
  ];

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string(), fc.boolean(), (text, username, mfa) => {
        const said = passwordComplaint(text, username, mfa, common);
        expect(said === null || SENTENCES.includes(said)).toBe(true);
      }),
    );
    expect(complaint("\ud800".repeat(20))).not.toBeNull();
  });
});

describe.skipIf(!corporaRoot)(`common passwords of others${corporaNote}`, () => {
  const file = join(corporaRoot ?? "", "passwords/common_min8.txt");
  const corpus = corporaRoot ? readFileSync(file, "utf8").split(/\r?\n/).filter(Boolean) : [];

  test("are refused, every one of them, with MFA and without", () => {
    expect(corpus.length).toBeGreaterThan(5_000);
    for (const mfa of [true, false]) {
      expect(corpus.filter((password) => complaint(password, mfa, "nobody.of.them") === null)).toEqual([]);
    }
  });
});
