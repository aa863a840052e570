// What a Worker may ask of a principal object.

import type { ApiToken, MfaEnrolment, Session, User } from "../account.ts";
import type { AiRecord } from "../ai-record.ts";
import type { AiFeature, AiUsage } from "../ai-usage.ts";
import type { HookFailure, InboundDelivery } from "../integration.ts";
import type { KeyUse } from "../key-use.ts";
import type { Notice } from "../notice.ts";
import type { ProjectStatus, ProjectSummary, TaskStatus, WorkItem } from "../project.ts";
import type { Result } from "../result.ts";
import type { Permission, Role } from "../role.ts";
import type { CertifiedKey, NewKey, SigningKey } from "../signing-key.ts";
import type { WorkerLoad } from "../worker.ts";
import type {
  AdmissionText,
  CertificateClaim,
  ContextText,
  PolicyText,
  SecretClaim,
  SignatureClaim,
  TextOf,
} from "./admission.ts";
import type { HookAnswer, HookDelivery } from "./hook.ts";
import type { PrincipalBatch, Receipt } from "./outbox.ts";
import type { Actor, Changed, Page, PagePosition, RateLimitState, RequestContext } from "./request.ts";
import type { Leases, Standing, StreamClaim } from "./stream.ts";

/** A factor as it leaves the object; the Worker draws its QR code. */
export type NewEnrolment = Omit<MfaEnrolment, "qr_svg">;

export interface NewAccount {
  readonly id: string;
  readonly username: string;
  readonly phc: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  /** ADMIN by bootstrap token. */
  readonly bootstrap: boolean;
  /** An account with MFA stays unconfirmed until its first sign-in with a code. */
  readonly enable_mfa: boolean;
}

export interface Attempt {
  readonly phc: string | null;
  /** Under which the account counts it until its verdict; null where nothing was counted. */
  readonly attempt_id: number | null;
  readonly rule: string | null;
}

/** A proof of identity on its way to a decision: the Worker has hashed, the object decides. */
export interface Proof {
  readonly attempt: Attempt;
  /** Null where the operation asks for no password. */
  readonly password_matches: boolean | null;
  /** A new PHC string where parameters or pepper have risen since the stored one. */
  readonly rehashed_phc: string | null;
  readonly code: string | null;
  readonly use_backup_code: boolean;
  readonly nonce: string;
  readonly timestamp_ms: number;
}

/** A mailed link as its holder shows it; its MAC held. */
export interface LinkClaim {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** Whose new password a recovery sets: what the password policy asks for. */
export interface RecoverySubject {
  readonly username: string;
  readonly mfa_enabled: boolean;
}

export interface WorkFilter {
  readonly status?: TaskStatus;
  /** ISO 8601: only what is due before it. */
  readonly due_before?: string;
}

export interface SignedIn {
  readonly session_token: string;
  readonly session: { id: string; expires_at: string; idle_expires_at: string };
  readonly user: User;
}

/** A session of a worker, opened by one of its keys. */
export type KeySession = Pick<SignedIn, "session_token" | "session">;

export interface PrincipalRpc {
  create(
    account: NewAccount,
    context: RequestContext,
  ): Promise<Result<Changed<{ user: User; mfa: NewEnrolment | null }>>>;
  /**
   * Counts one attempt before any hash runs. The PHC string is null for an unknown name, and where
   * the account's ceiling admits this network no longer: the caller then hashes in vain.
   */
  beginAttempt(context: RequestContext): Promise<Attempt>;
  signIn(proof: Proof, context: RequestContext): Promise<Result<Changed<SignedIn>>>;
  admit(session: TextOf<SecretClaim>, policy: PolicyText): Promise<AdmissionText>;

