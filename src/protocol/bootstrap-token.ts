// The bootstrap token that makes a workspace's first ADMIN: whoever holds the deployment's bootstrap key
// can compute it, so it needs no storage; that it works only once is the workspace's business.
//   twb_<HMAC-SHA-256(bootstrap key, "taskward/bootstrap/" + workspace) in base64url>
// Refuses tokens of other workspaces or keys, and any other spelling of the right one.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { sign, verify } from "./mac.ts";

const PREFIX = "twb_";
const TOKEN_CHARACTERS = PREFIX.length + 43; // 32 bytes in base64url

/** Mints the one bootstrap token of a workspace. */
export async function mintBootstrapToken(key: Uint8Array<ArrayBuffer>, workspace: string): Promise<string> {
  return PREFIX + encodeBase64Url(await sign(await importKey(key), message(workspace)));
}

/** Tells in constant time whether the token is the workspace's bootstrap token. */
export async function verifyBootstrapToken(
  key: Uint8Array<ArrayBuffer>,
  workspace: string,
  token: string,
): Promise<boolean> {
  if (token.length !== TOKEN_CHARACTERS || !token.startsWith(PREFIX)) return false;
  const mac = decodeBase64Url(token.slice(PREFIX.length));
  return mac !== null && verify(await importKey(key), mac, message(workspace));
}

function message(workspace: string): Uint8Array<ArrayBuffer> {
  return utf8(`taskward/bootstrap/${workspace}`);
}

async function importKey(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (key.length !== 32) throw new RangeError("a bootstrap key is 32 bytes");
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
