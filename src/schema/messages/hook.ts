// Integrations between Workers and objects: what was decided about one, what it was sent, and what that is to do.
import type { HookMapping } from "../hook-mapping.ts";
import type {
  HmacSettings,
  InboundDelivery,
  Integration,
  IntegrationKind,
  IntegrationRole,
  IntegrationStatus,
} from "../integration.ts";
import type { Priority, TaskStatus } from "../project.ts";
import type { Result } from "../result.ts";
import type { Actor, Changed, Page, PagePosition, RateLimitState } from "./request.ts";

/** A secret as it travels and is kept: sealed by the Worker that made it, for the integration's own object. */
export interface NewSecret {
  readonly id: string;
  /** Base64url of a sealed box. */
  readonly box: string;
}

/** When a secret was made, and until when it holds; null until another takes its place. */
export interface SecretTimes {
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
}

export interface NewIntegration {
  readonly id: string;
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly role: IntegrationRole;
  readonly mapping: HookMapping;
  readonly hmac: HmacSettings | null;
  readonly secret: NewSecret;
}

export type IntegrationChange = Partial<
  Pick<NewIntegration, "name" | "role" | "mapping" | "hmac"> & { readonly status: IntegrationStatus }
>;

/** An integration as its project decided it: the first such order makes its principal, a deleted one empties it. */
export interface IntegrationOrder {
  readonly kind: "integration";
  readonly id: string;
  readonly version: number;
  readonly project_id: string;
  readonly status: IntegrationStatus | "deleted";
  readonly settings: IntegrationSettings;
  /** With it, the secrets so far hold until `others_until_ms`. */
  readonly secret?: NewSecret & { readonly others_until_ms: number };
  /** When it was decided. */
  readonly at_ms: number;
}

export interface IntegrationSettings {
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly mapping: HookMapping;
  readonly hmac: HmacSettings | null;
}

/** What reached the address of an integration, as it came. */
export interface HookDelivery {
  /** By lower-case name; without those that carry credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Under which key of the ring its address was made; absent from older Workers. */
  readonly address_key_id?: string;
}

export interface HookAnswer {
  /** Null where nothing was taken from the integration's bucket. */
  readonly rate_limit: RateLimitState | null;
  readonly decision: Result<Changed<InboundDelivery>>;
}

interface Effect {
  /** What the other side calls the task. */
  readonly external_id: string;
  /** When it happened over there: what is older than what the task has seen never moves it. */
  readonly at_ms: number;
  /** In the mapping, for whoever mends it. */
  readonly place: string;
}

/** What an inbound webhook does. Each counts once for its external ids, however often it is applied. */
export type HookEffect =
  | (Effect & {
      readonly kind: "create_task";
      readonly title: string;
      readonly description: string;
      readonly labels: readonly string[];
      readonly priority: Priority;
    })
  | (Effect & {
      readonly kind: "comment";
      readonly comment_id: string;
      readonly text: string;
      readonly if_unknown: "fail" | "ignore";
    })
  | (Effect & {
      readonly kind: "move";
      readonly status: TaskStatus;
      readonly result: string | null;
      readonly if_unknown: "fail" | "ignore";
    });

type IntegrationChanged = Promise<Result<Changed<Integration>>>;

/** What a project is asked about its integrations. */
export interface IntegrationRegistryRpc {
  /** Integrations are the owner's: decided here, obeyed by the integration's own object before the answer. */
  createIntegration(actor: Actor, integration: NewIntegration): IntegrationChanged;
  integrations(actor: Actor, limit: number, after: PagePosition | null): Promise<Result<Page<Integration>>>;
  integration(actor: Actor, id: string): Promise<Result<Integration>>;
  updateIntegration(
    actor: Actor,
    id: string,
    change: IntegrationChange,
    version: number | null,
  ): IntegrationChanged;
  /** The secrets so far hold for `overlap_ms` more. */
  rotateIntegration(actor: Actor, id: string, secret: NewSecret, overlap_ms: number): IntegrationChanged;
  deleteIntegration(actor: Actor, id: string): Promise<Result<Changed<null>>>;
  /** Called by an integration's own object: all of it in one transaction, or nothing. Answers the events' ids. */
  applyHook(actor: Actor, effects: readonly HookEffect[]): Promise<Result<readonly string[]>>;
}
