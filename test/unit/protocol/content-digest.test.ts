import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/protocol/base64url.ts";
import {
  contentDigest,
  parseContentDigest,
  verifyContentDigest,
} from "../../../src/protocol/content-digest.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { flipBit } from "./fixtures.ts";

const EMPTY_SHA_256 = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
const body = utf8('{"title":"write the minutes"}');

describe("Content-Digest", () => {
  test("the digest of nothing is the well-known one", async () => {
    expect(await contentDigest(new Uint8Array(0))).toBe(EMPTY_SHA_256);
    expect(await verifyContentDigest(EMPTY_SHA_256, new Uint8Array(0))).toBe(true);
  });

  test("holds for the body it was made of and for none with another bit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.constantFrom("sha-256" as const, "sha-512" as const),
        fc.nat(),
        async (bytes, algorithm, bit) => {
          const field = await contentDigest(bytes, algorithm);
          expect(await verifyContentDigest(field, bytes)).toBe(true);
          expect(await verifyContentDigest(field, flipBit(bytes, bit % (bytes.length * 8)))).toBe(false);
        },
      ),
    );
  });

  test("of several digests each must hold, in whatever order", async () => {
    const [short, long] = [await contentDigest(body), await contentDigest(body, "sha-512")];
    const wrong = await contentDigest(utf8("another"), "sha-512");
    expect(await verifyContentDigest(`${short}, ${long}`, body)).toBe(true);
    expect(await verifyContentDigest(`${long},${short}`, body)).toBe(true);
    expect(await verifyContentDigest(`${short}, ${wrong}`, body)).toBe(false);
    expect(await verifyContentDigest(`${wrong}, ${short}`, body)).toBe(false);
  });

  test("an unknown algorithm beside a known one is passed over, alone it is nothing", async () => {
    const field = await contentDigest(body);
    expect(await verifyContentDigest(`md5=:AAAA:, ${field}`, body)).toBe(true);
    expect(parseContentDigest("md5=:AAAA:")).toBeNull();
    expect(parseContentDigest("unixsum=:AAAA:, sha=:AAAA:")).toBeNull();
  });

  test.each([
    ["an empty field", ""],
    ["one given twice", `${EMPTY_SHA_256}, ${EMPTY_SHA_256}`],
    ["a capital name", EMPTY_SHA_256.toUpperCase()],
    ["a digest cut short", "sha-256=:47DEQpj8HBSa+/TImW+5JA==:"],
    ["an empty digest", "sha-256=::"],
    ["a digest with a parameter", `${EMPTY_SHA_256};q=1`],
    ["a digest in a list", `sha-256=(${EMPTY_SHA_256.slice(8)})`],
    ["text for bytes", 'sha-256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="'],
    ["no value", "sha-256"],
    ["a second spelling of its base64", EMPTY_SHA_256.replace("FU=", "FV=")],
    ["one wrong digest beside a good one", `${EMPTY_SHA_256}, sha-512=:AAAA:`],
  ])("refuses %s", async (_what, field) => {
    expect(parseContentDigest(field)).toBeNull();
    expect(await verifyContentDigest(field, new Uint8Array(0))).toBe(false);
  });
});

interface DigestCase {
  body: string;
  alg: "sha-256" | "sha-512";
  header: string;
}

describe.skipIf(!corporaRoot)(`Content-Digest, RFC 9530${corporaNote}`, () => {
  const { cases = [] } = readCorpus("protocol/rfc9530_digest.json") as { cases?: DigestCase[] };

  test("makes and accepts each digest, and refuses it for every other body", async () => {
    expect(cases.length).toBeGreaterThan(5);
    for (const { body, alg, header } of cases) {
      expect(await contentDigest(utf8(body), alg)).toBe(header);
      for (const other of cases) {
        expect(await verifyContentDigest(header, utf8(other.body))).toBe(other.body === body);
      }
    }
  });
});
