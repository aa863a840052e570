// How a session looks to its owner.
import { idleDeadline, type SessionLimits } from "../../src/domain/session.ts";
import type { Session } from "../../src/schema/account.ts";
import type { SignedIn } from "../../src/schema/messages/principal.ts";
import { toIso } from "../../src/schema/text.ts";
import type { SessionDescription } from "./sealing.ts";
import type { SessionRow } from "./session-store.ts";

export function timesOf(row: SessionRow, limits: SessionLimits): SignedIn["session"] {
  const idle_ms = idleDeadline(row.last_used_at_ms, limits);
  return {
    id: row.id,
    expires_at: toIso(row.absolute_deadline_ms),
    idle_expires_at: toIso(Math.min(idle_ms, row.absolute_deadline_ms)),
  };
}

/** The same session after a use: all but two times stand. */
export const viewAfterUse = (
  view: Session,
  { absolute_deadline_ms }: SessionRow,
  last_used_at_ms: number,
  limits: SessionLimits,
): Session => ({
  ...view,
  idle_expires_at: toIso(Math.min(idleDeadline(last_used_at_ms, limits), absolute_deadline_ms)),
  last_used_at: toIso(last_used_at_ms),
});

/** `row` with its exact last use. */
export function viewOf(
  row: SessionRow,
  description: SessionDescription | null,
  limits: SessionLimits,
  current: boolean,
): Session {
  return {
    ...timesOf(row, limits),
    device: description?.device ?? "",
    place: description?.place ?? "",
    created_at: toIso(row.created_at_ms),
    last_used_at: toIso(row.last_used_at_ms),
    authenticated_at: toIso(row.authenticated_at_ms),
    current,
    risk: { score: row.risk_score, reasons: JSON.parse(row.risk_reasons) as string[] },
  };
}
