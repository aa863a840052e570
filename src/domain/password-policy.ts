// Which passwords are accepted: NIST SP 800-63B-4 §3.1.1. Length counts code points after NFC;
// no composition rules; no password that everybody tries first, nor the user's own name.
import type { CommonPasswords } from "./common-passwords.ts";

export const LENGTH_WITH_MFA = 8;
export const LENGTH_ALONE = 15;

const codePoints = (text: string): number => [...text.normalize("NFC")].length;

/** What is wrong with this password for this user; null when nothing is. `common`: what everybody tries first. */
export function passwordComplaint(
  password: string,
  username: string,
  mfa: boolean,
  common: CommonPasswords,
): string | null {
  const length_min = mfa ? LENGTH_WITH_MFA : LENGTH_ALONE;
  if (codePoints(password) < length_min) {
    return mfa
      ? `expected at least ${LENGTH_WITH_MFA} characters`
      : `expected at least ${LENGTH_ALONE} characters, or ${LENGTH_WITH_MFA} with MFA`;
  }
  const folded = password.normalize("NFKC").toLowerCase();
  if (common.has(folded)) return "this password is among those that everybody tries first";
  if (isOneRepeated(folded)) return "expected more than one repeated pattern";
  if (folded.includes(username)) return "the password must not contain the username";
  return null;
}

/** Whether the text is a block of at most four characters over and over. */
function isOneRepeated(text: string): boolean {
  for (let size = 1; size <= 4 && size * 2 <= text.length; size += 1) {
    const block = text.slice(0, size);
    if (block.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text) return true;
  }
  return false;
}
