// Admission travels as text, bytes as base64url within it: two flat strings and one answer cost a call some 60 µs less
// than nested objects do, and 10 µs less than bytes of their own, and every request pays it. The policy's text is constant
// per operation, so objects parse it once.
import type { Session, User } from "../account.ts";
import type { Result } from "../result.ts";
import type { Actor, AdmissionPolicy, RateLimitState, RequestContext } from "./request.ts";

export interface Admission {
  readonly rate_limit: RateLimitState | null;
  readonly decision: Result<Actor>;
  /** Where the policy asks for it: the rule by which it was allowed; objects of the version before say none. */
  readonly allowed_by?: string;
  /** Where the policy asks for it: the session itself, so that its reading needs no second call. */
  readonly current?: {
    readonly session: Session;
    readonly user: User & { readonly email_confirmed: boolean };
  };
}

/** Whence a request comes, and what it is about. */
export interface Asked {
  readonly context: RequestContext;
  /** The most specific thing that it names, for the audit; else empty. */
  readonly target: string;
}

/** A session, or an API token, whose MAC held. */
export interface SecretClaim extends Asked {
  readonly id: string;
  /** Base64url. */
  readonly secret: string;
}

/** A signature whose form, and whose key's MAC, held; itself, its time and its nonce are the object's to judge. */
export interface SignatureClaim extends Asked {
  readonly key_id: string;
  /** What was signed, see protocol/signature-base; ASCII. */
  readonly base: string;
  /** Base64url. */
  readonly signature: string;
  readonly nonce: string;
  /** Unix seconds. */
  readonly created: number;
  /** If it names one, it must be the key's. */
  readonly alg: string | null;
}

/** A client certificate that Cloudflare has verified. */
export interface CertificateClaim extends Asked {
  /** SHA-256, in hexadecimal. */
  readonly fingerprint: string;
}

declare const text: unique symbol;
/** JSON of a T. */
export type TextOf<T> = string & { readonly [text]?: T };

export type PolicyText = TextOf<AdmissionPolicy>;
export type ContextText = TextOf<RequestContext>;
export type AdmissionText = TextOf<Admission>;

export const toText = <T>(value: T): TextOf<T> => JSON.stringify(value);
export const fromText = <T>(json: TextOf<T>): T => JSON.parse(json) as T;

const policies = new Map<PolicyText, AdmissionPolicy>();

/** The policy of this text. There are as many as operations, and they come from our own Workers alone. */
export function policyFrom(json: PolicyText): AdmissionPolicy {
  let policy = policies.get(json);
  if (!policy) {
    policy = fromText(json);
    policies.set(json, policy);
  }
  return policy;
}
