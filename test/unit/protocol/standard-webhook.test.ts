// Standard Webhooks: what the published verifier accepts of ours, and what ours accepts of the published vectors.

import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import type { CryptoKey } from "../../../src/protocol/crypto-key.ts";
import {
  importWebhookSecret,
  parseWebhookSecret,
  readWebhookHeaders,
  verifyWebhook,
  webhookHeaders,
  webhookPublicKeyText,
  webhookSecretText,
} from "../../../src/protocol/standard-webhook.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const secretOf = (byte: number) => new Uint8Array(32).fill(byte);
const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
};
const keysOf = async (secret: Uint8Array<ArrayBuffer>) => ({
  hmac: await importWebhookSecret(secret),
  ed25519: pair.privateKey,
});
const now_seconds = () => Math.floor(Date.now() / 1000);
const headerOf = (headers: Record<string, string>) => (name: string) => headers[name] ?? null;

describe("what goes out", () => {
  test("the published library verifies it, whichever active secret it holds", async () => {
    const body = JSON.stringify({ type: "task.created", data: { title: "Grüße, 東京 ✓" } });
    const attempt = { id: "msg_1", timestamp_seconds: now_seconds(), body: utf8(body) };
    const keys = await Promise.all([1, 2, 3].map((byte) => keysOf(secretOf(byte))));
    const headers = await webhookHeaders(attempt, keys);
    for (const byte of [1, 2, 3]) {
      const receiver = new Webhook(webhookSecretText(secretOf(byte)));
      expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => receiver.verify(`${body} `, headers)).toThrow();
      expect(() => receiver.verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow();
    }
    expect(() => new Webhook(webhookSecretText(secretOf(4))).verify(body, headers)).toThrow();
  });

  test("v1a holds under the public key alone", async () => {
    const attempt = { id: "msg_1", timestamp_seconds: 1_700_000_000, body: utf8("{}") };
    const headers = await webhookHeaders(attempt, [await keysOf(SECRET)]);
    const raw = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
    const text = webhookPublicKeyText(raw);
    expect(text).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const key = await crypto.subtle.importKey("raw", decodeBase64(text.slice(5))!, "Ed25519", false, [
      "verify",
    ]);
    const [, v1a] = headers["webhook-signature"]!.split(" ");
    const signature = decodeBase64(v1a!.slice("v1a,".length))!;
    const signed = (content: string) => crypto.subtle.verify("Ed25519", key, signature, utf8(content));
    expect(await signed("msg_1.1700000000.{}")).toBe(true);
    expect(await signed("msg_1.1700000001.{}")).toBe(false);
  });

  test("an id with a dot could move the border between id and time, and is none", async () => {
    const attempt = { id: "msg.1", timestamp_seconds: 1, body: utf8("{}") };
    await expect(webhookHeaders(attempt, [await keysOf(SECRET)])).rejects.toThrow("dot");
  });
});

describe("what comes in", () => {
  test("signed by the published library it is accepted; altered, late or under another secret it is not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.integer({ min: -400, max: 400 }), async (body, away) => {
        const at = now_seconds() + away;
        const signature = new Webhook(webhookSecretText(SECRET)).sign("msg_1", new Date(at * 1000), body);
        const headers = {
          "webhook-id": "msg_1",
          "webhook-timestamp": String(at),
          "webhook-signature": signature,
        };
        const claim = readWebhookHeaders(headerOf(headers))!;
        const key = await importWebhookSecret(SECRET);
        const other = await importWebhookSecret(secretOf(9));
        const now_ms = (at - away) * 1000;
        expect(await verifyWebhook(claim, utf8(body), [other, key], now_ms)).toBe(Math.abs(away) <= 300);
        expect(await verifyWebhook(claim, utf8(`${body}x`), [key], now_ms)).toBe(false);
        expect(await verifyWebhook(claim, utf8(body), [other], now_ms)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ["whsec_", false],
    ["WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false],
    ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false],
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true],
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La", false],
    [webhookSecretText(new Uint8Array(64)), true],
    [webhookSecretText(new Uint8Array(65)), false],
    ["whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false],
  ])("%s is a secret: %s", (text, expected) => {
    expect(parseWebhookSecret(text) !== null).toBe(expected);
  });
});

describe("headers", () => {
  const mac = Buffer.alloc(32, 7).toString("base64");
  const whole = { "webhook-id": "msg_1", "webhook-timestamp": "1000", "webhook-signature": `v1,${mac}` };
  const read = (more: Record<string, string> = {}) => readWebhookHeaders(headerOf({ ...whole, ...more }));

  test("say which attempt it is, and every v1 signature of 32 bytes", () => {
    expect(read()).toEqual({ id: "msg_1", timestamp_seconds: 1_000, macs: [new Uint8Array(32).fill(7)] });
    const many = `v1a,${mac} v1,AAAA v1,${mac} v2,${mac} v1,${mac}`;
    expect(read({ "webhook-signature": many })?.macs).toHaveLength(2);
    expect(read({ "webhook-signature": Array(20).fill(`v1,${mac}`).join(" ") })?.macs).toHaveLength(20);
    expect(read({ "webhook-id": "m".repeat(255), "webhook-timestamp": "999999999999" })).not.toBeNull();
  });

  test.each([
    { "webhook-id": "" },
    { "webhook-id": "msg.1" },
    { "webhook-id": "msg 1" },
    { "webhook-id": "m".repeat(256) },
    { "webhook-timestamp": "" },
    { "webhook-timestamp": "1000.5" },
    { "webhook-timestamp": "-1000" },
    { "webhook-timestamp": "1000000000000" },
    { "webhook-signature": "" },
    { "webhook-signature": mac },
    { "webhook-signature": `v1a,${mac}` },
    { "webhook-signature": "v1,AAAA" },
    { "webhook-signature": Array(21).fill(`v1,${mac}`).join(" ") },
  ])("%j cannot be accepted", (more) => {
    expect(read(more)).toBeNull();
  });

  test.each(Object.keys(whole))("without %s neither", (name) => {
    const { [name as keyof typeof whole]: _, ...rest } = whole;
    expect(readWebhookHeaders(headerOf(rest))).toBeNull();
  });

  test("are in time up to 300 seconds either way, by whole seconds of the clock", async () => {
    const key = await importWebhookSecret(SECRET);
    const headers = await webhookHeaders({ id: "msg_1", timestamp_seconds: 1_000, body: utf8("{}") }, [
      await keysOf(SECRET),
    ]);
    const claim = readWebhookHeaders(headerOf(headers))!;
    const at = (now_ms: number) => verifyWebhook(claim, utf8("{}"), [key], now_ms);
    expect([await at(699_999), await at(700_000), await at(1_300_999), await at(1_301_000)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(await verifyWebhook(claim, utf8("{}"), [], 1_000_000)).toBe(false);
  });
});

interface Vectors {
  readonly secret: string;
  readonly payload: string;
  readonly cases: readonly {
    readonly name: string;
    readonly headers: Record<string, string>;
    readonly now: number;
    readonly ok: boolean;
  }[];
}

describe.skipIf(!corporaRoot)(`published vectors${corporaNote}`, () => {
  const { secret, payload, cases } = readCorpus("protocol/standard_webhooks.json") as Vectors;

  test.each(cases ?? [])("$name", async ({ headers, now, ok }) => {
    const claim = readWebhookHeaders(headerOf(headers));
    const key = await importWebhookSecret(parseWebhookSecret(secret)!);
    const held = claim !== null && (await verifyWebhook(claim, utf8(payload), [key], now * 1000));
    expect(held).toBe(ok);
  });
});
