// Signed requests (RFC 9421 with RFC 9530): what a signature must cover and say, checked without state. What it names
// its key by carries a MAC, so that a made-up one ends here: it never reaches, nor creates, an object. Whether the
// signature holds, and its nonce is fresh, the worker's own object decides. Refuses everything with one reason.

import type { Config } from "../config.ts";
import { SKEW_MS } from "../domain/nonce-window.ts";
import { verifyContentDigest } from "../protocol/content-digest.ts";
import { type KeyIdClaims, readKeyId } from "../protocol/key-id.ts";
import type { KeyRing } from "../protocol/key-ring.ts";
import { type ReadSignature, readSignature, type SignaturePolicy } from "../protocol/message-signature.ts";
import { randomSecret } from "../protocol/random.ts";
import { VerifiedCache } from "../protocol/verified-cache.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { readBytes } from "./body.ts";

export interface SignedRequest {
  readonly key: KeyIdClaims;
  readonly signature: ReadSignature & {
    readonly created: number;
    readonly keyid: string;
    readonly nonce: string;
  };
  /** As it was digested: what the operation reads must be no other. */
  readonly body: Uint8Array;
}

/** At least 32 bytes, in base64 or base64url, made by the client for this one request. */
const NONCE = /^[A-Za-z0-9+/_-]{43,128}={0,2}$/u;
const KEY_IDS_MAX = 10_000;

const verified = new WeakMap<KeyRing, VerifiedCache<KeyIdClaims>>();

export const isSigned = ({ headers }: Request): boolean =>
  headers.has("Signature") || headers.has("Signature-Input");

/**
 * What the one fitting signature of a request must cover and say, in each of the ways to name the target. What is not
 * covered is not authenticated: so all that changes what the request does is, where it is there.
 */
export function signaturePolicies(request: Request, age_seconds_max: number): SignaturePolicy[] {
  const { url, headers } = request;
  const target = [
    ["@target-uri"],
    ["@authority", "@request-target"],
    ["@authority", "@path", ...(url.includes("?") ? ["@query"] : [])],
  ];
  const changing = ["if-match", "idempotency-key"].filter((name) => headers.has(name));
  const components = ["@method", ...(hasBody(request) ? ["content-digest"] : []), ...changing];
  return target.map((named) => ({
    components: [...components, ...named],
    parameters: ["created", "expires", "nonce", "keyid"],
    age_seconds_max,
    skew_seconds: SKEW_MS / 1000,
  }));
}

/** The signed request and its whole body; only the body's size and pace are refused in words of its own. */
export async function readSignedRequest(
  request: Request,
  { key_ring, nonce_ttl_ms }: Pick<Config, "key_ring" | "nonce_ttl_ms">,
  body_bytes_max: number,
  now_ms: number,
): Promise<Result<SignedRequest>> {
  const signature = readFitting(request, nonce_ttl_ms / 1000, now_ms);
  if (typeof signature === "string") return refused(signature);
  const key = await keyOf(key_ring, signature.keyid);
  if (!key) return refused("forged_key_id");
  const body = await readBytes(request, body_bytes_max);
  if (!body.ok) return body;
  const digest = request.headers.get("Content-Digest");
  if (digest !== null && !(await verifyContentDigest(digest, body.value))) return refused("wrong_digest");
  return ok({ key, signature, body: body.value });
}

function readFitting(
  request: Request,
  age_seconds_max: number,
  now_ms: number,
): SignedRequest["signature"] | string {
  for (const policy of signaturePolicies(request, age_seconds_max)) {
    const read = readSignature(request, policy, now_ms);
    if (read.ok) {
      const { created = 0, keyid = "", nonce = "" } = read.signature;
      return NONCE.test(nonce) ? { ...read.signature, created, keyid, nonce } : "nonce_malformed";
    }
    if (read.why !== "component_missing") return read.why;
  }
  return "component_missing";
}

async function keyOf(ring: KeyRing, key_id: string): Promise<KeyIdClaims | null> {
  let cache = verified.get(ring);
  if (!cache) {
    cache = new VerifiedCache(KEY_IDS_MAX);
    verified.set(ring, cache);
  }
  const known = cache.get(key_id);
  if (known) return known;
  const read = await readKeyId(ring, key_id);
  if (read) cache.set(key_id, read);
  return read;
}

const hasBody = ({ body, headers }: Request): boolean =>
  body !== null && headers.get("Content-Length") !== "0";

export const refused = (rule: string) => refuse("signature_refused", { rule });

/** What a signature should look like (RFC 9421 section 5.1), with a nonce that nobody else was told. */
export const acceptSignature = (): readonly [string, string] => [
  "Accept-Signature",
  `sig=("@method" "@target-uri" "content-digest");created;expires;nonce="${randomSecret()}"`,
];
