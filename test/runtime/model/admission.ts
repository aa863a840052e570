// The model's admission, by session and by API token: who may go on, and why not.
import type { Source } from "../../../src/schema/messages/request.ts";
import type { Permission } from "../../../src/schema/role.ts";
import { isBoundTo, isSuspicious, watch } from "./monitoring.ts";
import { emptyMemory, endFamily, find, hasTimedOut, PARENT_GRACE_MS, RECENT_MS } from "./sessions.ts";
import { DAY_MS, may, type Session, type World } from "./world.ts";

export interface Policy {
  readonly permission: Permission | null;
  readonly recent_authentication: boolean;
  readonly under_suspicion: boolean;
}

export type Decision = "ok" | "session_ended" | "step_up_required" | "permission_denied";

/** Reuse, deadlines, bindings, monitoring; then permission and the age of the authentication. */
export function admit(world: World, id: string, source: Source, policy: Policy): Decision {
  const session = find(world, id);
  if (!session) return "session_ended";
  const seen = mayGoOn(world, session, source) ? watch(world, session, source) : "ends";
  if (seen === "ends") {
    endFamily(world, session.family);
    emptyMemory(world);
    return "session_ended";
  }
  const held_up = isSuspicious(session) && !policy.under_suspicion;
  if (!held_up) {
    session.used = { from_ms: world.clock_ms, to_ms: world.clock_ms };
    session.in_memory = true;
  }
  // What monitoring stores, it stores from memory, and begins anew.
  if (seen === "changed") emptyMemory(world);
  if (held_up) return "step_up_required";
  if (policy.permission !== null && !may(world, policy.permission)) return "permission_denied";
  const age_ms = world.clock_ms - session.authenticated_at_ms;
  return policy.recent_authentication && age_ms > RECENT_MS ? "step_up_required" : "ok";
}

function mayGoOn(world: World, session: Session, source: Source): boolean {
  const { replaced_at_ms, bound } = session;
  const is_reused = replaced_at_ms !== null && world.clock_ms >= replaced_at_ms + PARENT_GRACE_MS;
  return !is_reused && !hasTimedOut(world, session) && isBoundTo(bound, source);
}

/** A token does what its owner may do now, if it was made for that; never what wants a recent authentication. */
export function admitToken(
  world: World,
  id: string,
  for_tokens: boolean,
  permission: Permission | null,
): Decision {
  const token = world.api_tokens.find((each) => each.id === id);
  if (!token || world.clock_ms >= token.expires_at_ms) return "session_ended";
  if (!for_tokens) return "permission_denied";
  if (permission === null) return "ok";
  return token.permissions.includes(permission) && may(world, permission) ? "ok" : "permission_denied";
}

/** Nobody hands a token more than they have. */
export function createToken(
  world: World,
  id: string,
  permissions: readonly Permission[],
  days: number,
): Decision {
  if (permissions.some((permission) => !may(world, permission))) return "permission_denied";
  world.api_tokens.push({ id, permissions, expires_at_ms: world.clock_ms + days * DAY_MS });
  return "ok";
}
