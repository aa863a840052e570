// Signatures of inbound webhooks: GitHub's own published example, the vectors of Standard Webhooks, and a header of
// one's choice.
import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import {
  type HmacScheme,
  holds,
  importSecret,
  isTimely,
  readInboundSignature,
  type SignatureKind,
} from "../../../src/protocol/inbound-signature.ts";
import {
  newSecretText,
  openSecret,
  sealSecret,
  secretBytes,
} from "../../../src/protocol/integration-secret.ts";
import { KeyRing } from "../../../src/protocol/key-ring.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function verdict(
  kind: SignatureKind,
  secrets: readonly string[],
  headers: Record<string, string>,
  body: string,
  { hmac = null, now_ms = 0 }: { hmac?: HmacScheme | null; now_ms?: number } = {},
): Promise<boolean> {
  const read = readInboundSignature(kind, hmac, (name) => headers[name] ?? null, bytes(body));
  if (!read) return false;
  const keys = await Promise.all(secrets.map((text) => importSecret(secretBytes(kind, text)!)));
  return (await holds(read, keys)) && isTimely(read, now_ms);
}

describe("github", () => {
  // docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation".
  const secret = "It's a Secret to Everybody";
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const headers = { "x-hub-signature-256": signature, "x-github-delivery": "72d3162e" };

  test("GitHub's published example holds, and nothing near it", async () => {
    expect(await verdict("github", [secret], headers, "Hello, World!")).toBe(true);
    expect(await verdict("github", ["another secret, of theirs", secret], headers, "Hello, World!")).toBe(
      true,
    );
    expect(await verdict("github", [secret], headers, "Hello, World")).toBe(false);
    expect(await verdict("github", ["it's a Secret to Everybody"], headers, "Hello, World!")).toBe(false);
    for (const each of [
      "",
      "sha1=757107",
      signature.slice(0, -1),
      `${signature}0`,
      signature.slice(7),
      `${signature}, ${signature}`,
    ]) {
      expect(
        await verdict("github", [secret], { ...headers, "x-hub-signature-256": each }, "Hello, World!"),
      ).toBe(false);
    }
    expect(
      await verdict("github", [secret], { "x-hub-signature-256": signature }, "Hello, World!"),
      "no id",
    ).toBe(false);
  });
});

describe("hmac", () => {
  const scheme: HmacScheme = {
    signature_header: "x-signature",
    prefix: "",
    encoding: "base64",
    delivery_header: null,
    timestamp_header: "x-time",
  };
  const secret = "a secret that both sides know";
  const mac = (text: string) => createHmac("sha256", secret).update(text).digest("base64");

  test("a time that is signed with the body counts, either way", async () => {
    const headers = { "x-signature": mac("1000.body"), "x-time": "1000" };
    const at = (now_ms: number) => verdict("hmac", [secret], headers, "body", { hmac: scheme, now_ms });
    expect([await at(1_300_000), await at(700_000)]).toEqual([true, true]);
    expect([await at(1_301_000), await at(699_000)]).toEqual([false, false]);
    const later = { ...headers, "x-time": "1001" };
    expect(await verdict("hmac", [secret], later, "body", { hmac: scheme, now_ms: 1_000_000 })).toBe(false);
    expect(await verdict("hmac", [secret], { "x-signature": mac("body") }, "body", { hmac: scheme })).toBe(
      false,
    );
  });

  test("without settings nothing holds", async () => {
    expect(await verdict("hmac", [secret], { "x-signature": mac("body") }, "body")).toBe(false);
  });
});

describe("standard_webhooks", () => {
  interface Vectors {
    readonly secret: string;
    readonly payload: string;
    readonly cases: { name: string; headers: Record<string, string>; now: number; ok: boolean }[];
  }
  const { secret, payload, cases } = corporaRoot
    ? (readCorpus("protocol/standard_webhooks.json") as Vectors)
    : { secret: "", payload: "", cases: [] };

  test.skipIf(!corporaRoot)(`the published vectors${corporaNote}`, async () => {
    expect(cases.length).toBeGreaterThan(10);
    for (const { name, headers, now, ok } of cases) {
      const held = await verdict("standard_webhooks", [secret], headers, payload, { now_ms: now * 1000 });
      expect(held, name).toBe(ok);
    }
  });
});

