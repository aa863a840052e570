// A session's life: deadlines, bindings, renewal. Pure decisions over state and now_ms.
import type { Source } from "../schema/messages/request.ts";
import type { Role } from "../schema/role.ts";
import { type BindingMode, networkOf } from "./network.ts";

export interface SessionLimits {
  readonly idle_ms: number;
  readonly absolute_ms: number;
  /** For ADMIN and COORDINATOR. */
  readonly privileged_absolute_ms: number;
  readonly sessions_max: number;
}

/** Factors that a session is bound to, as they were at sign-in; an absent factor is "". */
export interface Bindings {
  readonly address: string;
  readonly user_agent: string;
  readonly tls_fingerprint: string;
  readonly certificate: string;
}
export type BindingModes = Readonly<Record<keyof Bindings, BindingMode>>;

export interface SessionTimes {
  readonly created_at_ms: number;
  readonly last_used_at_ms: number;
  readonly absolute_deadline_ms: number;
}

/** A renewed token's parent lives this much longer, for answers that were lost on the way. */
export const PARENT_GRACE_MS = 10_000;
/** Sensitive operations want an authentication no older than this. */
export const RECENT_AUTHENTICATION_MS = 600_000;
/** The stored last use may be this stale; deadlines are then early by at most as much. */
export const LAST_USE_STALE_MS = 60_000;

export const bindTo = (source: Source): Bindings => ({
  address: source.address,
  user_agent: source.user_agent,
  tls_fingerprint: source.tls_fingerprint,
  certificate: source.certificate,
});

export function absoluteDeadline(
  created_at_ms: number,
  roles: readonly Role[],
  limits: SessionLimits,
): number {
  const privileged = roles.includes("ADMIN") || roles.includes("COORDINATOR");
  return created_at_ms + (privileged ? limits.privileged_absolute_ms : limits.absolute_ms);
}

export const idleDeadline = (last_used_at_ms: number, limits: SessionLimits): number =>
  last_used_at_ms + limits.idle_ms;

export type Expiry = "alive" | "idle_timeout" | "absolute_timeout";

/** Which deadline, if any, has passed at now_ms. */
export function expiry(times: SessionTimes, limits: SessionLimits, now_ms: number): Expiry {
  if (now_ms >= times.absolute_deadline_ms) return "absolute_timeout";
  if (now_ms >= idleDeadline(times.last_used_at_ms, limits)) return "idle_timeout";
  return "alive";
}

export interface BindingVerdict {
  /** Factors whose mode enforces and which differ: the session must end. */
  readonly violated: readonly (keyof Bindings)[];
  /** Factors whose mode only observes and which differ. */
  readonly observed: readonly (keyof Bindings)[];
}

/** Compares each factor under its mode. A factor absent now but bound before differs; absent both times it agrees. */
export function checkBindings(bound: Bindings, present: Bindings, modes: BindingModes): BindingVerdict {
  const violated: (keyof Bindings)[] = [];
  const observed: (keyof Bindings)[] = [];
  for (const factor of Object.keys(modes) as (keyof Bindings)[]) {
    const mode = modes[factor];
    if (mode === "off" || sameFactor(factor, bound[factor], present[factor], mode)) continue;
    (mode === "observe" ? observed : violated).push(factor);
  }
  return { violated, observed };
}

function sameFactor(factor: keyof Bindings, bound: string, present: string, mode: BindingMode): boolean {
  if (bound === present) return true;
  if (factor !== "address" || bound === "" || present === "") return false;
  const width = mode === "network" ? "network" : "exact";
  return networkOf(bound, width) === networkOf(present, width);
}

/** Whether the last authentication is recent enough for sensitive operations. */
export const isRecent = (authenticated_at_ms: number, now_ms: number): boolean =>
  now_ms - authenticated_at_ms <= RECENT_AUTHENTICATION_MS;
