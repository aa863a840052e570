// What a workspace's certificates say and how long they hold: authorities ten years, workers ninety days, revocation
// lists a day. A key that has a certificate lives as long as the newest one of it.
import type { Subject, Validity } from "../protocol/certificate.ts";

const DAY_MS = 86_400_000;
export const CERTIFICATE_MS = 90 * DAY_MS;
const AUTHORITY_MS = 3_652 * DAY_MS;
/** Until the next list at the latest; a new one is made when half of that is over. */
const LIST_MS = DAY_MS;
/** The clock of whoever checks a fresh certificate may be off by this. */
const SKEW_MS = 60_000;
/** What a list says of a certificate that has expired meanwhile is still true for a while. */
export const EXPIRED_KEPT_MS = 2 * DAY_MS;

/** Certificates of one worker that have not expired, revoked ones included: what a list may have to name. */
export const CERTIFICATES_MAX = 100;
/** The present authority, and those that it took over from. */
export const AUTHORITIES_MAX = 8;

/** Issuers are told apart by name: `serial_number` is the authority's own. */
export const authoritySubject = (workspace: string, serial_number: string): Subject => ({
  organization: workspace,
  unit: "Authority",
  name: `Taskward authority ${serial_number.slice(0, 8)}`,
});

export const workerSubject = (workspace: string, name: string): Subject => ({
  organization: workspace,
  unit: "WORKER",
  name,
});

export const workerUri = (workspace: string, worker_id: string): string =>
  `urn:taskward:${workspace}:${worker_id}`;

export const authorityValidity = (now_ms: number): Validity => validity(now_ms, AUTHORITY_MS);
export const certificateValidity = (now_ms: number): Validity => validity(now_ms, CERTIFICATE_MS);

/** Whether an authority outlives whatever it issues now. */
export const mayIssue = (authority: { readonly not_after_ms: number }, now_ms: number): boolean =>
  authority.not_after_ms - now_ms > CERTIFICATE_MS + DAY_MS;

/** When nothing is left that a retired authority has issued. */
export const forgetAuthorityAt = (retired_at_ms: number): number =>
  retired_at_ms + CERTIFICATE_MS + EXPIRED_KEPT_MS;

export const listTimes = (now_ms: number): { this_update_ms: number; next_update_ms: number } => ({
  this_update_ms: now_ms - SKEW_MS,
  next_update_ms: now_ms + LIST_MS,
});
export const isListFresh = (made_at_ms: number, now_ms: number): boolean => now_ms - made_at_ms < LIST_MS / 2;

/** Whether a key's last certificate has expired; never for one that has none. */
export const isKeyExpired = (expires_at_ms: number | null, now_ms: number): boolean =>
  expires_at_ms !== null && now_ms >= expires_at_ms;

/** In whole seconds, as certificates are. */
function validity(now_ms: number, life_ms: number): Validity {
  const second_ms = Math.floor(now_ms / 1_000) * 1_000;
  return { not_before_ms: second_ms - SKEW_MS, not_after_ms: second_ms + life_ms };
}
