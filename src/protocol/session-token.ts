// The session token: who, which session, a 256-bit secret, and a MAC over all of it, so that a forged
// token is refused without asking any object.
//   tws_1.<key id>.<workspace>.<principal>.<session>.<secret>.<HMAC-SHA-256 of everything before this dot>
// Refuses, always with the same null: more than 512 characters, another version, parts that are missing,
// extra or malformed, unknown keys, and a MAC that does not hold. Each token has exactly one spelling.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { KeyRing } from "./key-ring.ts";
import { sign, verify } from "./mac.ts";

export interface SessionClaims {
  workspace: string;
  principal_id: string;
  session_id: string;
  /** 32 bytes; the server keeps only their hash, and seals the session's state under them. */
  secret: Uint8Array<ArrayBuffer>;
}

const PURPOSE = "session-token";
const VERSION = "tws_1";
const TOKEN_CHARACTERS_MAX = 512;
const SECRET_BYTES = 32;
const WORKSPACE = /^[a-z0-9-]{2,32}$/;
const ID = /^[a-z]{3}_[0-9a-z]{26}$/;
const SESSION_ID = /^ses_[0-9a-z]{26}$/;

/** Mints a token under the ring's newest key; throws for claims that `verifySessionToken` would refuse. */
export async function mintSessionToken(ring: KeyRing, claims: SessionClaims): Promise<string> {
  if (!wellFormed(claims)) throw new RangeError("malformed session claims");
  const { key_id } = ring.newest;
  const { workspace, principal_id, session_id, secret } = claims;
  const signed = [VERSION, key_id, workspace, principal_id, session_id, encodeBase64Url(secret)].join(".");
  const mac = await sign(await ring.deriveMac(key_id, PURPOSE), utf8(signed));
  return `${signed}.${encodeBase64Url(mac)}`;
}

/** Answers the claims of a token whose MAC holds under a key of the ring, and null for any other text. */
export async function verifySessionToken(ring: KeyRing, token: string): Promise<SessionClaims | null> {
  if (token.length > TOKEN_CHARACTERS_MAX) return null;
  const parts = token.split(".");
  if (parts.length !== 7 || parts[0] !== VERSION) return null;
  const [, key_id, workspace, principal_id, session_id, secretText, macText] = parts as SevenParts;
  const secret = decodeBase64Url(secretText);
  const mac = decodeBase64Url(macText);
  if (!secret || !mac || !ring.has(key_id)) return null;
  const claims = { workspace, principal_id, session_id, secret };
  if (!wellFormed(claims)) return null;
  const signed = token.slice(0, token.lastIndexOf("."));
  const holds = await verify(await ring.deriveMac(key_id, PURPOSE), mac, utf8(signed));
  return holds ? claims : null;
}

type SevenParts = [string, string, string, string, string, string, string];

function wellFormed(claims: SessionClaims): boolean {
  return (
    WORKSPACE.test(claims.workspace) &&
    ID.test(claims.principal_id) &&
    SESSION_ID.test(claims.session_id) &&
    claims.secret.length === SECRET_BYTES
  );
}
