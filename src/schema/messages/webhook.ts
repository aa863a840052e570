// What Workers, projects, workspaces and webhook endpoints tell each other about webhooks that go out. The project or
// workspace that an endpoint belongs to decides about it; the endpoint's own object obeys, delivers and remembers.
import type { Change } from "../change.ts";
import type { Result } from "../result.ts";
import type {
  Attempt,
  Delivery,
  DeliveryStatus,
  Webhook,
  WebhookMetrics,
  WebhookStatus,
} from "../webhook.ts";
import type { Batch, Receipt } from "./outbox.ts";
import type { Actor, Changed, Page, PagePosition } from "./request.ts";

export interface NewWebhook {
  readonly url: string;
  readonly description: string;
  readonly event_types: readonly string[];
  readonly order: Webhook["order"];
  readonly deliveries_per_minute: number;
}

export interface WebhookChange extends Partial<NewWebhook> {
  readonly status?: "active" | "paused";
}

/** A secret as everybody may know it. */
export interface SecretFacts {
  readonly id: string;
  readonly public_key: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
}

/** What was decided about an endpoint; the first such order makes its object. A lower version than the last is ignored. */
export interface WebhookOrder {
  readonly kind: "webhook";
  readonly id: string;
  readonly version: number;
  readonly project_id: string | null;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly order: Webhook["order"];
  readonly deliveries_per_minute: number;
  readonly responsible: string;
  /** Null leaves it as the endpoint itself has it. */
  readonly status: "active" | "paused" | null;
  /** All that sign; others are to be forgotten. */
  readonly secrets: readonly SecretFacts[];
  /** The newest one sealed, in base64url, where it is new. */
  readonly box?: string;
  /** `deleted` at once; `closing` once everything has been delivered or given up. */
  readonly end?: "deleted" | "closing";
}

/** Changes of one project for one endpoint, numbered as in its feed; those that it does not want are left out. */
export interface ChangeBatch {
  readonly version: 1;
  readonly source: string;
  readonly incarnation: string;
  readonly project_id: string;
  readonly changes: readonly Change[];
  /** Every change up to this number is in this batch or one before it, or not wanted. */
  readonly through: number;
}

/** Asked of whichever object an endpoint belongs to: its project, or the workspace. */
export interface WebhookRegistryRpc {
  createWebhook(actor: Actor, webhook: NewWebhook): Promise<Result<Changed<CreatedWebhook>>>;
  webhooks(actor: Actor, limit: number, after: PagePosition | null): Promise<Result<Page<Webhook>>>;
  webhook(actor: Actor, id: string): Promise<Result<Webhook>>;
  updateWebhook(actor: Actor, id: string, change: WebhookChange): Promise<Result<Changed<Webhook>>>;
  rotateWebhook(actor: Actor, id: string, overlap_seconds: number): Promise<Result<Changed<CreatedWebhook>>>;
  deleteWebhook(actor: Actor, id: string): Promise<Result<Changed<null>>>;
}

export interface CreatedWebhook {
  readonly webhook: Webhook;
  /** `whsec_…`, shown once. */
  readonly secret: string;
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event_type?: string | undefined;
}

export interface ReplayRange {
  readonly from_ms: number;
  readonly until_ms: number;
  /** All that are settled, or those given up alone. */
  readonly status: "dead" | "settled";
}

export interface Replayed {
  readonly replayed: number;
  /** Whether others are left. */
  readonly more: boolean;
  /** When the first of those came. */
  readonly next_from?: string;
}

export interface WebhookReport {
  readonly project_id: string | null;
  readonly status: WebhookStatus;
  readonly metrics: WebhookMetrics;
}

/** Whoever asks has been let in by the project or workspace that the endpoint belongs to. */
export interface WebhookEndpointRpc {
  /** Null where there is no such endpoint. */
  report(): Promise<WebhookReport | null>;
  deliveries(
    filter: DeliveryFilter,
    limit: number,
    before: PagePosition | null,
  ): Promise<Result<Page<Delivery>>>;
  delivery(id: string): Promise<Result<{ delivery: Delivery; attempts: Attempt[]; body: string }>>;
  sendTest(actor: Actor): Promise<Result<Changed<Delivery>>>;
  replay(actor: Actor, delivery_id: string): Promise<Result<Changed<Delivery>>>;
  replayRange(actor: Actor, range: ReplayRange): Promise<Result<Changed<Replayed>>>;
  obey(batch: Batch<WebhookOrder>): Promise<Receipt>;
  deliver(batch: ChangeBatch): Promise<Pick<Receipt, "gone">>;
}
