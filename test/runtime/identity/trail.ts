// What the audit log holds, read from its rows: rules that decided, and how often.
import { vi } from "vitest";
import type { AuditEvent } from "../../../src/schema/audit-event.ts";
import { clock } from "../harness/clock.ts";
import { allOf, objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";

/** All events of a workspace, in their order. Ships what waits first. */
export async function eventsOf(workspace: string): Promise<AuditEvent[]> {
  await shipAll();
  const log = objectOf("AUDIT_LOG", workspace);
  const rows = await rowsOf<{ idx: number; json: string }>(log, "SELECT idx, json FROM event ORDER BY idx");
  return rows.map(({ idx, json }) => ({ ...(JSON.parse(json) as AuditEvent), index: idx }));
}

export interface Sought {
  readonly type: string;
  /** Only those of this user. */
  readonly user_id?: string;
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
      clock.advance(61);
      await ringObservers();
      const events = (await eventsOf(workspace)).filter(
        (event) => event.event_type === type && (user_id === undefined || event.user_id === user_id),
      );
      const seen = events.reduce((sum, { metadata }) => sum + metadata.count, 0);
      if (seen < count) throw new Error(`${type}: ${seen} of ${count} audited`);
      return events;
    },
    { timeout: 8_000, interval: 150 },
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

/** Rings the alarms of all that hold merged observations whose minute is over. */
async function ringObservers(): Promise<void> {
  for (const kind of ["STRANGERS", "PRINCIPAL", "WORKSPACE", "PROJECT"] as const) {
    for (const stub of await allOf(kind)) {
      if (!(await tablesOf(stub)).includes("observation")) continue;
      const [due] = await rowsOf<{ due: number | null }>(
        stub,
        "SELECT min(due_at_ms) AS due FROM observation",
      );
      if (due!.due !== null && due!.due <= clock.now_ms()) await ringAlarm(stub);
    }
  }
}
