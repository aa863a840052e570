// The model's sessions: how they begin, are admitted, renewed, moved and ended.
import type { Source } from "../../../src/schema/messages/request.ts";
import { isSuspicious } from "./monitoring.ts";
import {
  DAY_MS,
  HOUR_MS,
  hasFactor,
  MINUTE_MS,
  rolesInForce,
  SECOND_MS,
  type Session,
  type World,
} from "./world.ts";

const IDLE_MS = 30 * MINUTE_MS;
const ABSOLUTE_MS = DAY_MS;
const PRIVILEGED_ABSOLUTE_MS = 8 * HOUR_MS;
const SESSIONS_MAX = 3;
export const PARENT_GRACE_MS = 10 * SECOND_MS;
const TICKET_MS = 60 * SECOND_MS;
export const RECENT_MS = 10 * MINUTE_MS;
/** "Last use may be a minute stale": what storage knows of a use is younger than this. */
const STALE_MS = MINUTE_MS;

export type Outcome = "ok" | "conflict";

export const find = (world: World, id: string): Session | undefined =>
  world.sessions.find((session) => session.id === id);

/** A last use at or before this time is too long ago. */
export const idleThreshold_ms = (world: World): number => world.clock_ms - IDLE_MS;

/** Whatever empties the object's memory leaves it what is stored: uses up to a minute old, and nothing newer. */
export function emptyMemory(world: World): void {
  for (const session of world.sessions) {
    if (!session.in_memory) continue;
    session.in_memory = false;
    const { used, seen, made_at_ms } = session;
    used.from_ms = Math.max(made_at_ms, used.to_ms - STALE_MS + 1);
    seen.at.from_ms = Math.min(seen.at.to_ms, Math.max(seen.stored_at_ms, used.from_ms));
  }
}

/** Every deadline that lies ahead or behind, for jumps to the edges of it. */
export function deadlinesOf({ sessions, tickets }: World): number[] {
  return [
    ...sessions.flatMap((session) => [
      session.used.to_ms + IDLE_MS,
      session.deadline_ms,
      session.authenticated_at_ms + RECENT_MS,
      ...(session.replaced_at_ms === null ? [] : [session.replaced_at_ms + PARENT_GRACE_MS]),
    ]),
    ...tickets.map(({ expires_at_ms }) => expires_at_ms),
  ];
}

export const hasTimedOut = (world: World, { used, deadline_ms }: Session): boolean =>
  world.clock_ms >= deadline_ms || used.to_ms <= idleThreshold_ms(world);

export function endFamily(world: World, family: string): void {
  world.sessions = world.sessions.filter((session) => session.family !== family);
}

/** Ends all but one family; answers how many sessions that were. */
export function endAllBut(world: World, family: string | null): number {
  const leaving = world.sessions.filter((session) => session.family !== family);
  world.sessions = world.sessions.filter((session) => session.family === family);
  return leaving.filter(({ replaced_at_ms }) => replaced_at_ms === null).length;
}

/** Forgets what has timed out. A renewed token is remembered until the deadline, so that its reuse is noticed. */
export function sweep(world: World): void {
  world.tickets = world.tickets.filter(({ expires_at_ms }) => expires_at_ms > world.clock_ms);
  world.sessions = world.sessions.filter((session) =>
    session.replaced_at_ms === null ? !hasTimedOut(world, session) : world.clock_ms < session.deadline_ms,
  );
}

/** Those that a list shows, oldest first. */
export function listed(world: World): Session[] {
  return world.sessions
    .filter(({ replaced_at_ms }) => replaced_at_ms === null)
    .sort((a, b) => a.created_at_ms - b.created_at_ms || (a.id < b.id ? -1 : 1));
}

/** Begins one at sign-in, later than all others; at most three live, and the oldest gives way. */
export function begin(world: World, id: string, source: Source): void {
  sweep(world);
  const live = listed(world);
  for (const { family } of live.slice(0, Math.max(0, live.length + 1 - SESSIONS_MAX)))
    endFamily(world, family);
  const privileged = rolesInForce(world).some((role) => role === "ADMIN" || role === "COORDINATOR");
  const now_ms = world.clock_ms;
  world.sessions.push({
    ...fresh(id, source, now_ms),
    family: id,
    created_at_ms: Math.max(now_ms, (live.at(-1)?.created_at_ms ?? 0) + 1),
    authenticated_at_ms: now_ms,
    deadline_ms: now_ms + (privileged ? PRIVILEGED_ABSOLUTE_MS : ABSOLUTE_MS),
  });
}

const fresh = (id: string, source: Source, now_ms: number) => ({
  id,
  bound: source,
  made_at_ms: now_ms,
  replaced_at_ms: null,
  used: { from_ms: now_ms, to_ms: now_ms },
  in_memory: true,
  seen: { source, at: { from_ms: now_ms, to_ms: now_ms }, stored_at_ms: now_ms },
  reasons: [],
  raised_at_ms: 0,
  known: {
    countries: [source.country].filter(Boolean),
    fingerprints: [source.tls_fingerprint].filter(Boolean),
  },
});

/** Renews into a new token of the family, which inherits all but its bindings; each token is renewed once. */
export function renew(world: World, parent_id: string, id: string, source: Source): Outcome {
  const parent = find(world, parent_id)!;
  if (parent.replaced_at_ms !== null) return "conflict";
  parent.replaced_at_ms = world.clock_ms;
  world.sessions.push(continued(parent, id, source, world.clock_ms));
  return "ok";
}

const continued = (parent: Session, id: string, source: Source, now_ms: number): Session => ({
  ...fresh(id, source, now_ms),
  family: parent.family,
  created_at_ms: parent.created_at_ms,
  authenticated_at_ms: parent.authenticated_at_ms,
  deadline_ms: parent.deadline_ms,
  reasons: [...parent.reasons],
  raised_at_ms: parent.raised_at_ms,
});

/** A ticket for the session; an earlier one is void. */
export function beginHandoff(world: World, session_id: string, id: string): Outcome {
  if (!hasFactor(world)) return "conflict";
  world.tickets = world.tickets.filter((ticket) => ticket.session_id !== session_id);
  world.tickets.push({ id, session_id, expires_at_ms: world.clock_ms + TICKET_MS, used: false });
  return "ok";
}

/**
 * The live session that an unused ticket moves. A session that was renewed meanwhile has gone elsewhere, and one that is
 * under suspicion goes nowhere.
 */
export function movedBy(world: World, ticket_id: string): Session | null {
  const ticket = world.tickets.find(({ id }) => id === ticket_id);
  if (!ticket || ticket.used || world.clock_ms >= ticket.expires_at_ms) return null;
  const session = find(world, ticket.session_id);
  if (!session || session.replaced_at_ms !== null || hasTimedOut(world, session)) return null;
  return isSuspicious(session) ? null : session;
}

/** The session goes on elsewhere, bound anew, and has ended where it was. */
export function acceptHandoff(world: World, ticket_id: string, id: string, source: Source): void {
  const parent = movedBy(world, ticket_id)!;
  endFamily(world, parent.family);
  world.sessions.push(continued(parent, id, source, world.clock_ms));
  world.tickets.find((ticket) => ticket.id === ticket_id)!.used = true;
}
