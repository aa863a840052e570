// What a Worker may ask of a project object. Membership and ownership are checked there, in the
// transaction that writes; whoever may not know of the project is answered `not_found`.
import type { Member } from "../account.ts";
import type { Change } from "../change.ts";
import type { Comment } from "../comment.ts";
import type { HeldLease } from "../lease.ts";
import type { Matching } from "../matching.ts";
import type { PlanHeading, PlanTask } from "../plan.ts";
import type {
  Estimate,
  PlannedTask,
  Priority,
  Project,
  ProjectCounts,
  Task,
  TaskSort,
  TaskStatus,
} from "../project.ts";
import type { Result } from "../result.ts";
import type { BreakdownRpc } from "./breakdown.ts";
import type { IntegrationRegistryRpc } from "./hook.ts";
import type { Departure, ProjectBatch, Receipt } from "./outbox.ts";
import type { Actor, Changed, Page, PagePosition } from "./request.ts";
import type { WebhookRegistryRpc } from "./webhook.ts";

export interface NewProject {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface NewTask {
  readonly title: string;
  readonly description: string;
  readonly depends_on: readonly string[];
  readonly estimate: Estimate | null;
  readonly skills: readonly string[];
  readonly labels?: readonly string[];
  readonly parent_id?: string | null;
  readonly priority: Priority;
  readonly due_at: string | null;
}

export interface TaskChange extends Partial<NewTask> {
  readonly status?: TaskStatus;
}

/** One of many changes that are made together or not at all. */
export interface VersionedChange {
  readonly task_id: string;
  readonly version: number;
  readonly change: TaskChange;
}

/** What schedules and assessments ask of a task that is neither done nor cancelled. */
export interface OpenTask
  extends Pick<
    Task,
    | "id"
    | "title"
    | "status"
    | "priority"
    | "estimate"
    | "skills"
    | "parent_id"
    | "depends_on"
    | "due_at"
    | "assigned_to"
    | "updated_at"
  > {
  /** Whether it has sub-tasks that are not cancelled, open or done; absent from objects of the version before. */
  readonly has_parts?: boolean;
}

export interface OpenWork {
  /** Of the project. */
  readonly owner: string;
  readonly tasks: readonly OpenTask[];
}

/** One line of an export; see routes/plan-export. */
export type ExportLine =
  | { readonly kind: "heading"; readonly heading: PlanHeading }
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | {
      readonly kind: "task";
      readonly id: string;
      readonly updated_at_ms: number;
      /** Its parent and its dependencies are ids. */
      readonly task: Omit<PlanTask, "ref">;
    };

/** All of it at once; null asks for none. */
export interface TaskFilter {
  readonly status?: TaskStatus | readonly TaskStatus[];
  readonly priority?: readonly Priority[];
  readonly label?: string;
  readonly skill?: string;
  readonly assigned_to?: string | null;
  readonly parent_id?: string | null;
  readonly created_by?: string;
  readonly blocked?: boolean;
  readonly due_before_ms?: number;
  readonly due_after_ms?: number;
  /** Words, of which titles or descriptions have all, or longer ones that begin so. */
  readonly search?: string;
  /** Without it: the order of creation. */
  readonly sort?: TaskSort;
}

/** A part of the feed, and where to go on. */
export interface ChangePage {
  readonly changes: readonly Change[];
  readonly next_after: number;
  readonly newest: number;
}

/** A task and the lease that its holder has of it. */
export interface Claimed {
  readonly task: Task;
  readonly lease: HeldLease;
}

/** Like Changed, where nothing may have fitted: without a task there is no event. */
export interface BestClaim {
  readonly value: {
    readonly task: Task | null;
    readonly lease: HeldLease | null;
    readonly matching: Matching;
  };
  readonly event_id: string | null;
  readonly replayed?: true;
}

/** A task, and the workers among the members with the leases that they hold here. */
export interface TaskAndWorkers {
  readonly task: Task;
  readonly workers: readonly { readonly id: string; readonly held: number }[];
}

export interface ProjectRpc extends WebhookRegistryRpc, IntegrationRegistryRpc, BreakdownRpc {
  /**
   * Somebody never comes back: their membership goes, and what they held or were assigned is open to others. Idempotent.
   * Objects of the version before take everybody for erased.
   */
  eraseMember(user_id: string, how?: Departure): Promise<void>;
  receive(batch: ProjectBatch): Promise<Receipt>;
  taskAndWorkers(actor: Actor, task_id: string): Promise<Result<TaskAndWorkers>>;
  create(actor: Actor, project: NewProject): Promise<Result<Changed<Project>>>;
  read(actor: Actor): Promise<Result<{ project: Project; counts: ProjectCounts }>>;
  /** `version` is the one the caller has seen: another one refuses with `stale_version`. */
  update(
    actor: Actor,
    change: { name?: string; description?: string },
    version: number | null,
  ): Promise<Result<Changed<Project>>>;
  delete(actor: Actor, version: number | null): Promise<Result<Changed<null>>>;
  archive(actor: Actor): Promise<Result<Changed<Project>>>;
  /** From the archive, or from deletion within 30 days. */
  restore(actor: Actor): Promise<Result<Changed<Project>>>;
  /**
   * `to`: an active user of the workspace who may own a project; null where the one asked for is none, and then
   * `because`, unless there is no such user. The old owner stays as editor.
   */
  transfer(
    actor: Actor,
    to: Omit<Member, "role"> | null,
    because?: string,
  ): Promise<Result<Changed<Project>>>;

