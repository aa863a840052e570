import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64Url, utf8 } from "../../../src/protocol/base64url.ts";
import { sign } from "../../../src/protocol/mac.ts";
import { randomId } from "../../../src/protocol/random.ts";
import { mintSessionToken, verifySessionToken } from "../../../src/protocol/session-token.ts";
import { VerifiedCache } from "../../../src/protocol/verified-cache.ts";
import { countingBytes, replaceAt, ring1, ring2, ring21 } from "./fixtures.ts";

const claims = {
  workspace: "main",
  principal_id: `usr_${"0a".repeat(13)}`,
  session_id: `ses_${"1b".repeat(13)}`,
  secret: countingBytes()(32),
};
const token = await mintSessionToken(ring1, claims);

/** A token with a good MAC over whatever is given, as only a bug of ours could make it. */
async function signed(text: string): Promise<string> {
  return `${text}.${encodeBase64Url(await sign(await ring1.deriveMac("k1", "session-token"), utf8(text)))}`;
}

describe("session token", () => {
  test("a minted token verifies to its claims", async () => {
    expect(await verifySessionToken(ring1, token)).toEqual(claims);
  });

  test("the format never changes from release to release", () => {
    expect(token).toBe(
      "tws_1.k1.main.usr_0a0a0a0a0a0a0a0a0a0a0a0a0a.ses_1b1b1b1b1b1b1b1b1b1b1b1b1b.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8.HuFj7rB6RCQTqh5Dfi0EqN0idc0m_8pkErKwYkOm4Mc",
    );
  });

  test("any altered character is refused", async () => {
    for (let index = 0; index < token.length; index++) {
      for (const character of ["A", "b", "0", "_", "-", ".", " ", "é"]) {
        if (token[index] === character) continue;
        expect(await verifySessionToken(ring1, replaceAt(token, index, character)), `at ${index}`).toBeNull();
      }
    }
  });

  test("any truncation, extension, repetition or other case is refused", async () => {
    for (let length = 0; length < token.length; length++) {
      expect(await verifySessionToken(ring1, token.slice(0, length))).toBeNull();
    }
    for (const altered of [
      `${token}=`,
      `${token}.`,
      ` ${token}`,
      `${token}\n`,
      token + token,
      token.toUpperCase(),
    ]) {
      expect(await verifySessionToken(ring1, altered)).toBeNull();
    }
  });

  test("the parts of two good tokens cannot be mixed", async () => {
    const other = await mintSessionToken(ring1, {
      workspace: "other",
      principal_id: randomId("usr_"),
      session_id: randomId("ses_"),
      secret: new Uint8Array(32).fill(9),
    });
    const [ours, theirs] = [token.split("."), other.split(".")];
    for (let part = 2; part < 7; part++) {
      const mixed = ours.with(part, theirs[part]!).join(".");
      expect(await verifySessionToken(ring1, mixed), `part ${part}`).toBeNull();
    }
  });

  test("after rotation old tokens hold, and after retirement they do not", async () => {
    expect(await verifySessionToken(ring21, token)).toEqual(claims);
    expect(await mintSessionToken(ring21, claims)).toMatch(/^tws_1\.k2\./);
    expect(await verifySessionToken(ring2, token)).toBeNull();
    expect(await verifySessionToken(ring2, token.replace(".k1.", ".k2."))).toBeNull();
  });

  test("a MAC made for another purpose is refused", async () => {
    const text = token.slice(0, token.lastIndexOf("."));
    const mac = await sign(await ring1.deriveMac("k1", "cursor"), utf8(text));
    expect(await verifySessionToken(ring1, `${text}.${encodeBase64Url(mac)}`)).toBeNull();
  });

  test.each([
    ["another version", token.replace("tws_1", "tws_2")],
    ["another prefix", token.replace("tws_", "twp_")],
    ["a workspace of one character", token.replace(".main.", ".m.")],
    ["a workspace of 33 characters", token.replace(".main.", `.${"m".repeat(33)}.`)],
    ["a workspace with a slash", token.replace(".main.", ".ma/in.")],
    ["a workspace with a line break", token.replace(".main.", ".main\n.")],
    ["a session in the principal's place", token.replace("usr_", "usr")],
    ["a session id of another kind", token.replace("ses_", "usr_")],
    [
      "a secret of 31 bytes",
      token.replace(encodeBase64Url(claims.secret), encodeBase64Url(claims.secret.slice(1))),
    ],
    ["no secret", token.replace(encodeBase64Url(claims.secret), "")],
    ["another spelling of the secret", token.replace(/8\.([^.]*)$/, "9.$1")],
  ])("refuses %s even under a good MAC", async (_what, altered) => {
    const text = altered.slice(0, altered.lastIndexOf("."));
    expect(altered).not.toBe(token);
    expect(await verifySessionToken(ring1, await signed(text))).toBeNull();
  });

  test("more than 512 characters are refused before anything is read", async () => {
    expect(await verifySessionToken(ring1, `${token.slice(0, -1)}${"A".repeat(600)}`)).toBeNull();
    const unreadable = {
      length: 513,
      split() {
        throw new Error("read");
      },
    };
    expect(await verifySessionToken(ring1, unreadable as unknown as string)).toBeNull();
  });

  test("no text whatever makes it throw", async () => {
    const part = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom("tws_1", "k1", "main", "__proto__", ""),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 9 }), async (parts) => {
        expect(await verifySessionToken(ring1, parts.join("."))).toBeNull();
      }),
    );
  });

  test.each([
    ["workspace", { ...claims, workspace: "Main" }],
    ["principal", { ...claims, principal_id: "usr_1" }],
    ["session", { ...claims, session_id: `usr_${"0".repeat(26)}` }],
    ["secret", { ...claims, secret: new Uint8Array(31) }],
    ["dot", { ...claims, workspace: "a.b" }],
  ])("minting for a malformed %s is a defect", async (_what, malformed) => {
    await expect(mintSessionToken(ring1, malformed)).rejects.toThrow(RangeError);
  });

  test("the longest token that can be minted is within the cap", async () => {
    const longest = await mintSessionToken(ring1, { ...claims, workspace: "w".repeat(32) });
    expect(longest.length + 14).toBeLessThan(512);
    expect(await verifySessionToken(ring1, longest)).not.toBeNull();
  });
});

