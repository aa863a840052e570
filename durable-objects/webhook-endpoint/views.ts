// Deliveries and attempts as those who manage an endpoint see them.

import { toIso } from "../../src/schema/text.ts";
import type { Attempt, Delivery, WebhookMetrics } from "../../src/schema/webhook.ts";
import type { AttemptRow } from "./attempt-store.ts";
import type { DeliveryRow, Tally } from "./delivery-store.ts";
import type { Endpoint } from "./endpoint-store.ts";

const isoOrNull = (at_ms: number | null): string | null => (at_ms === null ? null : toIso(at_ms));

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  event_type: row.event_type,
  status: row.status,
  reason: row.reason,
  created_at: toIso(row.created_at_ms),
  attempts: row.attempts,
  next_attempt_at: row.status === "pending" ? toIso(row.next_attempt_at_ms) : null,
  settled_at: isoOrNull(row.settled_at_ms),
  last_status_code: row.last_status_code,
  last_error: row.last_error,
  last_duration_ms: row.last_duration_ms,
});

export const attemptOf = (row: AttemptRow, answer: string | null): Attempt => ({
  number: row.number,
  at: toIso(row.at_ms),
  duration_ms: row.duration_ms,
  status_code: row.status_code,
  error: row.error,
  answer,
});

export function metricsOf(
  endpoint: Endpoint,
  { queued, dead, oldest_queued_ms }: Tally & { readonly oldest_queued_ms: number | null },
  /** Shortest first. */
  durations_ms: readonly number[],
  { next_ms, held }: { readonly next_ms: number | null; readonly held: boolean },
): WebhookMetrics {
  const quantile = (part: number) => durations_ms[Math.ceil(durations_ms.length * part) - 1] ?? null;
  return {
    pending: queued,
    oldest_pending_at: isoOrNull(oldest_queued_ms),
    delivered: endpoint.delivered,
    dead,
    failed_attempts: endpoint.failed_attempts,
    consecutive_failures: endpoint.health.failures,
    last_delivered_at: isoOrNull(endpoint.delivered_at_ms),
    next_attempt_at: isoOrNull(next_ms),
    answer_p50_ms: quantile(0.5),
    answer_p95_ms: quantile(0.95),
    held,
  };
}
