// Standard Webhooks 1.0.0 (standard-webhooks/standard-webhooks, spec/standard-webhooks.md): how a webhook names itself,
// and how it is signed: `v1` by HMAC-SHA-256 under a secret that both sides hold, `v1a` by Ed25519. What is signed is
// `id.timestamp.body`. Refuses ids with a dot, secrets below 24 or above 64 bytes, and times further away than allowed.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import { utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";
import * as mac from "./mac.ts";

export const WEBHOOK_HEADERS = {
  id: "webhook-id",
  timestamp: "webhook-timestamp",
  signature: "webhook-signature",
} as const;

/** How far the time of an attempt may be from the receiver's clock, as the specification's libraries have it. */
export const TOLERANCE_SECONDS = 300;

const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;
const SIGNATURES_MAX = 20;
const ID = /^[^.\s]{1,255}$/;
const TIMESTAMP = /^[0-9]{1,12}$/;

/** One attempt to deliver: `timestamp_seconds` is its own, not the event's. */
export interface WebhookAttempt {
  readonly id: string;
  readonly timestamp_seconds: number;
  readonly body: Uint8Array;
}

/** What signs: `v1` under a shared secret, `v1a` under a private key. */
export interface WebhookKeys {
  readonly hmac: CryptoKey;
  readonly ed25519: CryptoKey;
}

/** The secret as its receiver is shown it: `whsec_` and base64. */
export const webhookSecretText = (secret: Uint8Array): string => `whsec_${encodeBase64(secret)}`;

/** The public key (32 bytes) that verifies `v1a`: `whpk_` and base64. */
export const webhookPublicKeyText = (key: Uint8Array): string => `whpk_${encodeBase64(key)}`;

/** The bytes of `whsec_…`, or null for anything that is no such secret of 24 to 64 bytes. */
export function parseWebhookSecret(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = text.startsWith("whsec_") ? decodeBase64(text.slice("whsec_".length)) : null;
  return bytes && bytes.length >= SECRET_BYTES_MIN && bytes.length <= SECRET_BYTES_MAX ? bytes : null;
}

/** The headers of one attempt, signed under every active key, so that a receiver may hold any of them. */
export async function webhookHeaders(
  attempt: WebhookAttempt,
  keys: readonly WebhookKeys[],
): Promise<Record<string, string>> {
  const content = signedContent(attempt);
  const signatures = await Promise.all(
    keys.flatMap(({ hmac, ed25519 }) => [
      mac.sign(hmac, content).then((bytes) => `v1,${encodeBase64(bytes)}`),
      signEd25519(ed25519, content).then((bytes) => `v1a,${encodeBase64(bytes)}`),
    ]),
  );
  return {
    [WEBHOOK_HEADERS.id]: attempt.id,
    [WEBHOOK_HEADERS.timestamp]: String(attempt.timestamp_seconds),
    [WEBHOOK_HEADERS.signature]: signatures.join(" "),
  };
}

/** Imports a shared secret; it signs and verifies. */
export const importWebhookSecret = (secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

async function signEd25519(key: CryptoKey, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, content));
}

/** What a receiver reads from the headers; null where one is missing or cannot be. */
export interface WebhookClaim {
  readonly id: string;
  readonly timestamp_seconds: number;
  /** Of `v1`, 32 bytes each. */
  readonly macs: readonly Uint8Array[];
}

/** Reads the three headers; null for a webhook that cannot be accepted, whatever its body. */
export function readWebhookHeaders(header: (name: string) => string | null): WebhookClaim | null {
  const id = header(WEBHOOK_HEADERS.id);
  const timestamp = header(WEBHOOK_HEADERS.timestamp);
  const signatures = header(WEBHOOK_HEADERS.signature)?.split(" ") ?? [];
  if (id === null || !ID.test(id) || timestamp === null || !TIMESTAMP.test(timestamp)) return null;
  if (signatures.length > SIGNATURES_MAX) return null;
  const macs = signatures
    .map((each) => (each.startsWith("v1,") ? decodeBase64(each.slice("v1,".length)) : null))
    .filter((bytes) => bytes?.length === 32) as Uint8Array[];
  return macs.length > 0 ? { id, timestamp_seconds: Number(timestamp), macs } : null;
}

/** Whether a `v1` signature is of one of these secrets, in constant time, and its time within the tolerance. */
export async function verifyWebhook(
  claim: WebhookClaim,
  body: Uint8Array,
  secrets: readonly CryptoKey[],
  now_ms: number,
): Promise<boolean> {
  const away_seconds = Math.abs(Math.floor(now_ms / 1000) - claim.timestamp_seconds);
  if (away_seconds > TOLERANCE_SECONDS) return false;
  const content = signedContent({ ...claim, body });
  let holds = false;
  for (const key of secrets) {
    for (const each of claim.macs) holds = (await mac.verify(key, each, content)) || holds;
  }
  return holds;
}

/** What the signatures of one attempt are over. */
export function signedContent({ id, timestamp_seconds, body }: WebhookAttempt): Uint8Array<ArrayBuffer> {
  if (!ID.test(id)) throw new RangeError("a webhook's id has no dot and no space");
  const head = utf8(`${id}.${timestamp_seconds}.`);
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}
