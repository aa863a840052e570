// Base64url without padding (RFC 4648 section 5), the only binary-to-text form on Taskward's wire.
// Strict, so that each byte string has exactly one spelling: decoding refuses padding, white space,
// the "+/" alphabet, impossible lengths and trailing bits that are not zero.
// Own code, because Node 24 does not yet have Uint8Array.fromBase64.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NOT_IN_ALPHABET = 0xff;

const VALUE_OF = new Uint8Array(128).fill(NOT_IN_ALPHABET);
for (let value = 0; value < ALPHABET.length; value++) VALUE_OF[ALPHABET.charCodeAt(value)] = value;

const encoder = new TextEncoder();

/** Encodes bytes as base64url: four characters for each three bytes, no padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0x3fff; // at most 4 bits wait here before 8 more come
    bitCount += 8;
    while (bitCount >= 6) {
      bitCount -= 6;
      text += ALPHABET[(bits >> bitCount) & 63];
    }
  }
  return bitCount === 0 ? text : text + ALPHABET[(bits << (6 - bitCount)) & 63];
}

/** Decodes strict base64url, or answers null for any text that `encodeBase64Url` would not have written. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  // One character left over carries 6 bits, which is less than a byte.
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let written = 0;
  for (let index = 0; index < text.length; index++) {
    const value = VALUE_OF[text.charCodeAt(index)] ?? NOT_IN_ALPHABET;
    if (value === NOT_IN_ALPHABET) return null;
    bits = ((bits << 6) | value) & 0x3fff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[written++] = bits >> bitCount;
    }
  }
  const trailingBits = bits & ((1 << bitCount) - 1);
  return trailingBits === 0 ? bytes : null;
}

/** Encodes text as UTF-8; a lone surrogate becomes U+FFFD, as the WHATWG Encoding Standard says. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}