describe("what is read from headers", () => {
  const hex = "ab".repeat(32);
  const base64 = Buffer.from(hex, "hex").toString("base64");
  const own: HmacScheme = {
    signature_header: "x-signature",
    prefix: "v=",
    encoding: "hex",
    delivery_header: "x-id",
    timestamp_header: "x-time",
  };
  const whole = { "x-signature": `v=${hex}`, "x-id": "d1", "x-time": "1000" };
  const read = (kind: SignatureKind, headers: Record<string, string>, hmac: HmacScheme | null = null) =>
    readInboundSignature(kind, hmac, (name) => headers[name] ?? null, bytes("body"));
  const mac = Uint8Array.from(Buffer.from(hex, "hex"));

  test("of each kind are the MAC, what it is over, the delivery's name and its time", () => {
    expect(read("hmac", whole, own)).toEqual({
      macs: [mac],
      signed: bytes("1000.body"),
      delivery_id: "d1",
      sent_at_seconds: 1_000,
    });
    const bare = { ...own, encoding: "base64", delivery_header: null, timestamp_header: null } as const;
    expect(read("hmac", { "x-signature": `v=${base64}` }, bare)).toEqual({
      macs: [mac],
      signed: bytes("body"),
      delivery_id: null,
      sent_at_seconds: null,
    });
    expect(
      read("github", { "x-hub-signature-256": `sha256=${hex.toUpperCase()}`, "x-github-delivery": "7" }),
    ).toEqual({
      macs: [mac],
      signed: bytes("body"),
      delivery_id: "7",
      sent_at_seconds: null,
    });
    const standard = {
      "webhook-id": "msg_1",
      "webhook-timestamp": "1000",
      "webhook-signature": `v1,${base64}`,
    };
    expect(read("standard_webhooks", standard)).toEqual({
      macs: [mac],
      signed: bytes("msg_1.1000.body"),
      delivery_id: "msg_1",
      sent_at_seconds: 1_000,
    });
  });

  test.each([
    ["no signature", { "x-signature": undefined }],
    ["another prefix", { "x-signature": `w=${hex}` }],
    ["no hex", { "x-signature": `v=${base64}` }],
    ["a MAC that is too short", { "x-signature": `v=${hex.slice(2)}` }],
    ["a MAC that is too long", { "x-signature": `v=${hex}ab` }],
    ["no name of the delivery", { "x-id": undefined }],
    ["a name with a space", { "x-id": "d 1" }],
    ["a name of 256 characters", { "x-id": "d".repeat(256) }],
    ["no time", { "x-time": undefined }],
    ["a time with a fraction", { "x-time": "1000.5" }],
    ["a time of 13 digits", { "x-time": "1000000000000" }],
    ["a time with a sign", { "x-time": "-1" }],
  ])("with %s are nothing", (_, other) => {
    const headers = Object.fromEntries(
      Object.entries({ ...whole, ...other }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    expect(read("hmac", headers, own)).toBeNull();
  });

  test("names of 255 characters and times of 12 digits are read", () => {
    expect(read("hmac", { ...whole, "x-id": "d".repeat(255), "x-time": "999999999999" }, own)).not.toBeNull();
  });

  test("hold where any MAC is that of any key, and are timely to the second", async () => {
    const keys = await Promise.all(["a", "b"].map((text) => importSecret(bytes(text))));
    const of = (text: string) => Uint8Array.from(createHmac("sha256", text).update("body").digest());
    const signed = bytes("body");
    const signature = (macs: Uint8Array[]) => ({ macs, signed, delivery_id: null, sent_at_seconds: null });
    expect(await holds(signature([mac, of("b")]), keys)).toBe(true);
    expect(await holds(signature([mac]), keys)).toBe(false);
    expect(await holds(signature([of("c")]), keys)).toBe(false);
    expect(await holds(signature([]), keys)).toBe(false);
    const timely = (now_ms: number) => isTimely({ ...signature([]), sent_at_seconds: 1_000 }, now_ms);
    expect([699_999, 700_000, 1_300_000, 1_300_001].map(timely)).toEqual([false, true, true, false]);
    expect(isTimely(signature([]), 1e15)).toBe(true);
  });

  test("cost one pass over the body for each key, however many MACs a stranger sends", async () => {
    const body = bytes("x".repeat(1_000));
    const macs = Array.from({ length: 20 }, (_, n) => new Uint8Array(32).fill(n));
    const keys = await Promise.all(["a", "b", "c"].map((each) => importSecret(bytes(each.repeat(20)))));
    const spies = (["verify", "sign"] as const).map((name) => vi.spyOn(crypto.subtle, name));
    expect(await holds({ macs, signed: body, delivery_id: null, sent_at_seconds: null }, keys)).toBe(false);
    expect(spies.map((spy) => spy.mock.calls.length).reduce((sum, calls) => sum + calls)).toBe(keys.length);
    for (const spy of spies) spy.mockRestore();
  });
});

describe("secrets", () => {
  const ring = new KeyRing([{ key_id: "k1", key: new Uint8Array(32).fill(1) }]);

  test("are of their kind, and open in their own place alone", async () => {
    expect(secretBytes("standard_webhooks", newSecretText("standard_webhooks"))).toHaveLength(32);
    expect(newSecretText("github")).toMatch(/^[\w-]{43}$/);
    for (const text of ["whsec_", "whsec_AAAA", "secret", `whsec_${"A".repeat(200)}`]) {
      expect(secretBytes("standard_webhooks", text), text).toBeNull();
    }
    const box = await sealSecret(ring, "main/int_1", "sec_1", bytes("a secret"));
    expect(await openSecret(ring, "main/int_1", "sec_1", box)).toEqual(bytes("a secret"));
    expect(await openSecret(ring, "main/int_2", "sec_1", box)).toBeNull();
    expect(await openSecret(ring, "main/int_1", "sec_2", box)).toBeNull();
  });
});
