// What this isolate knows of addresses that were turned away: how often lately, and which are blocked. It reports to
// the shard of the address, which alone decides, and remembers a block only briefly, so that lifting one is soon
// known everywhere. Bounded: the oldest give way. An address that cannot be read is never blocked.
import { type Config, configure, type Env } from "../config.ts";
import { BLOCKED_RULE, blockedRefusal, pointsOf, WINDOW_MS } from "../domain/address-block.ts";
import { networkOf } from "../domain/network.ts";
import type { RequestContext } from "../schema/messages/request.ts";
import type { Refusal } from "../schema/result.ts";
import { strangersFor } from "./strangers.ts";

const ADDRESSES_MAX = 10_000;
/** A report is worth a call once it is this share of what blocks. */
const REPORT_SHARE = 0.1;
/** For so long a block is believed without asking again. */
const BELIEVED_MS = 15_000;

interface Tally {
  points: number;
  since_ms: number;
}

export class Blocks {
  readonly #tallies = new Map<string, Tally>();
  readonly #blocked = new Map<string, { until_ms: number; believed_ms: number }>();
  readonly #report_from: number;

  /** `points_max`: what blocks an address; 0 for never. */
  constructor(points_max: number) {
    this.#report_from = points_max === 0 ? Number.POSITIVE_INFINITY : Math.max(1, points_max * REPORT_SHARE);
  }

  /** Until when the address is blocked, as far as is known here; null if it is not. */
  blockedUntil(network: string, now_ms: number): number | null {
    if (this.#blocked.size === 0) return null;
    const block = this.#blocked.get(network);
    if (!block) return null;
    if (now_ms < Math.min(block.until_ms, block.believed_ms)) return block.until_ms;
    this.#blocked.delete(network);
    return null;
  }

  /** Counts a refusal; answers the points to report, 0 as long as they are not worth a call. */
  count(network: string, points: number, now_ms: number): number {
    if (network.startsWith("?") || this.#report_from === Number.POSITIVE_INFINITY) return 0;
    let tally = this.#tallies.get(network);
    if (!tally || now_ms >= tally.since_ms + WINDOW_MS) {
      tally = { points: 0, since_ms: now_ms };
      keepWithin(this.#tallies, network, tally);
    }
    tally.points += points;
    if (tally.points < this.#report_from) return 0;
    this.#tallies.delete(network);
    return tally.points;
  }

  learn(network: string, until_ms: number, now_ms: number): void {
    if (until_ms <= now_ms) return;
    keepWithin(this.#blocked, network, { until_ms, believed_ms: now_ms + BELIEVED_MS });
  }

  forget(network: string): void {
    this.#blocked.delete(network);
    this.#tallies.delete(network);
  }
}

function keepWithin<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  if (map.size >= ADDRESSES_MAX) map.delete(map.keys().next().value!);
  map.set(key, value);
}

const known = new WeakMap<Config, Blocks>();

export function blocksOf(config: Config): Blocks {
  let blocks = known.get(config);
  if (!blocks) {
    blocks = new Blocks(config.blocks.points_max);
    known.set(config, blocks);
  }
  return blocks;
}

/** Why requests of that address must not pass; null when they may, or nobody here knows. */
export function refuseBlocked(network: string, env: Env): Refusal | null {
  const now_ms = Date.now();
  const until_ms = blocksOf(configure(env)).blockedUntil(network, now_ms);
  return until_ms === null ? null : blockedRefusal(until_ms, now_ms);
}

/** Counts what was refused; work for after the answer, where the shard is to be told or has told of a block. */
export function noteRefusal(
  { reason, rule, retry_after_seconds = 0 }: Refusal,
  context: RequestContext,
  env: Env,
): Promise<void> | null {
  const config = configure(env);
  const blocks = blocksOf(config);
  const network = networkOf(context.source.address, "exact");
  const now_ms = Date.now();
  if (rule === BLOCKED_RULE) blocks.learn(network, now_ms + retry_after_seconds * 1000, now_ms);
  const points = pointsOf(reason, rule);
  const reported = points === 0 ? 0 : blocks.count(network, points, now_ms);
  return reported === 0 ? null : report(reported, network, context, config, env);
}

async function report(
  points: number,
  network: string,
  context: RequestContext,
  config: Config,
  env: Env,
): Promise<void> {
  const shard = await strangersFor(context.source.address, config, env);
  const until_ms = await shard.noteRefusals(points, context);
  blocksOf(config).learn(network, until_ms, Date.now());
}
