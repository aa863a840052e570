// The session token: a bearer token of kind "session", with the session's id as its id.
//   tws_1.<key id>.<workspace>.<principal>.<session>.<secret>.<HMAC-SHA-256 of everything before this dot>
// Refuses, with the same null, whatever bearer-token.ts refuses.

import { type BearerClaims, mintBearerToken, verifyBearerToken } from "./bearer-token.ts";
import type { KeyRing } from "./key-ring.ts";

export interface SessionClaims extends Omit<BearerClaims, "id"> {
  session_id: string;
  /** 32 bytes; the server keeps only their hash, and seals the session's state under them. */
  secret: Uint8Array<ArrayBuffer>;
}

/** Mints a token under the ring's newest key; throws for claims that `verifySessionToken` would refuse. */
export async function mintSessionToken(
  ring: KeyRing,
  { session_id, ...claims }: SessionClaims,
): Promise<string> {
  return mintBearerToken(ring, "session", { ...claims, id: session_id });
}

/** Answers the claims of a token whose MAC holds under a key of the ring, and null for any other text. */
export async function verifySessionToken(ring: KeyRing, token: string): Promise<SessionClaims | null> {
  const claims = await verifyBearerToken(ring, "session", token);
  if (!claims) return null;
  const { id, ...rest } = claims;
  return { ...rest, session_id: id };
}
