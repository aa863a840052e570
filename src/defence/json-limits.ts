// Structure of a JSON text, bounded before parsing costs anything. One pass, no recursion.

export const DEPTH_MAX = 32;
/** Commas and colons together: no honest body of ours comes near it. */
export const TOKENS_MAX = 50_000;

/** Members of one object, repeated names included. */
export const KEYS_MAX = 1_000;

/** UTF-16 units of one string as written, escapes included: no field of ours takes half as much. */
export const STRING_MAX = 131_072;

/** What is wrong with the structure, or null. The text need not be valid JSON. */
export function structureComplaint(text: string, tokens_max = TOKENS_MAX): string | null {
  let depth = 0;
  /** Members so far of the object that is open at each depth. */
  const keys = new Uint32Array(DEPTH_MAX + 1);
  let tokens = 0;
  let inString = false;
  let began = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
      if (index - began - 1 > STRING_MAX) return `a string of more than ${STRING_MAX} characters`;
    } else if (code === 0x22) [inString, began] = [true, index];
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) return `nested more than ${DEPTH_MAX} levels deep`;
      keys[depth] = 0;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === 0x2c || code === 0x3a) {
      tokens += 1;
      if (tokens > tokens_max) return `more than ${tokens_max} members`;
      if (code === 0x3a && ++keys[depth]! > KEYS_MAX) return `an object of more than ${KEYS_MAX} members`;
    }
  }
  return null;
}
