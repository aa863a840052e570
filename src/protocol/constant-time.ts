// Comparison of secrets in a time that does not depend on where they differ.
// Lengths are taken to be public: unequal lengths are refused at once.

/** Tells whether two byte strings are equal, in constant time when their lengths are equal. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}
