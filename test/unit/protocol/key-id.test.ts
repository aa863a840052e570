import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import { mintBearerToken } from "../../../src/protocol/bearer-token.ts";
import { makeKeyId, readKeyId } from "../../../src/protocol/key-id.ts";
import { sign } from "../../../src/protocol/mac.ts";
import { countingBytes, replaceAt, ring1, ring2, ring21 } from "./fixtures.ts";

const CLAIMS = {
  workspace: "main",
  principal_id: `wrk_${"0a".repeat(13)}`,
  id: `key_${"1b".repeat(13)}`,
};
const made = makeKeyId(ring1, CLAIMS);

describe("a key id", () => {
  test("is read back to whose key it is and which one", async () => {
    expect(await made).toMatch(/^twk_1\.k1\.main\.wrk_0a.*\.key_1b.*\.[\w-]{43}$/);
    expect(await readKeyId(ring1, await made)).toEqual(CLAIMS);
  });

  test("outlives a rotation of the ring, until its key is retired", async () => {
    expect(await readKeyId(ring21, await made)).toEqual(CLAIMS);
    expect(await readKeyId(ring2, await made)).toBeNull();
    expect(await makeKeyId(ring21, CLAIMS)).toMatch(/^twk_1\.k2\./);
  });

  test("with any one character replaced is none", async () => {
    const text = await made;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (at, by) => {
        if (text[at] !== by) expect(await readKeyId(ring1, replaceAt(text, at, by))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test("is no text that somebody made up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        expect(await readKeyId(ring1, text)).toBeNull();
      }),
      { numRuns: 300 },
    );
    for (const text of [
      `${await made}.`,
      `${await made}A`,
      (await made).slice(4),
      ".....",
      "x".repeat(9_000),
    ]) {
      expect(await readKeyId(ring1, text)).toBeNull();
    }
  });

  test("is no token, and no token is one; its MAC key is its own", async () => {
    const claims = { ...CLAIMS, principal_id: `usr_${"0a".repeat(13)}`, id: `ses_${"1b".repeat(13)}` };
    const token = await mintBearerToken(ring1, "session", { ...claims, secret: countingBytes()(32) });
    expect(await readKeyId(ring1, token)).toBeNull();
    const named = (await made).slice(0, (await made).lastIndexOf("."));
    const other = await sign(await ring1.deriveMac("k1", "session-token"), utf8(named));
    expect(await readKeyId(ring1, `${named}.${encodeBase64Url(other)}`)).toBeNull();
  });

  test.each([
    { workspace: "Main" },
    { workspace: "a.b" },
    { principal_id: `usr_${"0a".repeat(13)}` },
    { id: "key_1" },
    { id: `${CLAIMS.id}0` },
    { id: ` ${CLAIMS.id}` },
  ])("is not made for %o", async (change) => {
    await expect(makeKeyId(ring1, { ...CLAIMS, ...change })).rejects.toThrow(RangeError);
  });
});
