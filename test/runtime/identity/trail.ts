// What the audit log holds, read from its rows: rules that decided, and how often.
import { vi } from "vitest";
import { reads } from "../../../src/edge/reads.ts";
import type { AuditEvent } from "../../../src/schema/audit-event.ts";
import { clock } from "../harness/clock.ts";
import { allOf, inside } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";

/** All events of a workspace, in their order. Ships what waits first. */
export async function eventsOf(workspace: string): Promise<AuditEvent[]> {
  await settle();
  const read = await env.AUDIT_LOG.getByName(workspace).events({}, 100_000, null);
  if (!read.ok) throw new Error(`no audit log of ${workspace}`);
  return [...read.value.items].reverse();
}

export interface Sought {
  readonly type: string;
  /** Only those of this user; null for those of nobody. */
  readonly user_id?: string | null;
  /** How many there must be, each as often as it counts; default one. */
  readonly count?: number;
}

/**
 * The events sought, once there are enough. Refusals are noted for a second and merged for a minute:
 * moves time on until both are over.
 */
export async function audited(workspace: string, sought: Sought): Promise<AuditEvent[]> {
  const { type, user_id, count = 1 } = sought;
  return vi.waitFor(
    async () => {
      await settle();
      clock.advance(61);
      const events = (await eventsOf(workspace)).filter(
        (event) => event.event_type === type && (user_id === undefined || event.user_id === user_id),
      );
      const seen = events.reduce((sum, { metadata }) => sum + metadata.count, 0);
      if (seen < count) throw new Error(`${type}: ${seen} of ${count} audited`);
      return events;
    },
    { timeout: 60_000, interval: 400 },
  );
}

/** The rules of those events, each with its count. */
export function ruleCounts(events: readonly AuditEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule, metadata } of events) {
    counts[rule ?? "none"] = (counts[rule ?? "none"] ?? 0) + metadata.count;
  }
  return counts;
}

/** Has the Worker tell what was read, then runs the alarm of every object: what was noted is written, what is due is settled, what waits is shipped. */
async function settle(): Promise<void> {
  await reads.tell(env);
  for (const kind of ["STRANGERS", "PRINCIPAL", "PROJECT", "WORKSPACE"] as const) {
    for (const stub of await allOf(kind)) {
      await inside(stub, (instance) => (instance as { alarm(): Promise<void> }).alarm());
    }
  }
}