  members(actor: Actor): Promise<Result<readonly Member[]>>;
  /** `is_known`: whether there is such a user; refused where not, once the caller may know of the project. */
  setMember(actor: Actor, member: Member, is_known?: boolean): Promise<Result<Changed<Member>>>;
  removeMember(actor: Actor, user_id: string): Promise<Result<Changed<null>>>;

  createTask(actor: Actor, task: NewTask): Promise<Result<Changed<Task>>>;
  /** All of the plan in one transaction, or nothing. Answers in the plan's order. */
  createTasks(actor: Actor, plan: readonly PlannedTask[]): Promise<Result<Changed<readonly Task[]>>>;
  task(actor: Actor, task_id: string): Promise<Result<Task>>;
  tasks(
    actor: Actor,
    filter: TaskFilter,
    limit: number,
    after: PagePosition | null,
  ): Promise<Result<Page<Task>>>;
  /** All open tasks in the order of creation; refuses `quota_exceeded` beyond 10,000. */
  openWork(actor: Actor): Promise<Result<OpenWork>>;
  /** JSON Lines of `ExportLine`: the heading, the ids of all tasks in their order, the tasks. */
  exportPlan(actor: Actor): Promise<Result<ReadableStream<Uint8Array>>>;
  /** All of the document in one transaction, or nothing. Answers ids in the document's order. */
  importPlan(actor: Actor, plan: readonly PlanTask[]): Promise<Result<Changed<readonly string[]>>>;
  updateTask(
    actor: Actor,
    task_id: string,
    change: TaskChange,
    version: number | null,
  ): Promise<Result<Changed<Task>>>;
  /** All in one transaction, in their order, or none; a refusal points at `/changes/<index>`. */
  updateTasks(actor: Actor, changes: readonly VersionedChange[]): Promise<Result<Changed<readonly Task[]>>>;
  deleteTask(actor: Actor, task_id: string, version: number | null): Promise<Result<Changed<null>>>;
  assignTask(actor: Actor, task_id: string, user_id: string | null): Promise<Result<Changed<Task>>>;

  /** An upgrade to a WebSocket, with a StreamRequest in its header; a refusal comes as JSON. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Called by a principal: those may not go on. Answers once nothing more is sent on them. */
  closeStreams(ids: readonly string[]): Promise<void>;
  /** Called by a principal: which of these are open. */
  openStreams(ids: readonly string[]): Promise<readonly string[]>;
  /** Comments on a task, oldest first. */
  comments(
    actor: Actor,
    task_id: string,
    limit: number,
    after: PagePosition | null,
  ): Promise<Result<Page<Comment>>>;
  createComment(actor: Actor, task_id: string, text: string): Promise<Result<Changed<Comment>>>;
  deleteComment(actor: Actor, task_id: string, comment_id: string): Promise<Result<Changed<null>>>;

  /** The changes after that number; `after` null for none of them, which tells where to begin. */
  changes(actor: Actor, after: number | null, limit: number): Promise<Result<ChangePage>>;
  /** What happened to a task, newest first. */
  activity(
    actor: Actor,
    task_id: string,
    limit: number,
    before: PagePosition | null,
  ): Promise<Result<Page<Change>>>;
  claimTask(actor: Actor, task_id: string, lease_seconds: number): Promise<Result<Changed<Claimed>>>;
  /** The best for the actor; `skills` null: the actor's own, or whatever is asked for. */
  claimBest(
    actor: Actor,
    lease_seconds: number,
    skills: readonly string[] | null,
  ): Promise<Result<BestClaim>>;
  renewTask(
    actor: Actor,
    task_id: string,
    fencing_token: number,
    lease_seconds: number,
  ): Promise<Result<Changed<Claimed>>>;
  releaseTask(actor: Actor, task_id: string, fencing_token: number): Promise<Result<Changed<Task>>>;
  completeTask(
    actor: Actor,
    task_id: string,
    fencing_token: number,
    result: string | null,
  ): Promise<Result<Changed<Task>>>;
}