describe("verified cache", () => {
  test("holds no more than its bound, and the least recently used goes first", () => {
    const cache = new VerifiedCache<number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    expect(cache.get("a")).toBe(1);
    cache.set("c", 3);
    expect(cache.size).toBe(2);
    expect(cache.get("b")).toBeUndefined();
    expect(cache.get("a")).toBe(1);
    expect(cache.get("c")).toBe(3);
  });

  test("setting a text again replaces it and pushes nothing out", () => {
    const cache = new VerifiedCache<number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.set("b", 3);
    expect([cache.get("a"), cache.get("b"), cache.size]).toEqual([1, 3, 2]);
  });

  test("only the exact text is found", () => {
    const cache = new VerifiedCache<number>(10);
    cache.set(token, 1);
    expect(cache.get(token.slice(0, -1))).toBeUndefined();
    expect(cache.get("__proto__")).toBeUndefined();
  });

  test("behaves like a list of recent texts, whatever is asked", () => {
    const step = fc.record({ text: fc.constantFrom(..."abcdefg"), write: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (bound, steps) => {
        const cache = new VerifiedCache<string>(bound);
        let recent: string[] = [];
        for (const { text, write } of steps) {
          const known = recent.includes(text);
          if (write) cache.set(text, text);
          else expect(cache.get(text)).toBe(known ? text : undefined);
          if (write || known) recent = [text, ...recent.filter((other) => other !== text)].slice(0, bound);
          expect(cache.size).toBe(recent.length);
        }
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a bound of %s", (bound) => {
    expect(() => new VerifiedCache(bound)).toThrow(RangeError);
  });
});
