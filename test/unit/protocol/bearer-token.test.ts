import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import {
  type BearerKind,
  idPrefixOf,
  mintBearerToken,
  verifyBearerToken,
} from "../../../src/protocol/bearer-token.ts";
import { sign } from "../../../src/protocol/mac.ts";
import { countingBytes, replaceAt, ring1, ring2, ring21 } from "./fixtures.ts";

const KINDS: [BearerKind, string, string, string][] = [
  ["session", "tws_1", "ses_", "session-token"],
  ["api", "twp_1", "tok_", "api-token"],
  ["handoff", "twh_1", "hnd_", "handoff-ticket"],
  ["recovery", "twr_1", "rcv_", "recovery-token"],
  ["email", "twe_1", "emc_", "email-token"],
  ["unlock", "twu_1", "ulk_", "unlock-token"],
];

const claimsOf = (id_prefix: string) => ({
  workspace: "main",
  principal_id: `usr_${"0a".repeat(13)}`,
  id: `${id_prefix}${"1b".repeat(13)}`,
  secret: countingBytes()(32),
});

describe.each(KINDS)("bearer token of kind %s", (kind, version, id_prefix, purpose) => {
  const claims = claimsOf(id_prefix);
  const minted = mintBearerToken(ring1, kind, claims);

  test("verifies to its claims, and begins with its own prefix", async () => {
    expect((await minted).startsWith(`${version}.k1.main.`)).toBe(true);
    expect(await verifyBearerToken(ring1, kind, await minted)).toEqual(claims);
  });

  test("is refused as any other kind, even with the other's prefix and id under its own MAC", async () => {
    for (const [other, other_version, other_prefix] of KINDS) {
      if (other === kind) continue;
      expect(await verifyBearerToken(ring1, other, await minted)).toBeNull();
      const dressed = (await minted)
        .replace(version, other_version)
        .replace(`.${id_prefix}`, `.${other_prefix}`);
      const text = dressed.slice(0, dressed.lastIndexOf("."));
      const mac = await sign(await ring1.deriveMac("k1", purpose), utf8(text));
      expect(await verifyBearerToken(ring1, other, `${text}.${encodeBase64Url(mac)}`)).toBeNull();
    }
  });

  test("an altered character anywhere is refused", async () => {
    const token = await minted;
    for (let index = 0; index < token.length; index++) {
      for (const character of ["A", "0", ".", "é"]) {
        if (token[index] === character) continue;
        expect(await verifyBearerToken(ring1, kind, replaceAt(token, index, character))).toBeNull();
      }
    }
  });

  test("a longer, shorter or repeated text is refused", async () => {
    const token = await minted;
    for (const text of [`${token}.`, ` ${token}`, `${token}\n`, token + token, token.slice(1), ""]) {
      expect(await verifyBearerToken(ring1, kind, text)).toBeNull();
    }
    expect(await verifyBearerToken(ring1, kind, token.padEnd(513, "A"))).toBeNull();
  });

  test("holds after rotation and not after retirement", async () => {
    expect(await verifyBearerToken(ring21, kind, await minted)).toEqual(claims);
    expect(await verifyBearerToken(ring2, kind, await minted)).toBeNull();
  });

  test("ids of its rows begin as in its claims", () => {
    expect(idPrefixOf(kind)).toBe(id_prefix);
  });

  test("minting for another kind's id is a defect", async () => {
    await expect(mintBearerToken(ring1, kind, claimsOf("zzz_"))).rejects.toThrow(RangeError);
  });
});

test("no text whatever makes it throw", async () => {
  const part = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom("twr_1", "k1", "main", "__proto__", ""),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 9 }), async (parts) => {
      expect(await verifyBearerToken(ring1, "recovery", parts.join("."))).toBeNull();
    }),
  );
});
