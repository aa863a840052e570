// Backup codes for those who lost their authenticator: XXXX-XXXX-XXXX-XXXX in Crockford's base32, 80 random
// bits each. The server keeps a MAC bound to the owner, under a key that the table does not hold.
// Reads what people type (lower case, spaces, no dashes, I and L for 1, O for 0); refuses everything else.

import { utf8 } from "./base64url.ts";
import { encodeCrockford } from "./crockford.ts";
import { macSync } from "./mac.ts";
import { type RandomBytes, randomBytes } from "./random.ts";

const CODES = 8;
const CODE_BYTES = 10; // 80 bits are exactly 16 characters of base32
const TYPED_CHARACTERS_MAX = 64;
const CANONICAL = /^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/;

/** Makes eight fresh backup codes in their canonical form. */
export function generateBackupCodes(random: RandomBytes = randomBytes): string[] {
  return Array.from({ length: CODES }, () => grouped(encodeCrockford(random(CODE_BYTES)).toUpperCase()));
}

/** Brings a typed code (up to 64 characters) into its canonical form, or answers null if it cannot be one. */
export function normaliseBackupCode(text: string): string | null {
  if (text.length > TYPED_CHARACTERS_MAX) return null;
  const typed = text.replaceAll(/[-\s]/g, "");
  // ASCII before upper case, because some other letters turn into ASCII ones.
  if (!/^[0-9A-Za-z]{16}$/.test(typed)) return null;
  const code = grouped(typed.toUpperCase().replaceAll(/[IL]/g, "1").replaceAll("O", "0"));
  return CANONICAL.test(code) ? code : null;
}

/** Makes the 32 bytes that are kept for an owner's code; throws unless the code is in its canonical form. */
export function backupCodeMac(key: Uint8Array, principal_id: string, code: string): Uint8Array {
  if (!CANONICAL.test(code)) throw new RangeError("a backup code must be normalised first");
  return macSync(key, utf8(`${principal_id}/${code}`)); // unambiguous: the code has a fixed length
}

function grouped(characters: string): string {
  return characters.match(/.{4}/g)!.join("-");
}
