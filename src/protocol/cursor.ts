// Cursors: where the next page of a list begins, signed so that a client can neither make nor move one.
//   <position as JSON, in base64url>.<HMAC-SHA-256 of scope · NUL · the text before the dot>
// Readable by its holder: a position holds nothing that the list itself would not show.
// Refuses cursors of another scope or key, and more than 1,024 characters.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { sign, verify } from "./mac.ts";

const CURSOR_CHARACTERS_MAX = 1_024;

/**
 * Signs a position for one scope (the list, its filters, its reader); throws for null and undefined, which
 * a refusal could not be told from, and for positions too large for a cursor.
 */
export async function signCursor(key: CryptoKey, scope: string, position: unknown): Promise<string> {
  if (position === null || position === undefined)
    throw new TypeError("a position is neither null nor undefined");
  const payload = encodeBase64Url(utf8(JSON.stringify(position)));
  const cursor = `${payload}.${encodeBase64Url(await sign(key, message(scope, payload)))}`;
  if (cursor.length > CURSOR_CHARACTERS_MAX) throw new RangeError("a position too large for a cursor");
  return cursor;
}

/** Answers the position of a cursor that was signed for this scope, and null for any other text. */
export async function openCursor(key: CryptoKey, scope: string, text: string): Promise<unknown | null> {
  if (text.length > CURSOR_CHARACTERS_MAX) return null;
  const [payload, macText, ...rest] = text.split(".");
  if (payload === undefined || macText === undefined || rest.length > 0) return null;
  const json = decodeBase64Url(payload);
  const mac = decodeBase64Url(macText);
  if (!json || !mac || !(await verify(key, mac, message(scope, payload)))) return null;
  return JSON.parse(new TextDecoder().decode(json));
}

// Unambiguous: base64url has no NUL, so the last NUL is where the scope ends.
function message(scope: string, payload: string): Uint8Array<ArrayBuffer> {
  return utf8(`${scope}\0${payload}`);
}
