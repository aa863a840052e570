// What the principal asks of the planner: calls of the day, and a cool-down for each feature.
import {
  type CallerLimits,
  type CallerUse,
  callsToday,
  dayEndsAt,
  readyAt,
  takeCall,
  withdrawCall,
} from "../../src/domain/ai-quota.ts";
import { isWorkerId } from "../../src/domain/principal-id.ts";
import { AI_FEATURES, type AiFeature, type AiUsage } from "../../src/schema/ai-usage.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import { AiUseStore } from "./ai-use-store.ts";
import type { Core } from "./core.ts";

export class AiUse {
  readonly #core: Core;
  readonly #store: AiUseStore;

  constructor(core: Core) {
    this.#core = core;
    this.#store = new AiUseStore(core.object.sql);
  }

  take(actor: Actor, feature: AiFeature): Result<null> {
    const { object } = this.#core;
    return object.transact((now_ms) => {
      const taken = takeCall(this.#store.use(), this.#limits(), feature, now_ms);
      if (taken.ok) {
        this.#store.save(taken.value);
        return ok(null);
      }
      const { rule = null } = taken.refusal;
      const details = { feature };
      object.observe({ type: "ai.limited", at_ms: now_ms, by: actor, decision: "deny", rule, details });
      return taken;
    });
  }

  withdraw(): void {
    this.#core.object.transact((now_ms) => this.#store.save(withdrawCall(this.#store.use(), now_ms)));
  }

  usage(): AiUsage {
    const now_ms = this.#core.object.now();
    const use: CallerUse = this.#store.use();
    const limits = this.#limits();
    const ready = AI_FEATURES.map((feature) => ({ feature, at_ms: readyAt(use, feature, limits) }));
    return {
      calls_today: callsToday(use, now_ms),
      calls_per_day: limits.calls_per_day,
      cool_down_seconds: limits.cool_down_ms / 1000,
      resets_at: toIso(dayEndsAt(now_ms)),
      cooling_down: ready
        .filter(({ at_ms }) => at_ms > now_ms)
        .map(({ feature, at_ms }) => ({ feature, until: toIso(at_ms) })),
    };
  }

  #limits(): CallerLimits {
    const { calls_per_agent_per_day, calls_per_user_per_day, cool_down_ms } = this.#core.config.ai.limits;
    const is_agent = isWorkerId(this.#core.store.account().id);
    return { calls_per_day: is_agent ? calls_per_agent_per_day : calls_per_user_per_day, cool_down_ms };
  }
}
