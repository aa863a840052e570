// Signatures of inbound webhooks, each kind read into one form: which MACs came, over which bytes, and what the sender
// says of the delivery. All are HMAC-SHA-256, over the raw body or over more than it. What a signature does not cover
// is not authenticated: GitHub's covers the body alone, neither the delivery's id nor the kind of event.
// Refuses, with null: headers that are missing or malformed, MACs of another length, more than twenty of them.
//   standard_webhooks  webhook-id, webhook-timestamp, webhook-signature: over `<id>.<timestamp>.<body>`
//   github             X-Hub-Signature-256: sha256=<hex>, over the body; X-GitHub-Delivery
//   hmac               a header of one's choice: <prefix><hex or base64>, over the body or `<timestamp>.<body>`

import { decodeBase64 } from "./base64.ts";
import { utf8 } from "./base64url.ts";
import { equalBytes } from "./constant-time.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { sign } from "./mac.ts";
import { readWebhookHeaders, signedContent, TOLERANCE_SECONDS } from "./standard-webhook.ts";

export type SignatureKind = "standard_webhooks" | "github" | "hmac";

export interface HmacScheme {
  readonly signature_header: string;
  /** What stands before the MAC, such as `sha256=`. */
  readonly prefix: string;
  readonly encoding: "hex" | "base64";
  /** Names the delivery; null where nothing does. */
  readonly delivery_header: string | null;
  /** Unix seconds, signed with the body; null where no time is signed. */
  readonly timestamp_header: string | null;
}

export interface InboundSignature {
  readonly macs: readonly Uint8Array[];
  /** What the MACs are over. */
  readonly signed: Uint8Array;
  /** What the sender calls the delivery; null where it calls it nothing. */
  readonly delivery_id: string | null;
  /** Signed; null where no time is. */
  readonly sent_at_seconds: number | null;
}

/** Headers by lower-case name. */
export type ReadHeader = (name: string) => string | null;

const MAC_BYTES = 32;
const DELIVERY_ID = /^[\x21-\x7e]{1,255}$/u;
const SECONDS = /^[0-9]{1,12}$/u;
const HEX = /^[0-9a-f]{64}$/iu;

/** `hmac`: of the kind of that name. */
export function readInboundSignature(
  kind: SignatureKind,
  hmac: HmacScheme | null,
  header: ReadHeader,
  body: Uint8Array,
): InboundSignature | null {
  if (kind === "standard_webhooks") return readStandard(header, body);
  const scheme = kind === "github" ? GITHUB : hmac;
  return scheme && readHmac(scheme, header, body);
}

/**
 * Whether one of the MACs is that of one of the keys; each is compared in constant time. What is signed may be long, and
 * whoever sends the MACs may be a stranger: it is read once for each key, however many there are.
 */
export async function holds(
  { macs, signed }: InboundSignature,
  keys: readonly CryptoKey[],
): Promise<boolean> {
  const wanted = await Promise.all(keys.map((key) => sign(key, signed)));
  const verdicts = wanted.flatMap((each) => macs.map((mac) => equalBytes(each, mac)));
  return verdicts.includes(true);
}

/** Whether the time that was signed is near enough, either way; a delivery without one has no age. */
export function isTimely({ sent_at_seconds }: InboundSignature, now_ms: number): boolean {
  return sent_at_seconds === null || Math.abs(now_ms / 1000 - sent_at_seconds) <= TOLERANCE_SECONDS;
}

/** An HMAC-SHA-256 key that stays inside. */
export const importSecret = (bytes: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes as Uint8Array<ArrayBuffer>, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);

function readStandard(header: ReadHeader, body: Uint8Array): InboundSignature | null {
  const claim = readWebhookHeaders(header);
  if (!claim) return null;
  const { id, timestamp_seconds, macs } = claim;
  return {
    macs,
    signed: signedContent({ ...claim, body }),
    delivery_id: id,
    sent_at_seconds: timestamp_seconds,
  };
}

const GITHUB: HmacScheme = {
  signature_header: "x-hub-signature-256",
  prefix: "sha256=",
  encoding: "hex",
  delivery_header: "x-github-delivery",
  timestamp_header: null,
};

function readHmac(scheme: HmacScheme, header: ReadHeader, body: Uint8Array): InboundSignature | null {
  const { signature_header, prefix, encoding, delivery_header, timestamp_header } = scheme;
  const value = header(signature_header);
  if (value === null || !value.startsWith(prefix)) return null;
  const text = value.slice(prefix.length);
  const mac = encoding === "hex" ? decodeHex(text) : decodeBase64(text);
  if (mac?.length !== MAC_BYTES) return null;
  const delivery_id = delivery_header === null ? null : header(delivery_header);
  if (delivery_header !== null && !DELIVERY_ID.test(delivery_id ?? "")) return null;
  if (timestamp_header === null) return { macs: [mac], signed: body, delivery_id, sent_at_seconds: null };
  const timestamp = header(timestamp_header);
  if (!SECONDS.test(timestamp ?? "")) return null;
  const signed = concat(utf8(`${timestamp}.`), body);
  return { macs: [mac], signed, delivery_id, sent_at_seconds: Number(timestamp) };
}

const decodeHex = (text: string): Uint8Array | null =>
  HEX.test(text) ? Uint8Array.from(text.match(/../gu)!, (pair) => Number.parseInt(pair, 16)) : null;

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
