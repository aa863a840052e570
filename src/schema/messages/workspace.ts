// What a Worker or a principal may ask of a workspace object.
import type { Invitation, User, UserStatus, WorkspaceSummary } from "../account.ts";
import type { AiWorkspaceUsage } from "../ai-usage.ts";
import type { AddressBlock } from "../block.ts";
import type { Authority, IssuedCertificate } from "../certificate.ts";
import type { ProjectStatus, ProjectSummary } from "../project.ts";
import type { Result } from "../result.ts";
import type { Role } from "../role.ts";
import type { Settings } from "../settings.ts";
import type { NewKey } from "../signing-key.ts";
import type { DecidedStatus, Worker, WorkerProfile, WorkerStatus } from "../worker.ts";
import type { OverrideOrder, Receipt, WorkspaceBatch } from "./outbox.ts";
import type { Actor, Changed, Page, PagePosition, RequestContext } from "./request.ts";
import type { WebhookRegistryRpc } from "./webhook.ts";

export interface RegistrationRequest {
  readonly workspace: string;
  readonly principal_id: string;
  readonly username: string;
  readonly enable_mfa: boolean;
  /** The Worker has verified the bootstrap token of this workspace. */
  readonly bootstrap: boolean;
  /** SHA-256 of the invitation's secret. */
  readonly invitation_hash: string | null;
}

export interface NewWorker extends Omit<WorkerProfile, "paused"> {
  readonly id: string;
  readonly key: NewKey;
}

export interface RegisteredWorker {
  readonly worker: Worker;
  /** Of its first key. */
  readonly key_id: string;
  /** Of its first key too, in PEM. */
  readonly certificate: string;
}

export type WorkerChange = Partial<Omit<WorkerProfile, "name" | "paused">>;

export interface WorkerFilter {
  readonly skill?: string | undefined;
  readonly status?: WorkerStatus | undefined;
}

export interface AiCost {
  readonly spent_microdollars: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface VersionedSettings {
  readonly settings: Settings;
  readonly version: number;
}

export interface WorkspaceRpc extends WebhookRegistryRpc {
  /** Whether this person may register, and with which roles; creates the workspace for its first ADMIN. */
  admitRegistration(
    request: RegistrationRequest,
    context: RequestContext,
  ): Promise<Result<{ roles: readonly Role[] }>>;
  /** Asked by a principal at the confirming sign-in of a bootstrapped ADMIN. */
  confirmAdmin(principal_id: string): Promise<boolean>;
  hasAdmin(): Promise<boolean>;

  users(limit: number, after: PagePosition | null): Promise<Result<Page<User>>>;
  /** Serialises every change to who is ADMIN, so that the last one stays. */
  setRoles(actor: Actor, user_id: string, roles: readonly Role[]): Promise<Result<Changed<User>>>;
  setStatus(
    actor: Actor,
    user_id: string,
    status: Exclude<UserStatus, "unconfirmed">,
  ): Promise<Result<Changed<User>>>;

  /**
   * Erases a person: sessions, tokens and personal data go before the answer, memberships after it, by outbox. Refuses
   * `last_admin`, and `owns_projects` while they own any. A repeat is answered as the first was.
   */
  eraseUser(actor: Actor, user_id: string): Promise<Result<Changed<null>>>;

  /** An exception to a user's roles; nobody grants what they do not have. */
  setOverride(actor: Actor, user_id: string, override: OverrideOrder): Promise<Result<Changed<User>>>;

  invite(actor: Actor, roles: readonly Role[], secret_hash: string): Promise<Result<Changed<Invitation>>>;
  invitations(limit: number, after: PagePosition | null): Promise<Result<Page<Invitation>>>;

  /** Decided here, obeyed by the worker's own object before the answer. */
  registerWorker(actor: Actor, worker: NewWorker): Promise<Result<Changed<RegisteredWorker>>>;
  workers(filter: WorkerFilter, limit: number, after: PagePosition | null): Promise<Result<Page<Worker>>>;
  worker(id: string): Promise<Result<Worker>>;
  /** Those of them that there are. */
  workersOf(ids: readonly string[]): Promise<Result<readonly Worker[]>>;
  /** For each of these skills how many workers have it that are neither paused nor revoked: 0, 1, or 2 for more. */
  skillHolders(skills: readonly string[]): Promise<readonly number[]>;
  updateWorker(
    actor: Actor,
    id: string,
    change: WorkerChange,
    version: number | null,
  ): Promise<Result<Changed<Worker>>>;
  setWorkerStatus(actor: Actor, id: string, status: DecidedStatus): Promise<Result<Changed<Worker>>>;
  /** The worker itself says that it is there. */
  workerSeen(actor: Actor): Promise<Result<Changed<Worker>>>;

  /**
   * Counts one call of planning and reserves the most that it can cost; refuses `ai_limit_reached`. A reservation that
   * nobody settles counts as spent.
   */
  reserveAiCall(actor: Actor, bound_microdollars: number): Promise<Result<{ readonly call_id: string }>>;
  /** What the call did cost, never more than was reserved; a second time it changes nothing. */
  settleAiCall(call_id: string, cost: AiCost): Promise<void>;
  aiUsage(): Promise<Result<AiWorkspaceUsage>>;
  /** A certificate for a worker's key; asked by the worker's own object, which has the key or is about to. */
  certify(actor: Actor, worker_id: string, key: NewKey): Promise<Result<IssuedCertificate>>;
  /** Certificates of all authorities whose own may not have expired yet, newest first, in PEM. */
  authorities(actor: Actor): Promise<string>;
  /** The revocation list, in DER, of that authority, or of the present one. */
  revocationList(actor: Actor, authority_id: string | null): Promise<Result<Uint8Array>>;
  rotateAuthority(actor: Actor): Promise<Result<Changed<Authority>>>;

  settings(): Promise<Result<VersionedSettings>>;
  /** Holds everywhere before the answer. Refuses `stale_version`. */
  changeSettings(
    actor: Actor,
    change: Partial<Settings>,
    version: number | null,
  ): Promise<Result<Changed<VersionedSettings>>>;

  /** Blocked addresses, as shards reported them; of main alone. */
  blocks(limit: number, after: PagePosition | null): Promise<Result<Page<AddressBlock>>>;
  block(id: string): Promise<Result<AddressBlock>>;
  liftBlock(actor: Actor, id: string): Promise<Result<Changed<null>>>;
  openWorkspace(actor: Actor, name: string): Promise<Result<Changed<WorkspaceSummary>>>;
  workspaces(limit: number, after: PagePosition | null): Promise<Result<Page<WorkspaceSummary>>>;

  /** Without a status: all that are not deleted. */
  projects(
    limit: number,
    after: PagePosition | null,
    status?: ProjectStatus | null,
  ): Promise<Result<Page<ProjectSummary>>>;
  receive(batch: WorkspaceBatch): Promise<Receipt>;
}
