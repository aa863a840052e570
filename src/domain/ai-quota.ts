// Who may ask the planner, how often and for how much: so many calls a day and a cool-down per feature for each caller,
// so many calls a minute and so much money a day for each workspace. Days are those of UTC. Money is counted in
// micro-dollars: what a call can cost at most is reserved before it, and what it did cost is settled after it.
import type { AiFeature } from "../schema/ai-usage.ts";
import { ok, type Refusal, type Result, refuse } from "../schema/result.ts";

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;
/** Longer than any call takes. What nobody has settled by then is counted as spent, whole. */
export const RESERVED_MS = 180_000;

export interface CallerLimits {
  readonly calls_per_day: number;
  readonly cool_down_ms: number;
}

/** What a caller has asked for: `day` in days since 1970. */
export interface CallerUse {
  readonly day: number;
  readonly calls: number;
  /** When each feature was last asked for. */
  readonly called_at_ms: Readonly<Partial<Record<AiFeature, number>>>;
}

export const dayOf = (now_ms: number): number => Math.floor(now_ms / DAY_MS);
export const dayEndsAt = (now_ms: number): number => (dayOf(now_ms) + 1) * DAY_MS;

/** Calls of this day. */
export const callsToday = (use: CallerUse, now_ms: number): number =>
  use.day === dayOf(now_ms) ? use.calls : 0;

/** When a feature may be asked for again, as far as its cool-down goes. */
export const readyAt = (use: CallerUse, feature: AiFeature, limits: CallerLimits): number =>
  (use.called_at_ms[feature] ?? Number.NEGATIVE_INFINITY) + limits.cool_down_ms;

/** Counts one call. Refuses `ai_limit_reached` where the day is used up or the feature was asked for just now. */
export function takeCall(
  use: CallerUse,
  limits: CallerLimits,
  feature: AiFeature,
  now_ms: number,
): Result<CallerUse> {
  const calls = callsToday(use, now_ms);
  if (calls >= limits.calls_per_day) {
    return beyond("caller_day", `${limits.calls_per_day} calls a day`, dayEndsAt(now_ms), now_ms);
  }
  const ready_at_ms = readyAt(use, feature, limits);
  if (now_ms < ready_at_ms) {
    const wait = `${limits.cool_down_ms / 1000} seconds between two calls of one kind`;
    return beyond("caller_cool_down", wait, ready_at_ms, now_ms);
  }
  const called_at_ms = { ...use.called_at_ms, [feature]: now_ms };
  return ok({ day: dayOf(now_ms), calls: calls + 1, called_at_ms });
}

/** Takes one call back that somebody else's limit refused; its cool-down stays. */
export const withdrawCall = (use: CallerUse, now_ms: number): CallerUse => ({
  ...use,
  calls: Math.max(0, callsToday(use, now_ms) - 1),
  day: dayOf(now_ms),
});

export interface WorkspaceLimits {
  readonly calls_per_minute: number;
  readonly budget_microdollars: number;
}

/** What a workspace's callers have asked for. */
export interface WorkspaceUse {
  /** When the calls of the last minute came, rising. */
  readonly minute_ms: readonly number[];
  /** Of this day, settled. */
  readonly spent_microdollars: number;
  /** Of this day, not settled yet. */
  readonly reserved_microdollars: number;
  /** When the first reservation of this day is settled at the latest; null where there is none. */
  readonly settled_by_ms: number | null;
}

/**
 * Whether a call that can cost `bound_microdollars` may be made: null, or the refusal `ai_limit_reached`. Money that
 * is only reserved may come back, so the refusal then says when the first reservation ends.
 */
export function refusalOfCall(
  use: WorkspaceUse,
  limits: WorkspaceLimits,
  bound_microdollars: number,
  now_ms: number,
): Refusal | null {
  const over = use.minute_ms.length - limits.calls_per_minute;
  if (over >= 0) {
    const limit = `${limits.calls_per_minute} calls a minute in this workspace`;
    return beyond("workspace_minute", limit, use.minute_ms[over]! + MINUTE_MS, now_ms).refusal;
  }
  const { spent_microdollars: spent, reserved_microdollars: reserved, settled_by_ms } = use;
  if (spent + reserved + bound_microdollars <= limits.budget_microdollars) return null;
  const may_come_back = settled_by_ms !== null && spent + bound_microdollars <= limits.budget_microdollars;
  const until_ms = may_come_back ? settled_by_ms : dayEndsAt(now_ms);
  return beyond("workspace_budget", "this workspace's budget of the day", until_ms, now_ms).refusal;
}

function beyond(rule: string, limit: string, until_ms: number, now_ms: number) {
  return refuse("ai_limit_reached", {
    rule,
    detail: `the limit is ${limit}`,
    retry_after_seconds: Math.max(1, Math.ceil((until_ms - now_ms) / 1000)),
  });
}
