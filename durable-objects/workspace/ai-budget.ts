// What planning may cost the workspace: calls a minute, money a day. What a call can cost at most is reserved in the
// transaction that lets it pass, so that no number of callers at once spends more than there is. A reservation that
// nobody settles, since whoever made it is gone, counts as spent: it never comes back within its day, nor outlives it.
import { dayEndsAt, dayOf, RESERVED_MS, refusalOfCall } from "../../src/domain/ai-quota.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { AiWorkspaceUsage } from "../../src/schema/ai-usage.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import type { AiCost } from "../../src/schema/messages/workspace.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { AiBudgetStore } from "./ai-budget-store.ts";

export class AiBudget {
  readonly #object: ObjectSurface;
  readonly #store: AiBudgetStore;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new AiBudgetStore(object.sql);
  }

  reserve(actor: Actor, bound_microdollars: number): Result<{ readonly call_id: string }> {
    return this.#object.transact((now_ms) => {
      this.#store.settleOverdue(now_ms);
      const refusal = refusalOfCall(this.#store.use(now_ms), this.#limits(), bound_microdollars, now_ms);
      if (refusal) {
        const { rule = null } = refusal;
        this.#object.observe({ type: "ai.limited", at_ms: now_ms, by: actor, decision: "deny", rule });
        return { ok: false, refusal };
      }
      const call_id = randomId("aic_");
      this.#store.add(call_id, bound_microdollars, now_ms, now_ms + RESERVED_MS);
      return ok({ call_id });
    });
  }

  settle(call_id: string, cost: AiCost): void {
    this.#object.transact((now_ms) => {
      const reserved = this.#store.reserved(call_id);
      if (!reserved) return;
      const spent_microdollars = Math.min(reserved.microdollars, cost.spent_microdollars);
      this.#store.settle(call_id);
      if (dayOf(reserved.at_ms) === dayOf(now_ms)) this.#store.spend({ ...cost, spent_microdollars });
    });
  }

  usage(): AiWorkspaceUsage {
    const now_ms = this.#object.now();
    const { calls_per_minute, budget_microdollars } = this.#limits();
    const use = this.#store.use(now_ms);
    const { calls, input_tokens, output_tokens } = this.#store.day(dayOf(now_ms));
    return {
      calls_last_minute: use.minute_ms.length,
      calls_per_minute,
      calls_today: calls,
      input_tokens,
      output_tokens,
      spent_microdollars: use.spent_microdollars,
      reserved_microdollars: use.reserved_microdollars,
      budget_microdollars,
      resets_at: toIso(dayEndsAt(now_ms)),
    };
  }

  #limits() {
    return this.#object.config.ai.limits;
  }
}
