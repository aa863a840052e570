// What a signature names its key by (the parameter keyid of RFC 9421, section 2.3): whose key it is, which one, and
// a MAC over that, so that a made-up one is refused without asking any object. It is no secret: it lets nobody in.
//   twk_1.<ring key id>.<workspace>.<principal>.<key>.<HMAC-SHA-256 of everything before this dot>
// Refuses, always with the same null: more than 256 characters, another version, parts that are missing, extra or
// malformed, unknown ring keys, and a MAC that does not hold. Each has exactly one spelling.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { KeyRing } from "./key-ring.ts";
import { sign, verify } from "./mac.ts";

export interface KeyIdClaims {
  readonly workspace: string;
  readonly principal_id: string;
  /** The id of the row that keeps the public key. */
  readonly id: string;
}

const VERSION = "twk_1";
const PURPOSE = "key-id";
const CHARACTERS_MAX = 256;
const WORKSPACE = /^[a-z0-9-]{2,32}$/;
const PRINCIPAL_ID = /^wrk_[0-9a-z]{26}$/;
const ID = /^key_[0-9a-z]{26}$/;

/** Makes the key id under the ring's newest key; throws for claims that `readKeyId` would refuse. */
export async function makeKeyId(ring: KeyRing, claims: KeyIdClaims): Promise<string> {
  if (!wellFormed(claims)) throw new RangeError("malformed key id claims");
  const { key_id } = ring.newest;
  const named = [VERSION, key_id, claims.workspace, claims.principal_id, claims.id].join(".");
  const mac = await sign(await ring.deriveMac(key_id, PURPOSE), utf8(named));
  return `${named}.${encodeBase64Url(mac)}`;
}

/** Answers whose key and which one, if the MAC holds under a key of the ring, and null for any other text. */
export async function readKeyId(ring: KeyRing, text: string): Promise<KeyIdClaims | null> {
  if (text.length > CHARACTERS_MAX) return null;
  const parts = text.split(".");
  if (parts.length !== 6 || parts[0] !== VERSION) return null;
  const [, key_id, workspace, principal_id, id, mac_text] = parts as SixParts;
  const mac = decodeBase64Url(mac_text);
  const claims = { workspace, principal_id, id };
  if (!mac || !ring.has(key_id) || !wellFormed(claims)) return null;
  const named = text.slice(0, text.lastIndexOf("."));
  return (await verify(await ring.deriveMac(key_id, PURPOSE), mac, utf8(named))) ? claims : null;
}

type SixParts = [string, string, string, string, string, string];

const wellFormed = ({ workspace, principal_id, id }: KeyIdClaims): boolean =>
  WORKSPACE.test(workspace) && PRINCIPAL_ID.test(principal_id) && ID.test(id);
