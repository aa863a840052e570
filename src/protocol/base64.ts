// Base64 with padding (RFC 4648 section 4), as structured fields and certificates carry it.
// Strict, so that each byte string has exactly one spelling: decoding refuses missing padding, white space,
// the "-_" alphabet and trailing bits that are not zero.

import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";

const PADDED = /^[A-Za-z0-9+/]*={0,2}$/;

/** Encodes bytes as base64: four characters for each three bytes, begun or whole. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = encodeBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** Decodes strict base64, or answers null for any text that `encodeBase64` would not have written. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !PADDED.test(text)) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bare = text.slice(0, text.length - padding);
  return decodeBase64Url(bare.replaceAll("+", "-").replaceAll("/", "_"));
}
