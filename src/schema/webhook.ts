// Webhooks that go out: endpoints that hear of events, deliveries of events to them, and attempts to deliver.
import * as v from "valibot";
import { context } from "./context.ts";
import { EVENT_TYPES, type EventType } from "./event-type.ts";
import { DeliveryId, ProjectId, UserId, WebhookId } from "./identifier.ts";
import { prose, Timestamp } from "./text.ts";

/** Whatever changes projects, their members, tasks and comments; reading them is nobody's event. */
const HEARD = /^(?:project|member|task|comment)\./u;
export const WEBHOOK_EVENT_TYPES = (Object.keys(EVENT_TYPES) as EventType[]).filter(
  (type) => HEARD.test(type) && EVENT_TYPES[type].category !== "data_access",
);
export const TEST_EVENT = "webhook.test";

/** All of an area, as in `task.*`, or all there are. */
const AREAS = [...new Set(WEBHOOK_EVENT_TYPES.map((type) => `${type.split(".")[0]}.*`)), "*"];

/** Whether an endpoint with this filter is to hear of events of that type. */
export const wants = (event_types: readonly string[], type: string): boolean =>
  event_types.some((each) => each === "*" || each === type || each === `${type.split(".")[0]}.*`);

/** When a change is such that endpoints may hear of it. */
export const isHeard = (type: string): boolean => (WEBHOOK_EVENT_TYPES as readonly string[]).includes(type);

export const PER_MINUTE_MAX = 60_000;
export const PER_MINUTE_DEFAULT = 6_000;
/** How long an old secret goes on signing beside a new one. */
export const OVERLAP_SECONDS_MAX = 604_800;

/** `disabled` failed for too long and is probed; `gone` has answered 410 and is left alone. */
export const WEBHOOK_STATUSES = ["active", "paused", "disabled", "gone"] as const;
export const WebhookStatus = v.picklist(WEBHOOK_STATUSES);
export type WebhookStatus = v.InferOutput<typeof WebhookStatus>;

const perMinute = v.pipe(
  v.number(),
  v.integer("expected a whole number"),
  v.minValue(1, `expected 1 to ${PER_MINUTE_MAX}`),
  v.maxValue(PER_MINUTE_MAX, `expected 1 to ${PER_MINUTE_MAX}`),
);

export const WebhookFields = {
  url: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048), context("url")),
  description: prose(500),
  event_types: v.pipe(
    v.array(v.picklist([...WEBHOOK_EVENT_TYPES, ...AREAS])),
    v.minLength(1, "expected at least one event type"),
    v.maxLength(50, "expected at most 50 event types"),
  ),
  /** `task`: what happens to one task arrives in order, each event only after the one before it. */
  order: v.picklist(["none", "task"]),
  deliveries_per_minute: perMinute,
};

/** One of the secrets that sign, without the secret itself. */
export const WebhookSecret = v.object({
  /** Verifies `v1a`. */
  public_key: v.string(),
  created_at: Timestamp,
  /** Null for the present one; older ones sign until then. */
  expires_at: v.nullable(Timestamp),
});

export const Webhook = v.object({
  id: WebhookId,
  /** Null: hears of every project of the workspace. */
  project_id: v.nullable(ProjectId),
  url: v.string(),
  description: v.string(),
  event_types: v.array(v.string()),
  order: WebhookFields.order,
  deliveries_per_minute: v.number(),
  status: WebhookStatus,
  /** Who answers for it: whoever created it, or last changed it. While suspended, nothing is sent. */
  responsible: UserId,
  secrets: v.array(WebhookSecret),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Webhook = v.InferOutput<typeof Webhook>;

const count = v.number();
export const WebhookMetrics = v.object({
  /** Not delivered yet, and still to be tried. */
  pending: count,
  oldest_pending_at: v.nullable(Timestamp),
  delivered: count,
  /** Given up, and kept to be replayed. */
  dead: count,
  failed_attempts: count,
  consecutive_failures: count,
  last_delivered_at: v.nullable(Timestamp),
  next_attempt_at: v.nullable(Timestamp),
  /** Of the last 200 attempts: how long answers took. */
  answer_p50_ms: v.nullable(v.number()),
  answer_p95_ms: v.nullable(v.number()),
  /** Whoever answers for the endpoint is suspended or gone, or may not read what it hears of: nothing is sent. */
  held: v.boolean(),
});
export type WebhookMetrics = v.InferOutput<typeof WebhookMetrics>;

export const DELIVERY_STATUSES = ["pending", "waiting", "delivered", "dead"] as const;
export const DeliveryStatus = v.picklist(DELIVERY_STATUSES);
export type DeliveryStatus = v.InferOutput<typeof DeliveryStatus>;

/** Why an attempt had no answer that counts; null where its status says it. */
export const ATTEMPT_ERRORS = ["timeout", "unreachable", "cut_off", "target_refused"] as const;
export type AttemptError = (typeof ATTEMPT_ERRORS)[number];

export const DEAD_REASONS = ["attempts_used_up", "endpoint_gone", "queue_full"] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

export const Delivery = v.object({
  id: DeliveryId,
  event_type: v.string(),
  /** `waiting`: for an earlier event of its task. */
  status: DeliveryStatus,
  /** Why it was given up. */
  reason: v.nullable(v.picklist(DEAD_REASONS)),
  created_at: Timestamp,
  attempts: count,
  next_attempt_at: v.nullable(Timestamp),
  settled_at: v.nullable(Timestamp),
  last_status_code: v.nullable(v.number()),
  last_error: v.nullable(v.picklist(ATTEMPT_ERRORS)),
  last_duration_ms: v.nullable(v.number()),
});
export type Delivery = v.InferOutput<typeof Delivery>;

export const Attempt = v.object({
  number: v.number(),
  at: Timestamp,
  duration_ms: v.number(),
  status_code: v.nullable(v.number()),
  error: v.nullable(v.picklist(ATTEMPT_ERRORS)),
  /** The beginning of what the endpoint answered; null where it said nothing. */
  answer: v.nullable(v.string()),
});
export type Attempt = v.InferOutput<typeof Attempt>;
