// Crockford's base32: digits and letters without I, L, O and U, so that people can read it aloud.
// Only the encoder: Taskward compares such texts (ids, backup codes) and never needs their bits again.

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Encodes bytes as ceil(8n / 5) lower-case characters, the last one filled up with zero bits. */
export function encodeCrockford(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff; // at most 4 bits wait here before 8 more come
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      text += ALPHABET[(bits >> bitCount) & 31];
    }
  }
  return bitCount === 0 ? text : text + ALPHABET[(bits << (5 - bitCount)) & 31];
}
