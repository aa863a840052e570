// Who may answer for a webhook endpoint: it hears of no more than they could read themselves.
import { allows, permissionsInForce } from "../../src/domain/role.ts";
import type { Core } from "./core.ts";

/** @param is_over what the endpoint belongs to is gone for good: it hears that, from whoever is still there. */
export function mayAnswerFor(core: Core, project_id: string | null, is_over: boolean): boolean {
  const { store, overrides, object } = core;
  if (store.account().status !== "active") return false;
  if (is_over || (project_id !== null && store.isMember(project_id))) return true;
  const roles = core.rolesInForce();
  return allows(permissionsInForce(roles, overrides.all(), core.hasFactor(), object.now()), "system:admin");
}
