// When an address has been turned away so often that it is turned away at once: refusals weigh by how surely they are
// an attack, blocks are short at first and longer each time, and both are forgotten.

import { type Refusal, refuse } from "../schema/result.ts";

/** Refusals are counted within a window of so long. */
export const WINDOW_MS = 600_000;
/** Each further block is so many times longer than the one before. */
const ESCALATION = 4;
const BLOCK_MS_MAX = 86_400_000;
/** A block makes the next one longer for so long after its end. */
const MEMORY_MS = 86_400_000;

export interface BlockLimits {
  /** Points within the window that block; 0: nobody is ever blocked. */
  readonly points_max: number;
  /** The first block. */
  readonly block_ms: number;
}

/** Refusals of one address. */
export interface RefusalCount {
  readonly points: number;
  /** Of the first refusal counted. */
  readonly since_ms: number;
  /** Blocks so far. */
  readonly times: number;
  readonly blocked_until_ms: number;
}

export interface RefusalDecision {
  readonly count: RefusalCount;
  /** Whether a block begins with this. */
  readonly begins: boolean;
  /** From then on the count says nothing. */
  readonly forget_at_ms: number;
}

/** What one refusal weighs, by its reason and rule; 0 for what honest clients meet. */
export function pointsOf(reason: string, rule: string | undefined): number {
  if (rule === BLOCKED_RULE) return 0;
  if (reason === "signature_refused" || rule === "forged_or_malformed_token") return 3;
  const counted = ["input_refused", "rate_limited", "authentication_failed", "locked_out"];
  return counted.includes(reason) ? 1 : 0;
}

/** The rule of the refusal itself. */
export const BLOCKED_RULE = "address_blocked";

/** Counts refusals of an address. What comes during a block neither counts nor lengthens it. */
export function countRefusals(
  before: RefusalCount | undefined,
  points: number,
  { points_max, block_ms }: BlockLimits,
  now_ms: number,
): RefusalDecision {
  const times = before && now_ms < before.blocked_until_ms + MEMORY_MS ? before.times : 0;
  if (before && isBlocked(before, now_ms))
    return { count: before, begins: false, forget_at_ms: endOf(before) };
  const isStale = !before || now_ms >= before.since_ms + WINDOW_MS;
  const sum = (isStale ? 0 : before.points) + points;
  if (points_max > 0 && sum >= points_max) {
    const blocked_until_ms = now_ms + Math.min(block_ms * ESCALATION ** times, BLOCK_MS_MAX);
    const count = { points: 0, since_ms: now_ms, times: times + 1, blocked_until_ms };
    return { count, begins: true, forget_at_ms: endOf(count) };
  }
  const since_ms = isStale ? now_ms : before.since_ms;
  const count = { points: sum, since_ms, times, blocked_until_ms: before?.blocked_until_ms ?? 0 };
  return { count, begins: false, forget_at_ms: Math.max(since_ms + WINDOW_MS, times > 0 ? endOf(count) : 0) };
}

/** Why the address is turned away. */
export const blockedRefusal = (until_ms: number, now_ms: number): Refusal =>
  refuse("rate_limited", {
    rule: BLOCKED_RULE,
    detail: "this address is blocked for a while, after repeated refusals",
    retry_after_seconds: Math.max(1, Math.ceil((until_ms - now_ms) / 1000)),
  }).refusal;

export const isBlocked = ({ blocked_until_ms }: RefusalCount, now_ms: number): boolean =>
  now_ms < blocked_until_ms;

const endOf = ({ blocked_until_ms }: RefusalCount): number => blocked_until_ms + MEMORY_MS;
