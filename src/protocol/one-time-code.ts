// Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, 6 digits, 30 s, as authenticator apps expect.
// A code holds for its own step and one step either side, and each step is accepted once.
// Refuses anything but six ASCII digits, and steps at or before the last one that was accepted.
// From otpauth's slim build, so that Node and Workers run the same code over @noble/hashes.

import { HOTP, Secret, TOTP } from "otpauth/slim";
import { utf8 } from "./base64url.ts";
import { equalBytes } from "./constant-time.ts";
import { type RandomBytes, randomBytes } from "./random.ts";

const SETTINGS = { algorithm: "SHA1", digits: 6 };
const STEP_SECONDS = 30;
const STEPS_OF_SKEW = 1;
const SECRET_BYTES = 20; // RFC 4226 section 4, R6 recommends 160 bits

/** Makes a secret of 20 random bytes as 32 characters of base32 (RFC 4648 section 6). */
export function generateTotpSecret(random: RandomBytes = randomBytes): string {
  return new Secret({ buffer: random(SECRET_BYTES).buffer }).base32;
}

/** Writes the otpauth:// URI that an authenticator app reads from a QR code; it holds the secret. */
export function totpUri({
  issuer,
  username,
  secret,
}: {
  issuer: string;
  username: string;
  secret: string;
}): string {
  return new TOTP({ ...SETTINGS, period: STEP_SECONDS, issuer, label: username, secret }).toString();
}

/**
 * Answers the step (whole 30 s since 1970) of which the code is, for the caller to keep as the next
 * `last_step`; or null if the code is of no step within ±1 of now that is later than `last_step`.
 */
export function verifyTotp({
  secret,
  code,
  now_ms,
  last_step,
}: {
  secret: string;
  code: string;
  now_ms: number;
  /** The last accepted step; null if there was none. */
  last_step: number | null;
}): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const given = utf8(code);
  const now = stepAt(now_ms);
  let accepted: number | null = null;
  // All steps are tried, so that the time does not tell which one held. Of two steps that happen to share
  // a code the later one counts, so that the code cannot be spent on the other.
  for (let step = now - STEPS_OF_SKEW; step <= now + STEPS_OF_SKEW; step++) {
    if (equalBytes(given, utf8(codeOf(secret, step))) && step > (last_step ?? -1)) accepted = step;
  }
  return accepted;
}

/** Makes the code of a moment (milliseconds since 1970), as an authenticator app shows it. */
export function totpAt(secret: string, now_ms: number): string {
  return codeOf(secret, stepAt(now_ms));
}

function stepAt(now_ms: number): number {
  return Math.floor(now_ms / 1000 / STEP_SECONDS);
}

function codeOf(secret: string, step: number): string {
  return HOTP.generate({ ...SETTINGS, secret: Secret.fromBase32(secret), counter: step });
}
