// What the audit hears of an admission: each refusal with its rule, and of what is let in the reads that say so.
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor, AdmissionPolicy, RequestContext } from "../../src/schema/messages/request.ts";
import type { Result } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import { REPLAYED } from "./nonce-store.ts";
import type { Permits } from "./permits.ts";

export class AdmissionLog {
  readonly #core: Core;
  readonly #permits: Permits;

  constructor(core: Core, permits: Permits) {
    this.#core = core;
    this.#permits = permits;
  }

  note(
    decision: Result<Actor>,
    policy: AdmissionPolicy,
    credential_id: string,
    context: RequestContext,
    target: string,
    now_ms: number,
  ): void {
    const targets = target === "" ? [] : [target];
    if (decision.ok) {
      if (policy.read_event === null) return;
      const rule = this.#permits.ruleFor(policy, now_ms);
      const type = policy.read_event as EventType;
      this.#core.object.observe({ type, at_ms: now_ms, by: decision.value, rule, targets });
      return;
    }
    const { reason, rule = null } = decision.refusal;
    this.#core.object.observe({
      type:
        rule === REPLAYED ? "replay.refused" : reason === "rate_limited" ? "rate.limited" : "access.refused",
      at_ms: now_ms,
      by: { ...context, principal_id: this.#permits.who().account.id, session_id: credential_id },
      decision: "deny",
      rule,
      targets,
      details: { operation: policy.operation },
    });
  }
}
