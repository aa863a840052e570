// A principal's id follows from its workspace and its immutable name, so that uniqueness, look-up and routing need
// no directory.

import { utf8 } from "../protocol/base64url.ts";
import { encodeCrockford } from "../protocol/crockford.ts";
import { sha256 } from "../protocol/mac.ts";

/** `usr_` and 128 bits of SHA-256 over workspace and lower-case username; neither can contain the separator. */
export function userIdOf(workspace: string, username: string): string {
  return idOf("usr_", workspace, username);
}

/** The same for a worker. A revoked worker's name stays taken, so that history names one worker alone. */
export function workerIdOf(workspace: string, name: string): string {
  return idOf("wrk_", workspace, name);
}

export const isWorkerId = (id: string): boolean => id.startsWith("wrk_");

/** Whether what a request was admitted by is an API token. */
export const isApiTokenId = (credential_id: string): boolean => credential_id.startsWith("tok_");

function idOf(prefix: string, workspace: string, name: string): string {
  return prefix + encodeCrockford(sha256(utf8(`${workspace}\n${name}`)).subarray(0, 16));
}
