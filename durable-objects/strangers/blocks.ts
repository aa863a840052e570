// Blocks of addresses within a shard: it counts what the edge reports, decides, and tells the operators' workspace.
import { BLOCKED_RULE, blockedRefusal, countRefusals, isBlocked } from "../../src/domain/address-block.ts";
import { encodeCrockford } from "../../src/protocol/crockford.ts";
import type { BlockEntry } from "../../src/schema/messages/outbox.ts";
import type { RequestContext } from "../../src/schema/messages/request.ts";
import type { Refusal } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { StrangersStore } from "./store.ts";

/** Whose ADMIN operates the deployment. */
export const OPERATORS = "workspace:main";

export class Blocks {
  readonly #object: ObjectSurface;
  readonly #store: StrangersStore;

  constructor(object: ObjectSurface, store: StrangersStore) {
    this.#object = object;
    this.#store = store;
  }

  /** Why an address is turned away at once; null where it is not. In the caller's transaction. */
  refusal(address_key: string, now_ms: number): Refusal | null {
    const count = this.#store.refusals(address_key);
    return count && isBlocked(count, now_ms) ? blockedRefusal(count.blocked_until_ms, now_ms) : null;
  }

  /** Until when the address is blocked now; 0 where it is not. In the caller's transaction. */
  note(address_key: Uint8Array, key: string, points: number, by: RequestContext, now_ms: number): number {
    const { count, begins, forget_at_ms } = countRefusals(
      this.#store.refusals(key),
      points,
      this.#object.config.blocks,
      now_ms,
    );
    this.#store.saveRefusals(key, count, forget_at_ms);
    if (!begins) return count.blocked_until_ms > now_ms ? count.blocked_until_ms : 0;
    const { times, blocked_until_ms: until_ms } = count;
    const id = `blk_${encodeCrockford(address_key)}`;
    const { address } = by.source;
    const entry: BlockEntry = { kind: "block", id, address, times, blocked_at_ms: now_ms, until_ms };
    this.#object.append(OPERATORS, entry);
    const seconds = Math.round((until_ms - now_ms) / 1000);
    this.#object.audit({
      type: "address.blocked",
      at_ms: now_ms,
      by,
      decision: "deny",
      rule: BLOCKED_RULE,
      targets: [id],
      details: { times, seconds },
    });
    return until_ms;
  }
}
