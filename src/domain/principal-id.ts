// A person's id follows from workspace and username, so that uniqueness, look-up and routing need no directory.

import { utf8 } from "../protocol/base64url.ts";
import { encodeCrockford } from "../protocol/crockford.ts";
import { sha256 } from "../protocol/mac.ts";

/** `usr_` and 128 bits of SHA-256 over workspace and lower-case username; neither can contain the separator. */
export function userIdOf(workspace: string, username: string): string {
  return `usr_${encodeCrockford(sha256(utf8(`${workspace}\n${username}`)).subarray(0, 16))}`;
}
