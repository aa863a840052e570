// What the principal may do: roles and overrides as they are now, and what a credential is limited to, against the
// permission that an operation wants. Memory keeps who the principal is until something about it changes.
import { allows, type Override, permissionsInForce, ruleOf } from "../../src/domain/role.ts";
import type { User } from "../../src/schema/account.ts";
import type { Actor, AdmissionPolicy, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { WorkerProfile } from "../../src/schema/worker.ts";
import type { Core } from "./core.ts";
import type { Account } from "./store.ts";

/** Limited by nothing but the owner's permissions, as sessions and keys are. */
export const EVERYTHING = -1;

interface Identity {
  readonly account: Account;
  readonly roles: readonly Role[];
  readonly overrides: readonly Override[];
  readonly has_factor: boolean;
  readonly worker: WorkerProfile | null;
  readonly user: User & { readonly email_confirmed: boolean };
}

export class Permits {
  readonly #core: Core;
  #identity: Identity | null = null;

  constructor(core: Core) {
    this.#core = core;
    core.onChange(() => {
      this.#identity = null;
    });
  }

  /** Who the principal is, as far as decisions need it. */
  who(): Identity {
    this.#identity ??= {
      account: this.#core.store.account(),
      roles: this.#core.rolesInForce(),
      overrides: this.#core.overrides.all(),
      has_factor: this.#core.hasFactor(),
      worker: this.#core.workerProfile(),
      user: { ...this.#core.user(), email_confirmed: this.#core.mailbox.address("confirmed") !== null },
    };
    return this.#identity;
  }

  /** The rule by which a read was allowed. */
  ruleFor({ permission }: AdmissionPolicy, now_ms: number): string {
    const { roles, overrides } = this.who();
    return permission === null ? "own" : ruleOf(permission, roles, overrides, now_ms);
  }

  /** The actor that a credential makes of the principal, or why it may not; `limited_to` is a set of permissions. */
  permit(
    policy: AdmissionPolicy,
    context: RequestContext,
    credential_id: string,
    limited_to: number,
    now_ms: number,
  ): Result<Actor> {
    const { account, roles, overrides, has_factor, worker } = this.who();
    const permissions = permissionsInForce(roles, overrides, has_factor, now_ms) & limited_to;
    if (policy.permission !== null && !allows(permissions, policy.permission)) {
      const lacking = allows(limited_to, policy.permission) ? null : "token_lacks";
      return refuse("permission_denied", {
        rule: lacking ?? ruleOf(policy.permission, roles, overrides, now_ms),
      });
    }
    return ok({
      workspace: this.#core.workspace,
      principal_id: account.id,
      username: account.username,
      roles,
      permissions,
      mfa_enabled: has_factor,
      session_id: credential_id,
      address: context.source.address,
      place: context.source.place,
      request_id: context.request_id,
      ...(worker && { worker }),
      ...(policy.permission === "task:claim" && { leases: this.#core.work.leases(now_ms) }),
    });
  }

  /** The same for whoever proves a key, and only where programs may come. */
  permitProgram(
    policy: AdmissionPolicy,
    context: RequestContext,
    key_id: string,
    now_ms: number,
  ): Result<Actor> {
    if (!policy.api_tokens) return refuse("permission_denied", { rule: "not_for_programs" });
    return this.permit(policy, context, key_id, EVERYTHING, now_ms);
  }
}
