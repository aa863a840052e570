// What Workers and objects tell each other about a request. Messages only grow by optional fields,
// so that a Worker and an object of neighbouring versions understand each other during a deploy.
import type { Permission, RateClass, Role } from "../role.ts";
import type { WorkerProfile } from "../worker.ts";

/** Where a request comes from, as Cloudflare saw it; an absent factor is the empty string. */
export interface Source {
  readonly address: string;
  readonly user_agent: string;
  readonly tls_fingerprint: string;
  readonly certificate: string;
  /** Coarse, for people to read: city and country. */
  readonly place: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Degrees, as Cloudflare locates the address; null where it cannot. */
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface RequestContext {
  readonly request_id: string;
  readonly source: Source;
}

/** What an operation demands of its caller: constant per operation. */
export interface AdmissionPolicy {
  readonly operation: string;
  readonly rate_class: RateClass;
  readonly rate_cost: number;
  readonly permission: Permission | null;
  readonly recent_authentication: boolean;
  /** Allowed to a session under suspicion: the ways out of it. */
  readonly under_suspicion: boolean;
  readonly api_tokens: boolean;
  /** Whether a session that a worker's key has opened will do; absent from Workers of the version before. */
  readonly key_sessions?: boolean;
  /** Whether nothing but a signature or a client certificate will do. */
  readonly proof_of_key?: boolean;
  /** Whether admission also answers the session itself. */
  readonly describe_session: boolean;
  /** Whether admission also says by which rule: a read is recorded where it came in, a change with the change. */
  readonly is_read?: boolean;
  /**
   * From Workers of the version before, which do not record reads: as what it is to be recorded by admission. Null from
   * those of today: where it were absent, objects of the version before would record an event of no type.
   */
  readonly read_event: string | null;
}

/** State of one token bucket, for the RateLimit headers. */
export interface RateLimitState {
  readonly rate_class: RateClass;
  readonly burst: number;
  readonly per_minute: number;
  readonly remaining: number;
  readonly reset_seconds: number;
}

/** The admitted caller: valid for this one request, never stored. */
export interface Actor {
  readonly workspace: string;
  readonly principal_id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  /** Bit set over PERMISSIONS, see domain/role. */
  readonly permissions: number;
  /** Whether a second factor is confirmed. */
  readonly mfa_enabled: boolean;
  readonly session_id: string;
  readonly address: string;
  /** City and country, for what its owner is told; absent from Workers of the version before. */
  readonly place?: string;
  readonly request_id: string;
  /** What it can do, how much at once, and when; absent for whoever is no registered worker. */
  readonly worker?: WorkerProfile;
  /** Where it wants to claim: its live leases by project, as of admission. */
  readonly leases?: Readonly<Record<string, number>>;
  /** What the request's Idempotency-Key stands for, where it came with one. */
  readonly idempotency?: IdempotencyClaim;
  /** For an integration: through how many inbound webhooks what it does has come, this one included. */
  readonly hops?: number;
}

/** One request that may come again and must count once. */
export interface IdempotencyClaim {
  /** SHA-256 of principal, operation and key, in base64url. */
  readonly key: string;
  /** SHA-256 of what was asked for, in base64url. */
  readonly fingerprint: string;
  /** Whether the answer shows a secret: it is then never kept. */
  readonly bears_secret: boolean;
}

/** A change's answer: its value and the id of the audit event that committed with it. */
export interface Changed<Value> {
  readonly value: Value;
  readonly event_id: string;
  /** Whether this is the kept answer of an earlier request with the same Idempotency-Key. */
  readonly replayed?: true;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; null at the end. Signed into an opaque cursor at the edge. */
  readonly next: PagePosition | null;
}
export type PagePosition = string | number;
