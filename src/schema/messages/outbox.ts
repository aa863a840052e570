// Rows that an object ships on after its transaction: audit events, and entries of other objects' indexes.
// At least once on the way, once in effect: receivers keep a high-water mark per (source, incarnation).
import type { UserStatus } from "../account.ts";
import type { UnsequencedEvent } from "../audit-event.ts";
import type { NoticeType } from "../notice.ts";
import type { Priority, ProjectStatus, TaskStatus } from "../project.ts";
import type { Permission, ProjectRole, Role } from "../role.ts";
import type { NewKey } from "../signing-key.ts";
import type { WebhookStatus } from "../webhook.ts";
import type { DecidedStatus, WorkerProfile } from "../worker.ts";
import type { IntegrationOrder } from "./hook.ts";

/** A principal as its workspace lists it; the newest `version` wins. */
export interface DirectoryEntry {
  readonly kind: "user";
  readonly id: string;
  readonly version: number;
  readonly username: string;
  readonly status: UserStatus | "erased";
  readonly roles: readonly Role[];
  readonly mfa_enabled: boolean;
  readonly created_at_ms: number;
}

/** A project as its members and its workspace list it; `role` null means no longer a member. */
export interface ProjectEntry {
  readonly kind: "project";
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly status: ProjectStatus;
  readonly owner: string;
  readonly role: ProjectRole | null;
  readonly created_at_ms: number;
  /** When a deleted one goes for good; absent from objects of the version before. */
  readonly erase_at_ms?: number | null;
  /** Gone for good: the entry goes with it. */
  readonly erased?: true;
}

/** A task as its assignee lists it; null where it is theirs no longer, or gone. */
export interface TaskEntry {
  readonly kind: "task";
  readonly id: string;
  readonly project_id: string;
  readonly task: {
    readonly title: string;
    readonly status: TaskStatus;
    readonly priority: Priority;
    readonly due_at: string | null;
    /** Null where it is assigned and not held. */
    readonly lease_expires_at_ms: number | null;
  } | null;
}

/** What a workspace decided about one of its principals; a lower `version` than the last is ignored. */
export interface Order {
  readonly kind: "order";
  readonly version: number;
  readonly roles?: readonly Role[];
  readonly status?: Exclude<UserStatus, "unconfirmed">;
  readonly override?: OverrideOrder;
}

export interface OverrideOrder {
  readonly permission: Permission;
  /** Null takes the exception away. */
  readonly effect: "grant" | "deny" | null;
  readonly until_ms: number | null;
}

/** A worker as its workspace decided it: the first such order makes the worker's principal, with its first key. */
export interface WorkerOrder {
  readonly kind: "worker";
  readonly id: string;
  readonly version: number;
  readonly status: DecidedStatus;
  readonly profile: Omit<WorkerProfile, "paused">;
  readonly key?: NewKey;
  readonly created_at_ms: number;
}

/** Keys of a worker that were revoked: their certificates go with them. */
export interface RevocationEntry {
  readonly kind: "revocation";
  readonly worker_id: string;
  readonly key_ids: readonly string[];
  readonly at_ms: number;
}

/** Why somebody never comes back: a person was erased, a worker revoked. */
export type Departure = "erased" | "revoked";

/** Somebody of a project never comes back; absent in rows of the version before, when the person was erased. */
export interface DepartureEntry {
  readonly how?: Departure;
}

/** What a principal is told besides what happens to its own account. */
export interface NoticeEntry {
  readonly kind: "notice";
  readonly type: NoticeType;
  readonly at_ms: number;
  readonly details: Readonly<Record<string, string>>;
}

/** What an endpoint found out about itself, for the list of whichever object it belongs to. */
export interface WebhookStatusEntry {
  readonly kind: "webhook_status";
  readonly id: string;
  /** Of the last order that the endpoint knew: after a later one this says nothing. */
  readonly version: number;
  readonly status: WebhookStatus;
}

/** An endpoint of the workspace, as each of its projects serves it; a lower version than the last is ignored. */
export interface SubscriptionEntry {
  readonly kind: "subscription";
  readonly webhook_id: string;
  readonly version: number;
  readonly event_types: readonly string[];
  /** What changed before is none of its business. */
  readonly since_ms: number;
}

/** An address that a shard of strangers has blocked: for the workspace main, whose ADMIN operates the deployment. */
export interface BlockEntry {
  readonly kind: "block";
  readonly id: string;
  readonly address: string;
  readonly times: number;
  readonly blocked_at_ms: number;
  readonly until_ms: number;
}

/** Rows for a workspace. */
export type WorkspaceEntry =
  | BlockEntry
  | DirectoryEntry
  | ProjectEntry
  | RevocationEntry
  | WebhookStatusEntry;
/** Rows for a project. */
export type ProjectInboxEntry = WebhookStatusEntry | SubscriptionEntry;
/** Rows for a principal. */
export type PrincipalEntry = ProjectEntry | TaskEntry | Order | WorkerOrder | NoticeEntry | IntegrationOrder;

export interface Batch<Row> {
  readonly version: 1;
  /** The sending object: its kind and id, as in `project/prj_…`. */
  readonly source: string;
  /** Made anew whenever the object is created, so that a re-created one is a new source. */
  readonly incarnation: string;
  readonly first_sequence: number;
  readonly rows: readonly Row[];
  /** Not from the outbox: each row is known by its own id, and whatever else the source sends has no part in it. */
  readonly loose?: true;
}

/** Where to go on: every row below `next_sequence` has been taken. */
export interface Receipt {
  readonly next_sequence: number;
  /** True where the receiver does not exist and never will take these rows. */
  readonly gone?: boolean;
}

export type EventBatch = Batch<UnsequencedEvent>;
export type WorkspaceBatch = Batch<WorkspaceEntry>;
export type PrincipalBatch = Batch<PrincipalEntry>;
export type ProjectBatch = Batch<ProjectInboxEntry>;
