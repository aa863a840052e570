// What the protocol's tests share: fixed keys, hex, and ways to damage things.

import { KeyRing } from "../../../src/protocol/key-ring.ts";

export const KEY_1 = new Uint8Array(32).fill(1);
export const KEY_2 = new Uint8Array(32).fill(2);

export const ring1 = new KeyRing([{ key_id: "k1", key: KEY_1 }]);
/** k2 is the newest, k1 still opens. */
export const ring21 = new KeyRing([
  { key_id: "k2", key: KEY_2 },
  { key_id: "k1", key: KEY_1 },
]);
/** k1 is retired. */
export const ring2 = new KeyRing([{ key_id: "k2", key: KEY_2 }]);

export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
export const unhex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

/** Random bytes that are not: each call gives the next bytes of 0, 1, 2, … */
export function countingBytes(): (length: number) => Uint8Array<ArrayBuffer> {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => next++ & 255);
}

/** The same bytes with one bit flipped. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const altered = Uint8Array.from(bytes);
  altered[bit >> 3]! ^= 1 << (bit & 7);
  return altered;
}

/** The same text with one character replaced. */
export function replaceAt(text: string, index: number, character: string): string {
  return text.slice(0, index) + character + text.slice(index + 1);
}
