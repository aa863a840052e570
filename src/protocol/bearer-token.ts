// The tokens that let whoever holds them in: of which kind, whose, which one, a 256-bit secret, and a MAC
// over all of it under a key of the kind's own, so that a forged one is refused without asking any object.
//   <prefix>_1.<key id>.<workspace>.<principal>.<id>.<secret>.<HMAC-SHA-256 of everything before this dot>
// Refuses, always with the same null: more than 512 characters, another kind or version, parts that are
// missing, extra or malformed, unknown keys, and a MAC that does not hold. Each has exactly one spelling.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { KeyRing } from "./key-ring.ts";
import { sign, verify } from "./mac.ts";

export interface BearerClaims {
  workspace: string;
  principal_id: string;
  /** The id of the row that keeps the secret's hash; its prefix is the kind's. */
  id: string;
  /** 32 bytes; the server keeps only their hash. */
  secret: Uint8Array<ArrayBuffer>;
}

/** Per kind: how its tokens and ids begin, and the purpose of its MAC key, shared with no other kind. */
const KINDS = {
  session: { version: "tws_1", id_prefix: "ses_", purpose: "session-token" },
  api: { version: "twp_1", id_prefix: "tok_", purpose: "api-token" },
  handoff: { version: "twh_1", id_prefix: "hnd_", purpose: "handoff-ticket" },
  recovery: { version: "twr_1", id_prefix: "rcv_", purpose: "recovery-token" },
  email: { version: "twe_1", id_prefix: "emc_", purpose: "email-token" },
  unlock: { version: "twu_1", id_prefix: "ulk_", purpose: "unlock-token" },
} as const;

export type BearerKind = keyof typeof KINDS;

/** What the ids of that kind's rows begin with. */
export const idPrefixOf = (kind: BearerKind): string => KINDS[kind].id_prefix;

const TOKEN_CHARACTERS_MAX = 512;
const SECRET_BYTES = 32;
const WORKSPACE = /^[a-z0-9-]{2,32}$/;
const ID = /^[a-z]{3}_[0-9a-z]{26}$/;

/** Mints a token under the ring's newest key; throws for claims that `verifyBearerToken` would refuse. */
export async function mintBearerToken(
  ring: KeyRing,
  kind: BearerKind,
  claims: BearerClaims,
): Promise<string> {
  if (!wellFormed(kind, claims)) throw new RangeError(`malformed ${kind} claims`);
  const { version, purpose } = KINDS[kind];
  const { key_id } = ring.newest;
  const { workspace, principal_id, id, secret } = claims;
  const signed = [version, key_id, workspace, principal_id, id, encodeBase64Url(secret)].join(".");
  const mac = await sign(await ring.deriveMac(key_id, purpose), utf8(signed));
  return `${signed}.${encodeBase64Url(mac)}`;
}

/** Answers the claims of a token of that kind whose MAC holds under a key of the ring, and null for any other text. */
export async function verifyBearerToken(
  ring: KeyRing,
  kind: BearerKind,
  text: string,
): Promise<BearerClaims | null> {
  if (text.length > TOKEN_CHARACTERS_MAX) return null;
  const { version, purpose } = KINDS[kind];
  const parts = text.split(".");
  if (parts.length !== 7 || parts[0] !== version) return null;
  const [, key_id, workspace, principal_id, id, secretText, macText] = parts as SevenParts;
  const secret = decodeBase64Url(secretText);
  const mac = decodeBase64Url(macText);
  if (!secret || !mac || !ring.has(key_id)) return null;
  const claims = { workspace, principal_id, id, secret };
  if (!wellFormed(kind, claims)) return null;
  const signed = text.slice(0, text.lastIndexOf("."));
  const holds = await verify(await ring.deriveMac(key_id, purpose), mac, utf8(signed));
  return holds ? claims : null;
}

type SevenParts = [string, string, string, string, string, string, string];

function wellFormed(kind: BearerKind, claims: BearerClaims): boolean {
  return (
    WORKSPACE.test(claims.workspace) &&
    ID.test(claims.principal_id) &&
    ID.test(claims.id) &&
    claims.id.startsWith(KINDS[kind].id_prefix) &&
    claims.secret.length === SECRET_BYTES
  );
}
