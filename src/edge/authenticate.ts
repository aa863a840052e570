// Authentication without state: which credential travels, and whether its MAC holds. A forged token ends here:
// it never reaches, nor creates, an object.
import { encodeBase64Url } from "../protocol/base64url.ts";
import { verifyBearerToken } from "../protocol/bearer-token.ts";
import type { KeyRing } from "../protocol/key-ring.ts";
import { withoutChecksum } from "../protocol/leak-checksum.ts";
import { VerifiedCache } from "../protocol/verified-cache.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { streamKind } from "./stream.ts";

export const SESSION_COOKIE = "__Host-taskward-session";
const VERIFIED_MAX = 10_000;
const SAFE_METHODS = new Set(["GET", "HEAD"]);

export interface Credential {
  readonly kind: "session" | "api";
  readonly workspace: string;
  readonly principal_id: string;
  /** Of the session or the token. */
  readonly id: string;
  /** As its object is told it: base64url. */
  readonly secret: string;
  readonly transport: "bearer" | "cookie";
}

type Verified = Omit<Credential, "transport">;

const verified = new WeakMap<KeyRing, VerifiedCache<Verified>>();

/** Whether a session or a token travels with the request. */
export const hasCredential = ({ headers }: Request): boolean =>
  headers.has("Authorization") || (headers.get("Cookie")?.includes(`${SESSION_COOKIE}=`) ?? false);

/** The request's one credential. A cookie on an unsafe method, a stream or an upgrade needs this service's own Origin. */
export async function authenticate(request: Request, ring: KeyRing): Promise<Result<Credential>> {
  const authorization = request.headers.get("Authorization");
  const cookies = cookiesNamed(request.headers.get("Cookie"), SESSION_COOKIE);
  if ((authorization !== null && cookies.length > 0) || cookies.length > 1)
    return refuse("ambiguous_credentials");
  if (authorization === null && cookies.length === 0) return refuse("authentication_required");
  const transport = authorization === null ? "cookie" : "bearer";
  if (transport === "cookie" && !isOwnOrigin(request)) return refuse("origin_refused", { rule: "origin" });
  const token = authorization === null ? cookies[0]! : bearerOf(authorization);
  const found = token && (await verify(ring, token, transport));
  if (!found) return refuse("authentication_required", { rule: "forged_or_malformed_token" });
  return ok({ ...found, transport });
}

async function verify(
  ring: KeyRing,
  token: string,
  transport: Credential["transport"],
): Promise<Verified | null> {
  let cache = verified.get(ring);
  if (!cache) {
    cache = new VerifiedCache(VERIFIED_MAX);
    verified.set(ring, cache);
  }
  let found = cache.get(token) ?? null;
  if (!found) {
    found = await verifyAnew(ring, token);
    if (found) cache.set(token, found);
  }
  // A cookie carries sessions alone.
  return found?.kind === "api" && transport === "cookie" ? null : found;
}

async function verifyAnew(ring: KeyRing, token: string): Promise<Verified | null> {
  const kind = token.startsWith("twp_") ? "api" : "session";
  const bare = kind === "api" ? withoutChecksum(token) : token;
  const claims = bare && (await verifyBearerToken(ring, kind, bare));
  return claims ? { ...claims, kind, secret: encodeBase64Url(claims.secret) } : null;
}

const bearerOf = (authorization: string): string | null =>
  /^Bearer +([^ ]+)$/iu.exec(authorization)?.[1] ?? null;

function cookiesNamed(header: string | null, name: string): string[] {
  if (header === null) return [];
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** Unsafe requests and streams with a cookie, which travels by itself, must come from this service's own pages. */
function isOwnOrigin(request: Request): boolean {
  const stream = streamKind(request);
  if (SAFE_METHODS.has(request.method) && stream === null) return true;
  const origin = request.headers.get("Origin");
  // Browsers send no Origin with a GET to the page's own site, but this, which no page can set.
  if (origin === null && stream === "events") return request.headers.get("Sec-Fetch-Site") === "same-origin";
  return origin === new URL(request.url).origin;
}

/** Set-Cookie for a session; an empty token takes the cookie away. */
export function sessionCookie(token: string, max_age_seconds: number): readonly [string, string] {
  return [
    "Set-Cookie",
    `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${max_age_seconds}; Secure; HttpOnly; SameSite=Strict`,
  ];
}
