import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  backupCodeMac,
  generateBackupCodes,
  normaliseBackupCode,
} from "../../../src/protocol/backup-code.ts";
import { countingBytes, hex, KEY_1, KEY_2 } from "./fixtures.ts";

const code = "0123-4567-89AB-CDEF";

describe("backup codes", () => {
  test("are eight, of the form XXXX-XXXX-XXXX-XXXX, and never repeat", () => {
    const codes = Array.from({ length: 100 }, () => generateBackupCodes()).flat();
    expect(generateBackupCodes()).toHaveLength(8);
    expect(new Set(codes).size).toBe(800);
    for (const made of codes) expect(made).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  test("come from the given randomness, 80 bits each", () => {
    expect(generateBackupCodes(countingBytes())[0]).toBe("000G-40R4-0M30-E209");
  });

  test("a code is recognised however it is typed", () => {
    const noise = fc.constantFrom("", "-", " ", "--", "\t");
    const typing = fc.array(fc.tuple(noise, fc.boolean()), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(typing, fc.constantFrom(...generateBackupCodes()), (steps, made) => {
        const characters = made.replaceAll("-", "");
        const typed = steps.map(([gap, lower], index) => {
          const character = characters[index]!;
          return gap + (lower ? character.toLowerCase() : character);
        });
        expect(normaliseBackupCode(typed.join(""))).toBe(made);
      }),
    );
  });

  test("I and L are read as 1, O as 0", () => {
    expect(normaliseBackupCode("oIl1-OiL1-0000-0000")).toBe("0111-0111-0000-0000");
  });

  test.each([
    ["nothing", ""],
    ["a character short", "0123-4567-89AB-CDE"],
    ["a character long", "0123-4567-89AB-CDEFG"],
    ["the letter U", "U123-4567-89AB-CDEF"],
    ["another dash", "0123–4567–89AB–CDEF"],
    ["a letter that turns into I in upper case", "ı123-4567-89AB-CDEF"],
    ["a letter that turns into S in upper case", "ſ123-4567-89AB-CDEF"],
    ["a letter that turns into two", "ß23-4567-89AB-CDEF"],
    ["full-width digits", "０123-4567-89AB-CDEF"],
    ["a megabyte of dashes", `${code}${"-".repeat(1_000_000)}`],
  ])("refuses %s", (_what, text) => {
    expect(normaliseBackupCode(text)).toBeNull();
  });

  test("what is kept depends on the key, the owner and the code, and is all 32 bytes", () => {
    const kept = [
      backupCodeMac(KEY_1, "usr_a", code),
      backupCodeMac(KEY_2, "usr_a", code),
      backupCodeMac(KEY_1, "usr_b", code),
      backupCodeMac(KEY_1, "usr_a", "0123-4567-89AB-CDEG"),
    ];
    expect(new Set(kept.map(hex)).size).toBe(4);
    for (const mac of kept) expect(mac).toHaveLength(32);
    expect(backupCodeMac(KEY_1, "usr_a", code)).toEqual(kept[0]);
  });

  test.each([code.toLowerCase(), code.replaceAll("-", ""), "", `x/${code}`])(
    "keeping %j, which was not normalised, is a defect",
    (text) => {
      expect(() => backupCodeMac(KEY_1, "usr_a", text)).toThrow(RangeError);
    },
  );
});