  user(): Promise<Result<User>>;
  /** For a webhook endpoint, of a project or, with null, of the workspace; `is_over` once that is gone for good. */
  mayAnswerFor(project_id: string | null, is_over: boolean): Promise<boolean>;
  sessions(current_id: string): Promise<Result<readonly Session[]>>;
  signOut(actor: Actor): Promise<Result<Changed<null>>>;
  endSession(actor: Actor, session_id: string): Promise<Result<Changed<null>>>;
  endOtherSessions(actor: Actor): Promise<Result<Changed<{ ended: number }>>>;
  renew(actor: Actor, context: RequestContext): Promise<Result<Changed<SignedIn>>>;
  /** A one-use ticket for the session to move to another device within 60 seconds. */
  beginHandoff(actor: Actor): Promise<Result<Changed<{ ticket: string; expires_at: string }>>>;
  acceptHandoff(
    ticket_id: string,
    secret: Uint8Array,
    proof: Proof,
    context: RequestContext,
  ): Promise<Result<Changed<SignedIn>>>;
  /** Admission by API token: like `admit`, with no more than the token's permissions. */
  admitToken(token: TextOf<SecretClaim>, policy: PolicyText): Promise<AdmissionText>;
  /** Admission of a worker by its signature; spends the nonce when it admits. */
  admitSigned(signature: TextOf<SignatureClaim>, policy: PolicyText): Promise<AdmissionText>;
  /** Admission of a worker by a client certificate that Cloudflare has verified. */
  admitCertificate(certificate: TextOf<CertificateClaim>, policy: PolicyText): Promise<AdmissionText>;
  /** For an actor that came by signature or certificate: `session_id` is its key. */
  openKeySession(actor: Actor, context: RequestContext): Promise<Result<Changed<KeySession>>>;
  /** What reached the address of an integration; the address' MAC held. Answers what has become of it. */
  receiveHook(policy: PolicyText, context: ContextText, delivery: HookDelivery): Promise<HookAnswer>;
  /** The project of an integration. */
  integrationPlace(): Promise<Result<{ project_id: string }>>;
  /** Deliveries that failed, newest first; the caller's access was decided by the project. */
  hookFailures(limit: number, before: PagePosition | null): Promise<Result<Page<HookFailure>>>;
  replayHook(actor: Actor, delivery_id: string): Promise<Result<Changed<InboundDelivery>>>;
  createToken(
    actor: Actor,
    name: string,
    permissions: readonly Permission[],
    days: number,
  ): Promise<Result<Changed<{ api_token: ApiToken; token: string }>>>;
  tokens(): Promise<Result<readonly ApiToken[]>>;
  revokeToken(actor: Actor, token_id: string): Promise<Result<Changed<null>>>;
  stepUp(actor: Actor, proof: Proof): Promise<Result<Changed<Session>>>;

  beginMfa(actor: Actor): Promise<Result<Changed<NewEnrolment>>>;
  /** `attempt` counts like a sign-in, so that codes cannot be guessed on a live session. */
  confirmMfa(actor: Actor, code: string, attempt: Attempt): Promise<Result<Changed<User>>>;
  /** The new password, long enough to stand alone, is hashed already. */
  removeMfa(actor: Actor, phc: string): Promise<Result<Changed<User>>>;
  newBackupCodes(actor: Actor): Promise<Result<Changed<{ backup_codes: string[] }>>>;
  changePassword(
    actor: Actor,
    proof: Proof,
    phc: string,
    revoke_tokens?: boolean,
  ): Promise<Result<Changed<null>>>;

  /** The address is pending until `confirmEmail`. */
  changeEmail(actor: Actor, address: string): Promise<Result<Changed<null>>>;
  confirmEmail(claim: LinkClaim, context: RequestContext): Promise<Result<Changed<null>>>;
  /** Mails a link where it may; answers the same in every case. */
  requestRecovery(context: RequestContext): Promise<void>;
  /** Null where the link is not live. */
  recoverySubject(claim: LinkClaim): Promise<RecoverySubject | null>;
  /** The new password, judged for `subject`, is hashed already. */
  recover(
    claim: LinkClaim,
    proof: Omit<Proof, "attempt">,
    subject: RecoverySubject,
    phc: string,
    context: RequestContext,
  ): Promise<Result<Changed<null>>>;
  /** Admits the network of the request, for an hour, to an account that has reached its ceiling. */
  unlockByLink(claim: LinkClaim, context: RequestContext): Promise<Result<Changed<null>>>;
  /** An operator takes the second factor away; the roles that need it are then not in force. */
  resetMfa(actor: Actor): Promise<Result<Changed<User>>>;

