// Webhook endpoints of a whole workspace: for those who administer it.
import { allows } from "../../src/domain/role.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { WebhookPlace } from "../webhooks/registry.ts";
import type { WorkspaceStore } from "./store.ts";

const ENDPOINTS_MAX = 50;

export function webhookPlace(object: ObjectSurface, store: WorkspaceStore): Omit<WebhookPlace, "serve"> {
  const mayManage = (actor: Actor): boolean => {
    if (!allows(actor.permissions, "system:admin")) return false;
    // The caller was admitted a moment ago; whoever has lost the role since is refused here.
    return !actor.roles.includes("ADMIN") || store.admins().includes(actor.principal_id);
  };
  const refused = (actor: Actor, creates: boolean): Result<never> => {
    const rule = "system_admin_only";
    const details = { permission: "system:admin" };
    const at_ms = object.now();
    object.observe({ type: "access.refused", at_ms, by: actor, decision: "deny", rule, details });
    // Whoever may not manage them is told of none.
    return refuse(creates ? "permission_denied" : "not_found", { rule });
  };
  return {
    endpoints_max: ENDPOINTS_MAX,
    project_id: () => null,
    read: (actor, work) => (mayManage(actor) ? work() : refused(actor, false)),
    async change(actor, type: EventType, created_id, work) {
      return object.transact((now_ms) => {
        if (!mayManage(actor)) return refused(actor, type === "webhook.created");
        return object.once(actor, now_ms, created_id, () => {
          const decided = work(now_ms);
          if (!decided.ok) return decided;
          const { value, ...told } = decided.value;
          const event_id = object.audit({ type, at_ms: now_ms, by: actor, rule: "role", ...told });
          return ok({ value, event_id });
        });
      });
    },
  };
}
