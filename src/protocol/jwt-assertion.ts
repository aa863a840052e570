// Assertions of a Google service account (RFC 7523: a JWT signed with RS256), by which it asks for access tokens.
// Refuses key files without a name, a PKCS #8 key or an address to ask at.

import { decodeBase64 } from "./base64.ts";
import { encodeBase64Url, utf8 } from "./base64url.ts";

export interface ServiceAccount {
  readonly client_email: string;
  /** PKCS #8. */
  readonly private_key: Uint8Array<ArrayBuffer>;
  /** Where assertions are exchanged for access tokens. */
  readonly token_uri: string;
}

/** What stands between takes all white space, so that there is one way alone to read a text. */
const PEM = /^-----BEGIN PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/;
const LIFETIME_SECONDS = 3_600;

/** Reads a key file's JSON, or answers null; never says what is in it. */
export function parseServiceAccount(json: string): ServiceAccount | null {
  try {
    const { client_email, private_key, token_uri } = JSON.parse(json) as Record<string, unknown>;
    if (typeof client_email !== "string" || typeof private_key !== "string" || typeof token_uri !== "string")
      return null;
    const [, encoded] = PEM.exec(private_key) ?? [];
    const bytes = decodeBase64((encoded ?? "").replaceAll(/\s/g, ""));
    if (!bytes || bytes.length === 0 || !URL.canParse(token_uri)) return null;
    return { client_email, private_key: bytes, token_uri };
  } catch {
    return null;
  }
}

/** The assertion for one scope, valid for an hour from now. */
export async function signAssertion(
  { client_email, private_key, token_uri }: ServiceAccount,
  scope: string,
  now_ms: number,
): Promise<string> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("pkcs8", private_key, algorithm, false, ["sign"]);
  const issued = Math.floor(now_ms / 1000);
  const claims = { iss: client_email, scope, aud: token_uri, iat: issued, exp: issued + LIFETIME_SECONDS };
  const part = (value: unknown) => encodeBase64Url(utf8(JSON.stringify(value)));
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(algorithm.name, key, utf8(signed));
  return `${signed}.${encodeBase64Url(new Uint8Array(signature))}`;
}
