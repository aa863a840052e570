// Password hashing: Argon2id (RFC 9106) over a keyed pepper, kept as a PHC string.
// What Argon2 hashes is base64url(HMAC-SHA-256(pepper key, UTF-8(NFC(password)))): a stolen table alone
// cannot be guessed at, no password is cut or too long, and the text is ASCII, which the WebAssembly build
// needs (it passes a length in UTF-16 units). Refuses malformed strings, unknown keys and absurd costs.

import { encodeBase64Url, utf8 } from "./base64url.ts";
import { equalBytes } from "./constant-time.ts";
import type { KeyRing } from "./key-ring.ts";
import { sign } from "./mac.ts";
import { formatPhc, type PhcString, parsePhc } from "./phc-string.ts";
import { type RandomBytes, randomBytes } from "./random.ts";

export { formatPhc, parsePhc };

/** What is used of an Argon2 implementation; `@phi-ag/argon2` fits, on Workers and in Node. */
export interface Argon2 {
  hash(password: string, options: Argon2Options): { hash: Uint8Array };
}

export interface Argon2Options {
  salt: Uint8Array;
  hashLength: number;
  timeCost: number;
  memoryCost: number;
  parallelism: number;
  /** 2 is Argon2id. */
  type: 2;
  /** 19 is version 1.3, the one of RFC 9106. */
  version: 19;
}

/** OWASP's smallest recommended Argon2id cost; about 24 ms and 19 MiB, one hash at a time per isolate. */
export const PASSWORD_PARAMETERS = {
  memory_kib: 19_456,
  passes: 2,
  lanes: 1,
  salt_bytes: 16,
  hash_bytes: 32,
};

const PEPPER_PURPOSE = "password-pepper";

/** Hashes a password under a fresh salt and the ring's newest pepper key, and answers the PHC string. */
export async function hashPassword({
  argon2,
  ring,
  password,
  random = randomBytes,
}: {
  argon2: Argon2;
  ring: KeyRing;
  password: string;
  random?: RandomBytes;
}): Promise<string> {
  const { memory_kib, passes, lanes, salt_bytes, hash_bytes } = PASSWORD_PARAMETERS;
  const { key_id } = ring.newest;
  const phc = {
    memory_kib,
    passes,
    lanes,
    key_id,
    salt: random(salt_bytes),
    hash: new Uint8Array(hash_bytes),
  };
  const peppered = await pepper(ring, key_id, password);
  return formatPhc({ ...phc, hash: compute(argon2, peppered, phc) });
}

/**
 * Checks a password in constant time against a PHC string. `rehash` comes only with a match, and says that
 * the string is weaker than today's parameters or not under the newest pepper key. No match for malformed
 * strings, unknown or absent pepper keys, and costs beyond 65,536 KiB, 10 passes or 4 lanes.
 */
export async function verifyPassword({
  argon2,
  ring,
  password,
  phc: text,
}: {
  argon2: Argon2;
  ring: KeyRing;
  password: string;
  phc: string;
}): Promise<{ matches: boolean; rehash: boolean }> {
  const phc = parsePhc(text);
  if (!phc || !affordable(phc) || phc.key_id === null || !ring.has(phc.key_id)) {
    return { matches: false, rehash: false };
  }
  const peppered = await pepper(ring, phc.key_id, password);
  const matches = equalBytes(compute(argon2, peppered, phc), phc.hash);
  return { matches, rehash: matches && (weakerThanToday(phc) || phc.key_id !== ring.newest.key_id) };
}

/** Makes a PHC string that no password matches and that costs as much to check as a real one, for unknown users. */
export function DUMMY_PHC(ring: KeyRing): string {
  const { memory_kib, passes, lanes, salt_bytes, hash_bytes } = PASSWORD_PARAMETERS;
  const salt = new Uint8Array(salt_bytes);
  const hash = new Uint8Array(hash_bytes); // Argon2 gives all zeros with a probability of 2^-256
  return formatPhc({ memory_kib, passes, lanes, key_id: ring.newest.key_id, salt, hash });
}

async function pepper(ring: KeyRing, key_id: string, password: string): Promise<string> {
  const key = await ring.deriveMac(key_id, PEPPER_PURPOSE);
  return encodeBase64Url(await sign(key, utf8(password.normalize("NFC"))));
}

function compute(argon2: Argon2, input: string, phc: PhcString): Uint8Array {
  return argon2.hash(input, {
    salt: phc.salt,
    hashLength: phc.hash.length,
    timeCost: phc.passes,
    memoryCost: phc.memory_kib,
    parallelism: phc.lanes,
    type: 2,
    version: 19,
  }).hash;
}

// RFC 9106 section 3.1 wants 8 KiB per lane; 32 KiB is that for four lanes.
function affordable({ memory_kib, passes, lanes }: PhcString): boolean {
  return memory_kib >= 32 && memory_kib <= 65_536 && passes <= 10 && lanes <= 4;
}

function weakerThanToday(phc: PhcString): boolean {
  return (
    phc.memory_kib < PASSWORD_PARAMETERS.memory_kib ||
    phc.passes < PASSWORD_PARAMETERS.passes ||
    phc.salt.length < PASSWORD_PARAMETERS.salt_bytes ||
    phc.hash.length < PASSWORD_PARAMETERS.hash_bytes
  );
}
