import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import { openCursor, signCursor } from "../../../src/protocol/cursor.ts";
import { replaceAt, ring1, ring2 } from "./fixtures.ts";

const key = await ring1.deriveMac("k1", "cursor");
const scope = "main/projects/usr_1";
const position = { after: "prj_01", created_at_ms: 1_800_000_000_000 };
const cursor = await signCursor(key, scope, position);

describe("cursor", () => {
  test("opens to its position, for any JSON but null", async () => {
    const positions = fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null);
    await fc.assert(
      fc.asyncProperty(fc.string(), positions, async (anyScope, value) => {
        const asJson = JSON.parse(JSON.stringify(value));
        const text = await signCursor(key, anyScope, value).catch(() => null);
        if (text) expect(await openCursor(key, anyScope, text)).toEqual(asJson);
      }),
    );
  });

  test("travels in a URL as it is", () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test("another scope or key refuses it", async () => {
    expect(await openCursor(key, scope, cursor)).toEqual(position);
    expect(await openCursor(key, "main/projects/usr_2", cursor)).toBeNull();
    expect(await openCursor(key, "", cursor)).toBeNull();
    expect(await openCursor(await ring2.deriveMac("k2", "cursor"), scope, cursor)).toBeNull();
  });

  test("any altered character, truncation or extension is refused", async () => {
    for (let index = 0; index < cursor.length; index++) {
      for (const character of ["A", "b", ".", "=", " "]) {
        if (cursor[index] === character) continue;
        expect(await openCursor(key, scope, replaceAt(cursor, index, character)), `at ${index}`).toBeNull();
      }
      expect(await openCursor(key, scope, cursor.slice(0, index))).toBeNull();
    }
    for (const altered of [`${cursor}.`, `.${cursor}`, `${cursor}=`, cursor + cursor]) {
      expect(await openCursor(key, scope, altered)).toBeNull();
    }
  });

  test("text cannot move between scope and position", async () => {
    // "123456" and "456" are both JSON, and base64url splits between them.
    const [payload, mac] = (await signCursor(key, "s", 123_456)).split(".");
    expect(payload).toBe("MTIzNDU2");
    expect(await openCursor(key, "sMTIz", `NDU2.${mac}`)).toBeNull();
    const [, shortMac] = (await signCursor(key, "sMTIz", 456)).split(".");
    expect(await openCursor(key, "s", `MTIzNDU2.${shortMac}`)).toBeNull();
  });

  test("a position without a good MAC is never parsed", async () => {
    for (const forged of ["", ".", "bnVsbA.", "e30.e30", `${encodeBase64Url(utf8("{"))}.${"A".repeat(43)}`]) {
      expect(await openCursor(key, scope, forged)).toBeNull();
    }
  });

  test("more than 1,024 characters are neither read nor written", async () => {
    expect(await openCursor(key, scope, `${"A".repeat(2_000)}.${"A".repeat(43)}`)).toBeNull();
    await expect(signCursor(key, scope, "x".repeat(1_000))).rejects.toThrow(RangeError);
    const large = await signCursor(key, scope, "x".repeat(700));
    expect(await openCursor(key, scope, large)).toBe("x".repeat(700));
  });

  test("null and undefined, which look like a refusal, are defects", async () => {
    await expect(signCursor(key, scope, null)).rejects.toThrow(TypeError);
    await expect(signCursor(key, scope, undefined)).rejects.toThrow(TypeError);
  });

  test("no text whatever makes it throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        expect(await openCursor(key, scope, text)).toBeNull();
      }),
    );
  });
});