  /** Counts one call of planning; refuses `ai_limit_reached`. */
  takeAiCall(actor: Actor, feature: AiFeature): Promise<Result<null>>;
  /** Takes that call back, which the workspace's limits refused. */
  withdrawAiCall(): Promise<void>;
  /** Keeps what was asked of a model and answered, sealed; audits the call. */
  keepAiRecord(actor: Actor, record: AiRecord): Promise<void>;
  aiRecords(limit: number, before: PagePosition | null): Promise<Result<Page<AiRecord>>>;
  aiUsage(): Promise<Result<AiUsage>>;

  notices(limit: number, before: PagePosition | null): Promise<Result<Page<Notice>>>;
  /** Marks that one and all before it as read. */
  readNotices(actor: Actor, notice_id: string): Promise<Result<Changed<null>>>;

  /** Forgets the account's failed attempts. */
  unlock(actor: Actor): Promise<Result<Changed<null>>>;
  rateLimits(): Promise<Result<readonly RateLimitState[]>>;
  resetRateLimits(actor: Actor): Promise<Result<Changed<null>>>;
  /** Seals anew what older keys seal; answers what each key is still used for. */
  sweepKeys(actor: Actor): Promise<Result<Changed<readonly KeyUse[]>>>;
  endAllSessions(actor: Actor): Promise<Result<Changed<{ ended: number }>>>;

  /** How busy a worker is; `not_found` where there is no such worker. */
  load(): Promise<Result<WorkerLoad>>;
  /** The keys of a worker; `not_found` where there is no such worker. */
  keys(): Promise<Result<readonly SigningKey[]>>;
  addKey(actor: Actor, key: NewKey): Promise<Result<Changed<CertifiedKey>>>;
  /** The next certificate of a key; null: of the key that the worker came with. */
  renewCertificate(actor: Actor, key_id: string | null): Promise<Result<Changed<CertifiedKey>>>;
  revokeKey(actor: Actor, key_id: string): Promise<Result<Changed<null>>>;
  revokeKeys(actor: Actor): Promise<Result<Changed<{ revoked: number }>>>;

  /** Without a status: those not deleted. Deleted ones are shown to their owner alone. */
  projects(
    limit: number,
    after: PagePosition | null,
    status?: ProjectStatus | null,
  ): Promise<Result<Page<ProjectSummary>>>;
  /** Tasks that are assigned to this principal or held by it, in all projects; what is due first comes first. */
  work(filter: WorkFilter, limit: number, after: PagePosition | null): Promise<Result<Page<WorkItem>>>;
  receive(batch: PrincipalBatch): Promise<Receipt>;
  /** Some of the projects that the person owns, deleted ones aside; none where there is nobody. */
  ownedProjects(limit: number): Promise<readonly string[]>;
  /** What is personal goes before the answer; a principal that is not there, or was erased before, stays as it is. */
  erase(): Promise<void>;

  /** Called by a project: takes a place for a stream, and answers its lease in ms. */
  openStream(claim: StreamClaim): Promise<Result<number>>;
  /** Called by a project with all streams of this principal that it holds open: their leases, renewed. */
  confirmStreams(project: string, ids: readonly string[]): Promise<Leases>;
  /** Called by a project: these are closed. */
  streamsClosed(ids: readonly string[]): Promise<void>;
  /** Whether a credential still lives, with just these rights; asking is no use of it. */
  stands(standing: Standing): Promise<boolean>;
}
