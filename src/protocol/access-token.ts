// Access tokens of a Google service account (RFC 7523, RFC 6749 section 5.1): asked for with a signed assertion, kept
// until shortly before they end.
import { type ServiceAccount, signAssertion } from "./jwt-assertion.ts";

/** What of the runtime it needs. */
export interface Reach {
  send(url: string, init: RequestInit): Promise<Response>;
  now(): number;
}

export interface AccessTokens {
  /** Rejects where the endpoint gives none. */
  get(signal: AbortSignal): Promise<string>;
  /** The last one was refused: the next is a new one. */
  forget(): void;
}

/** A token is renewed this long before it ends. */
const RENEW_MS = 300_000;

export function accessTokens(account: ServiceAccount, scope: string, reach: Reach): AccessTokens {
  let token: { readonly text: string; readonly until_ms: number } | null = null;
  return {
    forget: () => {
      token = null;
    },
    async get(signal) {
      if (token && reach.now() < token.until_ms - RENEW_MS) return token.text;
      const assertion = await signAssertion(account, scope, reach.now());
      const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
      const answer = await reach.send(account.token_uri, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ grant_type, assertion }).toString(),
        redirect: "manual",
        signal,
      });
      if (!answer.ok) throw new Error(`the token endpoint answers ${answer.status}`);
      const given = (await answer.json()) as { access_token?: unknown; expires_in?: number } | null;
      const { access_token, expires_in = 0 } = given ?? {};
      if (typeof access_token !== "string" || access_token === "")
        throw new Error("no access token is answered");
      token = { text: access_token, until_ms: reach.now() + expires_in * 1000 };
      return access_token;
    },
  };
}
